"""GET /incidents/{id}/chart: the value around an incident, as the rule saw it, with its threshold.

most kinds     spans, judged by the engine (course.py)
drawdown       what was earned, judged as the rounds judge it (fall.py)
other kinds    nothing is drawn, and the answer says why (no_course.py)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from msgspec import UNSET
from sqlalchemy import Row as StateRow

from fleaglass.alerts.rules.model import Anomaly, Drawdown, Rule, RuleBook, WalletFloor
from fleaglass.alerts.rules.worse import worse_limit
from fleaglass.hub.api.alerting.course import Course, Steps, baseline_sql, course_of, course_sql
from fleaglass.hub.api.alerting.fall import FALL, falls
from fleaglass.hub.api.alerting.incident_detail import the_incident
from fleaglass.hub.api.alerting.no_course import no_course
from fleaglass.hub.api.alerting.rule_named import rule_named
from fleaglass.hub.api.alerting.shapes import Chart
from fleaglass.hub.api.sql import Bindings
from fleaglass.hub.api.times import SECOND_NS
from fleaglass.hub.state import State
from fleaglass.hub.store import Row, Store

__all__ = ["chart", "steps_around"]

_MINUTE_NS: Final = 60 * SECOND_NS
_MOST: Final = 240
_LENGTHS_S: Final = (5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 86_400)
_COPIES: Final = 60
"""At how many moments a span may count, since each is a row of its own to the engine."""


_Drawn: TypeAlias = tuple[str | None, Steps, Sequence[float | None]]
"""What is drawn in words, the moments, and the value at each of them: none where there is no course."""


async def chart(store: Store, state: State, book: RuleBook, incident: int, now_ns: int) -> Chart:
    """The answer. Raises Problem, EngineError and StateError."""
    row = await state.reading(lambda connection: the_incident(connection, incident))
    rule = rule_named(book, row.rule)
    if rule is not None and type(rule).__struct_config__.tag != row.kind:
        rule = None  # another rule has taken the name since
    what, steps, values = await _drawn(store, rule, row, now_ns)
    return {
        "from_ns": str(steps.from_ns),
        "to_ns": str(steps.to_ns),
        "step_s": steps.step_ns // SECOND_NS,
        "unit": row.unit,
        "what": what,
        "no_course": None if any(value is not None for value in values) else no_course(rule),
        "threshold": row.threshold,
        "resolve_at": None if rule is None else _resolve_at(rule),
        "critical_at": None if rule is None else _critical_at(rule),
        "beyond": "below" if isinstance(rule, WalletFloor) else "above",
        "began_ns": str(row.began_ns),
        "fired_ns": str(row.fired_ns),
        "resolved_ns": None if row.resolved_ns is None else str(row.resolved_ns),
        "points": [{"t_ns": str(t_ns), "value": value} for t_ns, value in zip(steps.moments(), values, strict=False)],
    }


async def _drawn(store: Store, rule: Rule | None, row: StateRow[Any], now_ns: int) -> _Drawn:
    if isinstance(rule, Drawdown):
        # Its window is a day or so, of which a part on either side says enough.
        steps = steps_around(row.began_ns, row.resolved_ns, now_ns, rule.window.ns // 8)
        return FALL, steps, await falls(store, rule, row.labels, steps)
    baseline_ms = await _baseline(store, rule, row) if isinstance(rule, Anomaly) else None
    course = None if rule is None else course_of(rule, baseline_ms)
    if rule is None or course is None:
        return None, steps_around(row.began_ns, row.resolved_ns, now_ns, None), []
    steps = steps_around(row.began_ns, row.resolved_ns, now_ns, course.window_ns)
    bind = Bindings()
    sql = course_sql(rule, course, row.labels, steps, bind)
    return course.what, steps, list(_values(course, await store.query(sql, bind.values), steps))


def steps_around(began_ns: int, resolved_ns: int | None, now_ns: int, window_ns: int | None) -> Steps:
    """The incident with as much again around it: at least ten minutes before, and what came after up to now."""
    end_ns = now_ns if resolved_ns is None else resolved_ns
    around_ns = max(10 * _MINUTE_NS, (end_ns - began_ns) // 2, 2 * (window_ns or 0))
    from_ns, to_ns = max(0, began_ns - around_ns), min(now_ns, end_ns + around_ns)
    least_s = max((to_ns - from_ns) / _MOST, (window_ns or 0) / _COPIES) / SECOND_NS
    step_ns = next((length for length in _LENGTHS_S if length >= least_s), _LENGTHS_S[-1]) * SECOND_NS
    from_ns -= from_ns % step_ns
    return Steps(from_ns, step_ns, max(1, (to_ns - from_ns) // step_ns))


async def _baseline(store: Store, rule: Anomaly, row: StateRow[Any]) -> float | None:
    bind = Bindings()
    labels: Mapping[str, str] = row.labels
    rows = await store.query(baseline_sql(rule, labels, row.began_ns, bind), bind.values)
    found: float | None = rows[0]["baseline"] if rows else None
    return found


def _values(course: Course, rows: Sequence[Row], steps: Steps) -> Iterator[float | None]:
    """One for each moment."""
    by_slot = {row["slot"]: row for row in rows}
    latest: Row | None = None
    for slot, t_ns in enumerate(steps.moments()):
        latest = by_slot.get(slot, latest if course.window_ns is None else None)
        yield _value(course, latest, t_ns)


def _value(course: Course, row: Row | None, t_ns: int) -> float | None:
    if row is None:
        return course.none
    if row["n"] < course.minimum:
        return None
    if course.ages:
        return float((t_ns - row["latest_ns"]) / SECOND_NS)
    value: float | None = row["value"]
    return value


def _resolve_at(rule: Rule) -> float | None:
    for name in ("resolve_below_ms", "resolve_at", "resolve_at_usd"):
        value = getattr(rule, name, UNSET)
        if value is not UNSET:
            return float(value)
    return None


def _critical_at(rule: Rule) -> float | None:
    worse = worse_limit(rule)
    return None if worse is None else float(worse[1])
