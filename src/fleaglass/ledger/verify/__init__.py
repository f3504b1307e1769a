"""Verifying a whole log with nothing but its public key, and with checkpoints that others have kept.

::

    checkpoint ── signature ──▶ size, root
    tile/entries ── hashed ──▶ tile/0 ──▶ tile/1 ──▶ … ──▶ the same root?       climb
         └── decoded: its index, and what it refers to                          said
    what else is in the folder                                                  strays
    checkpoints from elsewhere ──▶ the root at their size                       anchors
                                        └──▶ verdict: whole or what is wrong, from which entry; since when unanchored

It streams: one file of each level is in memory at a time, and 9 bytes an entry to know what was referred to.

What an agent wrote and has not signed yet, in the write-ahead log, is looked at as well, where that is there.
"""

from __future__ import annotations

from fleaglass.ledger.verify.anchors import Anchor
from fleaglass.ledger.verify.tail import is_unsigned, tail_of
from fleaglass.ledger.verify.verdict import Findings, Problem, Verdict
from fleaglass.ledger.verify.whole import verify

__all__ = ["Anchor", "Findings", "Problem", "Verdict", "is_unsigned", "tail_of", "verify"]
