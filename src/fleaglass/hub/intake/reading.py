"""Envelopes → what they say, by kind. Pure, and for a thread: it holds the interpreter for milliseconds at a time.

event                      Event                       transaction, span    OTLP spans
session, sessions          SessionUpdate, …Counts      log                  OTLP log records
check_in                   CheckIn                     trace_metric         OTLP data points
client_report              what a client threw away    attachment           a row, up to a size
anything else, and what cannot be read: counted, like what a client threw away itself
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, NamedTuple, TypeVar
from uuid import uuid4

import orjson

from fleaglass.hub.intake.queue import Queued
from fleaglass.hub.issues.event import Event
from fleaglass.hub.issues.grouping import hashes
from fleaglass.hub.issues.stored import stored
from fleaglass.hub.issues.title import title_of
from fleaglass.hub.monitors.check_in import CheckIn
from fleaglass.hub.receive.attachments import Attachment, attachment_of
from fleaglass.hub.receive.check_ins_of import check_in_of
from fleaglass.hub.receive.client_reports import discarded_in
from fleaglass.hub.receive.envelope import Envelope, Item, parse_envelope
from fleaglass.hub.receive.logs_of import logs_in
from fleaglass.hub.receive.metrics_of import metrics_in
from fleaglass.hub.receive.normalise import event_of
from fleaglass.hub.receive.otlp import check
from fleaglass.hub.receive.otlp_of import Converted
from fleaglass.hub.receive.payload import Malformed
from fleaglass.hub.receive.sessions_of import session_counts_of, session_update_of
from fleaglass.hub.receive.times import drift_ns
from fleaglass.hub.receive.transactions import spans_in, transaction_in
from fleaglass.hub.sessions.update import SessionCounts, SessionUpdate
from fleaglass.hub.store import Batch, Signal

__all__ = ["Lost", "Read", "Sent", "event_batch", "read"]

_HOUR_NS: Final = 3_600_000_000_000

T = TypeVar("T")

Lost = Counter[tuple[int, int, str, str]]
"""How much was lost, by project, hour since 1970, category and reason."""


class Sent(NamedTuple, Generic[T]):
    """What was sent to a project, and when it was received, Unix nanoseconds."""

    project: int
    received_ns: int
    what: T


@dataclass(slots=True)
class Read:
    """What a batch of envelopes says."""

    events: list[Event] = field(default_factory=list)
    sessions: list[Sent[SessionUpdate]] = field(default_factory=list)
    session_counts: list[Sent[SessionCounts]] = field(default_factory=list)
    check_ins: list[Sent[CheckIn]] = field(default_factory=list)
    attachments: list[bytes] = field(default_factory=list)
    requests: dict[Signal, list[Batch]] = field(default_factory=lambda: {"traces": [], "logs": [], "metrics": []})
    lost: Lost = field(default_factory=Counter)

    def batches(self) -> Iterator[Batch]:
        """What of it goes into the store."""
        if self.events:
            yield event_batch(self.events)
        if self.attachments:
            yield Batch("attachments", b"".join(self.attachments), len(self.attachments))
        for signal, parts in self.requests.items():
            if parts:  # messages of protobuf that follow each other are one message
                yield Batch(signal, b"".join(part.body for part in parts), sum(part.rows for part in parts))


def event_batch(events: Sequence[Event]) -> Batch:
    """Events as the store takes them, each under the hash that it is counted by."""
    return Batch("events", b"".join(stored(each, hashes(each)[0], title_of(each)) for each in events), len(events))


def read(queued: Iterable[Queued], projects: Mapping[int, str]) -> Read:
    """All that these envelopes say; `projects` are names by number."""
    found = Read()
    for one in queued:
        _Reader(found, one, projects.get(one.project, str(one.project))).read(parse_envelope(one.body))
    return found


class _Reader:
    """Reads one envelope."""

    def __init__(self, found: Read, queued: Queued, project: str) -> None:
        self._found = found
        self._project = queued.project
        self._name = project
        self._received_ns = queued.received_ns

    def read(self, envelope: Envelope) -> None:
        """Each item by its type; one that cannot be read leaves the others as they are."""
        drift = drift_ns(envelope.sent_ns, self._received_ns)
        for item in envelope.items:
            try:
                self._item(envelope, item, drift)
            except Malformed:
                self._lose(item.type, "unreadable")

    def _item(self, envelope: Envelope, item: Item, drift: int) -> None:
        found, payload, project, received_ns = self._found, item.payload, self._project, self._received_ns
        match item.type:
            case "event":
                found.events.append(self._event(envelope, payload))
            case "transaction":
                self._put("traces", item.type, transaction_in(payload, self._name, drift))
            case "span":
                self._put("traces", item.type, spans_in(payload, self._name, drift))
            case "log":
                self._put("logs", item.type, logs_in(payload, self._name, received_ns, drift))
            case "trace_metric":
                self._put("metrics", item.type, metrics_in(payload, self._name, received_ns, drift))
            case "session":
                found.sessions.append(Sent(project, received_ns, session_update_of(payload, received_ns, drift)))
            case "sessions":
                found.session_counts += (Sent(project, received_ns, each) for each in session_counts_of(payload, drift))
            case "check_in":
                found.check_ins.append(Sent(project, received_ns, check_in_of(payload)))
            case "client_report":
                for discarded in discarded_in(payload):
                    self._lose(discarded.category, discarded.reason, discarded.quantity)
            case "attachment":
                self._attach(envelope, item)
            case _:
                self._lose(item.type or "unnamed", "unknown_type")

    def _event(self, envelope: Envelope, payload: bytes) -> Event:
        return event_of(
            payload,
            self._project,
            self._received_ns,
            envelope.event_id,
            new_id=lambda: uuid4().hex,
            sent_ns=envelope.sent_ns,
        )

    def _put(self, signal: Signal, kind: str, converted: Converted) -> None:
        if converted.refused:
            self._lose(kind, "unreadable", converted.refused)
        if converted.rows:
            body = converted.request.SerializeToString()
            self._found.requests[signal].append(check(signal, converted.request, body))

    def _attach(self, envelope: Envelope, item: Item) -> None:
        if envelope.event_id is None:
            self._lose("attachment", "no_event")
        else:
            file = attachment_of(item)
            if file.sent_bytes > len(file.content):
                self._lose("attachment", "cut")
            self._found.attachments.append(_attachment(envelope.event_id, file, self._project, self._received_ns))

    def _lose(self, category: str, reason: str, quantity: int = 1) -> None:
        self._found.lost[(self._project, self._received_ns // _HOUR_NS, category[:64], reason[:64])] += quantity


def _attachment(event_id: str, file: Attachment, project: int, received_ns: int) -> bytes:
    """A line of JSON for the store."""
    row = {
        "event_id": event_id,
        "time": f"{received_ns // 1_000_000_000}.{received_ns % 1_000_000_000:09d}",
        "name": file.name,
        "project": project,
        "content_type": file.content_type,
        "bytes": file.sent_bytes,
        "body": base64.b64encode(file.content).decode(),
    }
    return orjson.dumps(row) + b"\n"
