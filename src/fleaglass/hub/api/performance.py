"""GET /performance: what earned and what lost, as a whole and by group.

    sums      the figures of the groups that are told apart, of the others together, of all      one query
    course    how the net result of each of these went, step by step                             one query

Both read facts of one making (performance_facts.py), so they cannot disagree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from fleaglass import semconv
from fleaglass.hub.api.performance_facts import facts
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
_COUNTED: Final = {
    "earned": "sum(ifNull(pnl, 0))",
    "paid": "sum(ifNull(fee, 0))",
    "slipped_by": "sum(ifNull(cost, 0))",
    "closed": "count(pnl)",
    "bets": "sum(bet)",
    "won": "countIf(pnl > 0)",
    "lost": "countIf(pnl < 0)",
    "orders": "sum(ordered)",
    "filled": "countIf(filled_share = 1)",
    "partly_filled": "countIf(filled_share > 0 AND filled_share < 1)",
    "refused": f"countIf(ordered AND state IN ({_REFUSED}))",
    "in_doubt": f"countIf(ordered AND state = '{semconv.PF_ORDER_STATE_UNKNOWN}')",
    "told": "count(filled_share)",
    "slipped": "count(bps)",
    "cycles": "sum(cycle)",
}
"""Whole numbers that are counted of a group's facts, and added up for several groups; in one array, in this order."""

_P95: Final = "quantileExactInclusive{}(0.95)"


async def performance(store: Store, query: PerformanceQuery) -> Performance:
    """The answer. Raises EngineError."""
    step_s = step_seconds(query.time)
    begins = steps(query.time, step_s)
    numbers = [begin // (step_s * SECOND_NS) for begin in begins]
    sums = await _sums(store, query)
    apart = sorted(bucket for bucket in sums if bucket > OTHERS)
    courses = await _courses(store, query, [sums[bucket]["key"] for bucket in apart], step_s)

    def of(bucket: int) -> Figures:
        return figures(sums[bucket], courses[bucket], numbers, query.time.from_ns)

    apart.sort(key=lambda bucket: (sums[bucket]["paid"] - sums[bucket]["earned"], sums[bucket]["key"]))
    return {
        "from_ns": str(query.time.from_ns),
        "to_ns": str(query.time.to_ns),
        "by": query.by_name,
        "step_s": step_s,
        "steps": [str(begin) for begin in begins],
        "total": of(TOTAL),
        "groups": [{"key": _key(sums[bucket]["key"]), **of(bucket)} for bucket in apart],
        "others": {"groups": sums[OTHERS]["groups"], **of(OTHERS)} if OTHERS in sums else None,
    }


def _key(text: str) -> str | None:
    """The group that a fact's key names, see `facts`."""
    return text[1:] if text else None


async def _sums(store: Store, query: PerformanceQuery) -> defaultdict[int, Row]:
    """For each bucket, the sums of its groups; those that moved the most money have a bucket of their own."""
    bind = Bindings()
    counted = f"[{', '.join(f'toInt256({counted})' for counted in _COUNTED.values())}]"
    moved = "abs(toInt256(sum(ifNull(pnl, 0))) - sum(ifNull(fee, 0)))"
    busiest = f"{moved} DESC, sum(ordered) DESC, sum(cycle) DESC, key"
    groups = (
        f"SELECT key, {counted} AS counted, sum(filled_share) AS shares, sum(bps) AS slips,"
        f" {_P95.format('State')}(bps) AS p95, row_number() OVER (ORDER BY {busiest}) AS rank"
        f" FROM ({facts(query, bind)}) GROUP BY key"
    )
    sql = (
        f"SELECT arrayJoin([if(rank > {query.limit}, {OTHERS}, toInt64(rank)), {TOTAL}]) AS bucket, any(g.key) AS key,"
        " count() AS groups, sumForEach(g.counted) AS counted, sum(g.shares) AS filled_shares, sum(g.slips) AS sum_bps,"
        f" {_P95.format('Merge')}(g.p95) AS p95_bps FROM ({groups}) AS g GROUP BY bucket"
    )
    nothing = dict.fromkeys(_COUNTED, 0)
    found: defaultdict[int, Row] = defaultdict(lambda: nothing)
    for row in await store.query(sql, bind.values):
        found[row["bucket"]] = row | dict(zip(_COUNTED, row["counted"], strict=True))
    return found


async def _courses(
    store: Store, query: PerformanceQuery, keys: Sequence[str], step_s: int
) -> defaultdict[int, dict[int, Row]]:
    """For each bucket, the steps in which something was earned or paid.

    `equity` and `below` are the sum, and how far it is below its highest point, at the end of the step; `fall` is the
    deepest that it was below `high`, reached at `high_ns` (0 for the begin of the range), and `low_ns` is when.
    """
    bind = Bindings()
    kept = f"indexOf({bind('Array(String)', list(keys))}, key)"
    so_far = "OVER (PARTITION BY bucket ORDER BY at_ns ROWS UNBOUNDED PRECEDING)"
    net = "toInt256(sum(ifNull(pnl, 0))) - sum(ifNull(fee, 0))"
    moments = (
        f"SELECT arrayJoin([toInt64({kept}), toInt64({TOTAL})]) AS bucket, at_ns, sum({net}) {so_far} AS equity"
        f" FROM ({facts(query, bind, ['money'])}) GROUP BY bucket, at_ns"
    )
    highs = f"SELECT *, greatest(0, max(equity) {so_far}) AS high FROM ({moments})"
    since = f"SELECT *, max(if(equity = high, at_ns, 0)) {so_far} AS high_ns, high - equity AS below FROM ({highs})"
    worst = "argMax(tuple(m.below, m.high, m.high_ns, m.at_ns), (m.below, -m.at_ns)) AS worst"
    sql = (
        f"SELECT bucket, intDiv(at_ns, {step_s * SECOND_NS}) AS step, argMax(m.equity, m.at_ns) AS equity,"
        f" argMax(m.below, m.at_ns) AS below, {worst}, worst.1 AS fall, worst.2 AS high, worst.3 AS high_ns,"
        f" worst.4 AS low_ns FROM ({since}) AS m GROUP BY bucket, step"
    )
    courses: defaultdict[int, dict[int, Row]] = defaultdict(dict)
    for row in await store.query(sql, bind.values):
        courses[row["bucket"]][row["step"]] = row
    return courses
