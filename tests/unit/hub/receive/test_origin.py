"""A hub answers to its own names, and to pages of its own; elsewhere it has several, and its owner says which."""

from __future__ import annotations

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from fleaglass.hub.receive import OwnOrigin

PUBLIC = ("https://hub.example", "http://hub.lan:4318")


async def _served(_: Request) -> PlainTextResponse:
    return PlainTextResponse("served")


async def ask(path: str, headers: dict[str, str], *, public: tuple[str, ...] = (), by_number: bool = False) -> int:
    app = Starlette(routes=[Route("/{path:path}", _served, methods=["POST"])])
    own = OwnOrigin(app, public, by_number=by_number)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(own), base_url="http://127.0.0.1:4318") as http:
        return (await http.post(path, headers=headers)).status_code


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("hub.example", "https://hub.example", 200),
        ("HUB.example", "https://hub.example", 200),
        ("hub.lan:4318", "http://hub.lan:4318", 200),
        ("10.0.0.7:4318", "http://10.0.0.7:4318", 200),
        ("[2001:db8::7]:4318", "http://[2001:db8::7]:4318", 200),
        ("127.0.0.1:4318", "https://hub.example", 200),  # a proxy has put its own address there
        ("evil.example", "http://evil.example", 403),
        ("evil.example:4318", None, 403),
        ("10.0.0.7.evil.example", None, 403),
        ("hub.example", "https://evil.example", 403),
        ("hub.example", "null", 403),
        ("", None, 403),
    ],
)
async def test_beyond_loopback_it_has_public_names_and_numbers(host: str, origin: str | None, status: int) -> None:
    headers = {"host": host} | ({"origin": origin} if origin else {})
    assert await ask("/api/v1/issues", headers, public=PUBLIC, by_number=True) == status


@pytest.mark.parametrize("host", ["10.0.0.7:4318", "hub.example", "0.0.0.0:4318"])
async def test_on_loopback_it_has_none(host: str) -> None:
    assert await ask("/api/v1/issues", {"host": host}) == 403


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/1/envelope/", 200),
        ("/api/23/store/", 200),
        ("/api/0/organizations/o/releases/", 403),
        ("/api/v1/issues", 403),
        ("/v1/traces", 403),
        ("/api/1", 403),
    ],
)
async def test_pages_elsewhere_may_send_events_and_nothing_else(path: str, status: int) -> None:
    assert await ask(path, {"origin": "https://shop.example"}) == status
    assert await ask(path, {"origin": "https://shop.example", "host": "evil.example"}) == 403
