"""To which group a result belongs, which groups are told apart, and what becomes of the others."""

from __future__ import annotations

import contextlib
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from fleaglass.hub.api.errors import Problem
from fleaglass.hub.api.performance_parameters import parse_performance
from tests.support.otlp import T0, traces
from tests.unit.hub.api.conftest import MINUTE, NOW, Api
from tests.unit.hub.api.test_performance import WHOLE, Put, agent, by_key, close, cycle, order, span


async def test_by_who_traded_and_with_what(api: Api, put: Put) -> None:
    put(
        traces(cycle(0), close(0, 1.0, asset="BTC"), trace=1, resource=agent("a", "momentum", "1.0.0")),
        traces(cycle(1), close(1, 2.0, asset="ETH"), trace=2, resource=agent("a", "momentum", "1.1.0")),
        traces(cycle(2), close(2, -4.0, asset="BTC"), trace=3, resource=agent("b", "vol_arb", "1.1.0")),
        traces(cycle(3), span("pf.casino.bet", 3, pnl_usd=0.5), trace=4, resource={"service.name": "plain"}),
    )
    for by, nets in {
        "agent": {"a": "3", "plain": "0.5", "b": "-4"},
        "strategy": {"momentum": "3", None: "0.5", "vol_arb": "-4"},
        "release": {"1.0.0": "1", None: "0.5", "1.1.0": "-2"},
        "asset": {"ETH": "2", None: "0.5", "BTC": "-3"},
    }.items():
        answer = await api("performance", by=by, **WHOLE)
        assert list(by_key(answer, "net_usd").items()) == list(nets.items()), by  # the best first
        assert (answer["total"]["net_usd"], answer["others"], answer["by"]) == ("-0.5", None, by)


async def test_by_hour_of_the_day(api: Api, put: Put) -> None:
    day = 24 * 60
    put(traces(cycle(0), close(0, 1.0), close(60, 2.0), close(day, 4.0), close(day + 119, -1.0)))
    answer = await api("performance", by="hour", from_=T0, to=T0 + 2 * day * MINUTE)
    assert by_key(answer, "net_usd") == {"22": "5", "23": "2", "00": "-1"}  # T0 is 22:13 UTC


async def test_by_side_of_the_order(api: Api, put: Put) -> None:
    """A closing without a side tells by its prices; one that tells nothing belongs to no side."""
    put(
        traces(
            cycle(0),
            close(0, 1.0, side="buy"),
            close(1, 2.0, entry_price=100.0, exit_price=110.0),
            close(2, -4.0, entry_price=100.0, exit_price=90.0),
            close(3, 8.0, entry_price=100.0, exit_price=90.0),
            close(4, 16.0, entry_price=100.0, exit_price=100.0),
            close(5, 32.0),
        )
    )
    assert by_key(await api("performance", by="side", **WHOLE), "net_usd") == {None: "48", "buy": "9", "sell": "-2"}


async def test_a_closing_borrows_its_asset_and_a_bet_does_not(api: Api, put: Put) -> None:
    put(
        traces(
            cycle(0, asset="BTC"),
            order(0, asset="ETH", fee_usd=0.25),
            close(1, 1.0, position_id="p"),
            span("pf.casino.bet", 2, pnl_usd=0.5),
            span("pf.escrow.create", 3, escrow_id="e", fee_usd=0.125),
        )
    )
    nets = by_key(await api("performance", by="asset", **WHOLE), "net_usd")
    assert nets == {"BTC": "1", "ETH": "-0.25", None: "0.375"}
    assert (await api("performance", asset="BTC", **WHOLE))["total"]["net_usd"] == "1"
    assert (await api("performance", asset="BTC", by="hour", **WHOLE))["groups"][0]["cycles"] == 1
    assert (await api("performance", asset="DOGE", **WHOLE))["groups"] == []


async def test_by_an_attribute_of_another_span_of_the_same_agents_trace(api: Api, put: Put) -> None:
    def signal(kind: str, minute: float = 0) -> dict[str, Any]:
        return span("pf.signal.analysis", minute, signal_type=kind)

    put(
        traces(cycle(0), signal("momentum"), signal("late", 1), close(2, 1.0, 0.25), trace=1, resource=agent("a")),
        # An agent that was hired within the same trace speaks for itself.
        traces({**close(2, 2.0), "id": 9}, trace=1, resource=agent("b")),
        traces(cycle(0), close(3, 4.0, signal_type="own"), signal("other"), trace=2, resource=agent("a")),
    )
    answer = await api("performance", by="attr:pf.signal_type", **WHOLE)
    assert by_key(answer, "net_usd") == {"own": "4", None: "2", "momentum": "0.75", "other": "0"}
    assert by_key(answer, "cycles") == {"own": 0, None: 0, "momentum": 1, "other": 1}


ODD = "custom.odd ' key"
VALUES: list[tuple[Any, str | None]] = [
    ("", ""),
    ('it\'s "odd" \\ {x} ☂', 'it\'s "odd" \\ {x} ☂'),
    (30, "30"),
    (30.0, "30"),
    (-0.5, "-0.5"),
    (2**53 + 1, "9007199254740993"),
    (True, "true"),
    (False, "false"),
    (float("nan"), "nan"),
    (["a"], None),
    ({"a": 1}, None),
    (b"\x00", None),
    (None, None),
    ("x" * 5000, "x" * 1000),
]


@pytest.mark.parametrize("place", ["span", "resource"])
async def test_values_of_every_kind_as_the_filters_read_them(api: Api, put: Put, place: str) -> None:
    expected: dict[str | None, int] = {}
    for number, (value, key) in enumerate(VALUES):
        closing = close(0, float(2**number))
        resource: dict[str, Any] = {"service.name": "svc"}
        (closing["attributes"] if place == "span" else resource)[ODD] = value
        put(traces({**closing, "id": 9}, trace=number + 1, resource=resource))
        expected[key] = expected.get(key, 0) + 2**number
    nets = by_key(await api("performance", by=f"attr:{ODD}", **WHOLE), "net_usd")
    assert nets == {key: str(net) for key, net in expected.items()}
    for key in ("30", "true", VALUES[1][1]):  # what a group is called finds it
        found = await api("performance", attr=f"{ODD}:{key}", **WHOLE)
        assert found["total"]["net_usd"] == nets[key]


async def test_a_typed_attribute_of_the_wrong_type_is_still_a_group(api: Api, put: Put) -> None:
    put(traces(cycle(0), close(0, 1.0, signal_type=7), close(1, 2.0, signal_type="7")))
    assert by_key(await api("performance", by="attr:pf.signal_type", **WHOLE), "net_usd")["7"] == "3"


async def test_the_others_together_are_what_they_would_be_alone(api: Api, put: Put) -> None:
    """Five agents, two told apart: percentile and drawdown of the other three are of their common course."""
    results = {"a": 100.0, "b": -50.0, "c": 3.0, "d": -2.0, "e": 1.0}
    slips = {"a": 1.0, "b": 2.0, "c": 10.0, "d": 20.0, "e": 30.0}
    for number, (name, pnl) in enumerate(results.items(), start=1):
        spans = [cycle(number), order(number, slippage_bps=slips[name]), close(number, pnl)]
        put(traces(*spans, trace=number, resource=agent(name)))
    answer = await api("performance", limit=2, **WHOLE)
    assert by_key(answer, "net_usd") == {"a": "100", "b": "-50"}
    others = answer["others"]
    assert (others["groups"], others["net_usd"], others["cycles"]) == (3, "2", 3)
    assert (others["slippage_mean_bps"], others["slippage_p95_bps"]) == (20.0, 29.0)
    assert others["drawdown"]["usd"] == "2"
    assert others["equity_usd"][-1] == "2"
    parts = [*answer["groups"], others]
    assert sum(Decimal(part["net_usd"]) for part in parts) == Decimal(answer["total"]["net_usd"])
    assert (await api("performance", limit=5, **WHOLE))["others"] is None


async def test_a_group_for_each_order_stays_bounded(api: Api, put: Put) -> None:
    put(traces(cycle(0), *(close(n / 100, 1.0, order_id=f"o{n}") for n in range(300))))
    answer = await api("performance", by="attr:pf.order_id", limit=50, **WHOLE)
    assert len(answer["groups"]) == 50
    # The cycle, which closed with all of them, is among the others: it takes the first order's name.
    assert answer["others"]["groups"] == 250
    assert answer["total"]["net_usd"] == "300"


async def test_one_agent_and_attributes_as_in_the_list(api: Api, put: Put) -> None:
    put(
        traces(cycle(0), close(0, 1.0), span("pf.signal.analysis", 0, action="buy"), trace=1, resource=agent("a")),
        traces({**close(0, 2.0), "id": 9}, trace=1, resource=agent("b")),
        traces(cycle(0), close(0, 4.0), trace=2, resource=agent("b")),
    )
    assert (await api("performance", agent="b", **WHOLE))["total"]["net_usd"] == "6"
    assert (await api("performance", attr="pf.action:buy", **WHOLE))["total"]["net_usd"] == "3"
    assert (await api("performance", agent="b", attr="pf.action:buy", **WHOLE))["total"]["net_usd"] == "2"
    assert (await api("performance", attr=["pf.action:buy", "pf.x:1"], **WHOLE))["total"]["net_usd"] == "0"


@given(some.text(max_size=1100))
def test_any_grouping_is_understood_or_refused(by: str) -> None:
    with contextlib.suppress(Problem):
        assert parse_performance([("by", by)], NOW).by_name == (by or "agent")


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "51"}, {"attr": "x"}, {"range": "1y"}, {"by": "x"}])
async def test_what_it_does_not_take(api: Api, query: dict[str, str]) -> None:
    status, code, message = await api.refused("performance", **query)
    assert (status, code) == (400, "bad_filter")
    assert message.startswith(next(iter(query)))
