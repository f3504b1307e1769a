"""Which of the shipper's metrics counts the spans that a selector takes, and how many were counted in a window.

::

    every span                 pf_span_duration_seconds          pf_span_name
    … that failed              pf_span_errors_total              pf_span_name, error_type
    agent.decision_cycle       pf_cycle_duration_seconds         pf_cycle_outcome
    pf.trade.execute           pf_trade_duration_seconds         pf_asset, pf_side, pf_order_type, pf_order_state,
                                                                 error_type
    risk.check                 pf_risk_checks_total              pf_risk_check, pf_risk_passed
    all of them                                                  agent_id, environment, release, strategy

The shipper's totals never go back, and each process of an agent has series of its own. So what came in a window is a
difference, exactly; ``increase()`` would stretch it to the window's ends, and would miss the first of a new series,
which begins at 1 and not at 0.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from fleaglass import semconv
from fleaglass.alerts.rules.model import Selector, Value
from fleaglass.provision.verdict import Impossible

__all__ = [
    "WITHOUT_ERROR",
    "Inexpressible",
    "Series",
    "Where",
    "counted",
    "label_of",
    "seconds",
    "series_of",
]

Where: TypeAlias = Mapping[str, Value | tuple[Value, ...]]

WITHOUT_ERROR: Final = 'error_type=""'
"""Nearly: a span that failed may have no class, when its process died in it."""
_REMEMBER_S: Final = 3_600
"""How long scraping may have paused before a series counts as new, with all that it has counted."""
_RESOURCE: Final = {"agent": "agent_id", "environment": "environment", "release": "release", "strategy": "strategy"}


class Inexpressible(Exception):
    """PromQL cannot say it; ``verdict`` says why."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.verdict = Impossible(why)


@dataclass(frozen=True, slots=True)
class Series:
    """Series that count spans.

    Attributes:
        name: of the metric in Prometheus.
        labels: label by attribute, beyond those that all series have.
        span: the one span that it counts; empty for all.
        bounds_s: upper bounds of its buckets in seconds, if it is a histogram.
        matchers: what narrows them down.
    """

    name: str
    labels: Mapping[str, str]
    span: str = ""
    bounds_s: Sequence[float] = ()
    matchers: tuple[str, ...] = ()

    def selector(self, suffix: str = "", *more: str) -> str:
        """An instant vector, such as ``pf_risk_checks_total{pf_risk_passed="false"}``."""
        inside = ",".join((*self.matchers, *more))
        return f"{self.name}{suffix}{{{inside}}}" if inside else f"{self.name}{suffix}"

    @property
    def total(self) -> str:
        """How many spans, whatever they took."""
        return self.selector("_count" if self.bounds_s else "")


def _labels(*attributes: str) -> Mapping[str, str]:
    return {attribute: attribute.replace(".", "_") for attribute in attributes}


def _histogram(metric: str, name: str, span: str, *attributes: str) -> Series:
    return Series(name, _labels(*attributes), span, semconv.METRICS[metric].buckets)


_ALL: Final = _histogram(semconv.METRIC_PF_SPAN_DURATION, "pf_span_duration_seconds", "", semconv.PF_SPAN_NAME)
_FAILED: Final = Series("pf_span_errors_total", _labels(semconv.PF_SPAN_NAME, semconv.ERROR_TYPE))
_OF_ONE_SPAN: Final = (
    _histogram(
        semconv.METRIC_PF_CYCLE_DURATION,
        "pf_cycle_duration_seconds",
        semconv.SPAN_AGENT_DECISION_CYCLE,
        semconv.PF_CYCLE_OUTCOME,
    ),
    _histogram(
        semconv.METRIC_PF_TRADE_DURATION,
        "pf_trade_duration_seconds",
        semconv.SPAN_PF_TRADE_EXECUTE,
        semconv.PF_ASSET,
        semconv.PF_SIDE,
        semconv.PF_ORDER_TYPE,
        semconv.PF_ORDER_STATE,
        semconv.ERROR_TYPE,
    ),
    Series("pf_risk_checks_total", _labels(semconv.PF_RISK_CHECK, semconv.PF_RISK_PASSED), semconv.SPAN_RISK_CHECK),
)


def series_of(selector: Selector, group_by: Sequence[str] = ()) -> Series:
    """The series that count what a selector takes, and have the labels to group by.

    Raises:
        Inexpressible: there are none.
    """
    attributes = {*selector.where, *group_by} - _RESOURCE.keys() - {"span"}
    if selector.status == "error" or selector.error:
        found = _FAILED
    else:
        if selector.status == "ok":
            attributes.add(semconv.ERROR_TYPE)
        found = next((each for each in (_ALL, *_OF_ONE_SPAN) if _tells(each, selector.span, attributes)), _ALL)
    if found.span and "span" in group_by:
        attributes.add("span")
    if unknown := sorted(attributes - found.labels.keys()):
        raise Inexpressible(f"no metric tells these spans apart by {' and '.join(unknown)}")
    matchers = [] if found.span or not selector.span else [_matcher("pf_span_name", selector.span)]
    if selector.error:
        matchers.append(_matcher("error_type", selector.error))
    if selector.status == "ok":
        matchers.append(WITHOUT_ERROR)
    matchers += [_matcher(label_of(name), value) for name, value in sorted(selector.where.items())]
    return Series(found.name, found.labels, found.span, found.bounds_s, tuple(matchers))


def _tells(series: Series, spans: Sequence[str], attributes: set[str]) -> bool:
    return attributes <= series.labels.keys() and (not series.span or tuple(spans) == (series.span,))


def label_of(name: str) -> str:
    """The label that says what a rule groups by, or looks at."""
    return _RESOURCE.get(name) or ("pf_span_name" if name == "span" else name.replace(".", "_"))


def counted(total: str, window_s: float, group_by: Sequence[str], *more: str) -> str:
    """How many were counted in the last so many seconds, by group."""
    labels = ", ".join((*map(label_of, group_by), *more))
    return f"sum by ({labels}) ({_increase(total, window_s)})"


def _increase(total: str, window_s: float) -> str:
    """By how much each series grew in the last so many seconds; a new one by all that it has."""
    now = f"last_over_time({total}[{seconds(window_s)}])"
    before = f"last_over_time({total}[{seconds(_REMEMBER_S)}] offset {seconds(window_s)})"
    return f"{now} - ({before} or {now} * 0)"


def seconds(value: float) -> str:
    """A duration in PromQL, such as ``90s``."""
    return f"{round(value * 1000)}ms" if value != int(value) else f"{int(value)}s"


def _matcher(label: str, value: Value | Sequence[Value]) -> str:
    texts = [_text(each) for each in value] if isinstance(value, tuple | list) else [_text(value)]  # type: ignore[arg-type]
    if len(texts) == 1:
        return f"{label}={_quoted(texts[0])}"
    return f"{label}=~{_quoted('|'.join(map(re.escape, texts)))}"


def _text(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
