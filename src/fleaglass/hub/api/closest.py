"""Who tells of profit and loss most closely, among the spans of a trace.

    root › cycle › operation › its parts

The span in which a position is closed says what was earned; its cycle says it again, and so may the root of them all.
Whoever tells counts, unless another span of the same agent tells below it. Where an order begins is left to what is
known of that order (one_order.py): its confirmation lies below it, and tells of the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fleaglass.hub.api.money import is_amount
from fleaglass.hub.api.one_order import BEGINS, IS_CYCLE, SPEAKS
from fleaglass.hub.api.sql import IS_ROOT, NO_SPAN, where

__all__ = ["HAS_PNL", "closest"]

HAS_PNL: Final = is_amount("s.pf_pnl_usd")

_MOST_STEPS: Final = 64
"""How far up is looked; parents come from strangers and may go round in circles."""


def closest(conditions: Sequence[str]) -> str:
    """Condition: no other span, of those that meet the conditions, tells of profit or loss below this one.

    Below a root is everything that its agent tells; below an operation are its children. Below a cycle that is no root
    lies whatever leads up to it, through however many stages.
    """
    told = [*conditions, HAS_PNL, f"NOT {IS_ROOT}"]
    parents = f"SELECT s.trace_id, s.agent, s.parent_span_id AS at, 0 AS steps FROM spans AS s{where(told)}"
    with_cycle = f"SELECT s.trace_id FROM spans AS s{where([*told, IS_CYCLE])}"
    family = (
        "SELECT DISTINCT s.trace_id AS trace_id, s.span_id AS at, s.parent_span_id AS parent"
        f" FROM spans AS s{where([f's.trace_id IN ({with_cycle})', f'NOT {IS_ROOT}'])}"
    )
    higher = (
        f"SELECT up.trace_id, up.agent, f.parent, up.steps + 1 FROM up INNER JOIN ({family}) AS f"
        f" ON f.trace_id = up.trace_id AND f.at = up.at WHERE up.steps < {_MOST_STEPS}"
    )
    above = (
        f"WITH RECURSIVE up AS ({parents} UNION ALL {higher})"
        f" SELECT concat(trace_id, arrayJoin([at, {NO_SPAN}]), agent) FROM up"
    )
    this = f"concat(s.trace_id, if({IS_ROOT}, {NO_SPAN}, s.span_id), s.agent)"
    return f"({BEGINS} AND {SPEAKS}) OR {this} NOT IN ({above})"
