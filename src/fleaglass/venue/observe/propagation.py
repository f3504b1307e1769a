"""Whether the context that an escrow should carry is still in it: a venue may accept metadata and drop it."""

from __future__ import annotations

from collections.abc import Mapping

from fleaglass import semconv
from fleaglass.recorder import Handoff, Operation
from fleaglass.recorder.carrier import from_text
from fleaglass.venue.models.escrow import CONTEXT_KEY, Escrow
from fleaglass.venue.observe.operation import Fields

__all__ = ["kept", "note_propagated", "sent_context"]


def sent_context(fields: Fields) -> object:
    """The hand-off's carrier among the fields of an escrow to be created; ``None`` without one."""
    metadata = fields.get("metadata")
    return metadata.get(CONTEXT_KEY) if isinstance(metadata, Mapping) else None


def kept(sent: object, escrow: Escrow) -> bool:
    """Whether the context that was sent is in the escrow as the venue shows it; in a description that is the trace."""
    if CONTEXT_KEY in escrow.metadata:
        return bool(escrow.metadata[CONTEXT_KEY] == sent)
    mark = from_text(escrow.conditions).get("traceparent")
    return mark is not None and isinstance(sent, Mapping) and mark == sent.get("traceparent")


def note_propagated(span: Operation, propagated: bool | None) -> None:
    """Record whether the context survived, here and on the hand-off around this; ``None`` when nobody knows."""
    facts = {semconv.PF_CONTEXT_PROPAGATED: propagated}
    span.record(facts)
    if (handoff := span.within(Handoff)) is not None:
        handoff.record(facts)
