"""Realised profit and loss, and fees: each counted once, whoever repeats it.

    in a trace      what tells of profit or loss most closely counts (closest.py)
    of an order     what it earned and paid counts when it is first told; whoever tells of it again, having read the
                    order or released the escrow, adds only what is new (one_order.py)

A fee is told as what was paid so far: new is what was not paid when it was told before. Profit and loss is told as what
was realised since: at most twice, where a part of the order is filled as it is sent, and where all of it is found
filled; whoever finds the same after that repeats it.

So any part of a time range or of a fleet has its own amounts, and together they are those of the whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from fleaglass import semconv
from fleaglass.hub.api.closest import HAS_PNL, closest
from fleaglass.hub.api.money import fixed, is_amount
from fleaglass.hub.api.one_order import BEGINS, ID, SPEAKS, speaking_of
from fleaglass.hub.api.sql import START_NS, columns, where

__all__ = ["earnings"]

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
_PNL: Final = fixed("s.pf_pnl_usd")
_FEE: Final = fixed("s.pf_fee_usd")
"""Doubles rounded to 8 places; NaN and infinities are no amounts and stay out."""

_TELLS: Final = f"{HAS_PNL} OR {is_amount('s.pf_fee_usd')}"
_IN_PART: Final = (
    f"{BEGINS} AND s.pf_order_state IN ('{semconv.PF_ORDER_STATE_OPEN}', '{semconv.PF_ORDER_STATE_PARTIALLY_FILLED}')"
)
"""Condition: what was filled as the order was sent, and more may follow."""


def earnings(conditions: Sequence[str], also: Mapping[str, str] = _NOTHING, tells: str = _TELLS) -> str:
    """SQL: (trace_id, agent, start_ns, pnl, fee) of each span of the conditions that tells of something new.

    Amounts are in 10^-8 USD, NULL where none is told. `also` names further columns, and what each says of a span; what
    the span leaves open is as it was said before of its order. `tells` is for whoever asks for less than all amounts.
    """
    said = {
        "trace_id": "s.trace_id",
        "span_id": "s.span_id",
        "agent": "s.agent",
        "start_ns": START_NS,
        "pnl": f"if({closest(conditions)}, {_PNL}, NULL)",
        "fee": _FEE,
        **also,
    }
    told = f"SELECT {columns(said)} FROM spans AS s{where([*conditions, tells])} LIMIT 1 BY trace_id, span_id"
    new = {"pnl": "if(b.realised, NULL, t.pnl)", "fee": "if(t.fee = b.fee, NULL, t.fee - ifNull(b.fee, 0))"}
    known = {name: f"ifNull(t.{name}, b.{name})" for name in also}
    heard = (
        f"SELECT t.trace_id AS trace_id, t.agent AS agent, t.start_ns AS start_ns, {columns(new | known)}"
        f" FROM ({told}) AS t LEFT JOIN ({_told_before(conditions, also, tells)}) AS b"
        " ON t.trace_id = b.trace_id AND t.span_id = b.span_id"
    )
    return f"SELECT * FROM ({heard}) WHERE isNotNull(pnl) OR isNotNull(fee)"


def _told_before(conditions: Sequence[str], also: Mapping[str, str], tells: str) -> str:
    """SQL: (trace_id, span_id, realised, fee, and `also`): what was told before of what a span tells of.

    `realised` says whether its profit or loss was.
    Only of orders and escrows that are told of more than once, or by something else than where they begin.
    """
    again = (
        f"SELECT {ID} AS id FROM spans AS s{where([*conditions, tells, SPEAKS])}"
        f" GROUP BY id HAVING count() > 1 OR NOT min({BEGINS})"
    )
    rows = speaking_of(again, tells, {"pnl": _PNL, "in_part": _IN_PART, "fee": _FEE, **also})
    # Two beginnings in one trace are an author's own span and the client's within it, which knows best.
    order = "NOT begins, if(begins, -start_ns, start_ns), span_id"
    before = f"(PARTITION BY thing, one ORDER BY {order} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    said = {
        "realised": "if(begins, count(r.pnl) OVER before, countIf(isNotNull(r.pnl) AND NOT r.in_part) OVER before) > 0",
        "fee": "anyLast(r.fee) OVER before",
        **{name: f"any(r.{name}) OVER before" for name in also},
    }
    kept = f"r.trace_id AS trace_id, r.span_id AS span_id, {columns(said)}"
    return f"SELECT {kept} FROM ({rows}) AS r WINDOW before AS {before}"
