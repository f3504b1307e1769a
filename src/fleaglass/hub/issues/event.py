"""An error event as the hub keeps it: what grouping, search and pages need by name, and the whole as `body`.

Whatever a client sent has been checked, bounded and scrubbed by then (receive/normalise.py): every field has its type,
times are nanoseconds, ids are lower-case hex. Nothing behind this looks at the client's own words again.

Source: Sentry's event payload; facts about its clients are in the tests of receive/.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

__all__ = ["Event", "Exc", "Frame", "Level"]

Level = Literal["fatal", "error", "warning", "info", "debug"]


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """One frame of a stack, the outermost call first in its list. An empty string or 0 is what was not sent."""

    function: str = ""
    module: str = ""
    filename: str = ""
    abs_path: str = ""
    package: str = ""
    line: int = 0
    context_line: str = ""
    in_app: bool = False


class Exc(msgspec.Struct, frozen=True, kw_only=True):
    """One exception of a chain, the one that was raised last at the end of its list."""

    type: str = ""
    value: str = ""
    module: str = ""
    handled: bool | None = None
    frames: tuple[Frame, ...] = ()


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One event.

    Attributes:
        event_id: 32 lower-case hex digits.
        project: the project's number.
        time_ns: when it happened, Unix nanoseconds; never far after `received_ns`.
        received_ns: when the hub got it.
        level: `error` when the client sent none.
        message: its message with parameters filled in; `raw_message` is the template, the same when there is none.
        exceptions: the chain, outermost cause first, so that the last one is what was caught.
        stack: frames of an event that has a stack but no exception.
        fingerprint: as sent; empty when none was.
        tags: text by name; `user` is the most telling of id, username, email and address, "" when there is none.
        trace_id: 32 lower-case hex digits, or "".
        span_id: 16 lower-case hex digits, or "".
        body: everything else that is shown: the normalised, scrubbed event as JSON types.
    """

    event_id: str
    project: int
    time_ns: int
    received_ns: int
    level: Level = "error"
    platform: str = ""
    logger: str = ""
    transaction: str = ""
    release: str = ""
    dist: str = ""
    environment: str = ""
    server_name: str = ""
    message: str = ""
    raw_message: str = ""
    exceptions: tuple[Exc, ...] = ()
    stack: tuple[Frame, ...] = ()
    fingerprint: tuple[str, ...] = ()
    tags: Mapping[str, str] = {}
    user: str = ""
    trace_id: str = ""
    span_id: str = ""
    sdk: str = ""
    body: Mapping[str, Any] = {}
