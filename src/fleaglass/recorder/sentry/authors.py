"""A link through the client of an author who uses sentry_sdk for themselves and gave no DSN to Fleaglass.

Whether there is one is looked up each time: the author may call ``sentry_sdk.init`` after ``fleaglass.init``. Nothing
is imported for it; a program that never loads sentry_sdk has no client.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from fleaglass.destinations.dsn import Dsn
from fleaglass.recorder.guard import guard
from fleaglass.recorder.sentry.clean import clean
from fleaglass.recorder.sentry.envelope import envelope_of
from fleaglass.recorder.sentry.fitting import fitted
from fleaglass.recorder.sentry.items import CheckIn, Event, SessionUpdate

__all__ = ["AuthorsSentry", "authors_client", "destination_of"]


def authors_client() -> Any:
    """The client of the author's own ``sentry_sdk.init``; None if there is none that can send."""
    sdk = sys.modules.get("sentry_sdk")
    client = sdk.get_client() if sdk is not None and hasattr(sdk, "get_client") else None
    return client if client is not None and client.is_active() and client.transport is not None else None


def destination_of(client: Any) -> str | None:
    """Where a client of sentry_sdk sends to, in the words of `Dsn.destination`."""
    with suppress(ValueError):
        return Dsn.parse(client.options["dsn"] or "").destination
    return None


class AuthorsSentry:
    """Sends through the author's client, if there is one. Their ``before_send`` applies, their scopes do not."""

    tells_of_killed_runs: Final = False

    def __init__(self, *, agent_id: str) -> None:
        self._exempt = frozenset({agent_id, f"agent-{agent_id}"})
        self._used = False

    @property
    def active(self) -> bool:
        """Whether the author has a client."""
        with guard("looking for the author's Sentry client"):
            return authors_client() is not None
        return False

    @property
    def destination(self) -> str | None:
        """Where the author's client sends to."""
        client = authors_client()
        return destination_of(client) if client is not None else None

    def event(self, event: Event, error: BaseException | None = None) -> str | None:
        """Hand an event to the author's client."""
        hint: Mapping[str, Any] = {"exc_info": (type(error), error, error.__traceback__)} if error is not None else {}
        self._used = True
        if (client := authors_client()) is None:
            return None
        sent: str | None = client.capture_event(fitted(clean(event, self._exempt)), dict(hint))
        return sent

    def session(self, update: SessionUpdate) -> None:
        """Hand a session's update to the author's transport."""
        if (client := authors_client()) is not None and update.release is not None:
            self._used = True
            client.transport.capture_envelope(envelope_of(update, self._exempt))

    def check_in(self, check_in: CheckIn) -> None:
        """Hand a check-in to the author's transport."""
        if (client := authors_client()) is not None:
            self._used = True
            client.transport.capture_envelope(envelope_of(check_in, self._exempt))

    def flush(self, timeout_s: float) -> bool:
        """Wait for the author's client, if it was used. It does not say what has arrived, so neither can this."""
        if self._used and (client := authors_client()) is not None:
            client.flush(timeout=timeout_s)
        return True

    def shutdown(self, timeout_s: float) -> bool:
        """``flush``: the client is the author's to close."""
        return self.flush(timeout_s)
