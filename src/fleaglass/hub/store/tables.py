"""The store's tables, described once; ddl.py makes the statements of them, for one engine and for a cluster.

    raw_traces (Null) ──flatten──▶ spans        one row a span, replaced by (trace id, span id)
    raw_open   (Null) ──flatten──▶ open_spans   the same of those that have no end yet; what has one goes to spans
    raw_logs   (Null) ──flatten──▶ logs         one row a record, replaced by its identity
                                   metrics      one row a data point, replaced by its identity
                                   events, attachments   (event_tables.py)

                                   doomed       traces that are being deleted (retention.py)
                                   dropped      what the disk cap took (disk.py)
                                   fleaglass_schema   the versions that these tables have been through (schema.py)

A span in `spans` has ended, and nothing in `open_spans` of it counts any more, whichever came first: whoever reads
those leaves out what is in `spans` as well. So what is counted and summed never has an open span in it. Snapshots go
by themselves after a while.

A raw table keeps nothing: its columns mirror the OTLP message, the engine parses the protobuf bytes into them, and the
view beside it (flatten.py) flattens what arrives. Attributes of the schema that ask for it have a typed column of
their own; every other attribute, and one whose value has another type than the schema says, is kept in the map of its
value's type.
`resource` holds the resource's attributes as JSON rows `[key, tagged value]` (values.py).

Rows are sorted by trace, so that a trace is read from a few granules; days are partitions, so that old ones are
dropped whole. Replacing happens within a day, which a re-sent span never leaves since its start time is its own, and
on a cluster within a shard, which a row never leaves since what it is replaced by says which one.
"""

from __future__ import annotations

from typing import Final

from fleaglass import semconv
from fleaglass.hub.store import flatten
from fleaglass.hub.store.event_tables import EVENT_TABLES
from fleaglass.hub.store.table import Raw, Table
from fleaglass.hub.store.wire import EVENTS, LINKS, LOGS_COLUMN, TRACES_COLUMN

__all__ = ["MAPS", "ORIGIN", "RAW_TABLES", "TABLES", "TYPED_COLUMNS", "column"]

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


def column(attribute: str) -> str:
    """The column of a typed attribute: its name with dots as underscores."""
    return attribute.replace(".", "_")


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
        "seen": "DateTime",  # when it was stored, by the engine's clock; 0 where it was stored before there was this
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


_BY_TRACE: Final = "sipHash64(trace_id)"

_SPANS: Final = Table(
    name="spans",
    columns=_span_columns(),
    order="(trace_id, span_id)",
    day="start_time",
    shard_by=_BY_TRACE,
    indexes={
        "by_link": "links.trace_id TYPE bloom_filter",
        "by_order": "pf_order_id TYPE bloom_filter",
        "by_seen": "seen TYPE minmax",
    },
)

TABLES: Final = (
    _SPANS,
    Table(
        name="logs",
        columns=_log_columns(),
        order="(trace_id, time, identity)",
        day="time",
        shard_by="if(trace_id = '', identity, sipHash64(trace_id))",  # those of no trace are many
    ),
    Table(
        name="metrics",
        columns=_metric_columns(),
        order="(name, agent, time, start_time, attributes)",
        day="time",
        shard_by="sipHash64(name, agent, attributes)",
    ),
    Table(
        name="open_spans",
        columns=_open_span_columns(),
        order="(trace_id, span_id)",
        day="start_time",
        shard_by=_BY_TRACE,
        ttl="seen + INTERVAL 2 DAY",
    ),
    *EVENT_TABLES,
    Table(
        name="doomed",
        columns={"day": "Date", "trace_id": "FixedString(16)"},
        order="(day, trace_id)",
        shard_by=_BY_TRACE,  # beside the spans that it dooms
        replacing=False,
    ),
    Table(
        name="dropped",
        columns={"time": "DateTime('UTC')", "kind": "String", "day": "Date", "rows": "UInt64", "bytes": "Int64"},
        order="time",
        replacing=False,
    ),
    Table(
        name="fleaglass_schema",
        columns={"version": "UInt32", "fleaglass": "String", "time": "DateTime('UTC') DEFAULT now()"},
        order="version",
    ),
)
"""The tables that hold rows."""

RAW_TABLES: Final = (
    Raw("raw_traces", TRACES_COLUMN, {"flatten_traces": ("spans", flatten.spans(TYPED_COLUMNS))}),
    Raw(
        "raw_open",
        TRACES_COLUMN,
        {
            "flatten_ended": ("spans", flatten.ended_spans(TYPED_COLUMNS)),
            "flatten_open": ("open_spans", flatten.open_spans(TYPED_COLUMNS)),
        },
    ),
    Raw("raw_logs", LOGS_COLUMN, {"flatten_logs": ("logs", flatten.logs())}),
)
"""The tables that OTLP is inserted into, and who takes it from there."""
