"""A Sentry server that is a few lists."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from fleaglass.recorder.sentry import CheckIn, Event, SessionUpdate, clean

__all__ = ["CapturedSentry"]


@dataclass
class CapturedSentry:
    """Keeps what an agent sends to Sentry."""

    agent_id: str = ""
    """Exempt from scrubbing, as in production."""
    events: list[Event] = field(default_factory=list)
    """Events, in the order they were sent."""
    sessions: list[SessionUpdate] = field(default_factory=list)
    """Updates of sessions."""
    check_ins: list[CheckIn] = field(default_factory=list)
    """Check-ins of monitors."""

    def of(self, agent_id: str) -> CapturedSentry:
        """The same server, for an agent of this id."""
        if agent_id == self.agent_id:
            return self
        return CapturedSentry(agent_id, self.events, self.sessions, self.check_ins)

    active: Final = True
    tells_of_killed_runs: Final = False
    destination: Final = "captured"

    def event(self, event: Event, error: BaseException | None = None) -> str | None:
        """Keep it as it would have left: cleaned."""
        self.events.append(clean(event, frozenset({self.agent_id, f"agent-{self.agent_id}"})))
        return str(event["event_id"])

    def session(self, update: SessionUpdate) -> None:
        """Keep it."""
        self.sessions.append(update)

    def check_in(self, check_in: CheckIn) -> None:
        """Keep it."""
        self.check_ins.append(check_in)

    def flush(self, timeout_s: float) -> bool:
        """Nothing waits here."""
        return True

    def shutdown(self, timeout_s: float) -> bool:
        """Nothing waits here."""
        return True
