"""Which spans speak of the same order or escrow: what is read again counts once, an id that is given again twice."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.otlp import T0, traces
from tests.unit.hub.api.conftest import MINUTE, Api
from tests.unit.hub.api.test_performance import WHOLE, Put, agent, by_key, close, cycle, order, span

ORDER = {"asset": "BTC", "side": "sell", "quantity": 1.0, "order_type": "limit"}
FILL = {"order_state": "filled", "fill_price": 100.0, "fee_usd": 0.4, "pnl_usd": 5.0}


def told_in(trace: int, minute: float, *spans: dict[str, Any], by: str = "a", **cycle_tells: Any) -> Any:
    """A cycle of an agent, with these spans below it."""
    return traces(cycle(minute, **cycle_tells), *spans, trace=trace, resource=agent(by))


def sent(trace: int, minute: float, order_id: str = "o", by: str = "a", **told: Any) -> Any:
    """An order, as the agent that sends it tells of it."""
    return told_in(trace, minute, order(minute, order_id=order_id, **ORDER, **{"order_state": "open", **told}), by=by)


def read(trace: int, minute: float, order_id: str = "o", by: str = "a", **told: Any) -> Any:
    """The order read later: its asset and side were said when it was sent."""
    fill = {**FILL, **told}
    spans = span("pf.trade.read", minute, order_id=order_id, **fill)
    return told_in(trace, minute, spans, by=by, pnl_usd=fill["pnl_usd"])


def created(trace: int, minute: float, by: str = "a", escrow_id: str = "e", fee: float = 0.25) -> Any:
    return told_in(trace, minute, span("pf.escrow.create", minute, escrow_id=escrow_id, fee_usd=fee), by=by)


def released(trace: int, minute: float, by: str = "a", escrow_id: str = "e", fee: float = 0.25) -> Any:
    return told_in(trace, minute, span("pf.escrow.release", minute, escrow_id=escrow_id, fee_usd=fee), by=by)


async def total(api: Api, **query: Any) -> dict[str, Any]:
    """What was earned and paid, and how many orders there were."""
    found = (await api("performance", **{**WHOLE, **query}))["total"]
    return {name: found[name] for name in ("pnl_usd", "fees_usd", "closed", "orders", "filled")}


def sums(pnl: str, fees: str, closed: int, orders: int, filled: int) -> dict[str, Any]:
    return {"pnl_usd": pnl, "fees_usd": fees, "closed": closed, "orders": orders, "filled": filled}


async def test_what_a_limit_order_came_to_is_learned_by_reading_it(api: Api, put: Put) -> None:
    put(sent(1, 0), read(2, 5))
    assert await total(api) == sums("5", "0.4", 1, 1, 1)
    assert await total(api, to=T0 + 5 * MINUTE) == sums("0", "0", 0, 1, 1)  # earned and paid when it was known
    assert await total(api, from_=T0 + 5 * MINUTE) == sums("5", "0.4", 1, 0, 0)


async def test_an_order_that_is_read_again_earned_and_paid_once(api: Api, put: Put) -> None:
    """By a second process, after a restart: each tells what the order came to, and so do their cycles."""
    put(sent(1, 0), read(2, 5), read(3, 6), read(4, 50))
    assert await total(api) == sums("5", "0.4", 1, 1, 1)
    assert await total(api, from_=T0 + 6 * MINUTE) == sums("0", "0", 0, 0, 0)


async def test_a_market_order_that_is_read_later_earned_and_paid_when_it_was_sent(api: Api, put: Put) -> None:
    put(sent(1, 0, **FILL), read(2, 5))
    assert await total(api) == sums("5", "0.4", 1, 1, 1)
    assert await total(api, from_=T0 + 1 * MINUTE) == sums("0", "0", 0, 0, 0)


async def test_what_becomes_of_the_rest_of_an_order_is_added_when_it_is_known(api: Api, put: Put) -> None:
    """A read tells the fee and the slippage of all of it, and the profit that was realised since (`pf.pnl_usd`)."""
    part = {"expected_price": 101.0, "slippage_bps": 99.0, "fill_price": 100.0, "fill_quantity": 0.25}
    whole = {**part, "quantity": 1.0, "fill_quantity": 1.0, "side": "sell"}
    put(sent(1, 0, order_state="partially_filled", fee_usd=0.1, pnl_usd=2.0, **part))
    put(read(2, 5, pnl_usd=3.0, **whole), read(3, 6, pnl_usd=5.0, **whole))  # the second by another process
    assert await total(api) == sums("5", "0.4", 2, 1, 1)
    assert await total(api, to=T0 + 5 * MINUTE) == sums("2", "0.1", 1, 1, 1)
    assert await total(api, from_=T0 + 5 * MINUTE) == sums("3", "0.3", 1, 0, 0)
    figures = (await api("performance", **WHOLE))["total"]
    assert (figures["slipped"], figures["slippage_mean_bps"], figures["slippage_cost_usd"]) == (1, 99.0, "1")
    assert (await api("performance", from_=T0 + 5 * MINUTE))["total"]["slippage_cost_usd"] == "0"  # it was sent before


async def test_an_order_whose_profit_the_venue_only_tells_when_it_is_read(api: Api, put: Put) -> None:
    put(sent(1, 0, order_state="filled", fee_usd=0.4), read(2, 5), read(3, 6))
    assert await total(api) == sums("5", "0.4", 1, 1, 1)


async def test_a_rebate_is_a_negative_fee(api: Api, put: Put) -> None:
    put(sent(1, 0, fee_usd=-0.05), read(2, 5, fee_usd=-0.05))
    assert (await total(api))["fees_usd"] == "-0.05"


async def test_a_result_without_profit_is_a_closing_once(api: Api, put: Put) -> None:
    put(sent(1, 0), read(2, 5, pnl_usd=0.0), read(3, 6, pnl_usd=0.0))
    assert await total(api) == sums("0", "0.4", 1, 1, 1)


async def test_a_read_order_belongs_to_what_was_said_when_it_was_sent(api: Api, put: Put) -> None:
    put(sent(1, 0), read(2, 5))
    for by, key in (("asset", "BTC"), ("side", "sell"), ("attr:pf.order_type", "limit")):
        assert by_key(await api("performance", by=by, **WHOLE), "net_usd")[key] == "4.6", by
    assert await total(api, asset="BTC") == sums("5", "0.4", 1, 1, 1)


async def test_the_same_id_at_two_agents_is_two_orders(api: Api, put: Put) -> None:
    put(sent(1, 0, by="x", **FILL), sent(2, 1, by="y", **{**FILL, "fee_usd": 0.1, "pnl_usd": 2.0}))
    put(read(3, 2, by="x"), read(4, 3, by="y", fee_usd=0.1, pnl_usd=2.0), read(5, 4, by="x"))
    answer = await api("performance", **WHOLE)
    assert by_key(answer, "fees_usd") == {"x": "0.4", "y": "0.1"}
    assert by_key(answer, "pnl_usd") == {"x": "5", "y": "2"}
    assert by_key(answer, "orders") == {"x": 1, "y": 1}


async def test_a_confirmation_that_tells_what_its_order_tells(api: Api, put: Put) -> None:
    """Within a cycle, and where the order is a decision of its own."""
    told = {"order_id": "o", **FILL}
    put(told_in(1, 0, order(0, **told), span("pf.trade.confirmation_poll", 0, 2, **told), pnl_usd=5.0))
    alone = span("pf.trade.execute", 1, None, **told)
    put(traces(alone, span("pf.trade.confirmation_poll", 1, **told), trace=2, resource=agent("b")))
    assert await total(api) == sums("10", "0.8", 2, 2, 2)


async def test_a_venue_that_starts_anew_gives_the_same_ids_again(api: Api, put: Put) -> None:
    put(sent(1, 0), read(2, 1), read(3, 2))
    put(sent(4, 10), read(5, 11, fee_usd=0.1, pnl_usd=2.0), read(6, 12, fee_usd=0.1, pnl_usd=2.0))
    assert await total(api) == sums("7", "0.5", 2, 2, 2)
    assert await total(api, from_=T0 + 5 * MINUTE) == sums("2", "0.1", 1, 1, 1)
    put(created(7, 20), released(8, 21), created(9, 30, fee=0.75), released(10, 31, fee=0.75))
    assert (await total(api, from_=T0 + 20 * MINUTE))["fees_usd"] == "1"


async def test_an_open_order_stays_open_though_a_later_one_of_the_same_id_was_filled(api: Api, put: Put) -> None:
    put(sent(1, 0), sent(2, 10), read(3, 11))
    assert await total(api, to=T0 + 5 * MINUTE) == sums("0", "0", 0, 1, 0)
    assert await total(api, from_=T0 + 5 * MINUTE) == sums("5", "0.4", 1, 1, 1)


async def test_two_agents_of_one_account_may_read_each_others_orders(api: Api, put: Put) -> None:
    put(sent(1, 0, by="a", **FILL), read(2, 5, by="b"), read(3, 6, by="b"))
    assert await total(api) == sums("5", "0.4", 1, 1, 1)
    assert await total(api, agent="b") == sums("0", "0", 0, 0, 0)


async def test_an_order_that_nobody_was_seen_to_send_counts_for_each_agent_that_tells_of_it(api: Api, put: Put) -> None:
    put(read(1, 0, by="a"), read(2, 1, by="a"), read(3, 2, by="b"))
    assert await total(api) == sums("10", "0.8", 2, 0, 0)


async def test_an_order_and_an_escrow_of_one_id_are_two_things(api: Api, put: Put) -> None:
    put(sent(1, 0, order_id="17", fee_usd=0.4), created(2, 1, escrow_id="17"), released(3, 2, escrow_id="17"))
    assert (await total(api))["fees_usd"] == "0.65"


async def test_an_escrow_pays_where_it_was_created_whatever_range_or_agent_is_asked_for(api: Api, put: Put) -> None:
    put(created(1, 0, by="a"), released(2, 30 * 24 * 60, by="b"))
    month, end = T0 + 30 * 24 * 60 * MINUTE, T0 + 31 * 24 * 60 * MINUTE
    fees = [
        (await total(api, from_=start, to=stop))["fees_usd"] for start, stop in ((T0, month), (month, end), (T0, end))
    ]
    assert fees == ["0.25", "0", "0.25"]
    by_agent = [(await total(api, to=end, agent=name))["fees_usd"] for name in "ab"]
    assert by_agent == ["0.25", "0"]
    assert (await api("stats", from_=month, to=end))["totals"]["fees_usd"] == "0"
    assert (await api("stats", from_=T0, to=end, agent="b"))["totals"]["fees_usd"] == "0"


async def test_only_the_traces_that_have_the_attribute(api: Api, put: Put) -> None:
    put(told_in(1, 0, span("pf.escrow.create", 0, escrow_id="e", fee_usd=0.25, market="here")), released(2, 5))
    put(told_in(3, 6, span("pf.escrow.release", 6, escrow_id="e", fee_usd=0.25, market="there")))
    assert (await total(api, attr="pf.market:here"))["fees_usd"] == "0.25"
    assert (await total(api, attr="pf.market:there"))["fees_usd"] == "0"


async def test_a_release_by_a_clock_that_is_behind_changes_nothing(api: Api, put: Put) -> None:
    put(created(1, 10, by="a"), released(2, 9.5, by="b"))
    for start, stop, fees in ((9, 10, "0"), (10, 11, "0.25"), (9, 11, "0.25")):
        assert (await total(api, from_=T0 + start * MINUTE, to=T0 + stop * MINUTE))["fees_usd"] == fees


@pytest.mark.parametrize("edge", [0, 1, 2])
async def test_an_authors_own_span_around_the_clients_is_the_same_order(api: Api, put: Put, edge: int) -> None:
    """Wherever a range ends: before both, between them, or after."""
    told = {"order_id": "o", "fee_usd": 0.4, "pnl_usd": 5.0, "order_state": "filled"}
    inner = span("pf.trade.execute", 1, 2, **told)
    put(traces(cycle(0), order(0, **told), inner, resource=agent("a")))
    cut = T0 - 1 + edge * MINUTE
    parts = [await total(api, from_=T0 - MINUTE, to=cut), await total(api, from_=cut)]
    for name, whole in sums("5", "0.4", 1, 1, 1).items():
        assert sum(float(part[name]) for part in parts) == float(whole), name


async def test_an_order_is_known_to_be_filled_however_late_somebody_looks(api: Api, put: Put) -> None:
    put(sent(1, 0), read(2, 20 * 24 * 60))
    assert await total(api) == sums("0", "0", 0, 1, 1)


async def test_a_closing_has_an_order_as_well(api: Api, put: Put) -> None:
    put(told_in(1, 0, close(0, -3.0, 0.1, order_id="c", order_state="filled"), pnl_usd=-3.0))
    put(read(2, 5, order_id="c", pnl_usd=-3.0, fee_usd=0.1))
    assert await total(api) == sums("-3", "0.1", 1, 0, 0)
    put(told_in(3, 10, close(10, 4.0, 0.1, order_id="c", order_state="filled"), pnl_usd=4.0))  # another one's id
    assert await total(api) == sums("1", "0.2", 2, 0, 0)
