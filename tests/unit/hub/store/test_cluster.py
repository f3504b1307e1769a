"""A cluster's tables, as far as one engine can run them (tests/support/one_engine_cluster.py says how far).

All of the hub's tests can be run on two shards: FLEAGLASS_TEST_STORE=cluster.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fleaglass.hub.store.engine import Engine, own
from tests.support.otlp import traces
from tests.support.stores import front, migrated


@pytest.fixture(scope="module")
def two_shards(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with front(tmp_path_factory.mktemp("shards"), shards=2) as address:
        migrated(address)
        with own(address) as engine:
            for trace in range(1, 21):
                engine.insert("traces", traces({"name": "first"}, {"id": 2}, trace=trace).SerializeToString())
                engine.insert("traces", traces({"name": "again"}, trace=trace).SerializeToString())
            yield engine


def test_the_traces_of_one_insert_are_on_more_than_one_shard(two_shards: Engine) -> None:
    rows = two_shards.query(
        "SELECT shardNum() AS shard, count() AS spans FROM spans FINAL GROUP BY shard ORDER BY shard"
    )
    assert [row["shard"] for row in rows] == [1, 2]
    assert sum(row["spans"] for row in rows) == 40


def test_a_span_that_was_sent_again_is_replaced_on_its_shard(two_shards: Engine) -> None:
    rows = two_shards.query("SELECT name, count() AS spans FROM spans FINAL GROUP BY name ORDER BY name")
    assert rows == [{"name": "again", "spans": 20}, {"name": "span", "spans": 20}]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count() AS n FROM spans FINAL WHERE trace_id IN (SELECT trace_id FROM spans WHERE name = 'again')",
        "SELECT count() AS n FROM (SELECT trace_id, span_id FROM spans LIMIT 1 BY trace_id, span_id)",
        "SELECT count() AS n FROM spans AS a FINAL JOIN (SELECT DISTINCT trace_id FROM spans) AS b USING trace_id",
    ],
)
def test_a_question_about_other_shards_rows_is_answered_from_all(two_shards: Engine, sql: str) -> None:
    assert two_shards.query(sql) == [{"n": 40}]


@pytest.mark.parametrize("signal", ["traces", "open"])
def test_a_group_that_is_sent_again_is_not_stored_again(tmp_path_factory: pytest.TempPathFactory, signal: str) -> None:
    """Counted without FINAL: there is nothing to replace. Another group with the same span is stored."""
    body = traces({"name": "first"}, {"id": 2}).SerializeToString()
    with front(tmp_path_factory.mktemp("one"), shards=1) as address:
        migrated(address)
        with own(address) as engine:
            for group in (body, body, body + traces({}, trace=2).SerializeToString()):
                engine.insert("traces" if signal == "traces" else "open", group)
            assert engine.query("SELECT count() AS rows FROM spans") == [{"rows": 5}]
