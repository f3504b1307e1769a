"""A rule as one figure per group in PromQL, and the bounds that it is held against.

Where the hub has no reading, because there are too few spans, the figure has no sample.

Exact is what promtool has been shown to agree on with the hub's judge, over generated histories of every kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import singledispatch
from typing import Final, Literal

from msgspec import UNSET

from fleaglass.alerts.rules.model import (
    Absence,
    Anomaly,
    Count,
    Drawdown,
    ErrorRate,
    Percentile,
    Ratio,
    Rule,
    Selector,
    SessionCrash,
    SlowSpan,
    WalletFloor,
)
from fleaglass.provision.promql.series import (
    WITHOUT_ERROR,
    Inexpressible,
    Series,
    counted,
    label_of,
    seconds,
    series_of,
)
from fleaglass.provision.verdict import EXACT, Approximate, Exact, Verdict

__all__ = ["Expression", "Inexpressible", "expression"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """What Prometheus computes for a rule.

    Attributes:
        value: PromQL of the figure; one sample per group.
        unit: of the figure, for people.
        operator: on which side of ``bound`` the figure breaches.
        bound: the threshold.
        resolve_at: at this, or on its good side, the figure is good again; the threshold itself if None.
        keeps: whether a group without a figure goes on with its last one. Else it is good.
        for_s: how long the figure must breach.
        verdict: `Exact` or `Approximate`.
    """

    value: str
    unit: str
    operator: Literal[">", "<"] = ">"
    bound: float
    resolve_at: float | None = None
    keeps: bool = False
    for_s: float
    verdict: Verdict = EXACT


_FINE_S: Final = 3_600
"""Up to this length the hub's windows move with every round."""
_IMPOSSIBLE: Final = {
    "Streak": "counters say how many failed, and not which came one after the other",
    "MissedSchedule": "schedules are judged by the hub, and by Sentry; no metric tells of them",
    "NewIssue": "issues are grouped by the hub, and by Sentry; no metric tells of them",
    "InFlightAtDeath": "no metric tells which orders had no answer when their agent died",
}


def expression(rule: Rule) -> Expression:
    """The rule in PromQL.

    Raises:
        Inexpressible: PromQL cannot say it over these metrics.
    """
    found = _expression(rule)
    if not isinstance(found.verdict, Exact):
        return found
    if WITHOUT_ERROR in found.value:
        return replace(found, verdict=Approximate("a span in which its process died counts as one that did not fail"))
    if found.keeps and rule.for_:
        return replace(
            found, verdict=Approximate("while there are too few spans, the time that `for` asks for runs on")
        )
    if (window_s := getattr(rule, "window", 0)) > _FINE_S:
        why = f"the hub's window of {window_s / 3600:g} h moves in steps of {window_s / 720:g} s"
        return replace(found, verdict=Approximate(why))
    return found


@singledispatch
def _expression(rule: Rule) -> Expression:
    raise Inexpressible(_IMPOSSIBLE[type(rule).__name__])


@_expression.register
def _(rule: SlowSpan) -> Expression:
    series = series_of(Selector(span=(rule.span,), where=rule.where), rule.group_by)
    bound_s, verdict = _bound(series, rule.above_ms)
    fast = series.selector("_bucket", f'le="{bound_s!r}"')
    slow = f"{counted(series.total, rule.window, rule.group_by)} - {counted(fast, rule.window, rule.group_by)}"
    return Expression(value=slow, unit="slow spans", bound=0, for_s=rule.for_, verdict=verdict)


@_expression.register
def _(rule: Percentile) -> Expression:
    """A quantile of a histogram is beyond a bucket's bound when, and only when, the one by nearest rank is."""
    series = series_of(Selector(span=(rule.span,), where=rule.where), rule.group_by)
    above_s, verdict = _bound(series, rule.above_ms)
    resolve_s, also = _bound(series, rule.resolve_below_ms) if rule.resolve_below_ms is not UNSET else (None, EXACT)
    buckets = counted(series.selector("_bucket"), rule.window, rule.group_by, "le")
    enough = _at_least(rule.minimum, counted(series.total, rule.window, rule.group_by))
    return Expression(
        value=f"1000 * histogram_quantile({rule.quantile!r}, {buckets}) and {enough}",
        unit="ms",
        bound=above_s * 1000,
        resolve_at=None if resolve_s is None else resolve_s * 1000,
        keeps=True,
        for_s=rule.for_,
        verdict=verdict if isinstance(also, Exact) else also,
    )


@_expression.register
def _(rule: ErrorRate) -> Expression:
    if rule.window is UNSET:
        raise Inexpressible(f"counters say how many failed, and not which the last {rule.last} were")
    of = Selector(span=rule.among.span, status="error", error=rule.among.error, where=rule.among.where)
    return _share(of, rule.among, rule, rule.window)


@_expression.register
def _(rule: Ratio) -> Expression:
    return _share(_both(rule.of, rule.among), rule.among, rule, rule.window)


@_expression.register
def _(rule: Count) -> Expression:
    spans = counted(series_of(rule.of, rule.group_by).total, rule.window, rule.group_by)
    return Expression(value=spans, unit="spans", bound=rule.above, for_s=rule.for_)


@_expression.register
def _(rule: Anomaly) -> Expression:
    series = series_of(rule.among, rule.group_by)
    if not series.bounds_s:
        raise Inexpressible("durations of failed spans are not told apart")
    groups = tuple(dict.fromkeys((*rule.group_by, "agent", "span")))
    bucket, total = series.selector("_bucket"), series.total
    slowest = f"histogram_quantile(1, {counted(bucket, rule.window, groups, 'le')})"
    median = f"histogram_quantile(0.5, {counted(bucket, rule.baseline, groups, 'le')})"
    enough = _at_least(rule.minimum, counted(total, rule.baseline, groups))
    return Expression(
        value=f"{slowest} / clamp_min({median}, {rule.floor_ms / 1000!r}) and {enough}",
        unit="times the median",
        bound=rule.times,
        for_s=rule.for_,
        verdict=Approximate("durations are known by their buckets alone, the slowest and the median alike"),
    )


@_expression.register
def _(rule: Absence) -> Expression:
    total = series_of(rule.of, rule.group_by).total
    labels = ", ".join(map(label_of, rule.group_by))
    before = f"last_over_time({total}[1h] offset {seconds(rule.within)})"
    return Expression(
        value=f"sum by ({labels}) ({total} - ({before} or {total} * 0))",
        unit="spans",
        operator="<",
        bound=1,
        for_s=rule.for_,
        verdict=Approximate("an agent is missed for as long as its process runs, and once it had such a span"),
    )


@_expression.register
def _(rule: WalletFloor) -> Expression:
    labels = _resource_labels(rule.group_by)
    return Expression(
        value=f"sum by ({labels}) (pf_wallet_value_usd)",
        unit="USD",
        operator="<",
        bound=float(rule.below_usd),
        resolve_at=None if rule.resolve_at_usd is UNSET else float(rule.resolve_at_usd),
        keeps=True,
        for_s=rule.for_,
        verdict=Approximate("all wallets of an agent count together, each as it was last read"),
    )


@_expression.register
def _(rule: Drawdown) -> Expression:
    labels = _resource_labels((*rule.group_by, "journal"))
    earned = f"sum by ({labels}) (pf_trade_realized_usd)"
    window = seconds(rule.window)
    # A process that began within the window began with nothing.
    highest = f"max_over_time(({earned})[{window}:30s])"
    started = f"(sum by ({labels}) (pf_trade_realized_usd offset {window}) or {earned} * 0)"
    fell = f"({highest} > {started} or {started}) - {earned}"
    return Expression(
        value=f"max by ({_resource_labels(rule.group_by)}) ({fell})",
        unit="USD",
        bound=float(rule.above_usd),
        for_s=rule.for_,
        verdict=Approximate("each process of an agent begins anew, and what was earned is looked at every 30 s"),
    )


@_expression.register
def _(rule: SessionCrash) -> Expression:
    labels = _resource_labels(rule.group_by)
    alive = "pf_agent_uptime_seconds"
    return Expression(
        value=f"count by ({labels}) (last_over_time({alive}[1h])) unless on ({labels}) {alive}",
        unit="processes",
        bound=0,
        for_s=rule.restart_within + rule.for_,
        verdict=Approximate("an agent that ended properly looks the same, and after an hour it is no longer missed"),
    )


def _bound(series: Series, wanted_ms: float) -> tuple[float, Verdict]:
    """The bucket's bound that stands for a threshold, in seconds: it, or the next one beyond it."""
    if not series.bounds_s:
        raise Inexpressible("durations of these spans are not told apart")
    found = next((bound for bound in series.bounds_s if bound * 1000 >= wanted_ms), None)
    if found is None:
        raise Inexpressible(f"durations beyond {series.bounds_s[-1]:g} s are not told apart")
    if found * 1000 == wanted_ms:
        return found, EXACT
    return found, Approximate(f"durations are known in steps, and {found * 1000:g} ms is the one after {wanted_ms:g}")


def _share(of: Selector, among: Selector, rule: ErrorRate | Ratio, window_s: float) -> Expression:
    some = counted(series_of(of, rule.group_by).total, window_s, rule.group_by)
    every = counted(series_of(among, rule.group_by).total, window_s, rule.group_by)
    return Expression(
        value=f"({some} or {every} * 0) / ({_at_least(rule.minimum, every)})",
        unit="of all",
        bound=rule.above,
        resolve_at=None if rule.resolve_at is UNSET else rule.resolve_at,
        keeps=True,
        for_s=rule.for_,
    )


def _both(of: Selector, among: Selector) -> Selector:
    """What both take: as far as it can be said in one selector."""
    if of.span and among.span and not set(of.span) <= set(among.span):
        raise Inexpressible("the two filters take different spans")
    if of.error and among.error and of.error != among.error:
        raise Inexpressible("the two filters take different errors")
    if any(name in of.where and of.where[name] != value for name, value in among.where.items()):
        raise Inexpressible("the two filters ask for different values")
    return Selector(
        span=of.span or among.span,
        status=of.status or among.status,
        error=of.error or among.error,
        where={**among.where, **of.where},
    )


def _at_least(minimum: int, spans: str) -> str:
    return f"({spans}) >= {minimum}"


def _resource_labels(group_by: Sequence[str]) -> str:
    """Labels that every series has."""
    known = ("agent", "environment", "release", "strategy", "journal")
    if unknown := [name for name in group_by if name not in known]:
        raise Inexpressible(f"the metric does not tell apart by {' and '.join(unknown)}")
    return ", ".join(map(label_of, group_by))
