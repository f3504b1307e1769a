"""Money in flight: what is out of the agents' hands and not yet settled.

an order whose answer was lost       until some later span knows its state
an escrow that was created           until it is released, refunded or disputed, by anyone, in any trace
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fleaglass import semconv
from fleaglass.hub.api.match import DAY_NS
from fleaglass.hub.api.money import fixed
from fleaglass.hub.api.one_order import BEGINS
from fleaglass.hub.api.sql import SPAN, START_NS, Bindings, between, where, widened
from fleaglass.hub.api.times import LATEST_NS, TimeRange

__all__ = ["each_in_flight", "exposure"]

_SETTLED: Final = ", ".join(
    f"'{value}'"
    for value in (
        semconv.PF_ESCROW_STATUS_RELEASED,
        semconv.PF_ESCROW_STATUS_REFUNDED,
        semconv.PF_ESCROW_STATUS_DISPUTED,
    )
)
_LIMIT_PRICE: Final = f"nullIf(s.attr_double['{semconv.PF_LIMIT_PRICE}'], 0)"
_END: Final = "s.start_time + toIntervalNanosecond(s.duration_ns)"
_SENT: Final = f"argMax(tuple(toString(s.agent), s.trace_id, {START_NS}), ({BEGINS}, s.start_time))"
"""Whose it is, in which trace, and since when: as the span says that began it, or else the latest to speak of it."""


def exposure(time: TimeRange, agent: str | None, bind: Bindings) -> str:
    """SQL: one row of `in_flight`, how many, and `exposed`, what they amount to in 10^-16 USD (NULL for none).

    Counts what was sent in the time range and is not settled by now. An order without a known price counts as one,
    and adds nothing.
    """
    return f"SELECT count() AS in_flight, sum(amount) AS exposed FROM ({each_in_flight(time, agent, bind)})"


def each_in_flight(
    time: TimeRange, agent: str | None, bind: Bindings, states: Sequence[str] = (semconv.PF_ORDER_STATE_UNKNOWN,)
) -> str:
    """SQL: (kind, state, id, agent, trace_id, since_ns, amount) of each order and escrow that is not settled by now.

    `kind` is `order` or `escrow`; `states` are those of orders that count. Agent, trace and time are of the span that
    sent it; `amount` is in 10^-16 USD, NULL where no price is known.
    """
    opened = between(bind, time)
    if agent is not None:
        opened.append(f"s.agent = {bind('String', agent)}")
    since = between(bind, TimeRange(widened(time, DAY_NS, 0).from_ns, LATEST_NS))
    named = "kind, state, id, sent.1 AS agent, sent.2 AS trace_id, sent.3 AS since_ns, amount"
    return f"SELECT {named} FROM ({_orders(opened, since, states)} UNION ALL {_escrows(opened, since)})"


def _orders(opened: Sequence[str], since: Sequence[str], states: Sequence[str]) -> str:
    """SQL: each order whose state, to the last span that speaks of it, is one of these.

    A lost answer about an escrow leaves a state too, but is told by the escrow; and a bet is over once it is placed.
    """
    here = " AND ".join(f"({condition})" for condition in opened) or "1"
    amount = f"toInt256({fixed('s.pf_quantity')}) * {fixed(f'ifNull(s.pf_expected_price, {_LIMIT_PRICE})')}"
    listed, one = ", ".join(f"'{each}'" for each in states), f"coalesce(s.pf_order_id, {SPAN})"
    orders = [*since, "isNotNull(s.pf_order_state)", "isNull(s.pf_escrow_status)", "isNull(s.pf_bet_outcome)"]
    # Few orders were ever in such a state: to find them first reads two columns instead of all.
    some = f"SELECT {one} FROM spans AS s{where([*orders, f's.pf_order_state IN ({listed})'])}"
    conditions = [*orders, f"{one} IN ({some})"]
    return (
        f"SELECT 'order' AS kind, ifNull(toString(argMax(s.pf_order_state, {_END})), '') AS state,"
        f" max(s.pf_order_id) AS id, {_SENT} AS sent, max({amount}) AS amount FROM spans AS s{where(conditions)}"
        f" GROUP BY {one} HAVING max({here}) AND state IN ({listed})"
    )


def _escrows(opened: Sequence[str], since: Sequence[str]) -> str:
    """SQL: the amount of each escrow that was created and not settled; an unknown answer may have created one."""
    status = "ifNull(s.pf_escrow_status, '')"
    created = (
        f"s.name = '{semconv.SPAN_PF_ESCROW_CREATE}'"
        f" AND (isNotNull(s.pf_escrow_id) OR {status} = '{semconv.PF_ESCROW_STATUS_UNKNOWN}')"
    )
    here = " AND ".join(f"({condition})" for condition in [*opened, created])
    ends = f"s.name IN ('{semconv.SPAN_PF_ESCROW_RELEASE}', '{semconv.SPAN_PF_ESCROW_DISPUTE}')"
    settled = f"{status} IN ({_SETTLED}) OR ({ends} AND {status} = '' AND s.status_code != 2)"
    conditions = [*since, "isNotNull(s.pf_escrow_id) OR isNotNull(s.pf_escrow_status)"]
    return (
        f"SELECT 'escrow' AS kind, ifNull(toString(argMax(s.pf_escrow_status, {_END})), '') AS state,"
        f" max(s.pf_escrow_id) AS id, {_SENT} AS sent, max(toInt256({fixed('s.pf_amount_usd')}) * 100000000) AS amount"
        f" FROM spans AS s{where(conditions)}"
        f" GROUP BY coalesce(s.pf_escrow_id, {SPAN}) HAVING max({here}) AND NOT max({settled})"
    )
