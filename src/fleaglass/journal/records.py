"""What the records of a journal say. One class per kind; each is a MessagePack array of its fields, in this order.

::

    Opened                what the journal is; the first record of every segment
    Scope                 a library that records spans; before its first span, and again in every later segment
    SpanStarted           so that a span that never ends is known
    SpanMarked            what became known of a span that is still open, and must not be lost with it
    SpanEvent, Crumb      what happened, as it happened
    SpanEnded             the span, whole: what was written of it before is needed no more
    Log, Envelope         a line of the program's log; something for a Sentry server
    State                 what the agent was at
    Run                   its session, and how that ended
    Dropped               what is missing, and why
    CleanEnd              the last record of a process that ended by itself
    Recovered             the last record of one that did not: before it, what the shipper has made of its loose ends
    GivenUp               in place of records that were given up
    Readings              what the agent says of itself in numbers, every so often

A field may be added at the end, with a default; a reader skips kinds that it does not know. Ids are bytes, times Unix
nanoseconds, attribute values those of OTLP.

A writer need not make these objects: a tuple of the same fields is encoded alike, and costs the agent less.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Final, TypeAlias

import msgspec

__all__ = [
    "Attributes",
    "CleanEnd",
    "Crumb",
    "Dropped",
    "Envelope",
    "Event",
    "GivenUp",
    "Link",
    "Log",
    "Opened",
    "Reading",
    "Readings",
    "Record",
    "Recovered",
    "Run",
    "Scope",
    "SpanEnded",
    "SpanEvent",
    "SpanMarked",
    "SpanStarted",
    "State",
    "decode",
    "encode",
    "name_of",
]

Attributes: TypeAlias = dict[str, Any]
"""Names and values: bool, int of 64 bits, float, str, or a list of one of these."""


class Record(msgspec.Struct, array_like=True, gc=False):
    """Base of all records."""

    kind: ClassVar[int]


class Opened(Record):
    """What the journal is.

    Attributes:
        agent_id: whose it is.
        process: what is known of the process: ``pid``, ``host``, ``python``, ``argv0``.
        started_ns: when the process began to record.
        version: of the Fleaglass that writes.
        resource: the agent's resource, by attribute name.
        schema_url: of the resource and of our own scope.
    """

    kind: ClassVar[int] = 1
    agent_id: str
    process: dict[str, Any]
    started_ns: int
    version: str
    resource: Attributes
    schema_url: str = ""


class Scope(Record):
    """A library that records spans. ``number`` is what its spans call it."""

    kind: ClassVar[int] = 2
    number: int
    name: str
    version: str = ""
    schema_url: str = ""
    attributes: Attributes = {}


class Event(msgspec.Struct, array_like=True, gc=False):
    """Something that happened inside a span."""

    name: str
    time_ns: int
    attributes: Attributes = {}
    dropped_attributes: int = 0


class Link(msgspec.Struct, array_like=True, gc=False):
    """Another span that this one has to do with."""

    trace_id: bytes
    span_id: bytes
    trace_state: str = ""
    attributes: Attributes = {}
    flags: int = 0


class SpanStarted(Record):
    """A span began.

    Attributes:
        trace_id: 16 bytes.
        span_id: 8 bytes.
        parent_id: 8 bytes, or none for a root.
        name: of the span.
        span_kind: OTLP's number: 1 internal, 2 server, 3 client, 4 producer, 5 consumer.
        start_ns: when.
        attributes: that it began with.
        scope: number of the library that records it.
        flags: W3C trace flags, and OTLP's bits for a remote parent (0x100, 0x200).
        trace_state: W3C tracestate.
        links: that it began with.
    """

    kind: ClassVar[int] = 3
    trace_id: bytes
    span_id: bytes
    parent_id: bytes
    name: str
    span_kind: int
    start_ns: int
    attributes: Attributes
    scope: int = 0
    flags: int = 0
    trace_state: str = ""
    links: list[Link] = []


class SpanMarked(Record):
    """Attributes of an open span that must survive its process: those of a spend whose request is about to leave."""

    kind: ClassVar[int] = 4
    trace_id: bytes
    span_id: bytes
    time_ns: int
    attributes: Attributes


class SpanEvent(Record):
    """An event of an open span, unless it is a breadcrumb as well."""

    kind: ClassVar[int] = 5
    trace_id: bytes
    span_id: bytes
    name: str
    time_ns: int
    attributes: Attributes = {}


class Crumb(Record):
    """A breadcrumb.

    Attributes:
        trace_id: 16 bytes; empty outside of spans, as the next.
        span_id: 8 bytes.
        category: what it is about.
        message: what happened, in words.
        level: a severity of Sentry's.
        data: values, by name.
        time_ns: when.
        event: name of the span's event that it is as well, if it is one.
        attributes: of that event.
    """

    kind: ClassVar[int] = 6
    trace_id: bytes
    span_id: bytes
    category: str
    message: str
    level: str
    data: Attributes
    time_ns: int
    event: str = ""
    attributes: Attributes = {}


class SpanEnded(Record):
    """A span, whole.

    Attributes:
        status: OTLP's number: 0 unset, 1 ok, 2 error.
        status_message: description of an error.
        dropped: attributes, events and links beyond the limits.

    The others are as in `SpanStarted`.
    """

    kind: ClassVar[int] = 7
    trace_id: bytes
    span_id: bytes
    parent_id: bytes
    name: str
    span_kind: int
    start_ns: int
    end_ns: int
    attributes: Attributes
    scope: int = 0
    flags: int = 0
    status: int = 0
    status_message: str = ""
    events: list[Event] = []
    links: list[Link] = []
    trace_state: str = ""
    dropped: tuple[int, int, int] = (0, 0, 0)


class Log(Record):
    """A line of the program's log, as OTLP has it."""

    kind: ClassVar[int] = 8
    time_ns: int
    observed_ns: int
    severity: int
    severity_text: str
    body: str
    logger: str
    attributes: Attributes
    trace_id: bytes = b""
    span_id: bytes = b""
    flags: int = 0


class Envelope(Record):
    """Something for a Sentry server: the item of an envelope, without its secrets.

    Attributes:
        category: what a server's rate limits call it: ``error``, ``session``, ``monitor``.
        item: JSON.
        spilled: name of the file in the journal's folder that holds the item, where it is too large for a record.
        supersedes: a key: an earlier record of the same key that has not left yet need not leave any more.
    """

    kind: ClassVar[int] = 9
    category: str
    item: bytes
    spilled: str = ""
    supersedes: str = ""


class State(Record):
    """What the agent is at, as JSON: attached to what is reported of it if it dies."""

    kind: ClassVar[int] = 10
    time_ns: int
    values: bytes


class Run(Record):
    """The agent's session. ``status`` is ``ok`` while it runs, else how it ended."""

    kind: ClassVar[int] = 11
    sid: str
    started_ns: int
    seen_ns: int
    status: str
    errors: int
    release: str
    environment: str


class Dropped(Record):
    """Records that are missing: how many spans, events, logs and so on, by the reason."""

    kind: ClassVar[int] = 12
    reason: str
    counts: dict[str, int]


class CleanEnd(Record):
    """The process ended by itself, and everything it had to say is said."""

    kind: ClassVar[int] = 13
    time_ns: int


class Recovered(Record):
    """The process ended without a word, and what it left open is closed.

    Attributes:
        time_ns: when that was done.
        spans: how many spans were open.
        in_flight: of those, how many were of spends that had left and had no answer.
    """

    kind: ClassVar[int] = 14
    time_ns: int
    spans: int
    in_flight: int


class GivenUp(Record):
    """Records that were given up to make room. It is smaller than they were, and takes their place for a reader.

    Attributes:
        offset: where the first of them lay.
        end: where the last of them ended.
        counts: how many there were, by kind.
    """

    kind: ClassVar[int] = 15
    offset: int
    end: int
    counts: dict[int, int]


class Reading(msgspec.Struct, array_like=True, gc=False):
    """One series of a metric: its dimensions, and how it stands."""

    name: str
    value: int | float
    dimensions: Attributes = {}


class Readings(Record):
    """An agent's own metrics. All are totals or states, so the last of these records says all.

    Attributes:
        time_ns: when they stood so.
        started_ns: since when totals count.
        readings: each series that has a value.
    """

    kind: ClassVar[int] = 16
    time_ns: int
    started_ns: int
    readings: list[Reading]


_ALL: Final = (
    Opened,
    Scope,
    SpanStarted,
    SpanMarked,
    SpanEvent,
    Crumb,
    SpanEnded,
    Log,
    Envelope,
    State,
    Run,
    Dropped,
    CleanEnd,
    Recovered,
    GivenUp,
    Readings,
)
_DECODERS: Final[Mapping[int, msgspec.msgpack.Decoder[Record]]] = MappingProxyType(
    {each.kind: msgspec.msgpack.Decoder(each) for each in _ALL}
)
_NAMES: Final[Mapping[int, str]] = MappingProxyType({each.kind: each.__name__ for each in _ALL})
encode: Final = msgspec.msgpack.Encoder().encode
"""A record's payload, of an object or of a tuple of its fields."""


def decode(kind: int, payload: bytes | memoryview) -> Record | None:
    """The record; ``None`` for a kind that this version does not know.

    Raises:
        msgspec.MsgspecError: the payload is not what its kind says.
    """
    decoder = _DECODERS.get(kind)
    return decoder.decode(payload) if decoder is not None else None


def name_of(kind: int) -> str:
    """Name of the kind, such as ``SpanEnded``."""
    return _NAMES.get(kind, str(kind))
