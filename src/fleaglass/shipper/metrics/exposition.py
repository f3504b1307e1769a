"""Metrics as a Prometheus server scrapes them: OpenMetrics 1.0, which has a place for exemplars.

::

    # TYPE pf_span_duration_seconds histogram
    pf_span_duration_seconds_bucket{agent_id="vol-arb-1",le="2.0"} 17 # {trace_id="…",span_id="…"} 1.2 1700000000.5
    # EOF

A metric has the name and the labels under which the ecosystem's dashboards look for it, where the registry knows one;
else its own, with underscores and its unit. A histogram with bounds below zero has no sum and no count: OpenMetrics
wants neither to go down.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from fleaglass import semconv
from fleaglass._openmetrics import END, escaped, number, sample
from fleaglass.journal.records import Opened
from fleaglass.semconv import MetricType
from fleaglass.shipper.metrics.metric import Dimensions, Exemplar, HistogramPoint, Metric, NumberPoint

__all__ = ["exposition"]

_UNITS: Final = {"s": "seconds", "USD": "usd", "{bps}": "bps"}
_TYPES: Final = {"counter": "counter", "histogram": "histogram", "gauge": "gauge", "updowncounter": "gauge"}
_JOURNAL: Final = "journal"
_AGENT: Final = "agent_id"
_RESOURCE: Final = {
    "environment": semconv.PF_ENVIRONMENT,
    "release": semconv.PF_RELEASE,
    "strategy": semconv.PF_STRATEGY,
}

_Labels = list[tuple[str, str]]


def exposition(sources: Iterable[tuple[Opened, str, Sequence[Metric]]]) -> bytes:
    """What is served.

    Args:
        sources: of each journal: what it is, its id in hexadecimal, and its metrics. Each has series of its own.
    """
    families: dict[str, list[tuple[_Labels, Metric]]] = {}
    for opened, journal, metrics in sources:
        labels = [(_AGENT, opened.agent_id), (_JOURNAL, journal), *_of_resource(opened)]
        for metric in metrics:
            families.setdefault(metric.name, []).append((labels, metric))
    lines = [line for name, found in sorted(families.items()) for line in _family(semconv.METRICS[name], found)]
    return "\n".join((*lines, END)).encode("utf-8", "replace")


def _of_resource(opened: Opened) -> _Labels:
    """What runs and where, so that rules can tell apart by it."""
    named = ((label, opened.resource.get(attribute)) for label, attribute in _RESOURCE.items())
    return [(label, value) for label, value in named if isinstance(value, str) and value]


def _family(known: MetricType, found: Sequence[tuple[_Labels, Metric]]) -> Iterator[str]:
    name, unit = _name(known), _UNITS.get(known.unit)
    yield f"# TYPE {name} {_TYPES[known.instrument]}"
    if unit is not None and name.endswith(f"_{unit}"):
        yield f"# UNIT {name} {unit}"
    yield f"# HELP {name} {escaped(known.brief)}"
    for labels, metric in found:
        for point in metric.points:
            about = list(dict(labels + _labels(known, point.dimensions)).items())  # a dimension may say it again
            if isinstance(point, HistogramPoint):
                yield from _histogram(known, about, point)
            else:
                yield _number(name, about, point, is_counter=known.instrument == "counter")


def _name(known: MetricType) -> str:
    """Of the family: without the ending that a counter's samples have."""
    if known.prometheus is not None:
        return known.prometheus.removesuffix("_total")
    name = known.name.replace(".", "_")
    return f"{name}_{_UNITS[known.unit]}" if known.unit in _UNITS else name


def _labels(known: MetricType, dimensions: Dimensions) -> _Labels:
    named = {attribute: label for label, attribute in known.labels}
    return [
        (named.get(name, name.replace(".", "_")), str(value).lower() if isinstance(value, bool) else value)
        for name, value in dimensions
    ]


def _number(name: str, labels: _Labels, point: NumberPoint, *, is_counter: bool) -> str:
    if not is_counter:
        return sample(name, labels, point.value)
    return sample(f"{name}_total", labels, point.value) + _exemplar(point.exemplar)


def _histogram(known: MetricType, labels: _Labels, point: HistogramPoint) -> Iterator[str]:
    """In the unit and with the bounds that dashboards look for; ours are these, and some more."""
    name, scale, wanted = _name(known), known.prometheus_scale, known.prometheus_buckets
    count, exemplar, exemplars = 0, None, list(point.exemplars)
    for bound, more in zip((*point.bounds, math.inf), point.counts, strict=True):
        count += more
        while exemplars and exemplars[0].value <= bound:
            exemplar = exemplars.pop(0)
        told = bound * scale
        if told in wanted or not wanted or math.isinf(told):
            yield sample(f"{name}_bucket", [*labels, ("le", number(told))], count) + _exemplar(exemplar, scale)
            exemplar = None
    if point.bounds[0] >= 0:
        yield sample(f"{name}_count", labels, count)
        yield sample(f"{name}_sum", labels, point.sum * scale)


def _exemplar(exemplar: Exemplar | None, scale: float = 1.0) -> str:
    if exemplar is None:
        return ""
    ids = f'trace_id="{exemplar.trace_id.hex()}",span_id="{exemplar.span_id.hex()}"'
    return f" # {{{ids}}} {number(exemplar.value * scale)} {exemplar.time_ns / 1e9:.3f}"
