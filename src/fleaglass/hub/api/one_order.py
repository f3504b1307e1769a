"""One order, one escrow: which spans speak of the same, although ids repeat.

    begins    an execute, a close, a create: each is of its own trace
    speaks    any other span: of the latest that its agent began under this id before, else of the latest that
              anybody began

A venue that starts anew gives the same ids again, and so does another venue to another agent. Yet two agents of one
account may read each other's orders, and what one puts into escrow another may release. So an id alone is not enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fleaglass import semconv
from fleaglass.hub.api.match import MINUTE_NS
from fleaglass.hub.api.sql import START_NS, columns, where

__all__ = ["BEGINS", "ID", "IS_CYCLE", "SPEAKS", "THING", "TOLD_BY", "speaking_of"]

IS_CYCLE: Final = f"s.name = '{semconv.SPAN_AGENT_DECISION_CYCLE}'"
ID: Final = "coalesce(s.pf_escrow_id, s.pf_order_id)"
"""SQL: the id of the order or escrow that a span names, or NULL."""

SPEAKS: Final = f"isNotNull({ID}) AND NOT {IS_CYCLE}"
"""Condition: a span that speaks of an order or escrow; a cycle only repeats what its operations say."""

_BEGINNINGS: Final = (semconv.SPAN_PF_TRADE_EXECUTE, semconv.SPAN_PF_TRADE_CLOSE, semconv.SPAN_PF_ESCROW_CREATE)
BEGINS: Final = f"s.name IN ({', '.join(repr(name) for name in _BEGINNINGS)})"

THING: Final = f"concat(if(isNull(s.pf_escrow_id), 'order ', 'escrow '), {ID})"
TOLD_BY: Final = "concat(s.trace_id, s.agent)"
"""SQL: the id and what it is of; who speaks, and in which trace."""


def speaking_of(ids: str, tells: str, also: Mapping[str, str]) -> str:
    """SQL: of these orders and escrows, in all days, where they begin and the spans that meet the condition `tells`.

    (trace_id, span_id, agent, start_ns, begins, thing, one and `also`.) Rows of the same `thing` and `one` speak
    of the same order or escrow; `one` says who began it, and in which trace.
    """
    named = {
        "trace_id": "s.trace_id",
        "span_id": "s.span_id",
        "agent": "toString(s.agent)",
        "start_ns": START_NS,
        "begins": BEGINS,
        "thing": THING,
        "told_by": TOLD_BY,
        **also,
    }
    conditions = [f"{ID} IN ({ids})", f"NOT {IS_CYCLE}", f"{BEGINS} OR ({tells})"]
    rows = f"SELECT {columns(named)} FROM spans AS s{where(conditions)} LIMIT 1 BY trace_id, span_id"
    latest = "argMaxIf(told_by, (start_ns, span_id), begins) OVER (PARTITION BY thing"
    own = f"{latest}, agent ORDER BY start_ns RANGE UNBOUNDED PRECEDING)"
    # Of another agent, whose clock may be ahead.
    anyones = f"{latest} ORDER BY start_ns + if(begins, 0, {MINUTE_NS}) RANGE UNBOUNDED PRECEDING)"
    begun = f"SELECT *, {own} AS own, {anyones} AS anyones FROM ({rows})"
    return f"SELECT *, multiIf(own != '', own, anyones != '', anyones, agent) AS one FROM ({begun})"
