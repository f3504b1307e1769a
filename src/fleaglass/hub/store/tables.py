"""The store's tables, as DDL that can be run again and again.

    raw_traces (Null) ──flatten──▶ spans        one row a span, replaced by (trace id, span id)
    raw_open   (Null) ──flatten──▶ open_spans   the same of those that have no end yet; what has one goes to spans
    raw_logs   (Null) ──flatten──▶ logs         one row a record, replaced by its identity
                                   metrics      one row a data point, replaced by its identity

                                   doomed       traces that are being deleted (retention.py)
                                   dropped      what the disk cap took (disk.py)

A span in `spans` has ended, and nothing in `open_spans` of it counts any more, whichever came first: whoever reads
those leaves out what is in `spans` as well. So what is counted and summed never has an open span in it. Snapshots go
by themselves after a while.

A raw table keeps nothing: its columns mirror the OTLP message, the engine parses the protobuf bytes into them, and the
view beside it (flatten.py) flattens what arrives. Attributes of the schema that ask for it have a typed column of
their own; every other attribute, and one whose value has another type than the schema says, is kept in the map of its
value's type.
`resource` holds the resource's attributes as JSON rows `[key, tagged value]` (values.py).

Rows are sorted by trace, so that a trace is read from a few granules; days are partitions, so that old ones are
dropped whole. Replacing happens within a day, which a re-sent span never leaves since its start time is its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from fleaglass import semconv
from fleaglass.hub.store import flatten
from fleaglass.hub.store.event_tables import event_statements
from fleaglass.hub.store.wire import EVENTS, LINKS, LOGS_COLUMN, TRACES_COLUMN

__all__ = ["MAPS", "ORIGIN", "TYPED_COLUMNS", "column", "statements"]

_ENGINE_TYPES: Final = {"string": "String", "int": "Int64", "double": "Float64", "boolean": "Bool"}

MAPS: Final = {kind: f"attr_{kind}" for kind in _ENGINE_TYPES} | {"other": "attr_other"}
"""Value type -> the map column of attributes that have that type; `attr_other` holds tagged bytes (values.py)."""

TYPED_COLUMNS: Final = {
    attribute.name: attribute.type
    for attribute in semconv.ATTRIBUTES.values()
    if attribute.column and attribute.type in _ENGINE_TYPES
}
"""Attribute name -> schema type, for attributes that have a column of their own in `spans`."""

ORIGIN: Final = (*flatten.ORIGIN_SOURCES, "resource")
"""Columns worked out from the resource: who sent the row."""

_DURABLE: Final = "fsync_after_insert = 1, fsync_part_directory = 1"
_MERGING: Final = f"min_bytes_for_wide_part = {256 * 1024 * 1024}, merge_selector_base = 10"
"""Merging is a third of what a span costs. One file for all columns, up to this size, halves the work of a merge (75
columns are some 200 streams to write apart), and merging ten parts at a time instead of five halves how often a row
is merged again: 1.64 → 1.3 CPU-s per 100k spans over 102,400 of them, for up to twice as many parts to read."""

_SHORT_LIVED: Final = " TTL seen + INTERVAL 2 DAY"


def column(attribute: str) -> str:
    """The column of a typed attribute: its name with dots as underscores."""
    return attribute.replace(".", "_")


def statements() -> Iterator[str]:
    """The DDL that brings a store up to this version, in order; every statement can be repeated.

    Tables are created once and only gain columns. Raw tables and views hold no data and are made anew each time, so
    that they always say what this version reads.
    """
    yield from _table("spans", _span_columns(), "toDate(start_time)", "(trace_id, span_id)")
    yield from _table("logs", _log_columns(), "toDate(time)", "(trace_id, time, identity)")
    yield from _table("metrics", _metric_columns(), "toDate(time)", "(name, agent, time, start_time, attributes)")
    yield from _table("open_spans", _open_span_columns(), "toDate(start_time)", "(trace_id, span_id)", _SHORT_LIVED)
    yield from _views("raw_traces", TRACES_COLUMN, {"flatten_traces": ("spans", flatten.spans(TYPED_COLUMNS))})
    snapshots = {
        "flatten_ended": ("spans", flatten.ended_spans(TYPED_COLUMNS)),
        "flatten_open": ("open_spans", flatten.open_spans(TYPED_COLUMNS)),
    }
    yield from _views("raw_open", TRACES_COLUMN, snapshots)
    yield from _views("raw_logs", LOGS_COLUMN, {"flatten_logs": ("logs", flatten.logs())})
    yield from event_statements(f"{_DURABLE}, {_MERGING}")
    yield _plain("doomed", "day Date, trace_id FixedString(16)", "(day, trace_id)")
    yield _plain("dropped", "time DateTime('UTC'), kind String, day Date, rows UInt64, bytes Int64", "time")


def _table(name: str, columns: dict[str, str], partition: str, order: str, ttl: str = "") -> Iterator[str]:
    body = ", ".join(f"{key} {kind}" for key, kind in columns.items())
    indexes = {
        "spans": ", INDEX by_link links.trace_id TYPE bloom_filter GRANULARITY 1"
        ", INDEX by_order pf_order_id TYPE bloom_filter GRANULARITY 1",
    }.get(name, "")
    yield (
        f"CREATE TABLE IF NOT EXISTS {name} ({body}{indexes}) ENGINE = ReplacingMergeTree "
        f"PARTITION BY {partition} ORDER BY {order}{ttl} SETTINGS {_DURABLE}, {_MERGING}"
    )
    missing = ", ".join(f"ADD COLUMN IF NOT EXISTS {key} {kind}" for key, kind in columns.items())
    yield f"ALTER TABLE {name} {missing}"


def _plain(name: str, columns: str, order: str) -> str:
    return f"CREATE TABLE IF NOT EXISTS {name} ({columns}) ENGINE = MergeTree ORDER BY {order} SETTINGS {_DURABLE}"


def _views(raw: str, raw_column: str, views: dict[str, tuple[str, str]]) -> Iterator[str]:
    """A raw table and its views: the table that each fills, and the SELECT, by name."""
    for name in views:
        yield f"DROP VIEW IF EXISTS {name}"
    yield f"DROP TABLE IF EXISTS {raw}"
    yield f"CREATE TABLE {raw} ({raw_column}) ENGINE = Null"
    for name, (table, select) in views.items():
        yield f"CREATE MATERIALIZED VIEW {name} TO {table} AS {select}"


_ORIGIN_COLUMNS: Final = dict.fromkeys(ORIGIN, "LowCardinality(String)")
_MAP_COLUMNS: Final = {name: f"Map(String, {_ENGINE_TYPES.get(kind, 'String')})" for kind, name in MAPS.items()}


def _span_columns() -> dict[str, str]:
    return {
        "trace_id": "FixedString(16)",
        "span_id": "FixedString(8)",
        "parent_span_id": "FixedString(8)",  # zero bytes: a root
        "trace_state": "String",
        "flags": "UInt32",
        "name": "LowCardinality(String)",
        "kind": "Int32",
        "start_time": "DateTime64(9, 'UTC')",
        "duration_ns": "Int64",
        "status_code": "Int32",
        "status_message": "String",
        "scope_name": "LowCardinality(String)",
        "scope_version": "LowCardinality(String)",
        "scope_attributes": "Array(String)",
        **_ORIGIN_COLUMNS,
        **{column(name): _typed(name, kind) for name, kind in TYPED_COLUMNS.items()},
        **_MAP_COLUMNS,
        "dropped_attributes_count": "UInt32",
        "events": EVENTS,
        "dropped_events_count": "UInt32",
        "links": LINKS,
        "dropped_links_count": "UInt32",
    }


def _open_span_columns() -> dict[str, str]:
    return {**_span_columns(), "seen": "DateTime DEFAULT now()"}


def _typed(name: str, kind: str) -> str:
    """Nullable, since absent is not 0; ids are too many for a dictionary, other strings repeat."""
    if kind == "string" and not name.endswith("id"):
        return "LowCardinality(Nullable(String))"
    return f"Nullable({_ENGINE_TYPES[kind]})"


def _log_columns() -> dict[str, str]:
    return {
        "trace_id": "String",
        "span_id": "String",
        "flags": "UInt32",
        "time": "DateTime64(9, 'UTC')",
        "observed_time": "DateTime64(9, 'UTC')",
        "identity": "UInt64",
        "severity_number": "Int32",
        "severity_text": "LowCardinality(String)",
        "event_name": "LowCardinality(String)",
        "body": "String",  # tagged, see values.py
        "scope_name": "LowCardinality(String)",
        "scope_version": "LowCardinality(String)",
        **_ORIGIN_COLUMNS,
        **_MAP_COLUMNS,
        "dropped_attributes_count": "UInt32",
    }


def _metric_columns() -> dict[str, str]:
    return {
        "name": "LowCardinality(String)",
        "kind": "LowCardinality(String)",
        "unit": "LowCardinality(String)",
        "description": "LowCardinality(String)",
        "temporality": "Int32",
        "monotonic": "Bool",
        "time": "DateTime64(9, 'UTC')",
        "start_time": "DateTime64(9, 'UTC')",
        **_ORIGIN_COLUMNS,
        "attributes": "String",  # JSON rows, like resource
        "value": "String",  # tagged, empty when the point has none
        "count": "Nullable(UInt64)",
        "sum": "Nullable(Float64)",
        "min": "Nullable(Float64)",
        "max": "Nullable(Float64)",
        "detail": "String",  # JSON: buckets, quantiles
        "exemplars": "String",  # JSON
        "trace_ids": "Array(String)",
        "flags": "UInt32",
    }
