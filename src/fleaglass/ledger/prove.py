"""Proofs of single entries: made from a log's folder, checked by anyone who has its public key.

A proof is made from one file of each level and the one that has the entry, however long the log is. To find an entry by
what it says, all entries are read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from fleaglass.ledger.reading import LogFiles, UnreadableEntry, read_entry
from fleaglass.ledger.tree.checkpoint import Checkpoint, Signed, open_checkpoint
from fleaglass.ledger.tree.errors import ProofError
from fleaglass.ledger.tree.merkle import check_inclusion, inclusion_proof, leaf_hash
from fleaglass.ledger.tree.note import Note, Verifier
from fleaglass.ledger.tree.policy import Policy
from fleaglass.ledger.tree.proof import TlogProof
from fleaglass.ledger.tree.tiles import TILE_WIDTH, Tile, unbundle

__all__ = ["By", "Proved", "check_proof", "find", "prove", "size_in"]

By: TypeAlias = Literal["entry", "order", "span"]
"""What an entry is found by: its own id, the order that it names, or the span that it was written in."""

_ORDER_IDS = ("order_id", "client_order_id")


@dataclass(frozen=True, slots=True)
class Proved:
    """An entry that is in its log.

    Attributes:
        index: its place.
        entry: its bytes.
        signed: the checkpoint that it leads to, and who signed that.
    """

    index: int
    entry: bytes
    signed: Signed


def size_in(note: bytes) -> int:
    """How many entries a log's checkpoint speaks for, as it says. Raises `TreeError`."""
    return _checkpoint(note).size


def prove(files: LogFiles, index: int, note: bytes = b"") -> TlogProof:
    """That the entry at ``index`` is in the log, by its present checkpoint or by another, such as a cosigned one.

    The proof is tried before it is given; the checkpoint's signatures are for who receives it.

    Raises:
        TreeError: if the log has no such entry, or is damaged where the proof goes.
        UnusableLog: if there is no log.
    """
    note = note or files.checkpoint()
    checkpoint = _checkpoint(note)
    hashes = inclusion_proof(index, checkpoint.size, files.hashes(checkpoint.size))
    entry = files.entry(index, checkpoint.size)
    check_inclusion(leaf_hash(entry), index, checkpoint.size, hashes, checkpoint.root)
    return TlogProof(index, tuple(hashes), note, entry)


def find(files: LogFiles, by: By, id_: str) -> Iterator[int]:
    """The entries that are meant, in order. Raises `TreeError` for a file that is damaged, `UnusableLog`."""
    size = size_in(files.checkpoint())
    needle = json.dumps(id_, ensure_ascii=False)[1:-1].encode("utf-8", "replace")  # as RFC 8785 writes it
    for start in range(0, size, TILE_WIDTH):
        tile = Tile("entries", start // TILE_WIDTH, min(TILE_WIDTH, size - start))
        data = files.need(tile)
        if needle in data:  # most files need no more
            yield from (
                index for index, entry in enumerate(unbundle(data, tile.width), start) if _is_meant(entry, by, id_)
            )


def check_proof(proof: TlogProof, keys: Sequence[Verifier], policy: Policy | None = None) -> Proved:
    """That a proof holds.

    Args:
        proof: as it came.
        keys: of the log, pinned out of band; more than one after a rotation.
        policy: whose cosignatures its checkpoint must have.

    Raises:
        NoteError, CheckpointError: if the checkpoint is not the log's.
        ProofError: if the entry is not there, or does not lead to the root.
        PolicyError: if the quorum is not there.
    """
    signed = open_checkpoint(proof.checkpoint, keys, () if policy is None else policy.witnesses.values())
    if not proof.extra:
        raise ProofError("the proof does not have the entry that it is about")
    checkpoint = signed.checkpoint
    check_inclusion(leaf_hash(proof.extra), proof.index, checkpoint.size, proof.hashes, checkpoint.root)
    if policy is not None:
        policy.check(signed.opened.signed_by)
    return Proved(proof.index, proof.extra, signed)


def _checkpoint(note: bytes) -> Checkpoint:
    return Checkpoint.parse(Note.parse(note).text)


def _is_meant(data: bytes, by: By, id_: str) -> bool:
    try:
        entry = read_entry(data)
    except UnreadableEntry:
        return False
    match by:
        case "entry":
            return entry.id == id_
        case "span":
            return entry.span == id_
        case "order":
            return id_ in (entry.attributes.get(name) for name in _ORDER_IDS)
