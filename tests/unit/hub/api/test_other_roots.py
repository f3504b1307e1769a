"""What is no decision cycle: orders of an agent that was never changed, jobs, markers, reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.otlp import traces
from tests.unit.hub.api.conftest import Api

Put = Callable[..., None]
ERROR = {"status": 2}


def root(name: str, number: int = 1, error: bool = False, **attributes: Any) -> Any:
    """A trace of one span."""
    dotted = {key.replace("__", "."): value for key, value in attributes.items()}
    return traces({"name": name, "attributes": dotted, **(ERROR if error else {})}, trace=number)


@pytest.mark.parametrize("name", ["pf.trade.execute", "pf.trade.close"])
@pytest.mark.parametrize(
    ("state", "error", "outcome"),
    [
        ("filled", False, "traded"),
        ("filled", True, "traded"),
        ("partially_filled", False, "traded"),
        ("open", False, "traded"),
        ("cancelled", False, "completed"),
        ("rejected", True, "rejected"),
        ("not_placed", True, "failed"),  # nobody refused it
        ("unknown", True, "unknown"),
        (None, True, "failed"),
    ],
)
async def test_an_order_that_no_cycle_surrounds_says_itself_how_it_ended(
    api: Api, put: Put, name: str, state: str | None, error: bool, outcome: str
) -> None:
    put(root(name, error=error, **({"pf__order__state": state} if state else {})))
    answer = await api("traces")
    assert [trace["outcome"] for trace in answer["traces"]] == [outcome]
    assert answer["counts"][outcome] == answer["counts"]["decisions"] == 1
    assert (await api("stats"))["totals"]["counts"][outcome] == 1
    assert (await api("stats"))["totals"]["cycles"] == 1


async def test_a_position_that_is_closed_was_neither_bought_nor_sold(api: Api, put: Put) -> None:
    """The venue names the side of the order that closes it, which says nothing to who reads the list."""
    put(root("pf.trade.close", pf__order__state="filled", pf__side="sell", pf__asset="BTC", pf__pnl_usd=1.5))
    [trace] = (await api("traces"))["traces"]
    assert (trace["side"], trace["asset"], trace["pnl_usd"]) == (None, "BTC", "1.5")


async def test_reading_an_order_decides_nothing(api: Api, put: Put) -> None:
    put(root("pf.trade.read", pf__order__state="filled"))
    answer = await api("traces")
    assert answer["traces"][0]["outcome"] == "completed"
    assert (answer["counts"]["all"], answer["counts"]["decisions"]) == (1, 0)


@pytest.mark.parametrize(
    ("name", "key"), [("pf.casino.bet", "pf__bet_outcome"), ("pf.escrow.create", "pf__escrow_status")]
)
async def test_money_in_doubt_is_unknown_whatever_it_was_for(api: Api, put: Put, name: str, key: str) -> None:
    put(root(name, error=True, **{key: "unknown"}))
    assert (await api("traces"))["counts"]["unknown"] == 1


async def test_jobs_and_markers_say_what_they_are_about_and_are_no_decisions(api: Api, put: Put) -> None:
    put(root("pf.monitor.run", 1, pf__monitor__slug="nightly", pf__monitor__status="ok"))
    put(root("pf.monitor.run", 2, error=True, pf__monitor__slug="nightly", error__type="KeyError"))
    put(root("pf.agent.marker", 3, pf__marker__kind="parameters", pf__marker__change="window 20 → 30"))
    put(root("agent.decision_cycle", 4))
    answer = await api("traces")
    said = {int(one["trace_id"], 16): (one["outcome"], one["reason"], one["error_type"]) for one in answer["traces"]}
    assert said == {
        1: ("completed", "nightly", None),
        2: ("failed", "nightly", "KeyError"),
        3: ("completed", "window 20 → 30", None),
        4: ("completed", None, None),
    }
    assert (answer["counts"]["all"], answer["counts"]["decisions"]) == (4, 1)


async def test_the_confidence_is_the_deciding_agents_and_not_that_of_one_it_asked(api: Api, put: Put) -> None:
    put(
        traces(
            {"name": "agent.decision_cycle", "attributes": {"pf.signal_confidence": 0.4}},
            {"name": "pf.signal.analysis", "parent": 1, "attributes": {"pf.signal_confidence": 0.99}},
        )
    )
    assert (await api("traces"))["traces"][0]["confidence"] == 0.4


async def test_a_trace_says_how_many_answers_were_lost_and_looked_for(api: Api, put: Put) -> None:
    put(
        traces(
            {"name": "agent.decision_cycle", "attributes": {"pf.cycle_outcome": "order_placed"}},
            {"name": "pf.trade.execute", "parent": 1, "attributes": {"pf.order.state": "filled"}},
            {"name": "pf.trade.reconcile", "parent": 2, "attributes": {"pf.order.state": "filled"}},
            {"name": "my.reconcile", "parent": 1},
        )
    )
    [trace] = (await api("traces"))["traces"]
    assert (trace["outcome"], trace["lost_answers"]) == ("traded", 1)
