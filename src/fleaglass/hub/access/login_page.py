"""/login: a token for a cookie, so that the pages of the UI may ask the API.

It is made here and not in React: a person who cannot log in needs a page that always works. The cookie is another
secret than the token, and HttpOnly, so no script ever sees either; SameSite=Strict, so no other site makes use of it.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from html import escape
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, quote

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from fleaglass.hub.access.credentials import COOKIE, Credentials, credentials
from fleaglass.hub.access.denied import Denied
from fleaglass.hub.access.doorman import Doorman
from fleaglass.hub.access.logins import GOOD_FOR_S, end_login, new_login, start_login
from fleaglass.hub.access.needs import Need
from fleaglass.hub.receive.body import BadEncoding, TooLarge, read
from fleaglass.hub.state import State, StateError

__all__ = ["login_routes"]

_CSS: Final = Path(__file__).with_name("login.css")
_READ: Final = Need("api", "read")
_LIMIT_BYTES: Final = 4096
_HEADERS: Final = {
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    # With no-referrer, browsers would send the form with `Origin: null`, which names nobody.
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
}


def login_routes(
    state: State,
    doorman: Doorman,
    now_ns: Callable[[], int] = time.time_ns,
    secret: Callable[[], str] = new_login,
) -> list[BaseRoute]:
    """The page, what it posts to, and the way out. `secret` makes the text of a cookie."""

    async def show(request: Request) -> Response:
        shown = credentials(request.headers, b"")
        try:
            visitor = await doorman.admit(_READ, Credentials(login=shown.login), _address(request))
        except Denied:
            return _page(_form(request.query_params.get("next", "/")))
        name = "anybody, since this hub asks for no token" if visitor.token is None else visitor.token.name
        return _page(_LOGGED_IN.format(name=escape(name)))

    async def log_in(request: Request) -> Response:
        try:
            fields = parse_qs((await read(request.stream(), "", _LIMIT_BYTES)).decode("latin-1"), max_num_fields=10)
        except (TooLarge, BadEncoding, ValueError):
            return _page(_form("/", "That is no token."), 400)
        token, to = (fields.get(name, [""])[0].strip() for name in ("token", "next"))
        try:
            visitor = await doorman.admit(_READ, Credentials(token or "-"), _address(request))
        except Denied as denied:
            said = str(denied)
            return _page(_form(to, f"{said[0].upper()}{said[1:]}. {denied.hint}"), denied.status)
        answer = RedirectResponse(_own(to), 303, _HEADERS)
        if visitor.token is not None:
            number, cookie = visitor.token.id, secret()
            await state.writing(lambda connection: start_login(connection, number, cookie, now_ns()))
            _set_cookie(answer, request, cookie, GOOD_FOR_S)
        return answer

    async def log_out(request: Request) -> Response:
        login = credentials(request.headers, b"").login
        if login is not None:
            await state.writing(lambda connection: end_login(connection, login))
        answer = RedirectResponse("/login", 303, _HEADERS)
        _set_cookie(answer, request, "", 0)
        return answer

    async def css(_: Request) -> Response:
        return FileResponse(_CSS, headers=_HEADERS)

    return [
        Route("/login", _told(show), methods=["GET"]),
        Route("/login", _told(log_in), methods=["POST"]),
        Route("/logout", _told(log_out), methods=["POST"]),
        Route("/login.css", css, methods=["GET"]),
    ]


def _told(answer: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """The same, and a page for when the database does not answer."""

    async def told(request: Request) -> Response:
        try:
            return await answer(request)
        except StateError:
            return _page(
                "<p>The hub's database does not answer. Agents keep trading and recording. Try again.</p>", 503
            )

    return told


def _set_cookie(answer: Response, request: Request, value: str, max_age_s: int) -> None:
    # A form's Origin tells how the browser came here, also when a proxy has taken TLS off on the way.
    is_https = request.headers.get("origin", "").startswith("https://") or request.url.scheme == "https"
    answer.set_cookie(COOKIE, value, max_age_s, httponly=True, samesite="strict", secure=is_https)


def _own(address: str) -> str:
    """A path of this hub: what could lead elsewhere becomes the first page."""
    is_path = address.startswith("/") and not address.startswith(("//", "/\\"))
    return quote(address, safe="/?&=%:,+") if is_path else "/"


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _page(content: str, status: int = 200) -> Response:
    return HTMLResponse(_PAGE.format(content=content), status, _HEADERS)


def _form(to: str, problem: str = "") -> str:
    said = f'<p role="alert">{escape(problem)}</p>' if problem else ""
    return _FORM.format(to=escape(_own(to)), problem=said)


_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Log in · Fleaglass</title>
<link rel="icon" href="/favicon.svg">
<link rel="stylesheet" href="/login.css">
</head>
<body><main><h1>Fleaglass</h1>{content}</main></body>
</html>
"""
_FORM: Final = """
<form method="post" action="/login">
<label for="token">API token</label>
<input id="token" name="token" type="password" autocomplete="current-password" placeholder="flea_…" required autofocus>
<input type="hidden" name="next" value="{to}">
{problem}
<button>Log in</button>
</form>
<p>It was printed when the hub started for the first time. To make another, on the hub's machine:</p>
<pre>fleaglass hub token create NAME --scope read</pre>
"""
_LOGGED_IN: Final = """
<p>You are {name}.</p>
<form method="post" action="/logout"><button>Log out</button></form>
<p><a href="/">To the agents</a></p>
"""
