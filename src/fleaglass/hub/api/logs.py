"""GET /logs: log records by trace, agent and name, newest first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from typing_extensions import TypedDict

from fleaglass.hub.api.detail import parse_trace_id
from fleaglass.hub.api.filters import AGENT
from fleaglass.hub.api.parameters import LIMIT, Parameter, given, text, whole_number
from fleaglass.hub.api.scalars import Nanoseconds, SpanId, TraceId
from fleaglass.hub.api.sql import Bindings, between, where
from fleaglass.hub.api.times import TIME_PARAMETERS, parse_range
from fleaglass.hub.store import Row, Store
from fleaglass.hub.store.kinds import Attribute, Value
from fleaglass.hub.store.tables import MAPS
from fleaglass.hub.store.values import from_map, from_tagged_hex

__all__ = ["LOG_PARAMETERS", "LogRecord", "Logs", "list_logs"]

LOG_PARAMETERS: Final[tuple[Parameter, ...]] = (
    *TIME_PARAMETERS,
    Parameter("trace_id", "Only records of this trace, 32 hex digits."),
    AGENT,
    Parameter("name", "Only records with this event name."),
    LIMIT,
)


class LogRecord(TypedDict):
    """One log record, as it was sent."""

    time_ns: Nanoseconds
    severity: str
    severity_number: int
    body: Value
    event_name: str
    trace_id: TraceId | None
    span_id: SpanId | None
    agent: str
    service: str
    attributes: list[Attribute]


class Logs(TypedDict):
    """Log records, newest first."""

    logs: list[LogRecord]


_COLUMNS: Final = ", ".join(
    [
        "toUnixTimestamp64Nano(l.time) AS time_ns",
        "lower(hex(l.trace_id)) AS trace_id",
        "lower(hex(l.span_id)) AS span_id",
        "hex(l.body) AS body",
        *(f"l.{name}" for name in ("severity_text", "severity_number", "event_name", "agent", "service")),
        *(f"l.{name}" for kind, name in MAPS.items() if kind != "other"),
        f"mapApply((k, v) -> (k, hex(v)), l.{MAPS['other']}) AS {MAPS['other']}",
    ]
)


async def list_logs(store: Store, pairs: Iterable[tuple[str, str]], now_ns: int) -> Logs:
    """The records that a query string asks for. Raises Problem and EngineError."""
    found = given(pairs, LOG_PARAMETERS)
    bind = Bindings()
    conditions = between(bind, parse_range(found, now_ns), "l.time")
    trace_id, agent, name = (text(found, parameter) for parameter in ("trace_id", "agent", "name"))
    if trace_id is not None:
        conditions.append(f"l.trace_id = unhex({bind('String', parse_trace_id(trace_id))})")
    if agent is not None:
        conditions.append(f"l.agent = {bind('String', agent)}")
    if name is not None:
        conditions.append(f"l.event_name = {bind('String', name)}")
    sql = (
        f"SELECT {_COLUMNS} FROM logs AS l FINAL{where(conditions)}"
        f" ORDER BY l.time DESC, l.identity LIMIT {bind('UInt32', whole_number(found, LIMIT))}"
    )
    return {"logs": [_record(row) for row in await store.query(sql, bind.values)]}


def _record(row: Row) -> LogRecord:
    attributes = [pair for kind, name in MAPS.items() for pair in from_map(kind, row[name])]
    return {
        "time_ns": str(row["time_ns"]),
        "severity": row["severity_text"],
        "severity_number": row["severity_number"],
        "body": from_tagged_hex(row["body"]),
        "event_name": row["event_name"],
        "trace_id": row["trace_id"] or None,
        "span_id": row["span_id"] or None,
        "agent": row["agent"],
        "service": row["service"],
        "attributes": sorted(attributes, key=lambda pair: pair["key"]),
    }
