"""GET /metrics: data points by agent, name and the traces that their exemplars come from, newest first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Final, Literal

import orjson
from pydantic import Field
from typing_extensions import TypedDict

from fleaglass.hub.api.detail import parse_trace_id
from fleaglass.hub.api.filters import AGENT
from fleaglass.hub.api.parameters import LIMIT, Parameter, given, text, whole_number
from fleaglass.hub.api.scalars import Nanoseconds
from fleaglass.hub.api.sql import Bindings, between, where
from fleaglass.hub.api.times import TIME_PARAMETERS, parse_range
from fleaglass.hub.store import Row, Store
from fleaglass.hub.store.kinds import Attribute, Value
from fleaglass.hub.store.values import from_resource, from_tagged

__all__ = ["METRIC_PARAMETERS", "MetricPoint", "Metrics", "list_metrics"]

METRIC_PARAMETERS: Final[tuple[Parameter, ...]] = (
    *TIME_PARAMETERS,
    AGENT,
    Parameter("name", "Only points of this metric."),
    Parameter("trace_id", "Only points with an exemplar from this trace, 32 hex digits."),
    LIMIT,
)

Temporality = Literal["unspecified", "delta", "cumulative"]


class MetricPoint(TypedDict):
    """One data point of a metric, as it was sent."""

    name: str
    kind: Literal["gauge", "sum", "histogram", "exponential_histogram", "summary"]
    unit: str
    description: str
    temporality: Temporality
    monotonic: bool
    time_ns: Nanoseconds
    start_ns: Nanoseconds
    agent: str
    service: str
    attributes: list[Attribute]
    value: Annotated[Value | None, Field(description="Of a gauge or sum.")]
    count: int | None
    sum: float | None
    min: float | None
    max: float | None
    buckets: Annotated[
        dict[str, Any] | None,
        Field(description="bounds and counts; or scale, zero_count, zero_threshold, positive, negative; or quantiles."),
    ]
    exemplars: Annotated[list[dict[str, Any]], Field(description="time_ns, trace_id, span_id, value.")]


class Metrics(TypedDict):
    """Data points, newest first."""

    points: list[MetricPoint]


_TEMPORALITIES: Final[tuple[Temporality, ...]] = ("unspecified", "delta", "cumulative")
_COLUMNS: Final = (
    "toUnixTimestamp64Nano(m.time) AS time_ns, toUnixTimestamp64Nano(m.start_time) AS start_ns, m.name, m.kind, m.unit,"
    " m.description, m.temporality, m.monotonic, m.agent, m.service, m.attributes, m.value, m.count, m.sum, m.min,"
    " m.max, m.detail, m.exemplars"
)


async def list_metrics(store: Store, pairs: Iterable[tuple[str, str]], now_ns: int) -> Metrics:
    """The points that a query string asks for. Raises Problem and EngineError."""
    found = given(pairs, METRIC_PARAMETERS)
    bind = Bindings()
    conditions = between(bind, parse_range(found, now_ns), "m.time")
    agent, name, trace_id = (text(found, parameter) for parameter in ("agent", "name", "trace_id"))
    if agent is not None:
        conditions.append(f"m.agent = {bind('String', agent)}")
    if name is not None:
        conditions.append(f"m.name = {bind('String', name)}")
    if trace_id is not None:
        conditions.append(f"has(m.trace_ids, {bind('String', parse_trace_id(trace_id))})")
    sql = (
        f"SELECT {_COLUMNS} FROM metrics AS m FINAL{where(conditions)}"
        f" ORDER BY m.time DESC, m.name, m.attributes LIMIT {bind('UInt32', whole_number(found, LIMIT))}"
    )
    return {"points": [_point(row) for row in await store.query(sql, bind.values)]}


def _point(row: Row) -> MetricPoint:
    temporality = row["temporality"]
    return {
        "name": row["name"],
        "kind": row["kind"],
        "unit": row["unit"],
        "description": row["description"],
        "temporality": _TEMPORALITIES[temporality] if 0 <= temporality < len(_TEMPORALITIES) else "unspecified",
        "monotonic": bool(row["monotonic"]),
        "time_ns": str(row["time_ns"]),
        "start_ns": str(row["start_ns"]),
        "agent": row["agent"],
        "service": row["service"],
        "attributes": from_resource(_json(row["attributes"]) or ()),
        "value": from_tagged(row["value"]) if row["value"] else None,
        "count": row["count"],
        "sum": row["sum"],
        "min": row["min"],
        "max": row["max"],
        "buckets": _json(row["detail"]),
        "exemplars": _json(row["exemplars"]) or [],
    }


def _json(text: str) -> Any:
    return orjson.loads(text) if text else None
