"""To Sentry: what an event looks like, and the ways it can go."""

from fleaglass.recorder.sentry.clean import clean
from fleaglass.recorder.sentry.items import CheckIn, CheckInStatus, Event, Item, Level, SessionStatus, SessionUpdate
from fleaglass.recorder.sentry.link import NO_SENTRY, NoSentry, SentryLink

__all__ = [
    "NO_SENTRY",
    "CheckIn",
    "CheckInStatus",
    "Event",
    "Item",
    "Level",
    "NoSentry",
    "SentryLink",
    "SessionStatus",
    "SessionUpdate",
    "clean",
]
