"""The real engine: what it stores of a body, that it replaces, and that it fails whole."""

from __future__ import annotations

import json
import math
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from fleaglass.hub.receive.http import otlp_routes
from fleaglass.hub.receive.otlp import parse
from fleaglass.hub.receive.quota import Quota
from fleaglass.hub.receive.reception import Reception
from fleaglass.hub.refusals import Refusals
from fleaglass.hub.store import EngineError, Store
from fleaglass.hub.store.ddl import statements
from fleaglass.hub.store.engine import Engine
from fleaglass.hub.store.schema import found
from fleaglass.hub.store.tables import TYPED_COLUMNS, column
from fleaglass.hub.store.values import from_resource, from_tagged
from tests.support.otlp import T0, TEN_KINDS, gauge, logs, span_id, traces

PROTOBUF = {"content-type": "application/x-protobuf"}
VALUES: dict[str, Any] = {"string": "x", "int": 0, "double": 0.0, "boolean": False}


def insert(engine: Engine, *bodies: bytes) -> None:
    engine.insert("traces", b"".join(bodies))


def test_every_schema_attribute_with_a_column_is_found_in_it_and_nowhere_else(engine: Engine) -> None:
    attributes = {name: VALUES[kind] for name, kind in TYPED_COLUMNS.items()}
    insert(engine, traces({"attributes": attributes}).SerializeToString())
    [row] = engine.query("SELECT * FROM spans FINAL")
    assert {name: row[column(name)] for name in TYPED_COLUMNS} == attributes
    assert [row[name] for name in ("attr_string", "attr_int", "attr_double", "attr_boolean")] == [{}, {}, {}, {}]


def test_a_schema_attribute_of_another_type_keeps_its_own(engine: Engine) -> None:
    insert(
        engine,
        traces({"attributes": {"pf.fill_price": 66000, "pf.asset": 1.5, "pf.http_status": "ok"}}).SerializeToString(),
    )
    [row] = engine.query("SELECT * FROM spans FINAL")
    assert (row["pf_fill_price"], row["pf_asset"], row["pf_http_status"]) == (None, None, None)
    assert row["attr_int"] == {"pf.fill_price": 66000}
    assert row["attr_double"] == {"pf.asset": 1.5}
    assert row["attr_string"] == {"pf.http_status": "ok"}


def test_absent_is_not_zero(engine: Engine) -> None:
    insert(engine, traces({"attributes": {"pf.fee_usd": 0.0}}, {}).SerializeToString())
    assert engine.query("SELECT pf_fee_usd AS fee FROM spans FINAL ORDER BY span_id") == [{"fee": 0.0}, {"fee": None}]


def test_times_keep_their_nanoseconds(engine: Engine) -> None:
    insert(engine, traces({"start_time_unix_nano": T0 + 1, "end_time_unix_nano": T0}).SerializeToString())
    assert engine.query("SELECT toUnixTimestamp64Nano(start_time) AS t, duration_ns AS d FROM spans") == [
        {"t": T0 + 1, "d": -1}
    ]


def test_joined_bodies_are_one_insert(engine: Engine) -> None:
    insert(engine, *(traces({}, trace=number).SerializeToString() for number in (1, 2, 3)))
    assert engine.query("SELECT uniqExact(trace_id) AS traces FROM spans") == [{"traces": 3}]


def test_a_span_sent_again_replaces_the_first(engine: Engine) -> None:
    insert(engine, traces({"name": "first"}).SerializeToString())
    insert(engine, traces({"name": "second"}).SerializeToString())
    insert(engine, traces({"name": "third"}, {"id": 2}).SerializeToString())
    rows = engine.query("SELECT span_id, name FROM spans FINAL ORDER BY span_id")
    assert rows == [{"span_id": span_id(1), "name": "third"}, {"span_id": span_id(2), "name": "span"}]


@pytest.mark.parametrize("cut", [1, 5, 30])
def test_a_truncated_body_adds_nothing(engine: Engine, cut: int) -> None:
    good = traces({"attributes": TEN_KINDS}).SerializeToString()
    with pytest.raises(EngineError):
        insert(engine, good[:-cut])
    assert engine.query("SELECT count() AS rows FROM spans") == [{"rows": 0}]


def test_who_sent_it_comes_from_the_resource(engine: Engine) -> None:
    resource = {
        "service.name": "purple-flea-agent",
        "service.version": "1.2",
        "pf.agent_id": "vol-arb-1",
        "pf.strategy": "vol-arb",
        "deployment.environment.name": "prod",
        "cloud.region": "eu",
        "bytes": b"\xff",
        "list": [1, "a"],
    }
    insert(engine, traces({}, resource=resource).SerializeToString())
    [row] = engine.query("SELECT * FROM spans")
    assert [row[name] for name in ("agent", "service", "release", "strategy", "environment", "region", "services")] == [
        "vol-arb-1",
        "purple-flea-agent",
        "1.2",
        "vol-arb",
        "prod",
        "eu",
        "",
    ]
    shown = {pair["key"]: pair["value"] for pair in from_resource(json.loads(row["resource"]))}
    assert shown["bytes"] == {"type": "bytes", "value": "/w=="}
    assert shown["list"] == {
        "type": "array",
        "value": [{"type": "int", "value": "1"}, {"type": "string", "value": "a"}],
    }


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("text", {"type": "string", "value": "text"}),
        ("", {"type": "string", "value": ""}),
        (0, {"type": "int", "value": "0"}),
        (0.1, {"type": "double", "value": 0.1}),
        (math.inf, {"type": "double", "value": "Infinity"}),
        (math.nan, {"type": "double", "value": "NaN"}),
        (False, {"type": "bool", "value": False}),
        (None, {"type": "empty", "value": None}),
    ],
)
def test_a_log_body_keeps_its_kind(engine: Engine, body: Any, shown: dict[str, Any]) -> None:
    engine.insert("logs", logs({"body": body}).SerializeToString())
    [row] = engine.query("SELECT body FROM logs FINAL")
    assert from_tagged(row["body"]) == shown


def test_log_records_that_differ_are_kept_and_equal_ones_replaced(engine: Engine) -> None:
    body = logs({"body": "a"}, {"body": "b"}).SerializeToString()
    engine.insert("logs", body + body)
    assert engine.query("SELECT count() AS rows FROM logs FINAL") == [{"rows": 2}]


def test_metric_points_are_rows(engine: Engine) -> None:
    batch = parse("metrics", gauge("pf.wallet.balance", 12.5, currency="USD").SerializeToString())
    engine.insert("metrics", batch.body + batch.body)
    [row] = engine.query("SELECT name, kind, value, toUnixTimestamp64Nano(time) AS t, count FROM metrics FINAL")
    assert row == {"name": "pf.wallet.balance", "kind": "gauge", "value": "d12.5", "t": T0, "count": None}


def test_opening_again_changes_nothing(engine: Engine) -> None:
    insert(engine, traces({}).SerializeToString())
    for statement in statements(engine.layout, found(engine.query, engine.layout).tables):
        engine.query(statement)
    assert engine.query("SELECT count() AS rows FROM spans") == [{"rows": 1}]


async def test_a_failing_engine_is_503_and_the_retry_stores_each_span_once(store: Store, engine: Engine) -> None:
    """The engine loses its table, as it would its disk: nothing is acknowledged, and nothing is stored twice later."""
    app = Starlette(routes=otlp_routes(Reception(store, Refusals(), Quota(None))))
    body = traces({}, {}, {}).SerializeToString()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://hub", headers=PROTOBUF) as http:
        engine.query("RENAME TABLE spans TO away")
        try:
            refused = await http.post("/v1/traces", content=body)
        finally:
            engine.query("RENAME TABLE away TO spans")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")
        assert [(await http.post("/v1/traces", content=body)).status_code for _ in range(2)] == [200, 200]
    assert engine.query("SELECT count() AS rows FROM spans") == [{"rows": 3}]
