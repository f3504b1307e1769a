"""A span as it is read, by watches, sinks, span processors and exporters: under the names that the SDK gives it.

Inside it is kept as the journal wants it, ids as bytes too, and events as plain tuples. What the API calls otherwise is
made when somebody asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeAlias

from opentelemetry import trace as api

__all__ = [
    "FROM_ELSEWHERE",
    "FROM_HERE",
    "NOTHING_DROPPED",
    "UNSET",
    "Event",
    "Link",
    "Place",
    "Readable",
    "Resource",
    "Scope",
    "context_at",
]

FROM_HERE: Final = 0x100
"""OTLP's bit beside the trace flags: the parent, or what is linked to, is of this process."""
FROM_ELSEWHERE: Final = 0x300
"""Likewise: it is of another one."""
UNSET: Final = api.Status()
NOTHING_DROPPED: Final = (0, 0, 0)
_TRACE_FLAGS: Final = tuple(api.TraceFlags(number) for number in range(256))
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True, eq=False, slots=True)
class Resource:
    """Who records."""

    attributes: Mapping[str, Any]
    schema_url: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """The library that records. ``number`` is what the journal calls it; ours is 0."""

    name: str
    version: str = ""
    schema_url: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict, hash=False)
    number: int = field(default=0, compare=False)


class Event(NamedTuple):
    """Something that happened inside a span. ``timestamp`` is in Unix nanoseconds."""

    name: str
    timestamp: int
    attributes: Mapping[str, Any] = _NOTHING
    dropped_attributes: int = 0


Place: TypeAlias = tuple[int, int, int, api.TraceState]
"""Trace, span, flags and state of a span of this process: a ``SpanContext`` for a tenth of its price."""


def context_at(place: Place) -> api.SpanContext:
    """The same as the API has it."""
    trace_id, span_id, flags, state = place
    return api.SpanContext(trace_id, span_id, False, _TRACE_FLAGS[flags & 0xFF], state)


class Link(api.Link):
    """Another span that this one has to do with.

    Args:
        to: that span.
        attributes: of the link.
        dropped_attributes: how many were left out.
        is_clean: whether a journal takes the attributes as they are.
    """

    def __init__(
        self,
        to: api.SpanContext | Place,
        attributes: Mapping[str, Any],
        dropped_attributes: int = 0,
        *,
        is_clean: bool = False,
    ) -> None:
        self.to = to
        self.is_clean = is_clean
        self.record: tuple[Any, ...] | None = None
        """How a journal has it; made when it is first written down, and it is twice: as its span starts, and ends."""
        self._attributes = attributes
        self._dropped = dropped_attributes

    @property
    def context(self) -> api.SpanContext:
        """The span that it leads to."""
        return self.to if isinstance(self.to, api.SpanContext) else context_at(self.to)

    @property
    def dropped_attributes(self) -> int:
        """How many attributes were left out."""
        return self._dropped


class Readable:
    """A span to read.

    Attributes:
        name: of the span.
        kind: which end of a call it is.
        start_time: in Unix nanoseconds.
        end_time: in Unix nanoseconds; None while it is open.
        status: how it ended.
        resource: who records.
        instrumentation_scope: the library that records.
    """

    __slots__ = (
        "_attributes",
        "_context",
        "_dropped",
        "_events",
        "_flags",
        "_ids",
        "_is_simple",
        "_links",
        "_parent",
        "_span_id",
        "_trace_id",
        "_trace_state",
        "end_time",
        "instrumentation_scope",
        "kind",
        "name",
        "resource",
        "start_time",
        "status",
    )

    name: str
    kind: api.SpanKind
    start_time: int | None
    end_time: int | None
    status: api.Status
    resource: Resource
    instrumentation_scope: Scope
    _trace_id: int
    _span_id: int
    _flags: int  # of the trace, and in the bits above what OTLP says of the parent
    _trace_state: api.TraceState
    _context: api.SpanContext | None  # made when it is first asked for: most spans' never is
    _ids: tuple[bytes, bytes, bytes] | None  # of trace, span and parent; None until it is started
    _attributes: dict[str, Any]
    _is_simple: bool  # whether a journal takes its values as they are, and nothing was dropped
    _parent: api.SpanContext | Place | None
    _events: list[tuple[Any, ...]]  # with the fields of `Event`
    _links: list[Link]
    _dropped: tuple[int, int, int]  # attributes, events, links

    def clean_copy(
        self,
        *,
        name: str,
        attributes: dict[str, Any],
        events: list[tuple[Any, ...]],
        links: list[Link],
        status: api.Status,
        scope: Scope,
    ) -> Readable:
        """The same span with values that a journal takes as they are."""
        copy = Readable()
        copy.name, copy.kind, copy.status = name, self.kind, status
        copy.start_time, copy.end_time = self.start_time, self.end_time
        copy.resource, copy.instrumentation_scope = self.resource, scope
        copy._attributes, copy._events, copy._links = attributes, events, links
        copy._dropped = self._dropped
        copy._is_simple = self._dropped == NOTHING_DROPPED
        copy._trace_id, copy._span_id, copy._parent, copy._ids = self._trace_id, self._span_id, self._parent, self._ids
        copy._flags, copy._trace_state, copy._context = self._flags, self._trace_state, self._context
        return copy

    def settle(self) -> None:
        """Called before an ended span is kept: a thread on its way in ``set_attribute`` no longer changes it."""
        self._attributes = self._attributes.copy()
        self._events = self._events.copy()
        self._links = self._links.copy()

    @property
    def parent(self) -> api.SpanContext | None:
        """The span that it hangs below, if any."""
        parent = self._parent
        return parent if parent is None or isinstance(parent, api.SpanContext) else context_at(parent)

    @property
    def place(self) -> Place:
        """Where it is, for what hangs below it or leads to it. It is started."""
        return self._trace_id, self._span_id, self._flags & 0xFF, self._trace_state

    @property
    def trace_id(self) -> str:
        """Of its trace, in hexadecimal; zeros before it is started."""
        return self._ids[0].hex() if self._ids is not None else "0" * 32

    @property
    def context(self) -> api.SpanContext:
        """Its ids; not valid before it is started."""
        return self.get_span_context()

    def get_span_context(self) -> api.SpanContext:
        """Its ids; not valid before it is started."""
        if self._context is None:
            if self._ids is None:
                return api.INVALID_SPAN_CONTEXT
            self._context = context_at(self.place)
        return self._context

    @property
    def is_sampled(self) -> bool:
        """Whether it leaves the process."""
        return bool(self._flags & api.TraceFlags.SAMPLED)

    @property
    def attributes(self) -> Mapping[str, Any]:
        """What is known of it so far; cannot be changed."""
        # Of an open span a copy: one cannot go through a dict that another thread adds to.
        return MappingProxyType(self._attributes.copy() if self.end_time is None else self._attributes)

    @property
    def events(self) -> tuple[Event, ...]:
        """What happened inside of it, in the order it was told."""
        return tuple(Event(name, at_ns, MappingProxyType(found), *more) for name, at_ns, found, *more in self._events)

    @property
    def links(self) -> tuple[Link, ...]:
        """Other spans that it has to do with."""
        return tuple(self._links)

    @property
    def dropped_attributes(self) -> int:
        """How many attributes were beyond the limit."""
        return self._dropped[0]

    @property
    def dropped_events(self) -> int:
        """How many events were beyond the limit."""
        return self._dropped[1]

    @property
    def dropped_links(self) -> int:
        """How many links were beyond the limit."""
        return self._dropped[2]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r}, {self.context!r})"
