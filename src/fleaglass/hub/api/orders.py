"""How orders fared: how long they took, how far their price slipped, and what that cost."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from fleaglass import semconv
from fleaglass.hub.api.money import fixed
from fleaglass.hub.api.one_order import BEGINS, IS_CYCLE, SPEAKS
from fleaglass.hub.api.sql import IS_ROOT, START_NS, first_of_each_span
from fleaglass.hub.api.times import SECOND_NS

__all__ = ["COST", "EXECUTES", "SENT", "SLIPS", "orders"]

EXECUTES: Final = f"s.name = '{semconv.SPAN_PF_TRADE_EXECUTE}'"
SLIPS: Final = (
    f"ifNull(isFinite(s.pf_slippage_bps), 0) AND NOT {IS_CYCLE} AND (NOT {IS_ROOT} OR {BEGINS} OR ({SPEAKS}))"
)
"""Conditions: a span that is an order; one that tells of slippage itself (an order outside of any cycle is a root)."""

SENT: Final = f"{EXECUTES} OR ({SLIPS} AND ({BEGINS} OR NOT ({SPEAKS})))"
"""Condition: a span that is an order or slips; others speak of one, and only add to what is known of it."""

_QUANTITY: Final = "ifNull(s.pf_fill_quantity, s.pf_quantity)"
_EXIT_PRICE: Final = f"nullIf(s.attr_double['{semconv.PF_EXIT_PRICE}'], 0)"
_PRICE: Final = f"ifNull(s.pf_fill_price, {_EXIT_PRICE})"
_SIGN: Final = f"multiIf(s.pf_side = '{semconv.PF_SIDE_BUY}', 1, s.pf_side = '{semconv.PF_SIDE_SELL}', -1, NULL)"
_PAID_MORE: Final = f"(toInt256({fixed(_PRICE)}) - {fixed('s.pf_expected_price')}) * {fixed(_QUANTITY)} * {_SIGN}"
_FROM_BPS: Final = f"toInt256({fixed(f's.pf_slippage_bps * {_PRICE} * {_QUANTITY} / 10000')}) * 100000000"
COST: Final = f"ifNull({_PAID_MORE}, {_FROM_BPS})"
"""SQL: what slippage cost, in 10^-16 USD: exactly, from the two prices; else from the basis points."""


def orders(conditions: Iterable[str], step_s: int) -> str:
    """SQL: a row a step, and one with `whole` set for all of them, of the spans that meet the conditions.

    `quantiles` are the median and the 99th percentile of `pf.trade.execute` in nanoseconds, from `executed` of them;
    `slippage` is the median in basis points, from `slipped` orders; `cost` is in 10^-16 USD. Both are as they were told
    when the order was sent.
    """
    columns = (
        f"intDiv({START_NS}, {step_s * SECOND_NS}) AS step",
        "s.duration_ns AS duration_ns",
        f"{EXECUTES} AS execute",
        f"{SLIPS} AS slip",
        "s.pf_slippage_bps AS bps",
        f"if(slip, {COST}, NULL) AS cost",
    )
    told = first_of_each_span(columns, [*conditions, SENT])
    return (
        "SELECT step, grouping(step) = 1 AS whole, countIf(execute) AS executed, countIf(slip) AS slipped,"
        " quantilesExactIf(0.5, 0.99)(duration_ns, execute) AS quantiles,"
        " quantileExactInclusiveIf(0.5)(assumeNotNull(bps), slip) AS slippage, sum(cost) AS cost"
        f" FROM ({told}) GROUP BY GROUPING SETS ((step), ())"
    )
