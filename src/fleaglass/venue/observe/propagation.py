"""Whether the context that an escrow should carry is still in it: a venue may accept metadata and drop it."""

from __future__ import annotations

from collections.abc import Mapping

from fleaglass import semconv
from fleaglass.recorder import Handoff, Operation
from fleaglass.recorder.carrier import from_text, to_text, trace_headers
from fleaglass.venue.models.escrow import Escrow

__all__ = ["kept", "note_propagated"]


def kept(sent: Mapping[str, str], escrow: Escrow) -> bool:
    """Whether the context that was sent is in the escrow as the venue shows it; in a description that is the ids.

    Args:
        sent: the headers of the hand-off's carrier.
        escrow: as the venue shows it.
    """
    held = trace_headers(escrow.metadata)
    return held == sent if held else bool(mark := to_text(sent)) and from_text(escrow.conditions) == from_text(mark)


def note_propagated(span: Operation, propagated: bool | None) -> None:
    """Record whether the context survived, here and on the hand-off around this; ``None`` when nobody knows."""
    facts = {semconv.PF_CONTEXT_PROPAGATED: propagated}
    span.record(facts)
    if (handoff := span.within(Handoff)) is not None:
        handoff.record(facts)
