"""Where an agent's errors, sessions and check-ins go.

::

    SentryLink
    ├── NoSentry        nowhere
    ├── SdkSentry       to the DSN's server, through a queue of the agent's own          sdk.py
    ├── AuthorsSentry   through the client of an author who uses sentry_sdk themselves   authors.py
    └── CapturedSentry  into lists, for tests                                            fleaglass.testing

Every link belongs to one agent, so agents that share a process never mix.
"""

from __future__ import annotations

from typing import Final, Protocol

from fleaglass.recorder.sentry.items import CheckIn, Event, SessionUpdate

__all__ = ["NO_SENTRY", "NoSentry", "SentryLink"]


class SentryLink(Protocol):
    """The way to a Sentry server. No method blocks on the network, ``flush`` and ``shutdown`` excepted."""

    @property
    def active(self) -> bool:
        """Whether anything given to it goes anywhere. Nothing needs to be built for a link that is not active."""
        ...

    @property
    def tells_of_killed_runs(self) -> bool:
        """Whether the end of a session is told whose process could not: the shipper tells of what is in a journal."""
        ...

    @property
    def destination(self) -> str | None:
        """Server and project, without the key: two links with the same destination fill the same issues."""
        ...

    def event(self, event: Event, error: BaseException | None = None) -> str | None:
        """Send an event; its id of 32 hexadecimal digits, or ``None`` when it is not sent.

        Args:
            event: the event.
            error: the exception it is about, for the hooks of an author's own client.
        """
        ...

    def session(self, update: SessionUpdate) -> None:
        """Send an update of a session."""
        ...

    def check_in(self, check_in: CheckIn) -> None:
        """Send a check-in."""
        ...

    def flush(self, timeout_s: float) -> bool:
        """Wait until the server has everything sent so far, at most ``timeout_s`` seconds; whether it has."""
        ...

    def shutdown(self, timeout_s: float) -> bool:
        """``flush``, then stop."""
        ...


class NoSentry:
    """Sends nothing."""

    active: Final = False
    tells_of_killed_runs: Final = False
    destination: Final = None

    def event(self, event: Event, error: BaseException | None = None) -> str | None:
        """Nothing."""

    def session(self, update: SessionUpdate) -> None:
        """Nothing."""

    def check_in(self, check_in: CheckIn) -> None:
        """Nothing."""

    def flush(self, timeout_s: float) -> bool:
        """Nothing waits here."""
        return True

    def shutdown(self, timeout_s: float) -> bool:
        """Nothing waits here."""
        return True


NO_SENTRY: Final[SentryLink] = NoSentry()
