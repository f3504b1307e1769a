"""Giving checkpoints to others, and keeping theirs: from then on what precedes them cannot be rewritten unseen.

::

    the log's newest checkpoint ─▶ anchoring ─┬─▶ place: a file          once a minute when it has changed,
             a thread for each place          ├─▶ place: a webhook       when asked (each escrow), and at the end
                                              └─▶ place: a witness ─▶ cosignature ─▶ state/anchors/all
    the other side of an escrow ─▶ hand_off ─▶ state/anchors/from/<log>

    places      where a checkpoint can go, from one line of settings each
    asking      what is said to a witness: old size, proof, checkpoint, and again if it knows more or less
    log         what else it may want to know: proofs, keys
    http        one request, with the standard library
    hand_off    the checkpoint that goes with an escrow

What is in state/anchors is our own copy: it finds cosignatures again, and proves nothing, for whoever rewrites the log
can rewrite it too. What counts is what the others have.
"""

from __future__ import annotations

from fleaglass.ledger.anchoring.anchoring import Anchoring, AnchoringSeams
from fleaglass.ledger.anchoring.hand_off import Foreign, incoming, keep_foreign, outgoing
from fleaglass.ledger.anchoring.log import AnchoredLog, NotAnchored
from fleaglass.ledger.anchoring.places import Place, place_of

__all__ = [
    "AnchoredLog",
    "Anchoring",
    "AnchoringSeams",
    "Foreign",
    "NotAnchored",
    "Place",
    "incoming",
    "keep_foreign",
    "outgoing",
    "place_of",
]
