"""An agent that keeps its spans, sends nothing, and reads neither clock, randomness, environment nor files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from fleaglass.recorder import Agent, EndedSpan, Rounds, Seams, current_span, init_offline
from fleaglass.recorder.sentry import CheckIn, Event, SessionUpdate
from fleaglass.recorder.trail import Crumb
from fleaglass.testing.determinism import CountingIds, TickingClock
from fleaglass.testing.sentry import CapturedSentry
from fleaglass.testing.swallowed import strict
from fleaglass.testing.tree import tree

__all__ = ["Recording", "recording"]


@dataclass
class Recording:
    """An agent under test and what it recorded so far."""

    agent: Agent
    clock: TickingClock
    spans: list[EndedSpan] = field(default_factory=list)
    """Ended spans, in the order they ended."""
    sentry: CapturedSentry = field(default_factory=CapturedSentry)
    """What went to Sentry."""
    rounds: Rounds = field(default_factory=Rounds)
    """What the agent does every so often."""

    @property
    def events(self) -> list[Event]:
        """Events sent to Sentry: one for each failure, in the order they were sent."""
        return self.sentry.events

    @property
    def sessions(self) -> list[SessionUpdate]:
        """Updates of sessions sent to Sentry, in the order they were sent."""
        return self.sentry.sessions

    @property
    def check_ins(self) -> list[CheckIn]:
        """Check-ins sent to Sentry, in the order they were sent."""
        return self.sentry.check_ins

    @property
    def breadcrumbs(self) -> list[Crumb]:
        """Breadcrumbs that an error at this point of the program would carry, oldest first."""
        here = current_span()
        return self.agent.core.trail.lead_up(None if here is None else here.trace_id)

    def pass_time(self, seconds: float) -> None:
        """Let time pass. Meanwhile the agent does what it does every so often: check-ins, updates of its session."""
        until_ns = self.clock.wall_ns() + round(seconds * 1e9)
        while (left_s := (until_ns - self.clock.wall_ns()) / 1e9) > 0:
            self.clock.advance(min(max(self.rounds.do_what_is_due(), 0.001), left_s))
        self.rounds.do_what_is_due()

    def named(self, name: str) -> list[EndedSpan]:
        """The spans of this name."""
        return [span for span in self.spans if span.name == name]

    def one(self, name: str) -> EndedSpan:
        """The only span of this name; ``AssertionError`` if there are none or several."""
        found = self.named(name)
        assert len(found) == 1, f"{len(found)} spans are named {name!r}, not 1:\n{self.tree()}"
        return found[0]

    def tree(self, *, attributes: bool = False) -> str:
        """All spans as an indented text, see `fleaglass.testing.tree`."""
        return tree(self.spans, attributes=attributes)


@contextmanager
def recording(agent_id: str = "test-agent", **settings: Any) -> Iterator[Recording]:
    """A block with an agent of its own. Code inside that calls ``fleaglass.init`` with the same id gets this agent.

    Args:
        agent_id: the agent's name.
        settings: any of `fleaglass.settings`, such as ``services=("escrow",)`` or ``capture_content=True``; and the
            ``noise`` and ``before_send`` of ``init``.

    Raises:
        SwallowedError: at the end, if the recorder met an error of its own.
        ValueError: a setting does not exist or makes no sense; or the process has an agent of that id already.
    """
    spans: list[EndedSpan] = []
    clock = TickingClock()
    sentry = CapturedSentry(agent_id)
    rounds = Rounds(clock, threaded=False)
    seams = Seams(clock, CountingIds(), (spans.append,), sentry, rounds)
    agent = init_offline(agent_id, seams=seams, **settings)
    try:
        with strict():
            yield Recording(agent, clock, spans, sentry, rounds)
    finally:
        agent.shutdown()
