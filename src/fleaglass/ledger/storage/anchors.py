"""Checkpoints of this log that were fetched back from others: since when nobody can rewrite it unseen.

They are kept for the owner's own use, such as to ask again. They prove nothing to anybody else, nor to a verifier who
has this folder: a proof is what the others hold.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from fleaglass.ledger.errors import LedgerError
from fleaglass.ledger.storage.files import Files
from fleaglass.ledger.storage.lines import Lines, read_lines
from fleaglass.ledger.tree.checkpoint import Checkpoint
from fleaglass.ledger.tree.errors import TreeError
from fleaglass.ledger.tree.note import Note

__all__ = ["Anchors", "KeptAnchor"]

_encode = msgspec.json.Encoder().encode


class KeptAnchor(msgspec.Struct, frozen=True, kw_only=True):
    """A checkpoint that somebody else holds.

    Attributes:
        source: who: the address of a hub or a witness, an escrow, a file.
        at_ns: when it was fetched back, in Unix nanoseconds.
        note: it, with all its signatures.
    """

    source: str
    at_ns: int
    note: str

    @property
    def checkpoint(self) -> Checkpoint:
        """What it says."""
        return Checkpoint.parse(Note.parse(self.note.encode()).text)


class Anchors:
    """All that were kept. Raises `LedgerWriteError`, `LedgerDamaged`.

    Args:
        files: for writing them.
        path: of their file.
        origin: of the log.
    """

    def __init__(self, files: Files, path: Path, origin: str) -> None:
        self._lines = Lines(files, path)
        self._origin = origin

    def keep(self, note: bytes, source: str, at_ns: int) -> None:
        """Keep one. `LedgerError`: it is no checkpoint of this log."""
        try:
            kept = KeptAnchor(source=source, at_ns=at_ns, note=note.decode())
            checkpoint = kept.checkpoint
        except (TreeError, UnicodeDecodeError) as error:
            raise LedgerError(f"what {source} holds is no checkpoint: {error}") from None
        if checkpoint.origin != self._origin:
            raise LedgerError(f"{source} holds a checkpoint of {checkpoint.origin}, not of {self._origin}")
        self._lines.add(_encode(kept) + b"\n")

    def read(self) -> tuple[KeptAnchor, ...]:
        """All, in the order in which they were kept."""
        return tuple(read_lines(self._lines.read(), KeptAnchor, str(self._lines.path)))
