"""Checkpoints of the same log that somebody else has kept: what precedes one cannot have been changed since.

They count because they were fetched back from outside. What lies in the log's own folder could have been changed with
it; only there a policy's witnesses count, whose cosignatures nobody else can make.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fleaglass.ledger.tree.checkpoint import Checkpoint, Signed
from fleaglass.ledger.tree.errors import TileError
from fleaglass.ledger.tree.merkle import Read, root_at
from fleaglass.ledger.tree.policy import Policy
from fleaglass.ledger.verify.verdict import Findings

__all__ = ["Anchor", "look_at_anchors", "quorum_missing"]


@dataclass(frozen=True, slots=True)
class Anchor:
    """A checkpoint from elsewhere, whose signature by the log was verified; ``name`` says where it is from."""

    name: str
    checkpoint: Checkpoint


def look_at_anchors(anchors: Iterable[Anchor], size: int, read: Read, findings: Findings) -> int:
    """Up to which entry a log of ``size`` is what the anchors say; 0 if they say nothing."""
    agreed = 0
    for anchor in sorted(anchors, key=lambda each: each.checkpoint.size):
        seen = anchor.checkpoint
        if seen.size > size:
            what = f"it is of {seen.size} entries, and the log says that it has {size}: it was cut or rolled back"
            findings.add(size, anchor.name, what)
        elif not findings and not _agrees(seen, read):
            what = f"its {seen.size} entries are not those of the log: one of them was changed and signed anew"
            findings.add(agreed, anchor.name, f"{what}, at {agreed} or after")
        elif not findings:
            agreed = seen.size
    return agreed


def quorum_missing(policy: Policy | None, signed: Signed) -> str | None:
    """What the witnesses lack at a checkpoint, in words; empty if nothing. None if no witness is asked for."""
    if policy is None or not policy.quorum:
        return None
    return policy.missing(signed.opened.signed_by)


def _agrees(seen: Checkpoint, read: Read) -> bool:
    try:
        return root_at(seen.size, read) == seen.root
    except TileError:
        return False
