"""GET /performance: what earned and what lost, to the last digit, however it is divided."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from fleaglass.hub.api.errors import Problem
from fleaglass.hub.api.performance_parameters import parse_performance
from fleaglass.hub.api.times import TimeRange
from tests.support.otlp import T0, traces
from tests.unit.hub.api.conftest import MINUTE, NOW, Api

Put = Callable[..., None]

DAY = 1440 * MINUTE
WHOLE = {"from_": T0, "to": T0 + 60 * MINUTE}


def at(minute: float, lasted_ns: int = 1000) -> dict[str, int]:
    start = T0 + round(minute * MINUTE)
    return {"start_time_unix_nano": start, "end_time_unix_nano": start + lasted_ns}


def span(name: str, minute: float, parent: int | None = 1, **told: Any) -> dict[str, Any]:
    """A span that tells `pf.*` attributes; `order_state` for `pf.order.state`."""
    attributes = {"pf." + key.replace("order_state", "order.state"): value for key, value in told.items()}
    return {"name": name, "attributes": attributes, **at(minute)} | ({"parent": parent} if parent else {})


def cycle(minute: float, **told: Any) -> dict[str, Any]:
    return span("agent.decision_cycle", minute, None, **{"cycle_outcome": "completed", **told})


def close(minute: float, pnl: float, fee: float | None = None, **told: Any) -> dict[str, Any]:
    fees = {} if fee is None else {"fee_usd": fee}
    return span("pf.trade.close", minute, **{"pnl_usd": pnl, **fees, **told})


def order(minute: float, **told: Any) -> dict[str, Any]:
    return span("pf.trade.execute", minute, **told)


def agent(name: str, strategy: str = "momentum", release: str = "1.0.0") -> dict[str, str]:
    return {"pf.agent_id": name, "pf.strategy": strategy, "pf.release": release}


def by_key(answer: dict[str, Any], figure: str) -> dict[str | None, Any]:
    return {group["key"]: group[figure] for group in answer["groups"]}


def test_the_last_day_unless_said_otherwise() -> None:
    assert parse_performance([], NOW).time == TimeRange(NOW - DAY, NOW)
    assert parse_performance([("range", "5m")], NOW).time == TimeRange(NOW - 5 * MINUTE, NOW)
    assert parse_performance([("to", str(T0))], NOW).time == TimeRange(T0 - DAY, T0)


@pytest.mark.parametrize("first", ["0", "1970-01-01T00:00:00Z"])
def test_from_the_beginning_of_time_is_not_from_yesterday(first: str) -> None:
    assert parse_performance([("from", first)], NOW).time == TimeRange(0, NOW)
    assert parse_performance([("from", first), ("to", str(T0))], NOW).time == TimeRange(0, T0)
    assert parse_performance([("from", ""), ("range", "")], NOW).time == TimeRange(NOW - DAY, NOW)


@pytest.mark.parametrize("by", ["agents", "attr", "attr:", "ATTR:pf.x", "hour;", "asset,side"])
def test_a_grouping_that_does_not_exist_is_refused(by: str) -> None:
    with pytest.raises(Problem, match=r"^by must be one of agent, strategy, release, asset, side, hour, or attr:"):
        parse_performance([("by", by)], NOW)


async def test_an_empty_store_earned_nothing_and_lost_nothing(api: Api) -> None:
    answer = await api("performance", range="1h")
    assert (answer["groups"], answer["others"], answer["by"]) == ([], None, "agent")
    total = answer["total"]
    assert (total["net_usd"], total["fees_usd"], total["expected_usd"]) == ("0", "0", "0")
    assert (total["drawdown"], total["win_rate"], total["fill_rate"], total["slippage_p95_bps"]) == (None,) * 4
    assert set(total["equity_usd"]) == set(total["drawdown_usd"]) == {"0"}
    assert len(answer["steps"]) == len(total["equity_usd"]) == 61


async def test_a_morning_by_hand(api: Api, put: Put) -> None:
    """Two buys, one of them improved upon, and three closings; every figure worked out on paper."""
    bought = {"side": "buy", "asset": "BTC", "order_state": "filled", "quantity": 0.0125, "fill_quantity": 0.0125}
    put(
        traces(
            cycle(0, pnl_usd=12.5),
            order(0, **bought, expected_price=68000.0, fill_price=68027.2, slippage_bps=4.0, fee_usd=0.37),
            close(10, 12.5, 0.02),
            resource=agent("a"),
        ),
        traces(
            cycle(20),
            order(20, **bought, expected_price=68000.0, fill_price=67986.4, slippage_bps=-2.0, fee_usd=0.29),
            close(21, -20.0, 0.02),
            resource=agent("a"),
            trace=2,
        ),
        traces(cycle(30), close(30, 5.25, 0.01), resource=agent("a"), trace=3),
    )
    answer = await api("performance", **WHOLE)
    [group], total = answer["groups"], answer["total"]
    assert group == {"key": "a", **total}
    del total["equity_usd"], total["drawdown_usd"]
    assert total == {
        "pnl_usd": "-2.25",
        "fees_usd": "0.71",
        "net_usd": "-2.96",
        "slippage_cost_usd": "0.17",  # 27.2 × 0.0125 − 13.6 × 0.0125
        "expected_usd": "-2.08",
        "closed": 3,
        "bets": 0,
        "won": 2,
        "lost": 1,
        "win_rate": 0.666667,
        "orders": 2,
        "filled": 2,
        "partly_filled": 0,
        "refused": 0,
        "in_doubt": 0,
        "fill_rate": 1.0,
        "slipped": 2,
        "slippage_mean_bps": 1.0,
        "slippage_p95_bps": 3.7,  # −2 + 0.95 × 6
        # −0.37, +12.11, +11.82 (the second order's fee), −8.20, −2.96: the fall is 12.11 + 8.20
        "drawdown": {
            "usd": "20.31",
            "fraction": 1.677126,
            "from_ns": str(T0 + 10 * MINUTE),
            "to_ns": str(T0 + 21 * MINUTE),
        },
        "cycles": 3,
    }


async def test_the_course_of_the_sum_and_of_its_falls(api: Api, put: Put) -> None:
    first = T0 // MINUTE * MINUTE  # T0 is 20 s into a minute
    moves = [(0, 5.0), (1, -2.0), (1.2, 1.0), (3, 4.0)]
    put(*(traces(cycle(minute), close(minute, pnl), trace=n) for n, (minute, pnl) in enumerate(moves, start=1)))
    answer = await api("performance", **WHOLE)
    assert answer["step_s"] == 60
    assert [int(step) for step in answer["steps"]] == list(range(first, T0 + 60 * MINUTE, MINUTE))
    assert answer["total"]["equity_usd"] == ["5", "4", "4", "8", *["8"] * 57]
    assert answer["total"]["drawdown_usd"] == ["0", "2", "1", "1", *["0"] * 57]  # within a step, the deepest
    assert answer["groups"][0]["equity_usd"] == answer["total"]["equity_usd"]


async def test_a_loss_from_the_start_is_a_fall_from_nothing(api: Api, put: Put) -> None:
    put(traces(cycle(0), close(5, -3.0), close(6, 1.0)))
    drawdown = (await api("performance", **WHOLE))["total"]["drawdown"]
    assert drawdown == {"usd": "3", "fraction": None, "from_ns": str(T0), "to_ns": str(T0 + 5 * MINUTE)}


async def test_what_happens_at_one_instant_is_one_move(api: Api, put: Put) -> None:
    """A loss and a gain of the same nanosecond have no order; so no fall lies between them."""
    put(traces(cycle(0), close(1, -3.0), close(1, 7.0)))
    assert (await api("performance", **WHOLE))["total"]["drawdown"]["usd"] == "0"


@pytest.mark.parametrize("by", ["agent", "strategy", "release", "asset", "side", "hour", "attr:pf.asset"])
async def test_sent_twice_counts_once(api: Api, put: Put, by: str) -> None:
    request = traces(
        cycle(0, pnl_usd=2.5, asset="BTC"),
        order(0, side="buy", order_id="o", quantity=1.0, fill_quantity=0.5, slippage_bps=4.0, fee_usd=0.1),
        close(1, 2.5, 0.2),
        span("pf.escrow.create", 2, escrow_id="e", amount_usd=25.0, fee_usd=0.25),
        span("pf.casino.bet", 3, pnl_usd=-1.0),
    )
    put(request)
    once = await api("performance", by=by, **WHOLE)
    assert once["total"]["net_usd"] == "0.95"
    put(request, request)
    assert await api("performance", by=by, **WHOLE) == once


async def test_nothing_is_counted_again_by_what_lies_above_or_below_it(api: Api, put: Put) -> None:
    put(
        # The cycle repeats its closings; an author's own span around the client's tells again.
        traces(cycle(0, pnl_usd=7.0), close(1, 3.0), close(2, 4.0), trace=1),
        traces(
            cycle(3, pnl_usd=5.0),
            span("pf.trade.close", 3, pnl_usd=5.0),
            span("pf.trade.close", 3, 2, pnl_usd=5.0),
            trace=2,
        ),
        # A batch of bets, told as a whole and bet by bet.
        traces(
            cycle(4, pnl_usd=-0.01),
            span("pf.casino.batch", 4, pnl_usd=-0.01),
            span("pf.casino.bet", 4, 2, pnl_usd=0.99),
            span("pf.casino.bet", 4, 2, pnl_usd=-1.0),
            trace=3,
        ),
        # A cycle alone, a bet outside of any cycle, a batch alone.
        traces(cycle(5, pnl_usd=0.5), trace=4),
        traces(span("pf.casino.bet", 6, None, pnl_usd=-2.0), trace=5),
        traces(cycle(7), span("pf.casino.batch", 7, pnl_usd=1.25), trace=6),
    )
    total = (await api("performance", **WHOLE))["total"]
    assert total["pnl_usd"] == "11.74"  # 7 + 5 − 0.01 + 0.5 − 2 + 1.25
    assert (total["closed"], total["bets"], total["won"], total["lost"]) == (8, 4, 6, 2)


async def test_an_order_and_an_escrow_pay_once(api: Api, put: Put) -> None:
    put(
        traces(cycle(0), order(0, order_id="o", fee_usd=0.2), span("pf.trade.read", 1, order_id="o", fee_usd=0.37)),
        traces(cycle(2), span("pf.escrow.create", 2, escrow_id="e", fee_usd=0.25), trace=2, resource=agent("a")),
        traces(cycle(9), span("pf.escrow.release", 9, escrow_id="e", fee_usd=0.25), trace=3, resource=agent("b")),
        traces(cycle(9), span("pf.wallet.swap", 9, fee_usd=0.05), span("pf.wallet.swap", 9, fee_usd=0.05), trace=4),
    )
    answer = await api("performance", **WHOLE)
    assert answer["total"]["fees_usd"] == "0.72"
    assert by_key(answer, "fees_usd") == {"svc": "0.47", "a": "0.25", "b": "0"}  # who pays told of it first


async def test_only_what_lies_in_the_range_counts(api: Api, put: Put) -> None:
    """A cycle that began before it and closes within: the operation counts here, its repetition nowhere."""
    put(traces(cycle(0, pnl_usd=2.5), close(2, 2.5)))
    nets = [
        (await api("performance", from_=T0 + start * MINUTE, to=T0 + end * MINUTE))["total"]["net_usd"]
        for start, end in ((0, 1), (1, 3), (0, 3), (2, 3), (3, 4))
    ]
    assert nets == ["0", "2.5", "2.5", "2.5", "0"]


async def test_numbers_that_are_none_are_left_out(api: Api, put: Put) -> None:
    nan, infinite = float("nan"), float("inf")
    put(
        traces(
            cycle(0, pnl_usd=nan),
            close(1, nan, infinite),
            close(2, 1e300, 0.1),
            order(3, slippage_bps=nan, fill_price=nan, expected_price=1.0, quantity=infinite, fill_rate=nan),
            close(4, 1.5),
        )
    )
    total = (await api("performance", **WHOLE))["total"]
    assert (total["pnl_usd"], total["fees_usd"], total["slippage_cost_usd"]) == ("1.5", "0.1", "0")
    assert (total["slippage_mean_bps"], total["closed"]) == (None, 1)


async def test_a_thousand_moves_equal_the_books(api: Api, put: Put) -> None:
    """Random trading of three agents in cents and less, against sums that Decimal keeps beside it."""
    chance = random.Random(20261120)
    books: dict[str, list[tuple[int, Decimal]]] = {"a": [], "b": [], "c": []}
    told: dict[str, list[dict[str, Any]]] = {"a": [], "b": [], "c": []}
    for number in range(1, 335):
        name, minute = chance.choice("abc"), chance.randrange(3600) / 60
        pnl = Decimal(chance.randrange(-(10**11), 10**11)).scaleb(-8)
        fees = [Decimal(chance.randrange(10**9)).scaleb(-8) for _ in range(2)]
        spans = [
            cycle(minute, pnl_usd=float(pnl)),
            order(minute, order_id=f"o{number}", fee_usd=float(fees[0])),
            close(minute + 0.001, float(pnl), float(fees[1])),
        ]
        told[name] += [{**span, "trace": number, "id": place} for place, span in enumerate(spans, start=1)]
        books[name] += [(spans[1]["start_time_unix_nano"], -fees[0])]
        books[name] += [(spans[2]["start_time_unix_nano"], pnl - fees[1])]
    requests = [traces(*spans, resource=agent(name)) for name, spans in told.items()]
    put(*requests, requests[1])
    answer = await api("performance", from_=T0, to=T0 + 61 * MINUTE)
    assert {key: Decimal(net) for key, net in by_key(answer, "net_usd").items()} == {
        name: sum(amount for _, amount in moves) for name, moves in books.items()
    }
    found = {key: Decimal(drawdown["usd"]) for key, drawdown in by_key(answer, "drawdown").items()}
    assert found == {name: _deepest_fall(moves) for name, moves in books.items()}
    everyone = [move for moves in books.values() for move in moves]
    assert Decimal(answer["total"]["drawdown"]["usd"]) == _deepest_fall(everyone)
    assert Decimal(answer["total"]["equity_usd"][-1]) == sum(amount for _, amount in everyone)


def _deepest_fall(moves: list[tuple[int, Decimal]]) -> Decimal:
    by_instant: dict[int, Decimal] = {}
    for instant, amount in moves:
        by_instant[instant] = by_instant.get(instant, Decimal(0)) + amount
    equity = high = deepest = Decimal(0)
    for _, amount in sorted(by_instant.items()):
        equity += amount
        high = max(high, equity)
        deepest = max(deepest, high - equity)
    return deepest


async def test_it_agrees_with_the_statistics(api: Api, put: Put) -> None:
    put(
        traces(cycle(0, pnl_usd=2.5), order(0, slippage_bps=4.0, fee_usd=0.1), close(0.5, 2.5, 0.2), trace=1),
        traces(cycle(1), span("pf.escrow.create", 1, escrow_id="e", fee_usd=0.25), trace=2),
        traces(cycle(2), span("pf.escrow.release", 2, escrow_id="e", fee_usd=0.25), trace=3),
    )
    there, here = (await api("stats", **WHOLE))["totals"], (await api("performance", **WHOLE))["total"]
    assert [here[name] for name in ("pnl_usd", "fees_usd", "slippage_cost_usd", "closed", "cycles")] == [
        there[name] for name in ("pnl_usd", "fees_usd", "slippage_cost_usd", "closed", "cycles")
    ]
