"""What clients say about sessions, checked: updates of one session, and counts of many.

Source: Sentry's session payloads, in application and in request mode.
"""

from __future__ import annotations

from typing import Literal

import msgspec

__all__ = ["SessionCounts", "SessionStatus", "SessionUpdate"]

SessionStatus = Literal["ok", "exited", "crashed", "abnormal"]
"""All but `ok` are the last word on a session."""


class SessionUpdate(msgspec.Struct, frozen=True, kw_only=True):
    """One update of one session.

    Attributes:
        sid: 32 lower-case hex digits.
        init: whether the session begins with it.
        started_ns: when the session began, Unix nanoseconds.
        timestamp_ns: when this was true.
        errors: errors so far; at least 1 when it crashed.
        did: who it is about, "" when it does not say: a user's id, or an agent's.
        duration_s: how long it has lasted, seconds; None when it does not say.
        release: without one a session counts for nothing.
        mechanism: of an abnormal end, "" when it does not say.
    """

    sid: str
    init: bool
    started_ns: int
    timestamp_ns: int
    status: SessionStatus
    errors: int = 0
    did: str = ""
    duration_s: float | None = None
    release: str = ""
    environment: str = ""
    mechanism: str = ""


class SessionCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many sessions that began in one minute ended how.

    Attributes:
        started_ns: the minute, Unix nanoseconds.
        exited: ended without errors.
        errored: ended well, with errors.
    """

    started_ns: int
    exited: int = 0
    errored: int = 0
    crashed: int = 0
    abnormal: int = 0
    did: str = ""
    release: str = ""
    environment: str = ""
