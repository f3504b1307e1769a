"""The statements that make the tables (tables.py) and bring older ones forward; each can be run again and again.

    one engine                      a cluster, every statement ON CLUSTER
    spans    ReplacingMergeTree     spans_local  ReplicatedReplacingMergeTree, spans  Distributed over it
    raw_…    Null                   raw_…        Null, on every server
    view TO spans                   view TO spans, which sends each row to its shard

A view's SELECT is changed in place. Were it dropped and made anew, what hubs insert meanwhile would be acknowledged and
lost.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from fleaglass.hub.store.layout import Layout
from fleaglass.hub.store.table import Raw, Table
from fleaglass.hub.store.tables import RAW_TABLES, TABLES

__all__ = ["statements"]

_DURABLE: Final = "fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1"
"""What was merged is on disk before the parts that it was made of go, which an embedded engine deletes at once."""

_TIDY: Final = "cleanup_delay_period = 5, max_cleanup_delay_period = 10, concurrent_part_removal_threshold = 1000000"
"""For one engine, mostly in this process: what was merged goes after seconds, not minutes, and without 128 threads,
which a hundred such parts would wake, and whose 30 MB stay until the process ends."""

_MERGING: Final = f"min_bytes_for_wide_part = {256 * 1024 * 1024}, merge_selector_base = 10"
"""Merging is a third of what a span costs. One file for all columns, up to this size, halves the work of a merge (75
columns are some 200 streams to write apart), and merging ten parts at a time instead of five halves how often a row
is merged again: 1.64 → 1.3 CPU-s per 100k spans over 102,400 of them, for up to twice as many parts to read."""

_REMEMBERING: Final = "replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 3600"
"""How many inserts a shard tells apart, and for how long: a sender that had no answer comes again within minutes."""


def statements(layout: Layout, there: Collection[str] = ()) -> Iterator[str]:
    """All of them, in order; `there` names the tables and views that exist, and may be older ones."""
    for table in TABLES:
        yield from _table(table, layout, there)
    for raw in RAW_TABLES:
        yield from _raw(raw, layout, there)


def _table(table: Table, layout: Layout, there: Collection[str]) -> Iterator[str]:
    kept = layout.kept(table.name) if table.shard_by else table.name
    settings = _settings(table, layout)
    yield (
        f"CREATE TABLE IF NOT EXISTS {kept}{layout.on_cluster} ({_columns(table)}) ENGINE = {_engine(table, layout)}"
        f"{f' PARTITION BY toDate({table.day})' if table.day else ''} ORDER BY {table.order}"
        f"{f' TTL {table.ttl}' if table.ttl else ''} SETTINGS {settings}"
    )
    missing = [f"ADD COLUMN IF NOT EXISTS {name} {kind}" for name, kind in table.columns.items()]
    indexes = [f"ADD INDEX IF NOT EXISTS {each}" for each in _indexes(table)]
    if kept in there:
        yield f"ALTER TABLE {kept}{layout.on_cluster} {', '.join(missing + indexes)}"
        yield f"ALTER TABLE {kept}{layout.on_cluster} MODIFY SETTING {settings}"
    if layout.cluster and table.shard_by:
        yield (
            f"CREATE TABLE IF NOT EXISTS {table.name}{layout.on_cluster} ({_plain_columns(table)}) ENGINE = "
            f"Distributed('{layout.cluster}', '{layout.database}', '{kept}', {table.shard_by})"
        )
        if table.name in there:
            yield f"ALTER TABLE {table.name}{layout.on_cluster} {', '.join(missing)}"


def _raw(raw: Raw, layout: Layout, there: Collection[str]) -> Iterator[str]:
    name, on_cluster = raw.name, layout.on_cluster
    yield f"CREATE TABLE IF NOT EXISTS {name}{on_cluster} ({raw.column}) ENGINE = Null"
    if name in there:
        yield f"ALTER TABLE {name}{on_cluster} MODIFY COLUMN {raw.column}"
    for view, (table, select) in raw.views.items():
        yield f"CREATE MATERIALIZED VIEW IF NOT EXISTS {view}{on_cluster} TO {table} AS {select}"
        if view in there:
            yield f"ALTER TABLE {view}{on_cluster} MODIFY QUERY {select}"


def _engine(table: Table, layout: Layout) -> str:
    name = "ReplacingMergeTree" if table.replacing else "MergeTree"
    if not layout.cluster:
        return name
    path = f"/clickhouse/tables/{{shard}}/{layout.database}/{table.name}"
    replica = "{replica}"
    if table.shard_by is None:  # one table for all servers, whose names need only differ within their shard
        path, replica = f"/clickhouse/tables/all/{layout.database}/{table.name}", "{shard}-{replica}"
    return f"Replicated{name}('{path}', '{replica}')"


def _settings(table: Table, layout: Layout) -> str:
    settings = [_DURABLE]
    if table.day:
        settings.append(_MERGING)
    settings.append(_REMEMBERING if layout.cluster else _TIDY)
    return ", ".join(settings)


def _columns(table: Table) -> str:
    return ", ".join([_plain_columns(table), *(f"INDEX {each}" for each in _indexes(table))])


def _plain_columns(table: Table) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in table.columns.items())


def _indexes(table: Table) -> list[str]:
    return [f"{name} {index} GRANULARITY 1" for name, index in table.indexes.items()]
