"""An incident brings along what whoever is woken needs first, and no more than fits on a screen."""

from __future__ import annotations

import json
from typing import Any

from opentelemetry.proto.trace.v1.trace_pb2 import Span

from fleaglass.hub.alerting.evidence import Asked, gather
from fleaglass.hub.state import State
from fleaglass.hub.state.schema import issues
from fleaglass.hub.store import Store
from fleaglass.hub.store.engine import Engine
from tests.support.otlp import T0, key_values, trace_id, traces
from tests.unit.hub.alerting.story import an_issue

ONE, TWO = trace_id(1).hex(), trace_id(2).hex()


def put(engine: Engine, *spans: dict[str, Any]) -> None:
    engine.insert("traces", traces(*spans).SerializeToString())


def crumb(at: int, name: str, **attributes: Any) -> Span.Event:
    return Span.Event(time_unix_nano=T0 + at, name=name, attributes=key_values(attributes))


async def test_orders_assets_errors_and_the_last_breadcrumbs_of_the_traces(
    engine: Engine, store: Store, state: State
) -> None:
    failed = {
        "name": "pf.trade.execute",
        "status": 2,
        "attributes": {"pf.order_id": "o1", "pf.asset": "BTC", "error.type": "OrderRejectedError"},
        "events": [crumb(2, "risk_check", passed=False), crumb(1, "signal", confidence=0.9)],
    }
    put(engine, failed, {"id": 2, "attributes": {"pf.escrow_id": "e1", "pf.asset": "BTC"}})
    put(engine, {"trace": 2, "attributes": {"pf.order_id": "o2"}})
    evidence = await gather(store, state, {"k": Asked([ONE, TWO]), "none": Asked()})
    assert evidence == {
        "k": {
            "traces": [ONE, TWO],
            "orders": ["o1", "o2"],
            "escrows": ["e1"],
            "assets": ["BTC"],
            "errors": ["OrderRejectedError"],
            "breadcrumbs": [
                {"time_ns": str(T0 + 1), "name": "signal", "says": "confidence=0.9"},
                {"time_ns": str(T0 + 2), "name": "risk_check", "says": "passed=False"},
            ],
            "issues": [],
        },
        "none": {
            "traces": [],
            "orders": [],
            "escrows": [],
            "assets": [],
            "errors": [],
            "breadcrumbs": [],
            "issues": [],
        },
    }


async def test_a_span_that_was_sent_twice_is_told_once(engine: Engine, store: Store, state: State) -> None:
    span = {"attributes": {"pf.order_id": "o1"}, "events": [crumb(1, "signal")]}
    put(engine, span)
    put(engine, span)
    evidence = await gather(store, state, {"k": Asked([ONE])})
    assert (evidence["k"]["orders"], len(evidence["k"]["breadcrumbs"])) == (["o1"], 1)


async def test_evidence_stays_small_whatever_the_traces_hold(engine: Engine, store: Store, state: State) -> None:
    long = "x" * 5000
    spans = [
        {
            "id": number,
            "status": 2,
            "attributes": {"pf.order_id": f"{number}{long}", "error.type": long},
            "events": [crumb(n, long, said=long) for n in range(30)],
        }
        for number in range(1, 200)
    ]
    put(engine, *spans)
    (evidence,) = (await gather(store, state, {"k": Asked([ONE])})).values()
    assert len(evidence["orders"]) == 5
    assert len(json.dumps(evidence, ensure_ascii=False)) < 8000


async def test_an_incident_about_an_issue_names_it(store: Store, state: State) -> None:
    with state.write() as connection:
        connection.execute(issues.issues.insert().values(an_issue(7, title="boom")))
    evidence = await gather(store, state, {"k": Asked(issue=7), "gone": Asked(issue=8)})
    assert [evidence["k"]["issues"], evidence["gone"]["issues"]] == [[{"id": 7, "title": "boom"}], []]
