"""A line on which each request that spends has its fate, and what became of every one of them: the truth."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any, Literal, TypeAlias

import httpx

__all__ = ["FATES", "Call", "Fate", "FatefulLine", "fated"]

Fate: TypeAlias = Literal["answered", "reset", "cut", "timeout", "late", "never", "broken", "unreadable"]
FATES: tuple[Fate, ...] = ("answered", "reset", "cut", "timeout", "late", "never", "broken", "unreadable")
_IDS = ("order_id", "bet_id", "escrow_id", "domain_id", "id")


@dataclass(eq=False)
class Call:
    """One request of an agent: what was to become of it, whether it was done, and the ids of what it brought about."""

    fate: Fate
    done: bool = False
    ids: set[str] = field(default_factory=set)


_current: ContextVar[Call | None] = ContextVar("call", default=None)


@contextmanager
def fated(call: Call) -> Iterator[None]:
    """A block whose request that spends is this call's."""
    token = _current.set(call)
    try:
        yield
    finally:
        _current.reset(token)


class FatefulLine(httpx.AsyncBaseTransport):
    """Carries requests, with their fates. Reads are answered unless the line is ``blind``.

    ``date_off_s``: how far the ``Date`` of the answers is ahead of the clock that the venue's lists go by.
    """

    def __init__(self, line: httpx.AsyncBaseTransport, *, date_off_s: float = 0.0) -> None:
        self._line = line
        self._date_off_s = date_off_s
        self.held: list[tuple[httpx.Request, Call]] = []
        """Requests that the venue has not acted on yet, though nobody waits for them any more."""
        self.blind = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)  # others may be at it, too
        if request.method == "GET":
            if self.blind:
                raise httpx.ConnectError("no way there")
            return self._dated(await self._line.handle_async_request(request))
        call = _current.get()
        assert call is not None, "a request that spends, and nobody has asked for it"
        match call.fate:
            case "reset":
                raise httpx.ReadError("reset")
            case "broken":
                return httpx.Response(500, json={"code": "INTERNAL_ERROR", "error": "internal_error"})
            case "never":
                raise httpx.ReadTimeout("no answer")
            case "late":
                self.held.append((request, call))
                raise httpx.ReadTimeout("no answer yet")
        answer = await self._done(request, call)
        match call.fate:
            case "cut":
                raise httpx.RemoteProtocolError("Server disconnected without sending a response.")
            case "timeout":
                raise httpx.ReadTimeout("no answer")
            case "unreadable":
                return httpx.Response(answer.status_code, content=b"{") if call.done else answer
        return self._dated(answer)

    def _dated(self, answer: httpx.Response) -> httpx.Response:
        date = parsedate_to_datetime(answer.headers["Date"]) + dt.timedelta(seconds=self._date_off_s)
        answer.headers["Date"] = format_datetime(date, usegmt=True)
        return answer

    async def land(self) -> None:
        """Let the venue act on what it has held back the longest."""
        if self.held:
            await self._done(*self.held.pop(0))

    async def _done(self, request: httpx.Request, call: Call) -> httpx.Response:
        answer = await self._line.handle_async_request(request)
        body: Any = json.loads(await answer.aread())
        call.done = answer.is_success
        if call.done:
            lines = [body, *body.get("results", ())]
            call.ids |= {line[name] for line in lines for name in _IDS if line.get(name)}
        return answer
