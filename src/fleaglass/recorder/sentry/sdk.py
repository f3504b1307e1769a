"""A link to the server that a DSN names, for one agent alone.

The events are sentry_sdk's, made by its own functions; the client is not. ``sentry_sdk.init`` sets up one client for
the whole process, with hooks of its own into logging, threads and HTTP libraries; two agents would share it, and an
author who uses it for themselves would lose theirs. So what is sent goes into the agent's journal, cleaned, which keeps
it while the server is away, and says truthfully what has arrived.
"""

from __future__ import annotations

from importlib import import_module
from typing import Final

import msgspec

from fleaglass.destinations.dsn import Dsn
from fleaglass.recorder.guard import guard
from fleaglass.recorder.journaling import Journaling
from fleaglass.recorder.sentry.envelope import category_of, payload_of
from fleaglass.recorder.sentry.items import CheckIn, Event, Item, SessionUpdate

__all__ = ["SdkSentry"]


class SdkSentry:
    """Sends what one agent has to say to one Sentry project.

    Args:
        dsn: the project.
        agent_id: the agent's own id, exempt from scrubbing.
        journal: the agent's journal, whose route leads to the project.
        needed_soon: whether sentry_sdk is loaded now, and not when a session begins: it takes as long as all the rest.
    """

    active: Final = True
    tells_of_killed_runs: Final = True

    def __init__(self, dsn: Dsn, *, agent_id: str, journal: Journaling, needed_soon: bool = True) -> None:
        self.destination = dsn.destination
        if needed_soon:
            _load()
        self._exempt = frozenset({agent_id, f"agent-{agent_id}"})
        self._journal = journal

    def event(self, event: Event, error: BaseException | None = None) -> str | None:
        """Record an event."""
        self._put(event)
        return str(event["event_id"])

    def session(self, update: SessionUpdate) -> None:
        """Record a session's update; one without a release is dropped here, since every server does."""
        if update.init:
            _load()
        if update.release is not None:
            self._journal.run(update)
            self._put(update)

    def check_in(self, check_in: CheckIn) -> None:
        """Record a check-in. A heartbeat takes the place of one that still waits.

        That the agent was alive then says nothing now, and in a long outage one a minute would push the errors out.
        """
        self._put(check_in, supersedes=f"heartbeat {check_in.slug}" if check_in.heartbeat else "")

    def flush(self, timeout_s: float) -> bool:
        """Nothing waits here: the journal has it."""
        return True

    def shutdown(self, timeout_s: float) -> bool:
        """Likewise."""
        return True

    def _put(self, item: Item, *, supersedes: str = "") -> None:
        with guard("recording an item for Sentry"):
            self._journal.envelope(
                category_of(item), msgspec.json.encode(payload_of(item, self._exempt)), supersedes=supersedes
            )


def _load() -> None:
    """Load what makes events while nothing is under way, and not while an order fails."""
    with guard("loading sentry_sdk"):
        import_module("sentry_sdk.utils")
