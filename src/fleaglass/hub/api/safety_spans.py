"""What the store tells of each agent for the safety page: signs of life, today's work, and what changed. SQL.

    agents      whoever was heard within LOOK_BACK: its latest cycles, today's counts
    earned      today's profit and loss, and fees, by the rules of earnings.py
    described   by minute, the release, strategy and environment that each agent gave in the last day
    markers     what agents marked as changed in the last day: parameters, checkpoints
    jobs        which monitors' jobs an agent runs
    blamed      whose the events of an issue are

A span that was sent twice counts once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fleaglass import semconv
from fleaglass.hub.api.earnings import earnings
from fleaglass.hub.api.match import DAY_NS, MINUTE_NS, around
from fleaglass.hub.api.performance_facts import DECISIONS
from fleaglass.hub.api.sql import IS_ROOT, START_NS, Bindings, between, first_of_each_span, where
from fleaglass.hub.api.times import LATEST_NS, TimeRange

__all__ = ["LOOK_BACK_NS", "agents", "blamed", "described", "earned", "jobs", "markers"]

LOOK_BACK_NS: Final = 30 * DAY_NS
"""How far back agents, orders, escrows and fills are looked for."""

LATEST_CYCLES: Final = 21
"""Twenty intervals make the usual one."""

_END_NS: Final = f"({START_NS} + greatest(0, s.duration_ns))"
_CUT_SHORT: Final = f"('{semconv.PF_CYCLE_OUTCOME_INTERRUPTED}', '{semconv.PF_CYCLE_OUTCOME_CANCELLED}')"
_COMPLETED: Final = f"({DECISIONS}) AND ifNull(s.pf_cycle_outcome, '') NOT IN {_CUT_SHORT}"
_TRADED: Final = f"s.pf_cycle_outcome = '{semconv.PF_CYCLE_OUTCOME_ORDER_PLACED}'"
_ABOUT: Final = ("strategy", "release", "environment")
_ONE: Final = "(s.trace_id, s.span_id)"


def agents(now_ns: int, today: TimeRange, bind: Bindings) -> str:
    """SQL: (agent, strategy, release, environment, heard_ns, ends, worked_ns, cycles, traded, errors) of each agent.

    `ends` are the ends of its latest completed cycles, as negative Unix nanoseconds, newest first; `worked_ns` is that
    of the latest which did not fail, 0 when there is none; the counts are today's. Of several spans that describe an
    agent, the latest does.
    """
    since = between(bind, TimeRange(now_ns - LOOK_BACK_NS, LATEST_NS))
    in_day = " AND ".join(between(bind, today))
    counts = {"cycles": DECISIONS, "traded": _TRADED, "errors": "s.status_code = 2"}
    counted = ", ".join(f"uniqExactIf({_ONE}, ({which}) AND {in_day}) AS {name}" for name, which in counts.items())
    about = ", ".join(f"argMax(s.{name}, s.start_time) AS {name}" for name in _ABOUT)
    return (
        f"SELECT s.agent AS agent, {about}, max({_END_NS}) AS heard_ns,"
        f" groupArraySortedIf({2 * LATEST_CYCLES})(-{_END_NS}, {_COMPLETED}) AS ends,"
        f" maxIf({_END_NS}, ({_COMPLETED}) AND s.status_code != 2) AS worked_ns, {counted}"
        f" FROM spans AS s{where(since)} GROUP BY s.agent ORDER BY s.agent"
    )


def earned(today: TimeRange, bind: Bindings) -> str:
    """SQL: (agent, pnl, fees) of the day, in 10^-8 USD."""
    # A cycle's operations may lie past the end; without them it would count as the only one to tell.
    told = earnings(between(bind, around(today)))
    first, last = bind("Int64", today.from_ns), bind("Int64", today.to_ns)
    return (
        f"SELECT agent, sum(ifNull(e.pnl, 0)) AS pnl, sum(ifNull(e.fee, 0)) AS fees FROM ({told}) AS e"
        f"{where([f'start_ns >= {first}', f'start_ns < {last}'])} GROUP BY agent"
    )


def described(now_ns: int, bind: Bindings) -> str:
    """SQL: (agent, at_ns, said, before) of each change in what an agent says of itself, in the last day.

    `said` and `before` are (strategy, release, environment), as its roots give them from minute to minute.
    """
    since = between(bind, TimeRange(now_ns - LOOK_BACK_NS, LATEST_NS))
    day_ns = bind("Int64", now_ns - DAY_NS)
    said = f"tuple({', '.join(f's.{name}' for name in _ABOUT)})"
    # Of the time before the day only how it ended counts.
    minute = f"greatest({START_NS}, {day_ns}) - greatest({START_NS}, {day_ns}) % {MINUTE_NS}"
    minutes = (
        f"SELECT s.agent AS agent, {minute} AS minute, {said} AS said, min({START_NS}) AS first_ns,"
        f" max({START_NS}) AS last_ns FROM spans AS s{where([*since, IS_ROOT])} GROUP BY agent, minute, said"
    )
    order = f"if(last_ns < {day_ns}, last_ns, first_ns)"
    before = f"(PARTITION BY agent ORDER BY {order}, said ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING)"
    changes = f"SELECT agent, first_ns AS at_ns, said, any(said) OVER {before} AS before FROM ({minutes})"
    return f"SELECT * FROM ({changes}) WHERE before.2 != '' AND said != before AND at_ns >= {day_ns} ORDER BY at_ns"


def markers(now_ns: int, bind: Bindings) -> str:
    """SQL: (agent, trace_id, at_ns, kind, change) of each marker of the last day."""
    columns = (
        "s.agent AS agent",
        "lower(hex(s.trace_id)) AS trace_id",
        f"{START_NS} AS at_ns",
        f"s.attr_string['{semconv.PF_MARKER_KIND}'] AS kind",
        f"s.attr_string['{semconv.PF_MARKER_CHANGE}'] AS change",
    )
    day = between(bind, TimeRange(now_ns - DAY_NS, LATEST_NS))
    return first_of_each_span(columns, [*day, f"s.name = '{semconv.SPAN_PF_AGENT_MARKER}'"])


def jobs(now_ns: int, bind: Bindings) -> str:
    """SQL: (agent, slug) of each monitor whose job an agent ran."""
    since = between(bind, TimeRange(now_ns - LOOK_BACK_NS, LATEST_NS))
    slug = f"s.attr_string['{semconv.PF_MONITOR_SLUG}']"
    runs = [*since, f"s.name = '{semconv.SPAN_PF_MONITOR_RUN}'"]
    return f"SELECT s.agent AS agent, {slug} AS slug FROM spans AS s{where(runs)} GROUP BY agent, slug"


def blamed(hashes: Sequence[str], today: TimeRange, bind: Bindings) -> str:
    """SQL: (hash, agents): whose events of the day are stored under each of these hashes."""
    these = f"e.hash IN {bind('Array(String)', list(hashes))}"
    conditions = [these, *between(bind, today, "e.time"), "e.agent != ''"]
    return f"SELECT e.hash AS hash, groupUniqArray(e.agent) AS agents FROM events AS e{where(conditions)} GROUP BY hash"
