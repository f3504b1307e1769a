"""Where the time of a decision went, in SQL: every moment of a cycle belongs to one stage.

    confirmation   order   balance   venue     waiting for Purple Flea
    signal   risk   other                      the agent's own work
    self                                       the cycle itself, below none of its spans

Stages lie within each other: the poll within the order, a price that is read within the model's stage. A moment that
lies in several belongs to the one that is named first above, so what a model's stage spends on the network is the
network's, and the stages of a cycle add up to its duration exactly.

A span belongs to the latest cycle that its agent began before it in the same trace; what outlasts the cycle is cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, get_args

from fleaglass import semconv
from fleaglass.hub.api.performance_shapes import StageName
from fleaglass.hub.api.sql import START_NS, where

__all__ = ["STAGES", "cycles_and_stages"]

STAGES: Final[tuple[StageName, ...]] = get_args(StageName)
"""In the order in which a decision goes through them."""

_ORDER: Final = (semconv.SPAN_PF_TRADE_EXECUTE, semconv.SPAN_PF_TRADE_CLOSE, semconv.SPAN_PF_TRADE_CANCEL)
_SIGNAL: Final = (semconv.SPAN_PF_SIGNAL_ANALYSIS, semconv.SPAN_SIGNAL_VALIDATE)
_RISK: Final = (semconv.SPAN_RISK_CHECK, semconv.SPAN_ORDER_SIZE)
_VENUE: Final = ("pf.trade.", "pf.market.", "pf.escrow.", "pf.wallet.", "pf.casino.", "pf.faucet.", "pf.domain.")


def _one_of(names: Sequence[str]) -> str:
    return f"s.name IN ({', '.join(repr(name) for name in names)})"


_CLAIMS: Final[dict[StageName, str]] = {
    "confirmation": _one_of((semconv.SPAN_PF_TRADE_CONFIRMATION_POLL, semconv.SPAN_PF_TRADE_RECONCILE)),
    "order": _one_of(_ORDER),
    "balance": _one_of((semconv.SPAN_PF_WALLET_BALANCE_CHECK,)),
    "venue": " OR ".join(f"startsWith(s.name, '{prefix}')" for prefix in _VENUE),
    "signal": f"{_one_of(_SIGNAL)} OR mapContains(s.attr_string, '{semconv.GEN_AI_OPERATION_NAME}')",
    "risk": _one_of(_RISK),
    "other": "1",
}
"""Which spans are a stage's, the first that holds; in the order in which stages claim a moment."""

_CLAIMING: Final = tuple(_CLAIMS)


def cycles_and_stages(cycles: Sequence[str], window: Sequence[str], is_cycle: str) -> str:
    """SQL: (trace_id, agent, release, start_ns, lasted_ns, spent) of each cycle, `spent` by place in STAGES.

    `cycles` are the conditions that a cycle meets, `window` those of all spans that may lie below one; durations are
    in nanoseconds. What meets `is_cycle` is no stage; an order that is a decision of its own is both. Spans that were
    sent twice change nothing: an interval covers a moment or does not.
    """
    found = (
        "SELECT s.trace_id AS trace_id, s.span_id AS span_id, s.agent AS agent, s.release AS release,"
        f" {START_NS} AS start_ns, greatest(0, s.duration_ns) AS lasted_ns FROM spans AS s{where(cycles)}"
        " LIMIT 1 BY s.trace_id, s.span_id"
    )
    claims = ", ".join(f"{claim}, {place}" for place, claim in enumerate(_CLAIMS.values(), start=1))
    work = (
        f"SELECT s.trace_id AS trace_id, s.agent AS agent, {START_NS} AS begin_ns,"
        f" begin_ns + s.duration_ns AS end_ns, multiIf({claims}, 0) AS claim FROM spans AS s"
        f"{where([*window, f'NOT ({is_cycle})', 's.duration_ns > 0'])}"
    )
    within = (
        "SELECT c.trace_id AS trace_id, c.span_id AS span_id, w.claim AS claim, w.begin_ns AS begin_ns,"
        " least(w.end_ns, c.start_ns + c.lasted_ns) AS end_ns"
        f" FROM ({work}) AS w ASOF JOIN ({found}) AS c"
        " ON w.trace_id = c.trace_id AND w.agent = c.agent AND w.begin_ns >= c.start_ns"
        " WHERE w.begin_ns < c.start_ns + c.lasted_ns"
        " AND NOT (w.begin_ns = c.start_ns AND w.end_ns > c.start_ns + c.lasted_ns)"  # lies above the cycle, not below
    )
    covered = ", ".join(
        f"toInt64(intervalLengthSumIf(begin_ns, end_ns, claim <= {place}))" for place in range(1, len(_CLAIMING) + 1)
    )
    by_cycle = f"SELECT trace_id, span_id, [{covered}] AS covered FROM ({within}) GROUP BY trace_id, span_id"
    return (
        f"SELECT c.trace_id AS trace_id, c.agent AS agent, c.release AS release, c.start_ns AS start_ns,"
        f" c.lasted_ns AS lasted_ns, [{', '.join(_spent(stage) for stage in STAGES)}] AS spent"
        f" FROM ({found}) AS c LEFT JOIN ({by_cycle}) AS b ON c.trace_id = b.trace_id AND c.span_id = b.span_id"
    )


def _spent(stage: StageName) -> str:
    """SQL: what a stage covers beyond the stages before it; the cycle itself has what none covers.

    (A cycle without any spans has an empty list of what is covered, whose elements are 0.)
    """
    if stage == "self":
        return f"c.lasted_ns - b.covered[{len(_CLAIMING)}]"
    place = _CLAIMING.index(stage) + 1
    return f"b.covered[{place}] - b.covered[{place - 1}]" if place > 1 else "b.covered[1]"
