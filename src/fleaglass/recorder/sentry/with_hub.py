"""A link to a hub, and besides it through the client of an author who uses sentry_sdk for themselves.

An agent without a DSN still has a hub that takes its errors. An author's own client gets them as well, as it would
without a hub, and whether there is one is looked up each time.
"""

from __future__ import annotations

from typing import Final

from fleaglass.recorder.sentry.authors import AuthorsSentry
from fleaglass.recorder.sentry.items import CheckIn, Event, SessionUpdate
from fleaglass.recorder.sentry.sdk import SdkSentry

__all__ = ["WithHub"]


class WithHub:
    """Both, of which the author's may not be there."""

    active: Final = True
    tells_of_killed_runs: Final = True

    def __init__(self, hub: SdkSentry, authors: AuthorsSentry) -> None:
        self._hub = hub
        self._authors = authors

    @property
    def destination(self) -> str | None:
        """The author's project while there is one: what their client tells there is not to be told there again."""
        return self._authors.destination or self._hub.destination

    def event(self, event: Event, error: BaseException | None = None) -> str | None:
        """To both; the id is the same."""
        recorded = self._hub.event(event, error)
        return self._authors.event(event, error) or recorded

    def session(self, update: SessionUpdate) -> None:
        """To both."""
        self._hub.session(update)
        self._authors.session(update)

    def check_in(self, check_in: CheckIn) -> None:
        """To both."""
        self._hub.check_in(check_in)
        self._authors.check_in(check_in)

    def flush(self, timeout_s: float) -> bool:
        """Nothing of the hub's waits here."""
        return self._authors.flush(timeout_s)

    def shutdown(self, timeout_s: float) -> bool:
        """Likewise."""
        return self._authors.shutdown(timeout_s)
