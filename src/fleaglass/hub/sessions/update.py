"""What clients say about sessions, as the hub takes it: checked and bounded by then (receive/)."""

from __future__ import annotations

from typing import Literal

import msgspec

__all__ = ["SessionCounts", "SessionStatus", "SessionUpdate"]

SessionStatus = Literal["ok", "exited", "crashed", "abnormal"]


class SessionUpdate(msgspec.Struct, frozen=True, kw_only=True):
    """One update of one session (an item `session`).

    Attributes:
        project: the project's number.
        sid: the session's UUID, 32 lower-case hex digits.
        init: whether the client says that the session begins with this update.
        started_ns: when the session began, Unix nanoseconds.
        at_ns: when this was true; never after the hub got it.
        status: `ok` while it runs; every other is the last one.
        errors: errors so far.
        user: the client's `did`, "" when none was sent; of our own agents, the agent's id.
        duration_s: how long it has lasted, in seconds.
        release: up to 250 characters, never empty: sessions without one belong to no health.
        environment: 1 to 64 characters.
    """

    project: int
    sid: str
    started_ns: int
    at_ns: int
    release: str
    status: SessionStatus = "ok"
    init: bool = False
    errors: int = 0
    user: str = ""
    duration_s: float | None = None
    environment: str = "production"


class SessionCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Sessions that came counted, not one by one (one member of `aggregates` of an item `sessions`).

    Attributes:
        started_ns: the minute in which they began, Unix nanoseconds.
        exited: ended without errors.
        errored: ended with errors that were handled.
        crashed: ended by an error that nobody handled.
        abnormal: ended without a word.
    """

    project: int
    release: str
    environment: str
    started_ns: int
    exited: int = 0
    errored: int = 0
    crashed: int = 0
    abnormal: int = 0
