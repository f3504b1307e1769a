"""The hub's own traces, if it is asked for them (`--trace-self`): a span for each request and each commit, stored.

    request, commit ──▶ at most 1,000 that wait ──▶ every five seconds, one batch ──▶ store

The batch goes to the store directly, not by the door it came in by, so storing spans makes no request's span; and the
commit of a group that is all the hub's own makes none either. What does not fit is counted in the next batch,
and what the store cannot take is dropped: the hub's traces are the first thing that a busy hub does without.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fleaglass import __version__
from fleaglass.hub.receive import Export
from fleaglass.hub.receive.otlp import check
from fleaglass.hub.store import Commit, Counters, Refused, Signal, Store, Unavailable

__all__ = ["SERVICE", "OwnTraces", "traced", "tracing"]

Said: TypeAlias = tuple[tuple[str, str | int], ...]
"""Attributes."""

SERVICE: Final = "fleaglass-hub"
EVERY_S: Final = 5.0
MOST_WAITING: Final = 1_000
_ERROR_STATUS: Final = 500


@dataclass(frozen=True, slots=True)
class _Done:
    """Something that the hub has done: when, Unix ns, and what there is to say about it."""

    name: str
    kind: Span.SpanKind.ValueType
    start_ns: int
    end_ns: int
    attributes: Said
    error: str = ""


class OwnTraces:
    """Gathers what was done, and stores it. Used on the event loop.

    Args:
        store: where it goes.
        now_ns: Unix nanoseconds.
        new_id: so many random bytes.
    """

    def __init__(
        self, store: Store, now_ns: Callable[[], int] = time.time_ns, new_id: Callable[[int], bytes] = os.urandom
    ) -> None:
        self._store = store
        self.now_ns = now_ns
        self._new_id = new_id
        self._done: deque[_Done] = deque(maxlen=MOST_WAITING)
        self._missed = 0
        self._last: Commit | None = None

    def begin(self) -> None:
        """Hear of commits from now on."""
        self._store.on_commit(self.committed)

    def request(self, name: str, start_ns: int, attributes: Said, error: str) -> None:
        """A request was answered."""
        self._add(_Done(name, Span.SPAN_KIND_SERVER, start_ns, self.now_ns(), attributes, error))

    def committed(self, counters: Counters) -> None:
        """A group was committed, just now: what Store.on_commit calls."""
        commit, before = counters.last, self._last
        self._last = commit
        if commit is None or commit is before or commit.senders == {SERVICE}:
            return
        end_ns = self.now_ns()
        said = (
            ("fleaglass.kind", commit.kind),
            ("fleaglass.rows", commit.rows),
            ("fleaglass.requests", commit.requests),
            ("fleaglass.senders", len(commit.senders)),
        )
        start_ns = end_ns - round(commit.seconds * 1e9)
        self._add(_Done("commit", Span.SPAN_KIND_INTERNAL, start_ns, end_ns, said))

    def exporting(self, signal: Signal, export: Export) -> Export:
        """What answers OTLP over gRPC, each of whose answers makes a span."""

        async def call(body: bytes, context: Any) -> bytes:
            began_ns = self.now_ns()
            try:
                return await export(body, context)
            finally:
                code = str(getattr(context.code(), "name", "OK"))
                said = (("rpc.system", "grpc"), ("fleaglass.kind", signal), ("rpc.response.status_code", code))
                self.request(f"Export {signal}", began_ns, said, "" if code == "OK" else code)

        return call

    async def store_now(self) -> None:
        """Store what has gathered; what the store has no room for is gone."""
        if not self._done:
            return
        request = self._request()
        self._done.clear()
        self._missed = 0
        try:
            await self._store.submit(check("traces", request, request.SerializeToString()))
        except (Unavailable, Refused):
            return

    async def run(self) -> None:
        """Store what has gathered every few seconds, until cancelled."""
        while True:
            await asyncio.sleep(EVERY_S)
            await self.store_now()

    def _add(self, done: _Done) -> None:
        self._missed += len(self._done) == MOST_WAITING
        self._done.append(done)

    def _request(self) -> ExportTraceServiceRequest:
        request = ExportTraceServiceRequest()
        group = request.resource_spans.add()
        about: Said = ("service.name", SERVICE), ("service.version", __version__), ("fleaglass.missed", self._missed)
        for name, value in about:
            _say(group.resource.attributes.add(), name, value)
        scope = group.scope_spans.add()
        scope.scope.name = "fleaglass.hub"
        for done in self._done:
            span = scope.spans.add(
                trace_id=self._new_id(16),
                span_id=self._new_id(8),
                name=done.name,
                kind=done.kind,
                start_time_unix_nano=done.start_ns,
                end_time_unix_nano=done.end_ns,
            )
            for name, value in done.attributes:
                _say(span.attributes.add(), name, value)
            if done.error:
                span.status.code, span.status.message = Status.STATUS_CODE_ERROR, done.error
        return request


@asynccontextmanager
async def tracing(traces: OwnTraces | None) -> AsyncIterator[None]:
    """Have the hub store its traces, if it is to have any, until the block ends."""
    if traces is None:
        yield
        return
    traces.begin()
    task = asyncio.create_task(traces.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def traced(app: ASGIApp, traces: OwnTraces) -> ASGIApp:
    """The application, each of whose requests makes a span. Live streams make theirs when they end."""

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        began_ns, status = traces.now_ns(), 0

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await app(scope, receive, noting)
        finally:
            route = getattr(scope.get("route"), "path", "")  # an address that is none of ours is not repeated
            said: Said = (
                ("http.request.method", scope["method"]),
                ("http.route", route),
                ("http.response.status_code", status),
            )
            error = str(status) if status >= _ERROR_STATUS else ""
            traces.request(f"{scope['method']} {route}".strip(), began_ns, said, error)

    return call


def _say(pair: KeyValue, name: str, value: str | int) -> None:
    pair.key = name
    if isinstance(value, int):
        pair.value.int_value = value
    else:
        pair.value.string_value = value
