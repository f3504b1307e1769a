"""The statements that make the tables: of this number, readable by the engine, and on a cluster all of them there."""

from __future__ import annotations

import hashlib
import re
from contextlib import suppress
from datetime import date
from typing import Any

import pytest

from fleaglass.hub.keep import Keep
from fleaglass.hub.store.ddl import statements
from fleaglass.hub.store.disk import shrink
from fleaglass.hub.store.engine import Engine, EngineError
from fleaglass.hub.store.layout import Layout
from fleaglass.hub.store.retention import Thinner, set_ttl
from fleaglass.hub.store.schema import SCHEMA
from fleaglass.hub.store.tables import RAW_TABLES, TABLES

CLUSTER = Layout("fleaglass", "main")
ALL = {name for table in TABLES for name in (table.name, f"{table.name}_local")}
ALL |= {name for raw in RAW_TABLES for name in (raw.name, *raw.views)}


def test_whoever_changes_the_tables_counts_their_number_up() -> None:
    """A released number's tables are those that stores have. Another digest needs another SCHEMA (schema.py)."""
    digest = hashlib.sha256("\n".join(statements(Layout())).encode()).hexdigest()
    assert (SCHEMA, digest[:16]) == (2, "247fc76d2caa841f")


@pytest.mark.parametrize("layout", [Layout(), CLUSTER])
def test_the_engine_can_read_every_statement(engine: Engine, layout: Layout) -> None:
    for statement in (*statements(layout), *statements(layout, ALL)):
        [row] = engine.query("SELECT formatQuerySingleLine({statement:String}) AS said", {"statement": statement})
        assert (f"ON CLUSTER {layout.cluster}" in row["said"]) is bool(layout.cluster), statement


def test_on_a_cluster_rows_lie_in_replicated_tables_and_are_sent_to_their_shard() -> None:
    made = {
        match[1]: text for text in statements(CLUSTER) if (match := re.match(r"CREATE TABLE IF NOT EXISTS (\w+)", text))
    }
    assert (
        "ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/fleaglass/spans', '{replica}') "
        "PARTITION BY toDate(start_time) ORDER BY (trace_id, span_id) SETTINGS fsync_after_insert = 1, "
    ) in made["spans_local"]
    assert made["spans_local"].endswith("replicated_deduplication_window_seconds = 3600")
    assert made["spans"].endswith("ENGINE = Distributed('main', 'fleaglass', 'spans_local', sipHash64(trace_id))")
    for table in TABLES:
        engine = made[CLUSTER.kept(table.name) if table.shard_by else table.name]
        assert f"ENGINE = Replicated{'Replacing' if table.replacing else ''}MergeTree(" in engine


def test_rows_that_replace_each_other_are_sent_to_one_shard() -> None:
    """What a row is sent by is part of what it is replaced by."""
    for table in TABLES:
        if table.shard_by and table.replacing:
            key = set(re.findall(r"\w+", table.order))
            assert set(re.findall(r"\w+", re.sub(r"'[^']*'", "", table.shard_by))) - {"sipHash64", "if"} <= key


def test_a_view_is_never_dropped_so_nothing_is_lost_between() -> None:
    assert [text for text in statements(CLUSTER, ALL) if "DROP" in text] == []


class Listening:
    """A store on a cluster that only listens: there is one day, over every limit, and deletions are done or fail."""

    layout = CLUSTER

    def __init__(self, failed: str) -> None:
        self.heard: list[str] = []
        self._mutations = [{"failed": failed}] if failed else []

    async def query(self, sql: str, _: Any = None) -> list[dict[str, Any]]:
        self.heard.append(sql)
        if "system.mutations" in sql:
            return self._mutations
        day = date(2023, 11, 14)
        held = {"day": day, "near": day, "partition": str(day), "block": 1, "rows": 1, "held": 1, "bytes": 10**9}
        return [{**held, "engine_full": "ReplicatedReplacingMergeTree TTL start_time SETTINGS a = 1"}]


@pytest.mark.parametrize("failed", ["", "no disk"])
async def test_housekeeping_has_every_server_change_the_tables_that_rows_lie_in(engine: Engine, failed: str) -> None:
    store: Any = Listening(failed)
    for keep in (Keep(), Keep(0, 0, 0)):
        await set_ttl(store, keep)
    with suppress(EngineError):  # the deletion's
        async for _ in shrink(store, Thinner(store), 1, date(2026, 1, 1)):
            pass
    for statement in store.heard:
        engine.query("SELECT formatQuerySingleLine({statement:String}) AS said", {"statement": statement})
    orders = [sql for sql in store.heard if not sql.startswith(("SELECT", "INSERT"))]
    assert all(" ON CLUSTER 'main'" in sql and "_local" in sql for sql in orders)
    assert {sql.split()[0] for sql in orders} == {"ALTER", "SYSTEM", *(["KILL"] if failed else ["TRUNCATE"])}
