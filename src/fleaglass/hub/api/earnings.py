"""Realised profit and loss, and fees: each counted once, whoever repeats it.

The span in which a position is closed says what was earned, and its decision cycle says it again. So in what an agent
says of a trace, the operations count; the cycle does only where no operation tells. Of an operation made of others
that tell, such as a batch of bets with a span each, the parts count. An escrow's fee is told when it is created and
when it is released; an order's wherever the order is: each order and escrow pays once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from fleaglass.hub.api.money import fixed
from fleaglass.hub.api.sql import START_NS, first_of_each_span
from fleaglass.hub.api.summaries import FEE_OF, REPEATS

__all__ = ["earnings", "fees"]

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


def earnings(conditions: Iterable[str], also: Mapping[str, str] = _NOTHING) -> str:
    """SQL: (trace_id, agent, start_ns, pnl) of each closing among the spans that meet the conditions.

    `pnl` is in 10^-8 USD. `also` names further columns, and what each says of the span.
    """
    columns = ("s.trace_id", "s.span_id", "s.parent_span_id", "s.agent", f"{START_NS} AS start_ns")
    weighed = (f"{REPEATS} AS repeats", f"{_PNL} AS pnl", *(f"{said} AS {name}" for name, said in also.items()))
    told = first_of_each_span((*columns, *weighed), [*conditions, f"isNotNull({_PNL})"])
    peers = "OVER (PARTITION BY trace_id, agent)"
    better = f"max(NOT repeats) {peers} AS better, groupUniqArray(parent_span_id) {peers} AS above"
    counts = "NOT (repeats AND better) AND NOT has(above, span_id)"
    kept = ", ".join(("trace_id", "agent", "start_ns", "pnl", *also))
    return f"SELECT {kept} FROM (SELECT *, {better} FROM ({told})) WHERE {counts}"


def fees(conditions: Iterable[str], also: Mapping[str, str] = _NOTHING) -> str:
    """SQL: (trace_id, agent, start_ns, fee) of each order and escrow that paid among the spans of the conditions.

    `fee` is in 10^-8 USD; the rest is as it was first told. `also` names further columns, and what each says.
    """
    first = {"trace_id": "s.trace_id", "agent": "s.agent", **also}
    about = f"tuple({', '.join(first.values())}) AS about"
    columns = (f"{FEE_OF} AS payer", f"{START_NS} AS told_ns", f"{_FEE} AS paid", about)
    told = first_of_each_span(columns, [*conditions, f"isNotNull({_FEE})"])
    payers = "SELECT min(told_ns) AS start_ns, max(paid) AS fee, argMin(about, told_ns) AS first"
    kept = ", ".join(f"first.{place} AS {name}" for place, name in enumerate(first, start=1))
    return f"SELECT start_ns, fee, {kept} FROM ({payers} FROM ({told}) GROUP BY payer)"


_PNL = fixed("s.pf_pnl_usd")
_FEE = fixed("s.pf_fee_usd")
"""Doubles rounded to 8 places; NaN and infinities are no amounts and stay out."""
