"""What a watch is, and what it gets to see."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from fleaglass._forks import Lock
from fleaglass.alerts.alert import Alert

__all__ = ["LOCK", "Callback", "Calm", "Judge", "LockedWatch", "SpanView", "Watch"]

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


Judge: TypeAlias = Callable[[SpanView], Sequence[Alert]]
"""What there is to say of a span that has ended."""

LOCK: Final = Lock()
"""Of all watches that remember, whoever shows them spans. To take a lock takes as long as to judge a span by a rule, so
there is one for all of them; no code of others runs while it is held (bench/alerts.py)."""


class LockedWatch(Watch):
    """A watch that remembers: one thread at a time is in any of its judges."""

    def ended(self, span: SpanView) -> Sequence[Alert]:
        """What there is to say."""
        if self.names is not None and span.name not in self.names:
            return ()
        with LOCK:
            return self.judge_of(span.name)(span)

    @abstractmethod
    def judge_of(self, name: str | None) -> Judge:
        """What judges spans of this name, for a caller that holds `LOCK` around every call of it.

        It stays the same, so it may be asked for once, where a judge of one name has less to do.

        Args:
            name: one of those that it looks at; None for any that it has not been told.
        """


class Calm(ABC):
    """What judges spans with little to do as long as nothing is wrong, which is nearly always.

    Attributes:
        is_calm: whether nothing that it remembers is worth a look.
    """

    __slots__ = ()
    is_calm: bool

    @abstractmethod
    def judge(self, span: SpanView) -> Sequence[Alert]:
        """What there is to say. It looks where the span, or what is remembered, gives a reason to."""

    @abstractmethod
    def look(self, span: SpanView) -> Sequence[Alert]:
        """``judge``, with all that there is to it."""
