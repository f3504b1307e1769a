"""Realised profit and loss, and fees: each counted once, whoever repeats it.

The span in which a position is closed says what was earned, and its decision cycle says it again. So in what an agent
says of a trace, the operations count; the cycle does only where no operation tells. An escrow's fee is told when it
is created and when it is released; an order's wherever the order is: each order and escrow pays once.
"""

from __future__ import annotations

from collections.abc import Iterable

from fleaglass.hub.api.money import fixed
from fleaglass.hub.api.sql import START_NS, first_of_each_span
from fleaglass.hub.api.summaries import FEE_OF, REPEATS

__all__ = ["earnings", "fees"]


def earnings(conditions: Iterable[str]) -> str:
    """SQL: (agent, start_ns, pnl) of each closing among the spans that meet the conditions; `pnl` in 10^-8 USD."""
    columns = ("s.trace_id", "s.agent", f"{START_NS} AS start_ns", f"{REPEATS} AS repeats", f"{_PNL} AS pnl")
    told = first_of_each_span(columns, [*conditions, f"isNotNull({_PNL})"])
    operations = "max(NOT repeats) OVER (PARTITION BY trace_id, agent)"
    weighed = f"SELECT *, {operations} AS better FROM ({told})"
    return f"SELECT agent, start_ns, pnl FROM ({weighed}) WHERE NOT (repeats AND better)"


def fees(conditions: Iterable[str]) -> str:
    """SQL: (start_ns, fee) of each order and escrow that paid among the spans that meet the conditions.

    `fee` is in 10^-8 USD; `start_ns` is when it was first told.
    """
    columns = (f"{FEE_OF} AS payer", f"{START_NS} AS told_ns", f"{_FEE} AS paid")
    told = first_of_each_span(columns, [*conditions, f"isNotNull({_FEE})"])
    return f"SELECT min(told_ns) AS start_ns, max(paid) AS fee FROM ({told}) GROUP BY payer"


_PNL = fixed("s.pf_pnl_usd")
_FEE = fixed("s.pf_fee_usd")
"""Doubles rounded to 8 places; NaN and infinities are no amounts and stay out."""
