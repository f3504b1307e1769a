"""A link to the server that a DSN names, for one agent alone.

The events are sentry_sdk's, made by its own functions; the client is not. ``sentry_sdk.init`` sets up one client for
the whole process, with hooks of its own into logging, threads and HTTP libraries; two agents would share it, and an
author who uses it for themselves would lose theirs. So what is sent goes into a queue of this agent's, which keeps it
while the server is away, and says truthfully what has arrived.
"""

from __future__ import annotations

import socket
from importlib import import_module
from typing import Final

from fleaglass.recorder.delivery import Counts, Delivery
from fleaglass.recorder.guard import guard
from fleaglass.recorder.sentry.dsn import Dsn
from fleaglass.recorder.sentry.items import CheckIn, Event, Item, SessionUpdate
from fleaglass.recorder.sentry.sender import EnvelopeSender

__all__ = ["SdkSentry"]

_CAPACITY: Final = 1_000
_LINGER_S: Final = 0.0  # an error waits for no company


class SdkSentry:
    """Sends what one agent has to say to one Sentry project.

    Args:
        dsn: the project.
        agent_id: the agent's own id, exempt from scrubbing.
    """

    active: Final = True

    def __init__(self, dsn: Dsn, *, agent_id: str) -> None:
        self.destination = dsn.destination
        with guard("loading sentry_sdk"):
            import_module("sentry_sdk.utils")  # it takes a while: now, and not while an order fails
        exempt = frozenset({agent_id, f"agent-{agent_id}"})
        sender = EnvelopeSender(dsn, exempt=exempt, server_name=socket.gethostname())
        self._heartbeat: CheckIn | None = None
        self._delivery: Delivery[Item] = Delivery(
            sender, capacity=_CAPACITY, batch=1, linger_s=_LINGER_S, what="items for Sentry"
        )

    def event(self, event: Event, error: BaseException | None = None) -> str | None:
        """Queue an event."""
        self._delivery.put(event)
        return str(event["event_id"])

    def session(self, update: SessionUpdate) -> None:
        """Queue a session's update; one without a release is dropped here, since every server does."""
        if update.release is not None:
            self._delivery.put(update)

    def check_in(self, check_in: CheckIn) -> None:
        """Queue a check-in. A heartbeat takes the place of one that still waits.

        That the agent was alive then says nothing now, and in a long outage one a minute would push the errors out.
        """
        earlier = None
        if check_in.heartbeat:
            earlier, self._heartbeat = self._heartbeat, check_in
        self._delivery.put(check_in, instead_of=earlier)

    def counts(self) -> Counts:
        """How many items went where, so far."""
        return self._delivery.counts()

    def flush(self, timeout_s: float) -> bool:
        """Wait until the server has everything sent so far, at most ``timeout_s`` seconds; whether it has."""
        return self._delivery.flush(timeout_s)

    def shutdown(self, timeout_s: float) -> bool:
        """``flush``, then stop. What could not be delivered in time is named in the log."""
        return self._delivery.shutdown(timeout_s)
