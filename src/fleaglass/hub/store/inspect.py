"""Looking into a store that no hub has open: what it holds, and the id of every span and event."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from fleaglass.hub.store.engine import own

__all__ = ["StoreFacts", "event_ids", "inspect", "span_ids"]

_FACTS: Final = """
SELECT (SELECT count() FROM spans FINAL) AS spans,
       (SELECT uniqExact(trace_id) FROM spans) AS traces,
       (SELECT count() FROM logs FINAL) AS logs,
       (SELECT count() FROM metrics FINAL) AS metrics,
       (SELECT count() FROM events FINAL) AS events,
       (SELECT countIf(create_table_query LIKE '%fsync_after_insert = 1, fsync_part_directory = 1%')
        FROM system.tables
        WHERE database = '{database}' AND name IN ({kept})) = 4 AS fsync
"""


class StoreFacts(NamedTuple):
    """What a store holds; re-sent rows counted once."""

    spans: int
    traces: int
    logs: int
    metrics: int
    events: int
    fsync: bool


def inspect(dsn: str) -> StoreFacts:
    """Counts over the whole store. Raises StoreHeld, WrongSchema, EngineError."""
    with own(dsn) as engine:
        kept = ", ".join(f"'{engine.layout.kept(table)}'" for table in ("spans", "logs", "metrics", "events"))
        [row] = engine.query(_FACTS.format(database=engine.layout.database, kept=kept))
    return StoreFacts(row["spans"], row["traces"], row["logs"], row["metrics"], row["events"], bool(row["fsync"]))


def span_ids(dsn: str) -> Iterator[str]:
    """`trace_id span_id` in hex of every span, sorted. Raises StoreHeld, WrongSchema, EngineError."""
    with own(dsn) as engine:
        for row in engine.query(
            "SELECT lower(hex(trace_id)) AS t, lower(hex(span_id)) AS s FROM spans FINAL ORDER BY t, s"
        ):
            yield f"{row['t']} {row['s']}"


def event_ids(dsn: str) -> Iterator[str]:
    """The id of every event, sorted; twice if it is there twice. Raises StoreHeld, WrongSchema, EngineError."""
    with own(dsn) as engine:
        for row in engine.query("SELECT event_id FROM events FINAL ORDER BY event_id"):
            yield row["event_id"]
