"""events, attachments: error events beside the spans, with the columns that issues are searched and counted by.

An event is a row under the grouping hash that it was counted by (the state's `groups`), so an issue's events are those
of its groups' hashes, in time order. Rows replace by (hash, time, event id): what is digested twice is there once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

__all__ = ["event_statements"]

_TIME: Final = "DateTime64(9, 'UTC')"
_NAME: Final = "LowCardinality(String)"

_EVENTS: Final = {
    "hash": "String",
    "time": _TIME,
    "event_id": "String",
    "project": "UInt32",
    "received": _TIME,
    "level": _NAME,
    "type": _NAME,
    "value": "String",
    "title": "String",
    "culprit": "String",
    "transaction": _NAME,
    "release": _NAME,
    "environment": _NAME,
    "agent": _NAME,
    "user": "String",
    "platform": _NAME,
    "server_name": _NAME,
    "logger": _NAME,
    "trace_id": "String",
    "span_id": "String",
    "tags": "Map(LowCardinality(String), String)",
    "body": "String CODEC(ZSTD(3))",  # JSON: the normalised event
}

_ATTACHMENTS: Final = {
    "event_id": "String",
    "time": _TIME,
    "name": "String",
    "project": "UInt32",
    "content_type": "String",
    "bytes": "UInt64",
    "body": "String CODEC(ZSTD(3))",  # base64
}


def event_statements(settings: str) -> Iterator[str]:
    """The DDL of both tables, which can be run again and again; `settings` are those of every table."""
    indexes = ("trace_id", "event_id")
    yield from _table("events", _EVENTS, "(hash, time, event_id)", settings, indexes)
    yield from _table("attachments", _ATTACHMENTS, "(event_id, time, name)", settings)


def _table(
    name: str, columns: dict[str, str], order: str, settings: str, indexes: tuple[str, ...] = ()
) -> Iterator[str]:
    body = [f"{column} {kind}" for column, kind in columns.items()]
    body += [f"INDEX by_{column} {column} TYPE bloom_filter GRANULARITY 1" for column in indexes]
    yield (
        f"CREATE TABLE IF NOT EXISTS {name} ({', '.join(body)}) ENGINE = ReplacingMergeTree "
        f"PARTITION BY toDate(time) ORDER BY {order} SETTINGS {settings}"
    )
    missing = ", ".join(f"ADD COLUMN IF NOT EXISTS {column} {kind}" for column, kind in columns.items())
    yield f"ALTER TABLE {name} {missing}"
