"""Rows of the store's `events` as they are shown: which columns are read, and an event on one line."""

from __future__ import annotations

from typing import Final

from fleaglass.hub.api.event_shapes import EventRow
from fleaglass.hub.store import Row

__all__ = ["EVENT_COLUMNS", "TIME_NS", "event_row"]

TIME_NS: Final = "toUnixTimestamp64Nano(e.time)"
_AS_THEY_ARE: Final = ("event_id", "hash", "level", "title", "culprit", "transaction")
_MAY_BE_EMPTY: Final = ("release", "environment", "agent", "user", "trace_id", "span_id")

EVENT_COLUMNS: Final = ", ".join(
    [f"{TIME_NS} AS time_ns", *(f"e.{name} AS {name}" for name in (*_AS_THEY_ARE, *_MAY_BE_EMPTY))]
)
"""What `event_row` reads."""


def event_row(row: Row) -> EventRow:
    """An event on one line."""
    return {
        "event_id": row["event_id"],
        "hash": row["hash"],
        "time_ns": str(row["time_ns"]),
        "level": row["level"],
        "title": row["title"],
        "culprit": row["culprit"],
        "transaction": row["transaction"],
        "release": row["release"] or None,
        "environment": row["environment"] or None,
        "agent": row["agent"] or None,
        "user": row["user"] or None,
        "trace_id": row["trace_id"] or None,
        "span_id": row["span_id"] or None,
    }
