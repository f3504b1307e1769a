"""A tracer provider whose spans are kept, with ids that count and a clock that stands still until it is moved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fleaglass.recorder.tracer import Limits, Provider, Readable, Resource, Tracer, sampler_for
from fleaglass.recorder.tracer.current import Current
from fleaglass.testing import CountingIds

__all__ = ["Clock", "Made"]

SCHEMA = "https://example.org/schema"


class Clock:
    """Stands still."""

    def __init__(self) -> None:
        self.now_ns = 1_000

    def wall_ns(self) -> int:
        return self.now_ns

    def monotonic_ns(self) -> int:
        return self.now_ns


class Made:
    """A provider and what became of its spans."""

    def __init__(
        self,
        *,
        limits: Limits | None = None,
        sampler: str = "always_on",
        share: float = 1.0,
        current: Current | None = None,
        resource: Mapping[str, Any] | None = None,
    ) -> None:
        self.clock = Clock()
        self.started: list[Readable] = []
        self.ended: list[Readable] = []
        self.happened: list[str] = []
        self.marked: list[Readable] = []
        self.flushed = True
        ids = CountingIds()
        self.provider = Provider(
            self,
            resource=Resource(resource or {"service.name": "test"}, SCHEMA),
            ids=ids,
            clock=self.clock,
            sampler=sampler_for(sampler, share, ids),
            limits=limits,
            current=current,
        )

    def on_start(self, span: Readable) -> None:
        self.started.append(span)

    def on_event(self, span: Readable, name: str, time_ns: int, attributes: Mapping[str, Any]) -> None:
        self.happened.append(name)

    def on_mark(self, span: Readable, time_ns: int) -> None:
        self.marked.append(span)

    def on_end(self, span: Readable) -> None:
        self.ended.append(span)

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self.flushed

    @property
    def tracer(self) -> Tracer:
        return self.provider.get_tracer("test")

    @property
    def span(self) -> Readable:
        """The only one that ended."""
        (span,) = self.ended
        return span
