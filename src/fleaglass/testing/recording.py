"""Agents that keep their spans, send nothing, and read neither clock, randomness, environment nor files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from fleaglass.recorder import Agent, EndedSpan, Rounds, Seams, current_span, surrounded_by
from fleaglass.recorder.sentry import CheckIn, Event, SessionUpdate
from fleaglass.recorder.trail import Crumb
from fleaglass.testing.determinism import CountingIds, TickingClock
from fleaglass.testing.rehearsal import Rehearsal
from fleaglass.testing.sentry import CapturedSentry
from fleaglass.testing.swallowed import strict
from fleaglass.testing.tree import tree

__all__ = ["Recording", "recording"]


@dataclass
class Recording:
    """A program's agents under test and what they recorded so far."""

    rehearsal: Rehearsal
    """Where they are made."""
    clock: TickingClock
    spans: list[EndedSpan] = field(default_factory=list)
    """Ended spans, in the order they ended."""
    sentry: CapturedSentry = field(default_factory=CapturedSentry)
    """What went to Sentry."""
    rounds: Rounds = field(default_factory=Rounds)
    """What the agent does every so often."""

    @property
    def agent(self) -> Agent:
        """The agent under test: the first that the program made, or the recording's own if it has made none by now."""
        return self.rehearsal.agent

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
    """A block in which agents are recorded, and send nothing: its own, and those that ``fleaglass.init`` makes inside.

    Args:
        agent_id: the agent's name, for code that gives none.
        settings: any of `fleaglass.settings`, such as ``services=("escrow",)`` or ``capture_content=True``; and the
            ``noise``, ``before_send`` and ``watches`` of ``init``. They hold for what the code inside leaves open.

    Raises:
        SwallowedError: at the end, if the recorder met an error of its own.
        ValueError: a setting does not exist or makes no sense; or the process has an agent of that id already.
    """
    spans: list[EndedSpan] = []
    clock = TickingClock()
    ids = CountingIds()
    sentry = CapturedSentry(agent_id)
    rounds = Rounds(clock, threaded=False)

    def seams(agent_id: str) -> Seams:
        return Seams(clock, ids, (spans.append,), sentry.of(agent_id), rounds, reads_environment=False)

    rehearsal = Rehearsal(agent_id, settings, seams)
    try:
        with surrounded_by(rehearsal), strict():
            yield Recording(rehearsal, clock, spans, sentry, rounds)
    finally:
        rehearsal.end()
