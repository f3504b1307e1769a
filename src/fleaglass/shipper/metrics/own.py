"""What an agent says of itself in numbers, as metrics."""

from __future__ import annotations

import math
from typing import Final

from fleaglass import semconv
from fleaglass.journal.records import Readings
from fleaglass.shipper.metrics.metric import Metric, NumberPoint, Point, dimensions

__all__ = ["own_metrics"]

_MOST: Final = 1 << 63


def own_metrics(readings: Readings | None) -> list[Metric]:
    """By name. What this version does not know is left out: the agent may be newer than the shipper."""
    if readings is None:
        return []
    points: dict[str, list[Point]] = {}
    for each in readings.readings:
        known = semconv.METRICS.get(each.name)
        if known is not None and known.instrument != "histogram" and _is_number(each.value):
            point = NumberPoint(dimensions=dimensions(*each.dimensions.items()), value=each.value)
            points.setdefault(each.name, []).append(point)
    return [
        Metric(name=name, started_ns=readings.started_ns, time_ns=readings.time_ns, points=tuple(found))
        for name, found in points.items()
    ]


def _is_number(value: float) -> bool:
    """Whether OTLP can carry it."""
    return -_MOST <= value < _MOST if isinstance(value, int) else math.isfinite(value)
