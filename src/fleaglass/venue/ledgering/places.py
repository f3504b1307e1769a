"""From the setting to the places that get the ledger's checkpoints."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fleaglass.recorder.bookkeeping import Anchors

if TYPE_CHECKING:  # what an agent that never spends need not load
    from fleaglass.ledger.anchoring import Place

__all__ = ["places_of"]


def places_of(anchors: Anchors, say: Callable[[str], None]) -> list[Place]:
    """All that can be used; of each other one it is said why not."""
    from fleaglass.ledger.anchoring import place_of

    found: list[Place] = []
    for number, line in enumerate(anchors.lines, 1):
        try:
            found.append(
                place_of(
                    line,
                    hub=anchors.hub,
                    hub_headers=anchors.hub_headers,
                    hub_certificate=anchors.hub_certificate,
                )
            )
        except ValueError as error:
            say(f"anchor {number} of ledger_anchors is not used: {error}")
    return found
