"""A hub's entrance on an empty state: two projects with a key each, and clocks that tests move."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from fleaglass.hub.access import keys, projects, tokens
from fleaglass.hub.access.doorman import Doorman
from fleaglass.hub.access.gate import Gate, admit_by_envelope
from fleaglass.hub.access.policy import Policy
from fleaglass.hub.access.register import Register
from fleaglass.hub.access.scopes import Scope
from fleaglass.hub.receive import OwnOrigin
from fleaglass.hub.refusals import Refusals
from fleaglass.hub.state import State, StateError

NOW_NS = 1_800_000_000_000_000_000
SECRETS: dict[Scope, str] = {
    "ingest": "flea_ingest",
    "read": "flea_read",
    "write": "flea_write",
    "admin": "flea_admin",
}
IN_ENVELOPE = "x-in-envelope"
"""A header in which tests say which key the envelope names itself."""


class Entrance:
    """Register and doorman over a state, by clocks of their own."""

    def __init__(self, state: State, *, asks: bool) -> None:
        self.state = state
        self.refusals = Refusals()
        self.now_s = 1000.0
        self.now_ns = NOW_NS
        self.register = Register(state, lambda: self.now_ns, lambda: self.now_s)
        self.doorman = Doorman(self.register, asks=asks, now_ns=lambda: self.now_ns, monotonic=lambda: self.now_s)

    def token(self, secret: str, *scopes: Scope) -> int:
        """Make a token; its number."""
        with self.state.write() as connection:
            return tokens.add_token(connection, secret, scopes, secret, NOW_NS).id

    async def _events(self, request: Request) -> Response:
        """As whoever reads envelopes does it."""
        refusal = await admit_by_envelope(self.doorman, request, request.headers.get(IN_ENVELOPE))
        return refusal or await _who(request)

    def client(self, routes: Iterable[Any] = (), policy: Policy | None = None) -> httpx.AsyncClient:
        """A client of an application behind the gate that answers everything with who came in."""
        app = Starlette(
            routes=[
                *routes,
                Route("/api/{project:int}/{kind}/", self._events, methods=["POST"]),
                Route("/{path:path}", _who, methods=["GET", "POST", "PUT", "DELETE"]),
            ]
        )
        guarded = OwnOrigin(Gate(app, self.doorman, self.refusals), *(() if policy is None else (policy.public,)))
        return httpx.AsyncClient(transport=httpx.ASGITransport(guarded), base_url="http://127.0.0.1:4318")


class Down:
    """A state database that does not answer."""

    async def reading(self, deed: Callable[..., Any]) -> Any:
        raise StateError("connection refused")


def entrance_without_database() -> Entrance:
    """An entrance that can ask nobody."""
    return Entrance(Down(), asks=True)  # type: ignore[arg-type]


async def _who(request: Request) -> JSONResponse:
    visitor = request.state.visitor
    return JSONResponse({"token": visitor.token and visitor.token.name, "scopes": sorted(visitor.scopes)})


@pytest.fixture
def entrance(state: State) -> Callable[..., Entrance]:
    """Makes an entrance with a token of each scope, and the keys `key1` and `key2` of the projects 1 and 2."""

    def make(*, asks: bool) -> Entrance:
        with state.write() as connection:
            projects.add_project(connection, "web", "Web", NOW_NS)
            for number in (1, 2):
                keys.add_key(connection, number, "first", f"key{number}", NOW_NS)
        made = Entrance(state, asks=asks)
        for scope, secret in SECRETS.items():
            made.token(secret, scope)
        return made

    return make
