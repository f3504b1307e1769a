"""events, attachments: error events beside the spans, with the columns that issues are searched and counted by.

An event is a row under the grouping hash that it was counted by (the state's `groups`), so an issue's events are those
of its groups' hashes, in time order. Rows replace by (hash, time, event id): what is digested twice is there once.
"""

from __future__ import annotations

from typing import Final

from fleaglass.hub.store.table import Table

__all__ = ["EVENT_TABLES"]

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

EVENT_TABLES: Final = (
    Table(
        name="events",
        columns=_EVENTS,
        order="(hash, time, event_id)",
        day="time",
        shard_by="sipHash64(hash)",
        indexes={"by_trace_id": "trace_id TYPE bloom_filter", "by_event_id": "event_id TYPE bloom_filter"},
    ),
    Table(
        name="attachments",
        columns=_ATTACHMENTS,
        order="(event_id, time, name)",
        day="time",
        shard_by="sipHash64(event_id)",
    ),
)
"""The descriptions of both tables."""
