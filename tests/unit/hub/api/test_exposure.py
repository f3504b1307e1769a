"""What is out of the agents' hands: orders in doubt, escrows not settled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.otlp import T0, traces
from tests.unit.hub.api.conftest import MINUTE, Api

Put = Callable[..., None]


def operation(name: str, after_ms: int = 0, status: int = 0, **attributes: Any) -> dict[str, Any]:
    start = T0 + after_ms * 1_000_000
    told = {"pf." + key.replace("order_state", "order.state"): value for key, value in attributes.items()}
    span = {"name": name, "parent": 99, "attributes": told, "status": status}
    return span | {"start_time_unix_nano": start, "end_time_unix_nano": start + 1000}


CREATE = operation("pf.escrow.create", escrow_id="esc_1", amount_usd=25.5, escrow_status="funded")
LOST = {"quantity": 0.5, "expected_price": 100.0, "order_state": "unknown"}


async def flying(api: Api, **query: Any) -> tuple[int, str]:
    totals = (await api("stats", range="1h") if not query else await api("stats", **query))["totals"]
    return totals["in_flight"], totals["exposed_usd"]


async def test_an_escrow_is_in_flight_once_it_is_created(api: Api, put: Put) -> None:
    put(traces(CREATE, operation("pf.escrow.complete", 5, escrow_id="esc_1", escrow_status="completed")))
    assert await flying(api) == (1, "25.5")


@pytest.mark.parametrize("trace", [1, 2], ids=["same trace", "another trace"])
@pytest.mark.parametrize(
    "end",
    [
        operation("pf.escrow.release", 5, escrow_id="esc_1", escrow_status="released"),
        operation("pf.escrow.release", 5, escrow_id="esc_1"),
        operation("pf.escrow.dispute", 5, escrow_id="esc_1", escrow_status="disputed"),
        operation("pf.escrow.read", 5, escrow_id="esc_1", escrow_status="refunded"),
    ],
    ids=lambda span: span["name"],
)
async def test_until_it_is_settled(api: Api, put: Put, end: dict[str, Any], trace: int) -> None:
    put(traces(CREATE), traces(end | {"id": 2}, trace=trace, resource={"pf.agent_id": "other"}))
    assert await flying(api) == (0, "0")


@pytest.mark.parametrize(
    "end",
    [
        operation("pf.escrow.release", 5, status=2, escrow_id="esc_1"),
        operation("pf.escrow.release", 5, status=2, escrow_id="esc_1", escrow_status="unknown"),
        operation("pf.escrow.release", 5, escrow_id="esc_2", escrow_status="released"),
        operation("pf.escrow.read", 5, escrow_id="esc_1", escrow_status="funded"),
        operation("pf.escrow.list", 5, escrow_status="released"),
    ],
    ids=lambda span: span["name"],
)
async def test_which_takes_an_answer_about_this_escrow(api: Api, put: Put, end: dict[str, Any]) -> None:
    put(traces(CREATE, end))
    assert await flying(api) == (1, "25.5")


async def test_an_escrow_whose_creation_went_unanswered_counts_and_one_that_was_refused_does_not(
    api: Api, put: Put
) -> None:
    put(
        traces(
            operation("pf.escrow.create", status=2, amount_usd=10.0, escrow_status="unknown"),
            operation("pf.escrow.create", status=2, amount_usd=7.0),
        )
    )
    assert await flying(api) == (1, "10")


async def test_an_order_whose_answer_was_lost(api: Api, put: Put) -> None:
    put(traces(operation("pf.trade.execute", status=2, **LOST), operation("pf.trade.execute", order_state="filled")))
    assert await flying(api) == (1, "50")


async def test_an_escrow_in_doubt_is_not_an_order_as_well_and_a_bet_is_over_once_it_is_placed(
    api: Api, put: Put
) -> None:
    unknown = {"order_state": "unknown", "escrow_status": "unknown"}
    put(
        traces(
            operation("pf.escrow.create", status=2, amount_usd=10.0, **unknown),
            operation("pf.casino.bet", status=2, bet_size=1.0, bet_outcome="unknown", order_state="unknown"),
        )
    )
    assert await flying(api) == (1, "10")


async def test_an_order_counts_once_however_many_spans_doubt_it(api: Api, put: Put) -> None:
    put(
        traces(
            operation("pf.trade.execute", order_id="ord_1", **LOST),
            operation("pf.trade.confirmation_poll", order_id="ord_1", order_state="unknown"),
        )
    )
    assert await flying(api) == (1, "50")


@pytest.mark.parametrize("state", ["filled", "cancelled", "rejected", "open"])
async def test_until_its_state_is_known_from_anywhere(api: Api, put: Put, state: str) -> None:
    put(
        traces(operation("pf.trade.execute", order_id="ord_1", **LOST)),
        traces(operation("pf.trade.read", 60_000, order_id="ord_1", order_state=state), trace=2),
    )
    assert await flying(api) == (0, "0")


async def test_a_limit_order_is_worth_its_limit_and_one_without_a_price_nothing(api: Api, put: Put) -> None:
    put(
        traces(
            operation("pf.trade.execute", quantity=0.5, limit_price=90.0, order_state="unknown"),
            operation("pf.trade.close", asset="BTC", order_state="unknown"),
        )
    )
    assert await flying(api) == (2, "45")


async def test_what_was_sent_in_the_range_and_is_open_now(api: Api, put: Put) -> None:
    put(traces(CREATE, resource={"pf.agent_id": "a"}))
    put(traces(operation("pf.trade.execute", 60_000, **LOST), trace=2, resource={"pf.agent_id": "b"}))
    assert await flying(api, from_=T0, to=T0 + MINUTE) == (1, "25.5")
    assert await flying(api, from_=T0 + 1) == (1, "50")
    assert await flying(api, agent="a") == (1, "25.5")
    assert await flying(api, agent="b") == (1, "50")
    put(traces(operation("pf.escrow.release", 300_000, escrow_id="esc_1", escrow_status="released"), trace=3))
    assert await flying(api, from_=T0, to=T0 + MINUTE) == (0, "0")
