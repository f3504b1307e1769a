"""GET /api/metrics/query_range and /api/metrics/query: a number for each step of time, for each value of by().

A step is whole, and begins at a multiple of itself; what is said of it stands at its beginning. Steps in which nothing
was found are 0 for rate() and count_over_time(), and left out otherwise. Quantiles are exact, and linear between two
values. Durations are told in seconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from fleaglass.hub.api.sql import START_NS, Bindings
from fleaglass.hub.api.times import SECOND_NS, TimeRange
from fleaglass.hub.store import Row, Store
from fleaglass.hub.tempo_api.values import otlp_value
from fleaglass.hub.traceql.fields import read
from fleaglass.hub.traceql.rows import Rows
from fleaglass.hub.traceql.tree import Metric, Query
from fleaglass.hub.traceql.words import kind_of
from fleaglass.hub.traceql.written import field_text

__all__ = ["MOST_SERIES", "Steps", "instant_answer", "measured", "range_answer"]

MOST_SERIES: Final = 1000

_COUNTING: Final = ("rate", "count_over_time", "histogram_over_time")
_BUCKET: Final = "__bucket"
_MS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Steps:
    """`count` steps of `length_ns`, from `from_ns` on; `exemplars` is how many spans may be named in all."""

    from_ns: int
    length_ns: int
    count: int
    exemplars: int = 0

    @property
    def time(self) -> TimeRange:
        """All of them."""
        return TimeRange(self.from_ns, self.from_ns + self.count * self.length_ns)


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a chart: `points` are (step, value), `seen` are (step, value, trace, start in ns)."""

    labels: tuple[tuple[str, dict[str, Any]], ...]
    points: dict[int, float]
    seen: tuple[tuple[int, float, str, int], ...] = ()


async def measured(store: Store, query: Query, metric: Metric, steps: Steps) -> tuple[list[Series], bool]:
    """The series, those of most spans first, and whether there are more. Raises EngineError."""
    bind = Bindings()
    found = await store.query(_sql(query, metric, steps, bind), bind.values)
    kept = found[: MOST_SERIES // max(1, len(metric.quantiles))]
    series = [each for row in kept for each in _series(metric, steps, row)]
    return series, len(found) > len(kept)


def range_answer(series: Iterable[Series], is_cut: bool, steps: Steps) -> dict[str, Any]:
    """The answer of query_range."""
    told = []
    for each in series:
        samples = [
            {"timestampMs": str((steps.from_ns + step * steps.length_ns) // _MS), "value": value}
            for step, value in sorted(each.points.items())
        ]
        exemplars = [
            {
                "labels": [{"key": "trace:id", "value": {"stringValue": trace}}],
                "value": value,
                "timestampMs": str(start_ns // _MS),
            }
            for _, value, trace, start_ns in each.seen
        ]
        told.append({"labels": _labels(each), "samples": samples, "exemplars": exemplars})
    return {"series": told, "metrics": {}, **_cut(is_cut)}


def instant_answer(series: Iterable[Series], is_cut: bool) -> dict[str, Any]:
    """The answer of query: of one step that is the whole range."""
    told = [{"labels": _labels(each), "value": value} for each in series for value in each.points.values()]
    return {"series": told, "metrics": {}, **_cut(is_cut)}


def _cut(is_cut: bool) -> dict[str, Any]:
    """Older Grafanas know neither of the two, and say so instead of showing a part for the whole."""
    if not is_cut:
        return {}
    message = f"there are more than {MOST_SERIES} series; these have the most spans"
    return {"status": "PARTIAL", "message": message}


def _labels(series: Series) -> list[dict[str, Any]]:
    return [{"key": key, "value": value} for key, value in series.labels]


def _sql(query: Query, metric: Metric, steps: Steps, bind: Bindings) -> str:
    """SQL: (keys, points, seen) of each series; a point is (step, values)."""
    rows = Rows(query, steps.time, bind)
    value, more = _value(metric, bind)
    keys = [read(field, bind).tagged for field in metric.by]
    if metric.function == "histogram_over_time":
        keys.append(f"concat('d', toString({_bucket(metric, value)}))")
    step = f"intDiv({START_NS} - {bind('Int64', steps.from_ns)}, {bind('Int64', steps.length_ns)})"
    seen = f"argMax((lower(hex(s.trace_id)), {START_NS}), {value})" if steps.exemplars else "('', toInt64(0))"
    cells = (
        f"SELECT [{', '.join(keys)}]::Array(String) AS keys, {step} AS step, count() AS spans,"
        f" {_aggregated(metric, value)} AS numbers, max({value}) AS highest, {seen} AS seen"
        f" {rows.found(*more)} GROUP BY keys, step"
    )
    return (
        "SELECT keys, groupArray((step, numbers)) AS points, groupArray((step, highest, seen.1, seen.2)) AS seen"
        f" FROM ({cells}) GROUP BY keys ORDER BY sum(spans) DESC, keys LIMIT {MOST_SERIES + 1}"
    )


def _value(metric: Metric, bind: Bindings) -> tuple[str, list[str]]:
    """SQL of the number that a span brings, and the conditions under which it has one."""
    if metric.field is None:
        return "toFloat64(greatest(s.duration_ns, 0)) / 1e9", []
    number = read(metric.field, bind).number
    value = f"{number} / 1e9" if kind_of(metric.field) == "duration" else number
    return f"assumeNotNull({value})", [f"isNotNull({number})"]


def _bucket(metric: Metric, value: str) -> str:
    """SQL: the power of two at or above the value, of nanoseconds if it is a duration; 0 for what is below."""
    unit = 1_000_000_000 if metric.field is not None and kind_of(metric.field) == "duration" else 1
    return f"if({value} <= 0, 0., exp2(ceil(log2({value} * {unit}))) / {unit})"


def _aggregated(metric: Metric, value: str) -> str:
    """SQL: the numbers of a step, one for each quantile, else one."""
    match metric.function:
        case "quantile_over_time":
            levels = ", ".join(repr(level) for level in metric.quantiles)
            return f"quantilesExactInclusive({levels})({value})"
        case "sum_over_time" | "avg_over_time" | "min_over_time" | "max_over_time" as function:
            return f"[{function.removesuffix('_over_time')}({value})]"
    return "[toFloat64(count())]"


def _series(metric: Metric, steps: Steps, row: Row) -> list[Series]:
    names = [field_text(field) for field in metric.by]
    if metric.function == "histogram_over_time":
        names.append(_BUCKET)
    by = [(name, otlp_value(tagged)) for name, tagged in zip(names, row["keys"], strict=True)]
    if not metric.quantiles:
        labels = by or [("__name__", {"stringValue": metric.function})]
        points = {step: numbers[0] for step, numbers in row["points"]}
        return [Series(tuple(labels), _whole(metric, steps, points), _few(steps, row["seen"]))]
    return [
        Series(
            (*by, ("p", {"doubleValue": level})),
            {step: numbers[place] for step, numbers in row["points"]},
            _few(steps, row["seen"]) if place == 0 else (),
        )
        for place, level in enumerate(metric.quantiles)
    ]


def _whole(metric: Metric, steps: Steps, points: dict[int, float]) -> dict[int, float]:
    """With a 0 where nothing was counted, and by the second for a rate."""
    if metric.function not in _COUNTING:
        return points
    scale = SECOND_NS / steps.length_ns if metric.function == "rate" else 1.0
    return {step: points.get(step, 0.0) * scale for step in range(steps.count)}


def _few(steps: Steps, seen: list[tuple[int, float, str, int]]) -> tuple[tuple[int, float, str, int], ...]:
    return tuple(sorted(seen)[: steps.exemplars])
