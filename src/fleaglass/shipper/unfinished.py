"""What a journal leaves open, as far as it has been read: what is needed if its process dies there.

::

    spans          those that have begun and not ended, with their marks and events
    crumbs         the last hundred
    state, run     the last of each
    is_ended       whether it says that it is over
    totals         what metrics are made of; readings, dropped: what the agent said of itself
    thinning       which cycles did nothing, if not all of those are sent

It is written down before a segment goes, so nothing of a span that has been open for a day is lost with it; whoever
reads the journal next goes on from there. Records are kept as they came, and read when somebody wants them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from fleaglass.journal.cursors import START, Position
from fleaglass.journal.layout import UNFINISHED, replace_file
from fleaglass.journal.reader import RawRecord
from fleaglass.journal.records import (
    CleanEnd,
    Crumb,
    Dropped,
    Envelope,
    Log,
    Opened,
    Readings,
    Recovered,
    Run,
    Scope,
    SpanEnded,
    SpanEvent,
    SpanMarked,
    SpanStarted,
    State,
    decode,
    encode,
)
from fleaglass.shipper.metrics import Totals, derive
from fleaglass.shipper.thinning import Thinning
from fleaglass.shipper.told import CLIENT, read_ended

__all__ = ["OpenSpan", "Unfinished", "read_unfinished"]

_MAX_SPANS: Final = 100_000
_MAX_EVENTS: Final = 128
_MAX_CRUMBS: Final = 100
_MAX_KEYS: Final = 1_000
_HAPPENED: Final = frozenset(
    {SpanStarted.kind, SpanMarked.kind, SpanEvent.kind, Crumb.kind, SpanEnded.kind, Log.kind}
)  # and not what is repeated at the beginning of each segment
_MEASURED: Final = frozenset({SpanEnded.kind, Readings.kind, Dropped.kind})
_OF_OPEN_SPANS: Final = frozenset({SpanStarted.kind, SpanMarked.kind, SpanEvent.kind})


class _Told(msgspec.Struct, array_like=True, gc=False):
    """A breadcrumb, as far as it is an event of its span."""

    trace_id: bytes
    span_id: bytes
    category: msgspec.Raw
    message: msgspec.Raw
    level: msgspec.Raw
    data: msgspec.Raw
    time_ns: int
    event: str = ""
    attributes: msgspec.Raw = msgspec.Raw(b"\x80")  # none


class _Ids(msgspec.Struct, array_like=True, gc=False):
    """How every record of a span begins."""

    trace_id: bytes
    span_id: bytes


_told: Final = msgspec.msgpack.Decoder(_Told).decode
_ids: Final = msgspec.msgpack.Decoder(_Ids).decode
_envelope: Final = msgspec.msgpack.Decoder(Envelope).decode


class OpenSpan(msgspec.Struct):
    """Payloads of its records."""

    started: bytes
    marks: list[bytes] = []
    events: list[bytes] = []


class Unfinished(msgspec.Struct, kw_only=True):
    """See above. All bytes are payloads of records.

    Attributes:
        at: how far the journal has been read.
        opened: what the journal is.
        scopes: of its spans, by number.
        spans: by trace id and span id.
        last: kind and payload of what happened last.
        spilled: names of files beside the journal, by the segment that needs them.
        latest: where the last record of each key that supersedes others lies.
        totals: of all spans that have ended.
        measured: where the last record ended that metrics are made of.
        readings: the agent's own metrics, as it last told them.
        dropped: how many records it could not write, by reason.
        thinning: ``None`` where everything is sent.
    """

    version: int = 1
    at: Position = START
    opened: Opened | None = None
    scopes: dict[int, Scope] = {}
    spans: dict[bytes, OpenSpan] = {}
    crumbs: list[bytes] = []
    state: bytes = b""
    run: bytes = b""
    last: tuple[int, bytes] | None = None
    is_ended: bool = False
    spilled: dict[int, list[str]] = {}
    latest: dict[str, Position] = {}
    totals: Totals = msgspec.field(default_factory=Totals)
    measured: Position = START
    readings: Readings | None = None
    dropped: dict[str, int] = {}
    thinning: Thinning | None = None

    def see(self, records: Sequence[RawRecord], segment: int) -> None:
        """The next records of the journal. A shipper passes all records of its agents through here."""
        for record in records:
            kind, flags, payload, offset, _ = record
            if kind == SpanEnded.kind:
                self._see_ended(payload, flags, Position(segment, offset))
            elif kind in _OF_OPEN_SPANS:
                self._see_open(kind, payload)
            elif kind == Crumb.kind:
                self.crumbs.append(payload)
                self._see_event_of(payload)
            elif kind == Envelope.kind:
                self._see_envelope(payload, Position(segment, offset))
            elif kind == State.kind:
                self.state = payload
            elif kind == Run.kind:
                self.run = payload
            elif kind in (Readings.kind, Dropped.kind):
                self._see_numbers(kind, payload)
            elif kind in (CleanEnd.kind, Recovered.kind):
                self.is_ended = True
        del self.crumbs[:-_MAX_CRUMBS]
        last = next((each for each in reversed(records) if each.kind in _HAPPENED), None)
        if last is not None:
            self.last = last.kind, last.payload
        measured = next((each for each in reversed(records) if each.kind in _MEASURED), None)
        if measured is not None:
            self.measured = Position(segment, measured.end)

    def is_superseded(self, key: str, at: Position) -> bool:
        """Whether a later record has taken the place of the one that lies there."""
        return self.latest.get(key, START) > at

    def _see_ended(self, payload: bytes, flags: int, at: Position) -> None:
        try:
            span = read_ended(payload)
        except msgspec.MsgspecError:
            return
        self.spans.pop(span.trace_id + span.span_id, None)
        parent = self.spans.get(span.trace_id + span.parent_id) if span.span_kind == CLIENT else None
        derive(self.totals, span, parent.started if parent is not None else b"")
        if self.thinning is not None:
            self.thinning.see(span, flags, at, self.spans.keys())

    def _see_open(self, kind: int, payload: bytes) -> None:
        try:
            ids = _ids(payload)
        except msgspec.MsgspecError:
            return
        key = ids.trace_id + ids.span_id
        if kind == SpanStarted.kind:
            if len(self.spans) < _MAX_SPANS:
                self.spans[key] = OpenSpan(payload)
        elif (span := self.spans.get(key)) is not None:
            into = span.marks if kind == SpanMarked.kind else span.events
            if len(into) < _MAX_EVENTS:
                into.append(payload)

    def _see_event_of(self, crumb: bytes) -> None:
        """A breadcrumb may be an event of an open span as well."""
        try:
            told = _told(crumb)
        except msgspec.MsgspecError:
            return
        span = self.spans.get(told.trace_id + told.span_id)
        if told.event and span is not None and len(span.events) < _MAX_EVENTS:
            event = told.trace_id, told.span_id, told.event, told.time_ns, told.attributes
            span.events.append(encode(event))

    def _see_envelope(self, payload: bytes, at: Position) -> None:
        try:
            envelope = _envelope(payload)
        except msgspec.MsgspecError:
            return
        if envelope.spilled:
            self.spilled.setdefault(at.segment, []).append(envelope.spilled)
        if envelope.supersedes:
            self.latest.pop(envelope.supersedes, None)
            self.latest[envelope.supersedes] = at
            if len(self.latest) > _MAX_KEYS:
                del self.latest[next(iter(self.latest))]

    def _see_numbers(self, kind: int, payload: bytes) -> None:
        try:
            record = decode(kind, payload)
        except msgspec.MsgspecError:
            return
        if isinstance(record, Readings):
            self.readings = record
        elif isinstance(record, Dropped):
            self.dropped[record.reason] = sum(record.counts.values())

    def write(self, folder: Path) -> None:
        """Write it down. Raises ``OSError``."""
        replace_file(folder / UNFINISHED, msgspec.msgpack.encode(self))


def read_unfinished(folder: Path) -> Unfinished:
    """What was written down last; a beginning where nothing was, or nothing that can be read. Raises ``OSError``."""
    try:
        return msgspec.msgpack.decode((folder / UNFINISHED).read_bytes(), type=Unfinished)
    except (FileNotFoundError, msgspec.MsgspecError, RecursionError):
        return Unfinished()
