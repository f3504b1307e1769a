"""A row of `spans` as the API tells it: every attribute with its type, whichever column it was kept in.

Ids and whatever else may hold bytes are selected as hex, because the client turns a String that is not UTF-8 into hex
by itself, and then nobody can tell the two apart. Times are selected as nanoseconds: Python's have microseconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Literal

import orjson
from typing_extensions import TypedDict

from fleaglass.hub.store.engine import Row
from fleaglass.hub.store.kinds import Attribute
from fleaglass.hub.store.tables import MAPS, TYPED_COLUMNS, column
from fleaglass.hub.store.values import from_key_values, from_resource

__all__ = ["NO_SPAN", "SELECT", "Event", "Kind", "Link", "Resources", "Scope", "Span", "Status", "status"]

Kind = Literal["unspecified", "internal", "server", "client", "producer", "consumer"]
Status = Literal["unset", "ok", "error"]

_KINDS: Final[tuple[Kind, ...]] = ("unspecified", "internal", "server", "client", "producer", "consumer")
"""By OTLP's number (trace/v1, Span.SpanKind)."""

_STATUSES: Final[tuple[Status, ...]] = ("unset", "ok", "error")
"""By OTLP's number (trace/v1, Status.StatusCode)."""

NO_SPAN: Final = "0" * 16
"""The parent id of a root."""


class Event(TypedDict):
    """Something that happened during a span."""

    name: str
    time_ns: str
    attributes: list[Attribute]
    dropped_attributes_count: int


class Link(TypedDict):
    """A span, of this trace or another, that this one has to do with."""

    trace_id: str
    span_id: str
    trace_state: str
    attributes: list[Attribute]


class Scope(TypedDict):
    """What recorded the span."""

    name: str
    version: str


class Span(TypedDict):
    """One span, as it was sent. `end_ns` is 0 while it is open."""

    trace_id: str
    span_id: str
    parent_span_id: str | None
    name: str
    kind: Kind
    service: str
    agent: str
    release: str | None
    start_ns: str
    end_ns: str
    duration_ns: int
    status: Status
    status_message: str
    trace_state: str
    scope: Scope
    attributes: list[Attribute]
    events: list[Event]
    links: list[Link]
    resource: int
    dropped_attributes_count: int
    dropped_events_count: int
    dropped_links_count: int


_TEXT: Final = {"string": "{}", "int": "toString({})", "double": "toString({})", "boolean": "toString(toUInt8({}))"}
"""Value type -> the SQL of a value's tagged text, without its letter (values.py)."""


def _tagged_attributes() -> str:
    """SQL: all of a span's attributes as JSON rows `[key, tagged value]` by key, whichever column each is kept in.

    One text column in place of some forty-five: a span's attributes arrive in half the time.
    """
    pairs = [
        f"arrayMap((k, v) -> (k, concat('{kind[0]}', {text.format('v')})), mapKeys({held}), mapValues({held}))"
        for kind, text in _TEXT.items()
        if (held := f"s.{MAPS[kind]}")
    ]
    other = f"s.{MAPS['other']}"
    pairs.append(
        "arrayMap((k, v) -> (k, concat(substring(v, 1, 1), hex(substring(v, 2)))),"
        f" mapKeys({other}), mapValues({other}))"
    )
    typed = ", ".join(
        f"('{name}', concat('{kind[0]}', {_TEXT[kind].format(f's.{column(name)}')}))"
        for name, kind in TYPED_COLUMNS.items()
    )
    pairs.append(f"arrayMap(p -> (p.1, assumeNotNull(p.2)), arrayFilter(p -> isNotNull(p.2), [{typed}]))")
    return f"toJSONString(arraySort(arrayConcat({', '.join(pairs)})))"


_HEX_ATTRIBUTES: Final = "arrayMap(a -> hex(a), {}.attributes)"

SELECT: Final = ", ".join(
    [
        "lower(hex(s.trace_id)) AS trace_id",
        "lower(hex(s.span_id)) AS span_id",
        "lower(hex(s.parent_span_id)) AS parent_span_id",
        "toUnixTimestamp64Nano(s.start_time) AS start_ns",
        *("s." + name for name in ("name", "kind", "service", "agent", "release", "resource", "duration_ns")),
        *("s." + name for name in ("status_code", "status_message", "trace_state", "scope_name", "scope_version")),
        f"{_tagged_attributes()} AS attributes",
        f"arrayMap(e -> (e.time_unix_nano, e.name, {_HEX_ATTRIBUTES.format('e')}, e.dropped_attributes_count),"
        " s.events) AS events",
        f"arrayMap(l -> (lower(hex(l.trace_id)), lower(hex(l.span_id)), l.trace_state, {_HEX_ATTRIBUTES.format('l')}),"
        " s.links) AS links",
        *(f"s.dropped_{what}_count" for what in ("attributes", "events", "links")),
    ]
)
"""What `Resources.span` reads, from `spans AS s` or `open_spans AS s`; beside it, `is_open` says from which."""


class Resources:
    """The distinct resources of the spans read so far; a span names its own by index.

    A trace of thousands of spans comes from a handful of processes, so each resource is told once.
    """

    def __init__(self) -> None:
        self._index: dict[str, int] = {}

    def span(self, row: Row) -> Span:
        """The span of one row of SELECT."""
        start_ns, duration_ns = row["start_ns"], row["duration_ns"]
        parent: str = row["parent_span_id"]
        return {
            "trace_id": row["trace_id"],
            "span_id": row["span_id"],
            "parent_span_id": None if parent == NO_SPAN else parent,
            "name": row["name"],
            "kind": _KINDS[row["kind"]] if 0 <= row["kind"] < len(_KINDS) else "unspecified",
            "service": row["service"],
            "agent": row["agent"],
            "release": row["release"] or None,
            "start_ns": str(start_ns),
            "end_ns": "0" if row["is_open"] else str(start_ns + duration_ns),
            "duration_ns": max(0, duration_ns),  # a span that ends before it starts was stamped by a broken clock
            "status": status(row["status_code"]),
            "status_message": row["status_message"],
            "trace_state": row["trace_state"],
            "scope": {"name": row["scope_name"], "version": row["scope_version"]},
            "attributes": from_resource(orjson.loads(row["attributes"])),  # by key: the order sent is not kept
            "events": [_event(*event) for event in row["events"]],
            "links": [_link(*link) for link in row["links"]],
            "resource": self._index.setdefault(row["resource"], len(self._index)),
            "dropped_attributes_count": row["dropped_attributes_count"],
            "dropped_events_count": row["dropped_events_count"],
            "dropped_links_count": row["dropped_links_count"],
        }

    def attributes(self) -> list[list[Attribute]]:
        """What each resource says of itself, by index."""
        return [from_resource(orjson.loads(text)) for text in self._index]


def status(code: int) -> Status:
    """The word for a status code; one that OTLP does not know is unset."""
    return _STATUSES[code] if 0 <= code < len(_STATUSES) else "unset"


def _event(time_ns: int, name: str, attributes: Iterable[str], dropped: int) -> Event:
    return {
        "name": name,
        "time_ns": str(time_ns),
        "attributes": from_key_values(attributes),
        "dropped_attributes_count": dropped,
    }


def _link(trace_id: str, span_id: str, trace_state: str, attributes: Iterable[Any]) -> Link:
    return {
        "trace_id": trace_id,
        "span_id": span_id,
        "trace_state": trace_state,
        "attributes": from_key_values(attributes),
    }
