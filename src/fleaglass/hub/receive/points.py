"""Metric data points as JSON lines for the `metrics` table: one a point, whatever its kind.

Metrics come a few a minute, so they are flattened here rather than in the engine.

Source: opentelemetry-proto, metrics/v1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from fleaglass.hub.store.flatten import ORIGIN_SOURCES
from fleaglass.hub.store.values import to_tagged

__all__ = ["data_points", "lines"]

_KINDS: Final = ("gauge", "sum", "histogram", "exponential_histogram", "summary")


def lines(request: Any) -> Iterator[bytes]:
    """Each data point of an ExportMetricsServiceRequest as one line of JSON, newline included."""
    for resource in request.resource_metrics:
        origin = _origin(resource.resource.attributes)
        for scope in resource.scope_metrics:
            for metric in scope.metrics:
                kind = metric.WhichOneof("data")
                if kind in _KINDS:
                    data = getattr(metric, kind)
                    about = origin | _about(metric, kind, data)
                    for point in data.data_points:
                        yield orjson.dumps(about | _point(kind, point)) + b"\n"


def data_points(request: Any) -> Iterator[Any]:
    """Each data point of an ExportMetricsServiceRequest, in the order of `lines`."""
    for resource in request.resource_metrics:
        for scope in resource.scope_metrics:
            for metric in scope.metrics:
                kind = metric.WhichOneof("data")
                if kind in _KINDS:
                    yield from getattr(metric, kind).data_points


def _origin(attributes: Iterable[Any]) -> dict[str, str]:
    pairs = {pair.key: pair.value for pair in attributes}

    def first(names: tuple[str, ...]) -> str:
        return next((pairs[name].string_value for name in names if name in pairs and pairs[name].string_value), "")

    return {column: first(names) for column, names in ORIGIN_SOURCES.items()} | {"resource": _rows(attributes)}


def _rows(attributes: Iterable[Any]) -> str:
    return orjson.dumps([(pair.key, to_tagged(pair.value)) for pair in attributes]).decode()


def _about(metric: Any, kind: str, data: Any) -> dict[str, Any]:
    return {
        "name": metric.name,
        "kind": kind,
        "unit": metric.unit,
        "description": metric.description,
        "temporality": getattr(data, "aggregation_temporality", 0),
        "monotonic": getattr(data, "is_monotonic", False),
    }


def _point(kind: str, point: Any) -> dict[str, Any]:
    return {
        "time": _time(point.time_unix_nano),
        "start_time": _time(point.start_time_unix_nano),
        "attributes": _rows(point.attributes),
        "flags": point.flags,
        **(_number(point) if kind in ("gauge", "sum") else _distribution(kind, point)),
        **_exemplars(point),
    }


def _number(point: Any) -> dict[str, Any]:
    member = point.WhichOneof("value")
    if member == "as_int":
        return {"value": f"i{point.as_int}"}
    return {"value": f"d{point.as_double!r}" if member else ""}


def _distribution(kind: str, point: Any) -> dict[str, Any]:
    summary = {name: getattr(point, name) for name in ("sum", "min", "max") if _has(point, name)}
    return {"count": point.count, **summary, "detail": orjson.dumps(_DETAILS[kind](point)).decode()}


def _has(point: Any, name: str) -> bool:
    """Whether an optional field is there; a summary's plain `sum` always is."""
    field = point.DESCRIPTOR.fields_by_name.get(name)
    return field is not None and (not field.has_presence or point.HasField(name))


def _histogram(point: Any) -> dict[str, Any]:
    return {"bounds": list(point.explicit_bounds), "counts": list(point.bucket_counts)}


def _exponential(point: Any) -> dict[str, Any]:
    sides = {
        side: {"offset": getattr(point, side).offset, "counts": list(getattr(point, side).bucket_counts)}
        for side in ("positive", "negative")
    }
    return {"scale": point.scale, "zero_count": point.zero_count, "zero_threshold": point.zero_threshold, **sides}


def _summary(point: Any) -> dict[str, Any]:
    return {"quantiles": [[value.quantile, value.value] for value in point.quantile_values]}


_DETAILS: Final = {"histogram": _histogram, "exponential_histogram": _exponential, "summary": _summary}


def _exemplars(point: Any) -> dict[str, Any]:
    exemplars = [
        {
            "time_ns": str(exemplar.time_unix_nano),
            "trace_id": exemplar.trace_id.hex(),
            "span_id": exemplar.span_id.hex(),
            "value": exemplar.as_int if exemplar.WhichOneof("value") == "as_int" else exemplar.as_double,
        }
        for exemplar in getattr(point, "exemplars", ())
    ]
    return {
        "exemplars": orjson.dumps(exemplars).decode(),
        "trace_ids": sorted({exemplar["trace_id"] for exemplar in exemplars if exemplar["trace_id"]}),
    }


def _time(nanoseconds: int) -> str:
    """`2023-11-14 22:13:20.123456789`, as the engine reads a DateTime64(9)."""
    seconds, fraction = divmod(nanoseconds, 1_000_000_000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S}.{fraction:09d}"
