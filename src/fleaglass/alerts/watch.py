"""What a watch is, and what it gets to see."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from threading import RLock

from fleaglass._forks import in_forked_children
from fleaglass.alerts.alert import Alert

__all__ = ["Callback", "LockedWatch", "SpanView", "Watch"]

Callback = Callable[[Alert], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanView:
    """An ended span, as far as watches care.

    Attributes:
        name: the span's name.
        start_ns: when it began, in Unix nanoseconds.
        end_ns: when it ended. Watches take it for the time of day.
        failed: whether its status is an error.
        trace_id: 32 hexadecimal digits.
        attributes: its attributes.
    """

    name: str
    start_ns: int
    end_ns: int
    failed: bool = False
    trace_id: str = ""
    attributes: Mapping[str, object] = field(default_factory=dict)

    @property
    def duration_ns(self) -> int:
        """How long it took, in nanoseconds."""
        return self.end_ns - self.start_ns


class Watch(ABC):
    """A rule about ended spans. Subclasses may be an author's own.

    Args:
        names: names of the spans it looks at; all others pass it by. So what it remembers stays bounded, whatever
            names a program makes up. None for all spans.
        callback: called with each alert, in the thread that ended the span: it holds up what the agent does next, so
            whatever takes time belongs on a queue. What it raises is logged once, and goes nowhere else.
    """

    def __init__(self, names: Collection[str] | None, callback: Callback | None = None) -> None:
        self.names = None if names is None else frozenset(names)
        self.callback = callback

    @abstractmethod
    def ended(self, span: SpanView) -> Sequence[Alert]:
        """A span ended. What there is to say about that, mostly nothing. Called from any thread."""


class LockedWatch(Watch):
    """A watch that remembers. Its ``judge`` is called by one thread at a time.

    Its lock is Python's own, made anew in forked children here: `Lock` does that by itself, but takes half as long
    again, for every watch of every span (bench/alerts.py).
    """

    def __init__(self, names: Collection[str] | None, callback: Callback | None = None) -> None:
        super().__init__(names, callback)
        self._open()
        in_forked_children(self._open)

    def _open(self) -> None:
        self._lock = RLock()

    def ended(self, span: SpanView) -> Sequence[Alert]:
        """What there is to say."""
        with self._lock:
            return self.judge(span)

    @abstractmethod
    def judge(self, span: SpanView) -> Sequence[Alert]:
        """``ended``, for a caller that keeps other threads out by itself."""
