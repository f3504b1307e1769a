"""One check-in of one monitor, as the hub takes it: checked and bounded by then (receive/)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

import msgspec

__all__ = ["THE_LATEST", "CheckIn", "SentStatus"]

SentStatus = Literal["in_progress", "ok", "error"]

THE_LATEST: Final = "0" * 32
"""The id by which a client updates the newest check-in that is in progress, whatever its id."""


class CheckIn(msgspec.Struct, frozen=True, kw_only=True):
    """One check-in.

    Attributes:
        project: the project's number.
        check_in_id: 32 lower-case hex digits; the same for the beginning and the end of one run, or THE_LATEST.
        slug: name of the monitor, 1 to 100 characters.
        status: of the run.
        at_ns: when the job said so, Unix nanoseconds; never after the hub got it.
        environment: 1 to 64 characters.
        duration_s: how long the run took, in seconds.
        monitor_config: as sent, JSON types; not checked, since a bad one must not lose the check-in.
        release: "" when none was sent.
        trace_id: 32 lower-case hex digits, or "".
    """

    project: int
    check_in_id: str
    slug: str
    status: SentStatus
    at_ns: int
    environment: str = "production"
    duration_s: float | None = None
    monitor_config: Mapping[str, Any] | None = None
    release: str = ""
    trace_id: str = ""
