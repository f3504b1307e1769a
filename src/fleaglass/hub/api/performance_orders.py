"""Orders one by one: what became of each, how much of it was filled, and how far its price slipped.

An order is sent by one span, and others may speak of it later: a limit order is filled when nobody looks. What its
latest span says of its state counts, and whatever is told twice (an author's own span around the client's) is one
order by its id.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from fleaglass import semconv
from fleaglass.hub.api.orders import COST, EXECUTES, SLIPS
from fleaglass.hub.api.sql import SPAN, START_NS, first_of_each_span

__all__ = ["ORDER_COLUMNS", "SENT", "each_order"]

ORDER_COLUMNS: Final = {
    "ordered": "0",
    "state": "''",
    "filled_share": "CAST(NULL, 'Nullable(Float64)')",
    "bps": "CAST(NULL, 'Nullable(Float64)')",
    "cost": "CAST(NULL, 'Nullable(Int256)')",
}
"""What is told of an order, and what stands for it where there is none."""

SENT: Final = f"{EXECUTES} OR ({SLIPS})"
"""Condition: a span that makes an order one of these; others only add to what is known of it."""

_REFUSED: Final = ", ".join(
    f"'{state}'"
    for state in (
        semconv.PF_ORDER_STATE_REJECTED,
        semconv.PF_ORDER_STATE_CANCELLED,
        semconv.PF_ORDER_STATE_NOT_PLACED,
    )
)
_SAID: Final = (
    f"multiIf(isNotNull(s.pf_order_state), toString(s.pf_order_state), NOT ({EXECUTES}), NULL,"
    f" s.status_code = 2, '{semconv.PF_ORDER_STATE_REJECTED}',"
    f" isNotNull(s.pf_fill_price), '{semconv.PF_ORDER_STATE_FILLED}', NULL)"
)
"""An agent that records no state tells by an error or a price."""

_FILLED: Final = (
    "multiIf(isFinite(rate), rate, filled > 0 AND quantity > 0, filled / quantity,"
    f" state = '{semconv.PF_ORDER_STATE_FILLED}', 1, state IN ({_REFUSED}), 0, NULL)"
)
"""The share that was filled, as told or by the quantities; an order that waits or is in doubt has none yet."""


def each_order(conditions: Iterable[str], also: Mapping[str, str]) -> str:
    """SQL: (trace_id, agent, start_ns, ORDER_COLUMNS, and `also`) of each order among the spans of the conditions.

    `ordered` is 0 for what slipped without being an order, the closing of a position; `cost` is in 10^-16 USD.
    """
    about = {"trace_id": "s.trace_id", "agent": "s.agent", **also}
    columns = (
        f"coalesce(s.pf_order_id, {SPAN}) AS order_key",
        f"{START_NS} AS told_ns",
        "told_ns + s.duration_ns AS ended_ns",
        f"{EXECUTES} AS execute",
        f"{SLIPS} AS slip",
        f"{_SAID} AS said",
        "s.pf_fill_rate AS rate",
        "s.pf_fill_quantity AS filled",
        "s.pf_quantity AS quantity",
        "s.pf_slippage_bps AS bps",
        f"if(slip, {COST}, NULL) AS cost",
        f"tuple({', '.join(about.values())}) AS about",
    )
    speaks = f"{SENT} OR (isNotNull(s.pf_order_id) AND isNotNull(s.pf_order_state))"
    told = first_of_each_span(columns, [*conditions, speaks])
    order = (
        "SELECT min(if(execute OR slip, told_ns, NULL)) AS start_ns, toUInt8(max(execute)) AS ordered,"
        " ifNull(argMax(said, ended_ns), '') AS state, max(rate) AS rate, max(filled) AS filled,"
        " max(quantity) AS quantity, argMinIf(tuple(bps, cost), (NOT execute, told_ns), slip) AS slipped,"
        " max(slip) AS slips, argMin(about, (NOT execute, NOT slip, told_ns)) AS first"
        f" FROM ({told}) GROUP BY order_key HAVING max(execute OR slip)"
    )
    kept = ", ".join(f"first.{place} AS {name}" for place, name in enumerate(about, start=1))
    return (
        f"SELECT {kept}, assumeNotNull(start_ns) AS start_ns, ordered, state,"
        f" if(ordered AND isNotNull({_FILLED}), least(1, greatest(0, {_FILLED})), NULL) AS filled_share,"
        f" if(slips, slipped.1, NULL) AS bps, if(slips, slipped.2, NULL) AS cost FROM ({order})"
    )
