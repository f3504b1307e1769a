"""Totals as metrics, at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fleaglass import semconv
from fleaglass.shipper.metrics.metric import Dimensions, HistogramPoint, Metric, NumberPoint, Point
from fleaglass.shipper.metrics.totals import Histogram, Sum, Totals

__all__ = ["metrics_of"]

_USD_PLACES: Final = 8


def metrics_of(totals: Totals, *, started_ns: int, now_ns: int, lost: Mapping[str, int] | None = None) -> list[Metric]:
    """All metrics that have a point, by name.

    Args:
        totals: of one journal.
        started_ns: when it began, in Unix nanoseconds.
        now_ns: the time, likewise.
        lost: how much of what was recorded will not arrive, by reason.
    """
    points: dict[str, list[Point]] = {}
    for (name, dimensions), sum_ in totals.sums.items():
        points.setdefault(name, []).append(_sum(name, dimensions, sum_))
    for span_name, histogram in totals.spans.items():
        dimensions = ((semconv.PF_SPAN_NAME, span_name),)
        metric = semconv.METRIC_PF_SPAN_DURATION
        points.setdefault(metric, []).append(_histogram(metric, dimensions, histogram))
    for (name, dimensions), histogram in totals.histograms.items():
        points.setdefault(name, []).append(_histogram(name, dimensions, histogram))
    if totals.wallets:
        points[semconv.METRIC_PF_WALLET_VALUE] = _wallets(totals)
    if totals.decided_ns:
        age_s = max(0, now_ns - totals.decided_ns) / 1e9
        points[semconv.METRIC_PF_CYCLE_AGE] = [NumberPoint(value=age_s)]
    if lost and (points or any(lost.values())):
        points[semconv.METRIC_PF_TELEMETRY_DROPPED] = [
            NumberPoint(dimensions=((semconv.PF_DROP_REASON, reason),), value=count)
            for reason, count in sorted(lost.items())
        ]
    return [
        Metric(name=name, started_ns=started_ns, time_ns=now_ns, points=tuple(found))
        for name, found in sorted(points.items())
    ]


def _sum(name: str, dimensions: Dimensions, sum_: Sum) -> NumberPoint:
    value = float(sum_.amount) if semconv.METRICS[name].unit == "USD" else int(sum_.amount)
    return NumberPoint(dimensions=dimensions, value=value, exemplar=sum_.exemplar)


def _histogram(name: str, dimensions: Dimensions, histogram: Histogram) -> HistogramPoint:
    return HistogramPoint(
        dimensions=dimensions,
        bounds=semconv.METRICS[name].buckets,
        counts=tuple(histogram.counts),
        sum=histogram.sum,
        least=histogram.least,
        most=histogram.most,
        exemplars=tuple(exemplar for _, exemplar in sorted(histogram.exemplars.items())),
    )


def _wallets(totals: Totals) -> list[Point]:
    by_kind: dict[str, float] = {}
    for kind, worth_usd in totals.wallets.values():
        by_kind[kind] = by_kind.get(kind, 0.0) + worth_usd
    return [
        NumberPoint(dimensions=((semconv.PF_WALLET_TYPE, kind),) if kind else (), value=round(worth_usd, _USD_PLACES))
        for kind, worth_usd in by_kind.items()
    ]
