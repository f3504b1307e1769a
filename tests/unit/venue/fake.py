"""A venue that answers as a test tells it, and remembers what it was asked."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from email.utils import format_datetime
from typing import Any

import httpx

from fleaglass.recorder import EndedEvent, EndedSpan
from fleaglass.testing import TickingClock
from fleaglass.venue import LIVE, PurpleFlea, live_at

__all__ = ["ACCOUNT_ID", "API_KEY", "BASE_URL", "LIVE_URL", "FakeVenue", "body_of", "events_of", "order"]

API_KEY = "pf_live_0123456789abcdef0123456789abcdef0123456789abcdef"
BASE_URL = "http://127.0.0.1:8765/v1"
LIVE_URL = "http://127.0.0.1:8765/live"
ACCOUNT_ID = "ag_0123456789ab"

Answer = httpx.Response | dict[str, Any] | bytes | Exception | Callable[[httpx.Request], Any]


def order(**changes: Any) -> dict[str, Any]:
    """A filled order as the guide's profile shows it."""
    return {
        "order_id": "ord_1",
        "status": "filled",
        "filled_quantity": 0.01,
        "fill_price": 68027.2,
        "expected_price": 68000,
        "fee_usd": 0.37,
    } | changes


def body_of(request: httpx.Request) -> Any:
    """The JSON a request carried."""
    return json.loads(request.content)


def events_of(span: EndedSpan) -> list[EndedEvent]:
    """The events of a span, without the breadcrumb that every answer leaves."""
    return [event for event in span.events if event.name != "api_response"]


@dataclass
class FakeVenue:
    """Answers by ``METHOD /path`` below the base URL; the last answer of several is given for good.

    An answer is a body for a 200, a whole response, an exception to raise as the connection would, or a function of
    the request that gives one of these.
    """

    clock: TickingClock
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    requests: list[httpx.Request] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    behind_s: float = 0.0
    """How far its clock is behind the agent's."""
    dated: bool = True
    """Whether answers have a ``Date``, as servers send it."""

    def on(self, what: str, *answers: Answer) -> None:
        """Set the answers to a request."""
        self.answers[what] = list(answers)

    @property
    def asked(self) -> list[str]:
        """Method and path of every request so far."""
        return [f"{request.method} {self._path(request)}" for request in self.requests]

    def client(self, **options: Any) -> PurpleFlea:
        """A client of this venue, on the test's own time."""
        return self._open(base_url=BASE_URL, **options)

    def live(self, **options: Any) -> PurpleFlea:
        """A client of this venue by the profile ``live``; its requests are answered by ``METHOD /service/path``."""
        services = live_at(LIVE_URL)
        services["casino"] = replace(services["casino"], account_id=ACCOUNT_ID)
        return self._open(profile=LIVE, services=services, **options)

    def now(self) -> dt.datetime:
        """This moment by the venue's clock."""
        return dt.datetime.fromtimestamp(self.clock.wall_ns() / 1e9 - self.behind_s, dt.UTC)

    def _open(self, **options: Any) -> PurpleFlea:
        return PurpleFlea(
            options.pop("api_key", API_KEY),
            transport=httpx.MockTransport(self._answer),
            monotonic=lambda: self.clock.wall_ns() / 1e9,
            sleep=self._sleep,
            **{"resolve_timeout": 0} | options,
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        queue = self.answers[f"{request.method} {self._path(request)}"]
        answer: Any = queue.pop(0) if len(queue) > 1 else queue[0]
        if not isinstance(answer, httpx.Response) and callable(answer):
            answer = answer(request)
        if isinstance(answer, BaseException):
            raise answer
        if not isinstance(answer, httpx.Response):
            answer = httpx.Response(200, content=answer if isinstance(answer, bytes) else json.dumps(answer).encode())
        headers = answer.headers.copy()
        if self.dated:
            headers.setdefault("Date", format_datetime(self.now(), usegmt=True))
        return httpx.Response(answer.status_code, headers=headers, content=answer.content)

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.clock.advance(seconds)

    @staticmethod
    def _path(request: httpx.Request) -> str:
        return request.url.raw_path.decode().partition("?")[0].removeprefix("/v1").removeprefix("/live")
