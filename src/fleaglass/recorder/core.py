"""What all spans of one agent share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from opentelemetry import trace as api

from fleaglass.recorder.attributes import attributes
from fleaglass.recorder.bookkeeping import Bookkeeping
from fleaglass.recorder.breaker import Breakers
from fleaglass.recorder.carrier import W3C
from fleaglass.recorder.money import Money
from fleaglass.recorder.normalise import Value
from fleaglass.recorder.open_orders import OpenOrders
from fleaglass.recorder.previous import Previous
from fleaglass.recorder.pulse import Pulse
from fleaglass.recorder.reporter import Reporter
from fleaglass.recorder.seams import Clock, Ids, RandomIds, SystemClock
from fleaglass.recorder.sentry.link import NO_SENTRY, SentryLink
from fleaglass.recorder.state import AgentState
from fleaglass.recorder.trail import Trail

__all__ = ["NOTHING", "Core", "Timeline"]


@dataclass(frozen=True, slots=True)
class Core:
    """An agent's identity, tracer and seams. Immutable."""

    agent_id: str = "unnamed-agent"
    tracer: api.Tracer = field(default_factory=api.NoOpTracer)
    tracer_provider: api.TracerProvider = field(default_factory=api.NoOpTracerProvider)
    """Where the tracer is from; for other libraries to record with."""
    clock: Clock = field(default_factory=SystemClock)
    ids: Ids = field(default_factory=RandomIds)
    propagators: tuple[str, ...] = W3C
    """Forms in which its trace context travels."""
    capture_content: bool = False
    """Whether what is said to a model, and by it, is recorded."""
    sentry: SentryLink = NO_SENTRY
    """Where its errors, sessions and check-ins go."""
    trail: Trail = field(default_factory=Trail)
    """Its breadcrumbs."""
    state: AgentState = field(default_factory=AgentState)
    """What it is at, as far as is known."""
    reporter: Reporter = field(default_factory=Reporter)
    """Makes one event of each failure."""
    pulse: Pulse = field(default_factory=Pulse)
    """How many cycles it completed, and when the last one."""
    money: Money = field(default_factory=Money)
    """What it holds and has earned."""
    open_orders: OpenOrders = field(default_factory=OpenOrders)
    """Its orders that may still fill."""
    breakers: Breakers = field(default_factory=Breakers)
    """What stops its spends while something is wrong."""
    bookkeeping: Bookkeeping = field(default_factory=Bookkeeping)
    """How its ledger is to be kept, and how that goes."""
    previous: Previous = field(default_factory=Previous)
    """Which decision came before."""

    records: bool = field(init=False)
    """Whether its spans are spans; a disabled agent's are none, and change nothing for those of other libraries."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "records", not isinstance(self.tracer, api.NoOpTracer))

    def attributes(self, values: Mapping[str, object]) -> dict[str, Value]:
        """Values as attributes: typed, bounded, scrubbed. The agent's own id is exempt, even if it looks like a key."""
        return attributes(values, exempt=self.agent_id)


class Timeline:
    """One trace's time in this process: the wall clock is read once, everything after by the monotonic clock.

    So a span never ends before it began, nor a child before its parent, when the machine's clock is set meanwhile.
    """

    __slots__ = ("_monotonic_ns", "_offset_ns")

    def __init__(self, clock: Clock) -> None:
        self._monotonic_ns = clock.monotonic_ns
        self._offset_ns = clock.wall_ns() - clock.monotonic_ns()

    def now_ns(self) -> int:
        """Unix nanoseconds."""
        return self._offset_ns + self._monotonic_ns()


NOTHING = Core()
"""For a program that never called ``init``: everything works, nothing is recorded."""
