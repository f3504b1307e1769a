"""What one request carries, and who makes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal, Protocol, TypeAlias

import msgspec

from fleaglass.journal.records import Envelope, Log, Opened, Record, Scope, SpanEnded
from fleaglass.shipper.answer import Answer
from fleaglass.shipper.metrics.metric import Metric

__all__ = ["KINDS", "Batch", "Outlet", "Signal"]

Signal: TypeAlias = Literal["traces", "logs", "envelopes", "metrics", "snapshots"]

KINDS: Final[Mapping[Signal, int]] = {"traces": SpanEnded.kind, "logs": Log.kind, "envelopes": Envelope.kind}
"""The kind of record that each signal is made of; the others are made of all that is known."""


class Batch(msgspec.Struct, frozen=True):
    """Records of one kind and one journal, in its order; or its metrics, or its open spans.

    Attributes:
        id: ``<journal>/<signal>/<segment>:<offset>-<segment>:<offset>``, the same when the batch is sent again;
            metrics and snapshots, which nobody sends again, have where or when they were taken instead.
        opened: what the journal is.
        scopes: the libraries that the spans are of, by number.
        records: spans, log records, envelopes or metrics; what an envelope has spilled is in it again.
    """

    id: str
    opened: Opened
    scopes: Mapping[int, Scope]
    records: Sequence[Record | Metric]


class Outlet(Protocol):
    """The way to one destination. Used by one thread at a time."""

    def send(self, batch: Batch) -> Answer:
        """Deliver the batch, or say why not: one attempt. Raises nothing that it expects."""
        ...
