"""What is counted and measured of one journal, so far: plain numbers, which can be written down."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from decimal import Decimal
from math import inf
from typing import Any, Final, TypeAlias

import msgspec

from fleaglass import semconv
from fleaglass.shipper.metrics.metric import Dimensions, Exemplar

__all__ = ["Histogram", "Series", "Sum", "Totals"]

Series: TypeAlias = tuple[str, Dimensions]
"""Name of the metric, and dimensions."""

_MOST_SERIES: Final = 2_000
"""Of one metric: OpenTelemetry's default. What comes after them is counted in one more, with this dimension."""
_OVERFLOW: Final[Dimensions] = (("otel.metric.overflow", True),)
_BOUNDS: Final = {name: metric.buckets for name, metric in semconv.METRICS.items()}
_SPAN_BOUNDS: Final = _BOUNDS[semconv.METRIC_PF_SPAN_DURATION]
_MOST_WALLETS: Final = 256
_MOST_PASSING: Final = 1_000


class Sum(msgspec.Struct, array_like=True):
    """A total; a decimal, so that money is summed exactly."""

    amount: Decimal = Decimal(0)
    exemplar: Exemplar | None = None


class Histogram(msgspec.Struct, array_like=True):
    """How many values lie in each bucket, and the last of each."""

    counts: list[int]
    exemplars: dict[int, Exemplar] = {}
    sum: float = 0.0
    least: float = inf
    most: float = -inf

    def take(self, bounds: Sequence[float], exemplar: Exemplar) -> None:
        """Take the exemplar's value in. Called for every span, so it calls little itself."""
        value = exemplar.value
        bucket = bisect_left(bounds, value)
        self.counts[bucket] += 1
        self.exemplars[bucket] = exemplar
        self.sum += value
        if value < self.least:
            self.least = value
        if value > self.most:
            self.most = value


def _empty(name: str) -> Histogram:
    return Histogram([0] * (len(_BOUNDS[name]) + 1))


class Totals(msgspec.Struct, kw_only=True):
    """See above.

    Attributes:
        sums: by series.
        histograms: by series.
        spans: durations by the span's name.
        wallets: kind and worth in USD of each, as last read.
        decided_ns: when a cycle last came to a decision; 0 before the first.
        passing: errors on their way up: the class of each, by trace id and the span that it reaches next.
        series: how many each metric has.
    """

    sums: dict[Series, Sum] = {}
    histograms: dict[Series, Histogram] = {}
    spans: dict[str, Histogram] = {}
    wallets: dict[str, tuple[str, float]] = {}
    decided_ns: int = 0
    passing: dict[bytes, str] = {}
    series: dict[str, int] = {}

    def add(self, name: str, dimensions: Dimensions, amount: int | Decimal, exemplar: Exemplar) -> None:
        """Add to a sum."""
        key = name, dimensions
        found = self.sums.get(key)
        if found is None:
            found = self._new(self.sums, key, Sum)
        found.amount += amount
        found.exemplar = exemplar

    def observe(self, name: str, dimensions: Dimensions, exemplar: Exemplar) -> None:
        """Take the exemplar's value into a histogram."""
        key = name, dimensions
        found = self.histograms.get(key)
        if found is None:
            found = self._new(self.histograms, key, lambda: _empty(name))
        found.take(_BOUNDS[name], exemplar)

    def observe_span(self, name: str, exemplar: Exemplar) -> None:
        """Take its duration in seconds into the histogram of its name: what is done for each span, and most often."""
        found = self.spans.get(name)
        if found is None:
            if len(self.spans) >= _MOST_SERIES:
                self.observe(semconv.METRIC_PF_SPAN_DURATION, _OVERFLOW, exemplar)
                return
            self.spans[name] = found = _empty(semconv.METRIC_PF_SPAN_DURATION)
        found.take(_SPAN_BOUNDS, exemplar)

    def read_wallet(self, wallet: str, kind: str, worth_usd: float) -> None:
        """A wallet was read."""
        if wallet in self.wallets or len(self.wallets) < _MOST_WALLETS:
            self.wallets[wallet] = kind, worth_usd

    def pass_up(self, span: bytes, parent: bytes, error_type: str | None) -> bool:
        """Whether the error that ends a span arose there. One that ended a child the same way has only passed.

        Args:
            span: trace id and span id.
            parent: trace id and the parent's; empty for a root.
            error_type: class of the error; ``None`` if the span did not fail.
        """
        came = self.passing.pop(span, None)
        if error_type is None:
            return False
        if parent:
            self.passing[parent] = error_type
            if len(self.passing) > _MOST_PASSING:
                del self.passing[next(iter(self.passing))]
        return came != error_type

    def _new(self, into: dict[Series, Any], key: Series, make: Callable[[], Any]) -> Any:
        name, _ = key
        if self.series.get(name, 0) >= _MOST_SERIES:
            key = name, _OVERFLOW
            return into.setdefault(key, make())
        self.series[name] = self.series.get(name, 0) + 1
        into[key] = made = make()
        return made
