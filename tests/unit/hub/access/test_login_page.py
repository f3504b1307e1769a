"""A person pastes a token and gets a cookie that no script and no other site can use, until either is over."""

from __future__ import annotations

from collections.abc import Callable
from http.cookies import SimpleCookie

import httpx
import pytest

from fleaglass.hub.access import tokens
from fleaglass.hub.access.login_page import login_routes
from fleaglass.hub.access.logins import GOOD_FOR_S
from tests.unit.hub.access.conftest import NOW_NS, Entrance, entrance_without_database

MakeEntrance = Callable[..., Entrance]
COOKIE = "fleaglass_login"
ORIGIN = {"origin": "http://127.0.0.1:4318"}


def browser(hub: Entrance) -> httpx.AsyncClient:
    return hub.client(login_routes(hub.state, hub.doorman, lambda: hub.now_ns, lambda: "a-cookie"))


async def log_in(http: httpx.AsyncClient, token: str, to: str = "/", **headers: str) -> httpx.Response:
    return await http.post("/login", data={"token": token, "next": to}, headers=ORIGIN | headers)


async def test_a_token_becomes_a_cookie_and_the_cookie_opens_the_api(entrance: MakeEntrance) -> None:
    hub = entrance(asks=True)
    async with browser(hub) as http:
        assert (await http.get("/api/v1/traces")).status_code == 401
        answer = await log_in(http, " flea_read\n", "/issues?state=open")
        assert (answer.status_code, answer.headers["location"]) == (303, "/issues?state=open")
        cookie = SimpleCookie(answer.headers["set-cookie"])[COOKIE]
        assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "strict", "/")
        assert (cookie["secure"], cookie["max-age"]) == ("", str(GOOD_FOR_S))
        assert (await http.get("/api/v1/traces")).json()["token"] == "flea_read"
        assert (await http.post("/api/v1/issues", headers=ORIGIN)).status_code == 403, "no more than the token may"
        assert (await http.post("/v1/traces", headers=ORIGIN)).status_code == 401, "nor anything but the API"
        foreign = await http.post("/api/v1/issues", headers={"origin": "http://evil.example"})
        assert foreign.json()["error"]["code"] == "foreign_origin"
        assert "flea_read" in (await http.get("/login")).text


@pytest.mark.parametrize("origin", ["https://127.0.0.1:4318"])
async def test_over_https_the_cookie_stays_there(entrance: MakeEntrance, origin: str) -> None:
    async with browser(entrance(asks=True)) as http:
        answer = await log_in(http, "flea_read", origin=origin)
    assert SimpleCookie(answer.headers["set-cookie"])[COOKIE]["secure"] is True


async def test_logging_out_a_week_and_a_revoked_token_end_a_login(entrance: MakeEntrance) -> None:
    hub = entrance(asks=True)

    async def is_in() -> bool:
        hub.now_s += 2
        return (await http.get("/api/v1/traces")).status_code == 200

    async with browser(hub) as http:
        await log_in(http, "flea_read")
        assert await is_in()
        out = await http.post("/logout", headers=ORIGIN)
        assert (out.status_code, out.headers["location"]) == (303, "/login")
        http.cookies.set(COOKIE, "a-cookie")
        assert not await is_in(), "a copy of the cookie is of no use"
        await log_in(http, "flea_read")
        hub.now_ns = NOW_NS + GOOD_FOR_S * 10**9 - 1
        assert await is_in()
        hub.now_ns += 1
        assert not await is_in()
        await log_in(http, "flea_read")
        assert await is_in()
        with hub.state.write() as connection:
            tokens.revoke_token(connection, 2, hub.now_ns)
        assert not await is_in()


@pytest.mark.parametrize(
    ("token", "status", "says"),
    [
        ("flea_guessed", 401, "This token or login is not known"),
        ("flea_ingest", 403, "and this needs read"),
        ("", 401, "This token or login is not known"),
    ],
)
async def test_a_token_that_does_not_do_gets_the_form_again(
    entrance: MakeEntrance, token: str, status: int, says: str
) -> None:
    async with browser(entrance(asks=True)) as http:
        answer = await log_in(http, token)
    assert answer.status_code == status
    assert says in answer.text
    assert "set-cookie" not in answer.headers
    assert "flea_guessed" not in answer.text


@pytest.mark.parametrize(
    "to", ["https://evil.example", "//evil.example", "/\\evil.example", "", "javascript:alert(1)", "evil"]
)
async def test_nobody_is_led_elsewhere(entrance: MakeEntrance, to: str) -> None:
    async with browser(entrance(asks=True)) as http:
        assert (await log_in(http, "flea_read", to)).headers["location"] == "/"


async def test_script_in_an_address_or_a_name_is_text(entrance: MakeEntrance) -> None:
    hub = entrance(asks=True)
    hub.token("<script>alert(1)</script>", "read")
    async with browser(hub) as http:
        page = await http.get("/login", params={"next": '/"><script>alert(1)</script>'})
        assert "<script" not in page.text
        assert "script-src" not in page.headers["content-security-policy"]
        assert page.headers["content-security-policy"].startswith("default-src 'none'")
        await log_in(http, "<script>alert(1)</script>")
        assert "<script" not in (await http.get("/login")).text


@pytest.mark.parametrize("body", [b"x" * 5000, b"&".join([b"a=b"] * 50)])
async def test_a_body_that_is_no_form_is_refused(entrance: MakeEntrance, body: bytes) -> None:
    async with browser(entrance(asks=True)) as http:
        assert (await http.post("/login", content=body, headers=ORIGIN)).status_code == 400


async def test_without_its_database_the_page_says_so() -> None:
    async with browser(entrance_without_database()) as http:
        http.cookies.set(COOKIE, "a-cookie")
        for answer in (await http.get("/login"), await log_in(http, "flea_read")):
            assert (answer.status_code, "does not answer" in answer.text) == (503, True)


async def test_where_nobody_is_asked_the_page_says_so(entrance: MakeEntrance) -> None:
    async with browser(entrance(asks=False)) as http:
        assert "asks for no token" in (await http.get("/login")).text
        assert (await http.get("/login.css")).headers["content-type"].startswith("text/css")
        answer = await log_in(http, "anything")
    assert (answer.status_code, "set-cookie" in answer.headers) == (303, False)
