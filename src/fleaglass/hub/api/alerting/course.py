"""What a rule's value is made of, as SQL over the spans of its group, moment by moment.

rolling    what ended in the window before each moment: a span counts at several moments
carried    what the latest span before each moment says: between spans it stays so
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from msgspec import UNSET

from fleaglass.alerts.judge.plan import group_by, selector
from fleaglass.alerts.rules.model import (
    Absence,
    Anomaly,
    Count,
    ErrorRate,
    Percentile,
    Ratio,
    Rule,
    Selector,
    SlowSpan,
    Streak,
    WalletFloor,
)
from fleaglass.hub.api.alerting.rule_words import lasting, selector_words
from fleaglass.hub.api.alerting.span_sql import END_NS, MS, in_group, taken
from fleaglass.hub.api.sql import Bindings, between, first_of_each_span
from fleaglass.hub.api.times import EARLIEST_NS, SECOND_NS, TimeRange

__all__ = ["Course", "Steps", "baseline_sql", "course_of", "course_sql"]

_DAY_NS: Final = 86_400 * SECOND_NS
_WINDOW_S: Final = 300.0
_ANY: Final = Selector()


@dataclass(frozen=True, slots=True)
class Steps:
    """Moments, the first at `from_ns`, and `count` steps of `step_ns` after it."""

    from_ns: int
    step_ns: int
    count: int

    @property
    def to_ns(self) -> int:
        """The last moment."""
        return self.from_ns + self.step_ns * self.count

    def moments(self) -> range:
        """All of them."""
        return range(self.from_ns, self.to_ns + 1, self.step_ns)


@dataclass(frozen=True, slots=True)
class Course:
    """How a rule's value is computed.

    Attributes:
        among: the spans that it rests on.
        of: those of them that are counted.
        value: SQL: an aggregate over `ms`, `hit` and `end_ns` of the spans of a moment. Of what is carried, a value of
            the latest span.
        minimum: how many spans there must be.
        window_ns: how long a span counts; None when it counts until the next.
        ages: its value is the time since the latest span.
        reach_ns: how long before the first moment that may have been; of what is carried.
        none: the value of a moment without spans.
        what: what is drawn, in words.
    """

    among: Selector
    value: str
    what: str
    of: Selector = _ANY
    minimum: int = 1
    window_ns: int | None = None
    ages: bool = False
    reach_ns: int = _DAY_NS
    none: float | None = None


def course_of(rule: Rule, baseline_ms: float | None = None) -> Course | None:
    """How the value of a rule is drawn from spans; None where it is not (fall.py, no_course.py).

    `baseline_ms` is the median that an anomaly is measured by (baseline_sql).
    """
    match rule:
        case SlowSpan():
            among = Selector(span=(rule.span,), where=rule.where)
            return Course(among, "max(ms)", f"Longest {rule.span}", window_ns=rule.window.ns)
        case Percentile():
            # Nearest rank, as the rule has it.
            rank = f"arraySort(groupArray(ms))[toUInt32(ceil({rule.quantile!r} * count()))]"
            among, what = Selector(span=(rule.span,), where=rule.where), f"P{rule.quantile * 100:g} of {rule.span}"
            return Course(among, rank, what, minimum=rule.minimum, window_ns=rule.window.ns)
        case ErrorRate(last=last) if last is not UNSET:
            rate = f"avg(hit) OVER (ORDER BY end_ns, span ROWS BETWEEN {last - 1} PRECEDING AND CURRENT ROW)"
            what = f"Failed among the last {last} of {selector_words(rule.among)}"
            return Course(rule.among, rate, what, Selector(status="error"), minimum=rule.minimum)
        case ErrorRate():
            window_ns = round((_WINDOW_S if rule.window is UNSET else rule.window) * SECOND_NS)
            failed = Selector(status="error")
            what = f"Failed of {selector_words(rule.among)}"
            return Course(rule.among, "avg(hit)", what, failed, minimum=rule.minimum, window_ns=window_ns)
        case Ratio():
            what = f"{selector_words(rule.of)}, as a share of {selector_words(rule.among)}"
            return Course(rule.among, "avg(hit)", what, rule.of, rule.minimum, rule.window.ns)
        case Count():
            what = f"How many {selector_words(rule.of)} in {lasting(rule.window)}"
            return Course(rule.of, "toFloat64(count())", what, window_ns=rule.window.ns, none=0.0)
        case Anomaly() if baseline_ms:
            what = f"Times the median of {baseline_ms:.3g} ms"
            return Course(rule.among, f"max(ms) / {baseline_ms!r}", what, window_ns=rule.window.ns)
        case Absence():
            what, reach_ns = f"Time since the last {selector_words(rule.of)}", max(_DAY_NS, rule.within.ns)
            return Course(rule.of, "0.0", what, ages=True, reach_ns=reach_ns)
        case Streak():
            # Those since the last that was no hit: rows are numbered, and so are those that were none.
            row = "toFloat64(row_number() OVER (ORDER BY end_ns, span)"
            length = f"{row} - max(if(hit, 0, place)) OVER (ORDER BY end_ns, span))"
            return Course(rule.among, length, f"In a row: {selector_words(rule.of)}", rule.of)
        case WalletFloor():
            return Course(selector(rule), "balance", "Balance")
    return None


def course_sql(rule: Rule, course: Course, labels: Mapping[str, str], steps: Steps, bind: Bindings) -> str:
    """SQL: `slot` (0 is the first moment), `value`, `n` (spans that it rests on) and `end_ns` of the latest."""
    if course.window_ns is not None:
        spans = _spans(rule, course, labels, steps.from_ns - course.window_ns, steps.to_ns, bind)
        first = f"greatest(0, {_slot('end_ns', steps)})"
        last = f"least({steps.count}, {_slot(f'end_ns + {course.window_ns}', steps)} - 1)"
        unfolded = f"SELECT arrayJoin(range(toUInt32({first}), toUInt32({last} + 1))) AS slot, * FROM ({spans})"
        told = f"{course.value} AS value, count() AS n, max(end_ns) AS latest_ns"
        return f"SELECT slot, {told} FROM ({unfolded}) GROUP BY slot ORDER BY slot"
    spans = _spans(rule, course, labels, steps.from_ns - course.reach_ns, steps.to_ns, bind)
    numbered = f"SELECT *, toInt64(row_number() OVER (ORDER BY end_ns, span)) AS place FROM ({spans})"
    valued = f"SELECT end_ns, span, place, {course.value} AS said FROM ({numbered})"
    slot = f"greatest(0, {_slot('end_ns', steps)}) AS slot"
    told = "argMax(said, (end_ns, span)) AS value, max(place) AS n, max(end_ns) AS latest_ns"
    return f"SELECT {slot}, {told} FROM ({valued}) GROUP BY slot ORDER BY slot"


def baseline_sql(rule: Anomaly, labels: Mapping[str, str], before_ns: int, bind: Bindings) -> str:
    """SQL: one row of `baseline`, the median duration in ms before an incident began; NULL with too few spans."""
    course = Course(rule.among, "", "")
    spans = _spans(rule, course, labels, before_ns - rule.baseline.ns, before_ns - rule.window.ns, bind)
    return f"SELECT if(count() >= {rule.minimum}, quantileExact(0.5)(ms), NULL) AS baseline FROM ({spans})"


def _spans(rule: Rule, course: Course, labels: Mapping[str, str], after_ns: int, until_ns: int, bind: Bindings) -> str:
    """SQL: each span of the group that ended after the one moment and not after the other, once."""
    started = between(bind, TimeRange(max(EARLIEST_NS, after_ns - _DAY_NS), until_ns + 1))
    ended = f"{END_NS} > {bind('Int64', after_ns)} AND {END_NS} <= {bind('Int64', until_ns)}"
    wallet = ["isNotNull(s.pf_balance_usd)"] if isinstance(rule, WalletFloor) else []
    conditions = [*started, ended, *wallet, *taken(bind, course.among), *in_group(bind, group_by(rule), labels)]
    hit = " AND ".join(f"({each})" for each in taken(bind, course.of)) or "1"
    told = (f"{END_NS} AS end_ns", "s.span_id AS span", f"{MS} AS ms", f"{hit} AS hit", "s.pf_balance_usd AS balance")
    return first_of_each_span(told, conditions)


def _slot(moment: str, steps: Steps) -> str:
    """SQL: the first moment that is not before this one."""
    return f"toInt64(ceil(({moment} - {steps.from_ns}) / {steps.step_ns}))"
