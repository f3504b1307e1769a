"""What the recorder takes from outside: time, randomness, and where ended spans go besides the network.

Production uses the defaults; `fleaglass.testing` passes its own, and the same program gives the same spans.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, Protocol, TypeAlias

from fleaglass._forks import in_forked_children
from fleaglass.recorder.normalise import Value
from fleaglass.recorder.sentry.link import SentryLink

if TYPE_CHECKING:
    from fleaglass.recorder.rounds import Rounds

__all__ = ["Clock", "EndedEvent", "EndedLink", "EndedSpan", "Ids", "RandomIds", "Seams", "Sink", "SystemClock"]


# The bits of a UUID that say that it is random.
_NO_VERSION: Final = ~(0xF << 76 | 0x3 << 62)
_VERSION_4: Final = 0x4 << 76 | 0x2 << 62


class Clock(Protocol):
    """Two clocks: the wall's for when a trace began, the monotonic one for everything after that."""

    def wall_ns(self) -> int:
        """Nanoseconds since 1970-01-01 UTC."""
        ...

    def monotonic_ns(self) -> int:
        """Nanoseconds from an arbitrary start, never going back."""
        ...


class SystemClock:
    """The machine's clocks."""

    wall_ns = staticmethod(time.time_ns)
    monotonic_ns = staticmethod(time.perf_counter_ns)


class Ids(Protocol):
    """Where ids come from."""

    def trace_id(self) -> int:
        """128 bits, not all zero."""
        ...

    def span_id(self) -> int:
        """64 bits, not all zero."""
        ...

    def cycle_id(self) -> str:
        """A random UUID as 32 hexadecimal digits."""
        ...

    def event_id(self) -> str:
        """A random UUID as 32 hexadecimal digits, for what goes to Sentry."""
        ...


class RandomIds:
    """Ids from a generator of our own.

    Not from the ``random`` module's: a strategy that calls ``random.seed(42)`` to be reproducible would give every
    run of the agent the same trace ids. Seeded from the system once, since a system call per span would let go of the
    interpreter lock in the middle of a decision; and again after a fork, or parent and child would draw the same ids.
    """

    def __init__(self) -> None:
        self._random = random.Random(os.urandom(32))
        in_forked_children(self._seed_anew)

    def _seed_anew(self) -> None:
        self._random.seed(os.urandom(32))

    def trace_id(self) -> int:
        """128 random bits."""
        return self._random.getrandbits(128) or self.trace_id()

    def span_id(self) -> int:
        """64 random bits."""
        return self._random.getrandbits(64) or self.span_id()

    def cycle_id(self) -> str:
        """A version-4 UUID (RFC 9562)."""
        return f"{self._random.getrandbits(128) & _NO_VERSION | _VERSION_4:032x}"

    event_id = cycle_id


@dataclass(frozen=True, slots=True)
class EndedEvent:
    """Something that happened inside a span. ``time_ns`` is Unix time."""

    name: str
    time_ns: int
    attributes: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class EndedLink:
    """A span that another one points to."""

    trace_id: str
    span_id: str
    attributes: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedSpan:
    """A span as it was recorded. Ids are lower-case hexadecimal, times Unix nanoseconds.

    ``scope`` names the library that recorded it: ``fleaglass``, or one that uses the agent's tracer provider.
    """

    trace_id: str
    span_id: str
    parent_span_id: str | None
    name: str
    kind: Literal["internal", "client", "server", "producer", "consumer"]
    start_ns: int
    end_ns: int
    status: Literal["unset", "ok", "error"]
    status_message: str
    attributes: Mapping[str, Value]
    events: tuple[EndedEvent, ...]
    links: tuple[EndedLink, ...]
    resource: Mapping[str, Value]
    scope: str = "fleaglass"


Sink: TypeAlias = Callable[[EndedSpan], None]


@dataclass(frozen=True, slots=True)
class Seams:
    """The seams of one agent. Sinks are called in the thread that ended the span."""

    clock: Clock = field(default_factory=SystemClock)
    ids: Ids = field(default_factory=RandomIds)
    sinks: tuple[Sink, ...] = ()
    sentry: SentryLink | None = None
    """Takes the place of the server that the settings name."""
    rounds: Rounds | None = None
    """Takes the place of the thread that does what is due every so often."""
    reads_environment: bool = True
    """Whether the environment says how much of a span is kept (``OTEL_*_LIMIT``)."""
