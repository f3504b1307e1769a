"""`storage` of GET /status: what the store takes, of how much, and what the disk cap took."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from fleaglass.hub.store import Store
from fleaglass.hub.store.disk import Kind, Level, dropped_of_late, level, stored_bytes

__all__ = ["DroppedDay", "Storage", "storage"]


class DroppedDay(TypedDict):
    """A class of one day that was dropped because the store was over its cap."""

    time_s: Annotated[int, Field(description="When, in Unix seconds.")]
    kind: Kind
    day: Annotated[str, Field(description="The UTC day, as 2026-11-30.")]
    rows: int
    bytes: Annotated[int, Field(description="What the day takes less than before.")]


class Storage(TypedDict):
    """The disk."""

    bytes: Annotated[int, Field(description="What the store takes.")]
    cap: Annotated[int | None, Field(description="Bytes it may take; null for all.")]
    level: Annotated[Level, Field(description="warning from 80 % of the cap; full above it.")]
    dropped: Annotated[list[DroppedDay], Field(description="What the cap took, newest first, at most 50.")]


async def storage(store: Store) -> Storage:
    """The disk as it is. Raises EngineError."""
    held = await stored_bytes(store)
    return {
        "bytes": held,
        "cap": store.disk_cap_bytes,
        "level": level(held, store.disk_cap_bytes),
        "dropped": [
            {
                "time_s": told.time_s,
                "kind": told.what.kind,
                "day": told.what.day.isoformat(),
                "rows": told.what.rows,
                "bytes": told.what.bytes,
            }
            for told in await dropped_of_late(store)
        ],
    }
