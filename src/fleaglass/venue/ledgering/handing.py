"""Checkpoints that go with escrows, in their metadata: who is hired holds what the hirer's ledger was then.

::

    {"trace_context": {…}, "ledger_checkpoint": "fleaglass.ledger/vol-arb-1\\n12\\n…"}

From then on the hirer cannot rewrite what was before. What is taken in is a stranger's: any JSON, and no more than some
text that is kept if it is a checkpoint.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from fleaglass.recorder import Core, guard
from fleaglass.recorder.carrier import trace_headers
from fleaglass.venue.ledgering.book import book_of
from fleaglass.venue.ledgering.waiting import Wait
from fleaglass.venue.models.escrow import Escrow

__all__ = ["CHECKPOINT_KEY", "hand_out", "take_in"]

CHECKPOINT_KEY: Final = "ledger_checkpoint"
_MOST_BYTES: Final = 2_048
"""Of metadata with a checkpoint, as JSON. No venue documents how much it takes, so what is large stays as it is."""
_PATIENCE_S: Final = 1.0
"""How long an escrow waits for the ledger to be opened."""


async def hand_out(core: Core, metadata: Mapping[str, Any] | None, wait: Wait) -> Mapping[str, Any] | None:
    """An escrow's metadata with the newest checkpoint of the agent's ledger, if it has one and there is room for it.

    Args:
        core: the agent.
        metadata: as the agent gave it. Not changed.
        wait: for the disk.
    """
    book = book_of(core)
    if book is None or not core.bookkeeping.anchors.escrows or not isinstance(metadata, Mapping | None):
        return metadata
    with guard("giving a checkpoint to a counterparty"):
        await book.ready(wait, to_spend=True, patience_s=_PATIENCE_S)
        note = await book.newest_checkpoint(wait)
        if note:
            from fleaglass.ledger.anchoring import outgoing

            more = {CHECKPOINT_KEY: outgoing(note), **(metadata or {})}
            if _fits(more) and trace_headers(more) == trace_headers(metadata):  # the context is still found
                return more
    return metadata


def _fits(metadata: Mapping[str, Any]) -> bool:
    return len(msgspec.json.encode(metadata, enc_hook=str)) <= _MOST_BYTES


def take_in(core: Core, escrows: Iterable[Escrow]) -> None:
    """Have what came with escrows kept, if the agent keeps a ledger. Never raises."""
    book = book_of(core)
    if book is not None:
        with guard("taking in a counterparty's checkpoint"):
            for escrow in escrows:
                book.received.take(escrow.metadata.get(CHECKPOINT_KEY))
