"""GET /performance: what earned and what lost, as a whole and by group.

    rank      every group's result, to tell which are kept apart        one query
    sums      the figures of those, of the others together, of all      one query, beside
    course    how the net result went, step by step                     one query

All three read facts of one making (performance_facts.py), so they cannot disagree.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Final

from fleaglass import semconv
from fleaglass.hub.api.performance_facts import KINDS, Kind, facts
from fleaglass.hub.api.performance_money import figures
from fleaglass.hub.api.performance_parameters import PerformanceQuery
from fleaglass.hub.api.performance_shapes import Figures, Performance
from fleaglass.hub.api.sql import Bindings
from fleaglass.hub.api.steps import step_seconds, steps
from fleaglass.hub.api.times import SECOND_NS
from fleaglass.hub.store import Row, Store

__all__ = ["performance"]

TOTAL: Final = -1
OTHERS: Final = 0
"""Buckets that are no group; the groups that are kept apart are numbered from 1."""

_REFUSED: Final = f"'{semconv.PF_ORDER_STATE_REJECTED}', '{semconv.PF_ORDER_STATE_NOT_PLACED}'"
_SUMS: Final = f"""
  sum(pnl) AS earned, sum(fee) AS paid, sum(cost) AS slipped_by, count(pnl) AS closed, sum(bet) AS bets,
  countIf(pnl > 0) AS won, countIf(pnl < 0) AS lost, sum(ordered) AS orders,
  countIf(filled_share = 1) AS filled, countIf(filled_share > 0 AND filled_share < 1) AS partly_filled,
  countIf(ordered AND state IN ({_REFUSED})) AS refused,
  countIf(ordered AND state = '{semconv.PF_ORDER_STATE_UNKNOWN}') AS in_doubt,
  count(filled_share) AS told, avg(filled_share) AS fill_rate,
  count(bps) AS slipped, avg(bps) AS mean_bps,
  quantileExactInclusiveIf(0.95)(assumeNotNull(bps), isNotNull(bps)) AS p95_bps, sum(cycle) AS cycles,
  uniqExact(key) AS groups"""


async def performance(store: Store, query: PerformanceQuery) -> Performance:
    """The answer. Raises EngineError."""
    keys = await _rank(store, query)
    step_s = step_seconds(query.time)
    begins = steps(query.time, step_s)
    numbers = [begin // (step_s * SECOND_NS) for begin in begins]
    sums, courses = await asyncio.gather(_sums(store, query, keys), _courses(store, query, keys, step_s))

    def of(bucket: int) -> Figures:
        return figures(sums[bucket], courses[bucket], numbers, query.time.from_ns)

    told_apart = [bucket for bucket in range(1, len(keys) + 1) if bucket in sums]
    told_apart.sort(key=lambda bucket: ((sums[bucket]["paid"] or 0) - (sums[bucket]["earned"] or 0), keys[bucket - 1]))
    return {
        "from_ns": str(query.time.from_ns),
        "to_ns": str(query.time.to_ns),
        "by": query.by_name,
        "step_s": step_s,
        "steps": [str(begin) for begin in begins],
        "total": of(TOTAL),
        "groups": [{"key": _key(keys[bucket - 1]), **of(bucket)} for bucket in told_apart],
        "others": {"groups": sums[OTHERS]["groups"], **of(OTHERS)} if OTHERS in sums else None,
    }


def _key(text: str) -> str | None:
    """The group that a fact's key names, see `facts`."""
    return text[1:] if text else None


async def _rank(store: Store, query: PerformanceQuery) -> list[str]:
    """The keys of the groups to tell apart: those that moved the most money."""
    bind = Bindings()
    found = facts(query, bind, ("earned", "paid", "sent", "cycle"))
    moved = "abs(toInt256(sum(ifNull(pnl, 0))) - sum(ifNull(fee, 0)))"
    busiest = f"{moved} DESC, sum(ordered) DESC, sum(cycle) DESC, key"
    sql = f"SELECT key FROM ({found}) GROUP BY key ORDER BY {busiest} LIMIT {query.limit}"
    return [row["key"] for row in await store.query(sql, bind.values)]


async def _sums(store: Store, query: PerformanceQuery, keys: Sequence[str]) -> defaultdict[int, Row]:
    bind = Bindings()
    sql = f"SELECT bucket, {_SUMS} FROM ({_in_buckets(query, keys, bind)}) GROUP BY bucket"
    nothing = dict.fromkeys(("earned", "paid", "slipped_by", "fill_rate", "mean_bps", "p95_bps"))
    counts = ("closed", "bets", "won", "lost", "orders", "filled", "partly_filled", "refused", "in_doubt", "told")
    empty = nothing | dict.fromkeys((*counts, "slipped", "cycles"), 0)
    found: defaultdict[int, Row] = defaultdict(lambda: empty)
    found.update((row["bucket"], row) for row in await store.query(sql, bind.values))
    return found


async def _courses(
    store: Store, query: PerformanceQuery, keys: Sequence[str], step_s: int
) -> defaultdict[int, dict[int, Row]]:
    """For each bucket, the steps in which something was earned or paid.

    `equity` and `below` are the sum, and how far it is below its highest point, at the end of the step; `fall` is the
    deepest that it was below `high`, reached at `high_ns` (0 for the begin of the range), and `low_ns` is when.
    """
    bind = Bindings()
    moments = (
        "SELECT bucket, at_ns, toInt256(sum(ifNull(pnl, 0))) - sum(ifNull(fee, 0)) AS net"
        f" FROM ({_in_buckets(query, keys, bind, ('earned', 'paid'))}) GROUP BY bucket, at_ns"
    )
    so_far = "OVER (PARTITION BY bucket ORDER BY at_ns ROWS UNBOUNDED PRECEDING)"
    summed = f"SELECT bucket, at_ns, sum(net) {so_far} AS equity FROM ({moments})"
    highs = f"SELECT *, greatest(0, max(equity) {so_far}) AS high FROM ({summed})"
    since = f"SELECT *, max(if(equity = high, at_ns, 0)) {so_far} AS high_ns, high - equity AS below FROM ({highs})"
    in_steps = (
        f"SELECT bucket, intDiv(at_ns, {step_s * SECOND_NS}) AS step, argMax(tuple(equity, below), at_ns) AS ended,"
        " argMax(tuple(below, high, high_ns, at_ns), (below, -at_ns)) AS worst"
        f" FROM ({since}) GROUP BY bucket, step"
    )
    sql = (
        "SELECT bucket, step, ended.1 AS equity, ended.2 AS below, worst.1 AS fall, worst.2 AS high,"
        f" worst.3 AS high_ns, worst.4 AS low_ns FROM ({in_steps})"
    )
    courses: defaultdict[int, dict[int, Row]] = defaultdict(dict)
    for row in await store.query(sql, bind.values):
        courses[row["bucket"]][row["step"]] = row
    return courses


def _in_buckets(query: PerformanceQuery, keys: Sequence[str], bind: Bindings, kinds: Collection[Kind] = KINDS) -> str:
    """SQL: every fact twice, in the bucket of its group and in that of all."""
    kept = f"indexOf({bind('Array(String)', list(keys))}, key)"
    return f"SELECT *, arrayJoin([toInt64({kept}), toInt64({TOTAL})]) AS bucket FROM ({facts(query, bind, kinds)})"
