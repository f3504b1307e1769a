"""Which figure of Sentry's stands for a rule: what it measures, over what, and how well that fits.

Sentry judges a project as a whole, and when data arrives. So nothing here is exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from msgspec import UNSET

from fleaglass import semconv
from fleaglass.alerts.rules.model import Count, ErrorRate, Percentile, Rule, Selector, SlowSpan, Value
from fleaglass.provision.sentry_alerts.bodies import WINDOWS_S, DataSource, Window
from fleaglass.provision.verdict import Approximate, Impossible

__all__ = ["Inexpressible", "Measure", "measure"]

_QUANTILES: Final = {0.5: "p50", 0.75: "p75", 0.9: "p90", 0.95: "p95", 0.99: "p99", 1.0: "p100"}
_ATTRIBUTES: Final = {
    "agent": semconv.PF_AGENT_ID,
    "release": semconv.PF_RELEASE,
    "strategy": semconv.PF_STRATEGY,
}
_TOGETHER: Final = "all agents of the project are judged together"


class Inexpressible(Exception):
    """Sentry cannot say it; ``verdict`` says why."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.verdict = Impossible(why)


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure, its threshold, at what it is good again, and what is not as the hub has it."""

    source: DataSource
    above: float
    resolve_at: float
    verdict: Approximate


def measure(rule: Rule) -> Measure:
    """The figure.

    Raises:
        Inexpressible: there is none.
    """
    match rule:
        case SlowSpan():
            source = _spans("max(span.duration)", Selector(span=(rule.span,), where=rule.where), rule.window)
            return Measure(source, rule.above_ms, rule.above_ms, Approximate(_TOGETHER))
        case Percentile():
            name = _QUANTILES.get(rule.quantile)
            if name is None:
                raise Inexpressible(f"Sentry has no quantile {rule.quantile:g}")
            source = _spans(f"{name}(span.duration)", Selector(span=(rule.span,), where=rule.where), rule.window)
            resolve = rule.above_ms if rule.resolve_below_ms is UNSET else rule.resolve_below_ms
            return Measure(source, rule.above_ms, resolve, Approximate(f"{_TOGETHER}, however few spans there are"))
        case ErrorRate():
            window_s = 300 if rule.window is UNSET else rule.window
            source = _spans("failure_rate()", rule.among, window_s)
            why = "Sentry's failure rate counts by its own statuses"
            if rule.window is UNSET:
                why += f", and over 5 minutes instead of the last {rule.last}"
            resolve = rule.above if rule.resolve_at is UNSET else rule.resolve_at
            return Measure(source, rule.above, resolve, Approximate(f"{why}; {_TOGETHER}"))
        case Count():
            return _count(rule)
    raise Inexpressible(_IMPOSSIBLE[type(rule).__name__])


_IMPOSSIBLE: Final[Mapping[str, str]] = {
    "Ratio": "a detector cannot divide one filter by another",
    "Anomaly": "Sentry learns a baseline of its own, and of a whole project",
    "Absence": "without data Sentry does not evaluate",
    "Streak": "Sentry does not look at spans in their order",
    "WalletFloor": "a detector cannot look at the last value of an attribute",
    "Drawdown": "a detector cannot add up profit and loss",
    "SessionCrash": "crash-free rates take half an hour, and a monitor's check-ins are looked at once a minute",
    "InFlightAtDeath": "Sentry does not know which orders had no answer",
}


def _count(rule: Count) -> Measure:
    window = _window(rule.window)
    if rule.of.error:
        query = f"is:unresolved error.type:{_list(rule.of.error)}"
        source = DataSource(
            aggregate="count()",
            dataset="events",
            query=f"{query} {_tests(rule.of.where)}".strip(),
            query_type=0,
            event_types=("error", "default"),
            time_window=window,
            environment=_environment(rule.of.where),
        )
        why = f"error events are counted, and not spans; {_TOGETHER}"
        return Measure(source, rule.above, rule.above, Approximate(why))
    source = _spans("count(span.duration)", rule.of, rule.window)
    return Measure(source, rule.above, rule.above, Approximate(_TOGETHER))


def _spans(aggregate: str, of: Selector, window_s: float) -> DataSource:
    if of.status is not None or of.error:
        raise Inexpressible("Sentry tells spans apart by its own statuses, and not by ours")
    names = f"span.op:{_list(of.span)}" if of.span else ""
    return DataSource(
        aggregate=aggregate,
        dataset="events_analytics_platform",
        query=f"{names} {_tests(of.where)}".strip(),
        query_type=1,
        event_types=("trace_item_span",),
        time_window=_window(window_s),
        environment=_environment(of.where),
        extrapolation_mode="unknown",
    )


def _window(wanted_s: float) -> Window:
    found = next((window for window in WINDOWS_S if window >= wanted_s), None)
    if found is None:
        raise Inexpressible("a detector looks back a day at most")
    return found


def _environment(where: Mapping[str, Value | tuple[Value, ...]]) -> str | None:
    found = where.get("environment")
    if isinstance(found, tuple | list):
        raise Inexpressible("a detector looks at one environment, or at all")
    return None if found is None else str(found)


def _tests(where: Mapping[str, Value | tuple[Value, ...]]) -> str:
    return " ".join(
        f"{_ATTRIBUTES.get(name, name)}:{_list(value if isinstance(value, tuple | list) else (value,))}"
        for name, value in sorted(where.items())
        if name != "environment"
    )


def _list(values: tuple[Value, ...]) -> str:
    if not all(isinstance(value, str) for value in values):
        raise Inexpressible("attributes that are no text are not searched for")
    quoted = ['"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"' for value in values]
    return quoted[0] if len(quoted) == 1 else f"[{', '.join(quoted)}]"
