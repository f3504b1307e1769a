"""What each agent has open, for the safety page. SQL.

told       orders that wait or are in doubt, escrows that are not settled, by the rules of exposure.py
under_way  what has begun and not ended, as it was last seen: spends without an answer yet, and cycles
positions  net quantities, from what orders filled and closings closed
"""

from __future__ import annotations

from typing import Final

from fleaglass import semconv
from fleaglass.hub.api.exposure import each_in_flight
from fleaglass.hub.api.money import fixed
from fleaglass.hub.api.one_order import BEGINS, IS_CYCLE
from fleaglass.hub.api.open_work import still_open
from fleaglass.hub.api.safety_spans import LOOK_BACK_NS
from fleaglass.hub.api.sql import START_NS, Bindings, between, columns, where
from fleaglass.hub.api.times import LATEST_NS, TimeRange

__all__ = ["positions", "told", "under_way"]

_STATES: Final = (
    semconv.PF_ORDER_STATE_UNKNOWN,
    semconv.PF_ORDER_STATE_OPEN,
    semconv.PF_ORDER_STATE_PARTIALLY_FILLED,
)
_KINDS: Final = {
    semconv.SPAN_PF_TRADE_EXECUTE: "order",
    semconv.SPAN_PF_TRADE_CLOSE: "order",
    semconv.SPAN_PF_ESCROW_CREATE: "escrow",
    semconv.SPAN_AGENT_DECISION_CYCLE: "cycle",
}
"""What counts as under way while its span is open."""

_LIMIT_PRICE: Final = f"nullIf(s.attr_double['{semconv.PF_LIMIT_PRICE}'], 0)"
_EXIT_PRICE: Final = f"nullIf(s.attr_double['{semconv.PF_EXIT_PRICE}'], 0)"
_AMOUNT: Final = (
    f"ifNull(toInt256({fixed('s.pf_quantity')}) * {fixed(f'ifNull(s.pf_expected_price, {_LIMIT_PRICE})')},"
    f" toInt256({fixed('s.pf_amount_usd')}) * 100000000)"
)

_WHOLE: Final = (
    f"if(isNotNull(s.pf_order_state), s.pf_order_state = '{semconv.PF_ORDER_STATE_FILLED}',"
    f" s.status_code != 2 AND isNotNull(ifNull(s.pf_fill_price, {_EXIT_PRICE})))"
)
"""Condition: filled whole; an agent that records no state tells by a price."""

_FILLED: Final = f"coalesce(s.pf_fill_quantity, if({_WHOLE}, s.pf_quantity, s.pf_quantity * s.pf_fill_rate), 0)"
"""How much of an order was filled, as a span tells."""

_PRICE: Final = fixed(f"coalesce(s.pf_fill_price, {_EXIT_PRICE}, s.pf_expected_price)")


def told(now_ns: int, bind: Bindings) -> str:
    """SQL: (kind, state, id, agent, trace_id, since_ns, amount) of each order and escrow; amounts in 10^-16 USD."""
    source = each_in_flight(TimeRange(now_ns - LOOK_BACK_NS, LATEST_NS), None, bind, _STATES)
    named = "kind, state, id, agent, lower(hex(trace_id)) AS trace_id, since_ns, amount"
    return f"SELECT {named} FROM ({source}) ORDER BY agent, since_ns"


def under_way(_: Bindings) -> str:
    """SQL: (kind, agent, trace_id, span_id, parent, since_ns, amount) of spends and cycles that have not ended.

    `kind` is `order`, `escrow` or `cycle`; amounts are in 10^-16 USD.
    """
    names = f"s.name IN ({', '.join(repr(name) for name in _KINDS)})"
    these = f"s.trace_id IN (SELECT s.trace_id FROM open_spans AS s WHERE s.seen > now() - INTERVAL 1 HOUR AND {names})"
    said = {
        "kind": f"multiIf({', '.join(f's.name = {name!r}, {kind!r}' for name, kind in _KINDS.items())}, '')",
        "agent": "toString(s.agent)",
        "trace_id": "lower(hex(s.trace_id))",
        "span_id": "hex(s.span_id)",
        "parent": "hex(s.parent_span_id)",
        "since_ns": START_NS,
        "amount": _AMOUNT,
    }
    return f"SELECT {columns(said)} FROM {still_open(these)} AND {names} ORDER BY agent, since_ns"


def positions(now_ns: int, bind: Bindings) -> str:
    """SQL: (agent, asset, net, price, trace_id, since_ns) of each asset whose buys and sells do not even out.

    `net` and `price`, that of the latest fill, are in 10^-8; trace and time are of the latest fill. An order counts by
    the most that any span says was filled of it, whoever read it; what is in doubt counts nowhere here. Where an id was
    given to several orders, each counts by what its own trace says.
    """
    since = between(bind, TimeRange(now_ns - LOOK_BACK_NS, LATEST_NS))
    trades = [*since, "isNotNull(s.pf_side)", "isNotNull(s.pf_asset)", f"{_FILLED} > 0", f"NOT {IS_CYCLE}"]
    keys = {
        "thing": "if(isNull(s.pf_order_id), cityHash64(s.trace_id, s.span_id), cityHash64(s.pf_order_id))",
        "trace_id": "s.trace_id",
        "agent": "s.agent",
        "asset": "s.pf_asset",
        "bought": f"s.pf_side = '{semconv.PF_SIDE_BUY}'",
    }
    figures = {
        "begins": f"max({BEGINS})",
        "size": f"max({fixed(_FILLED)})",
        "price": f"argMax({_PRICE}, s.start_time)",
        "at_ns": f"max({START_NS})",
    }
    traces = f"SELECT {columns(keys | figures)} FROM spans AS s{where(trades)} GROUP BY {', '.join(keys)}"
    known = (
        "SELECT *, countIf(begins) OVER orders AS begun, max(size) OVER orders AS most,"
        f" max(at_ns) OVER orders AS latest_ns FROM ({traces}) WINDOW orders AS (PARTITION BY thing)"
    )
    return (
        "SELECT agent, asset, sum(if(bought, 1, -1) * if(begun = 1, most, size)) AS net,"
        " argMaxIf(price, at_ns, isNotNull(price)) AS price,"
        " lower(hex(argMax(trace_id, at_ns))) AS trace_id, max(at_ns) AS since_ns"
        f" FROM ({known}) WHERE begins OR (begun = 0 AND at_ns = latest_ns)"
        " GROUP BY agent, asset HAVING net != 0 ORDER BY agent, asset"
    )
