"""Folding: entries from the WAL become tiles, under a checkpoint that is signed.

::

    1  disclosures      of these entries, on the disk; what a redact entry names is erased
    2  tiles            entries, then hashes: each whole, or not there
    3  last-signed      what is signed from now on
    4  checkpoint       shown to everybody; a new key takes over, and what witnesses are told of it is kept
    5  partial tiles    that have become full are removed

Whatever ends it in between, the same entries are folded again, to the same bytes. What was signed and not shown is in
last-signed, and is shown when the log is opened.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Final

from fleaglass.ledger.canonical import decode
from fleaglass.ledger.entry import Entry
from fleaglass.ledger.errors import LedgerDamaged, LedgerKeyError
from fleaglass.ledger.storage.disclosures import Disclosures
from fleaglass.ledger.storage.edge import Edge
from fleaglass.ledger.storage.files import Files
from fleaglass.ledger.storage.keys import Keys
from fleaglass.ledger.storage.layout import Layout
from fleaglass.ledger.storage.recovery import Found
from fleaglass.ledger.storage.wal import Record
from fleaglass.ledger.tree.checkpoint import Checkpoint
from fleaglass.ledger.tree.errors import NoteError
from fleaglass.ledger.tree.keys import Ed25519Signer, Ed25519Verifier
from fleaglass.ledger.tree.note import Note, Signer, open_note, sign
from fleaglass.ledger.tree.tiles import TILE_WIDTH, Tile
from fleaglass.ledger.witness.request import AddLog

__all__ = ["Fold", "has_orders"]

_SERVED: Final = 0o644
_SERVED_FOLDER: Final = 0o755


class Fold:
    """The log's files, for the one thread that folds.

    Raises:
        LedgerWriteError: the disk did not take it; the same may be folded again unless the error is final.
        LedgerKeyError: there is no key to sign with.
        LedgerDamaged: what was signed last was not signed by this key.

    Args:
        layout: where they are.
        files: for writing them.
        found: what is there.
        keys: what signs, unless ``signer`` does.
        signer: signs instead, such as a service that holds the key.
    """

    def __init__(self, layout: Layout, files: Files, found: Found, keys: Keys, signer: Signer | None) -> None:
        self._layout = layout
        self._files = files
        self._disclosures = Disclosures(files, layout.disclosures)
        self._keys = keys
        self._signer = signer
        self._edge = found.edge
        self.note = found.note
        """The checkpoint that was signed last; empty if none was."""
        self.is_settled = not found.note or (found.is_shown and not keys.has_next)
        """Whether all that follows from that signature was done."""

    @property
    def size(self) -> int:
        """Entries under a checkpoint."""
        return self._edge.size

    def fold(self, records: Sequence[Record]) -> None:
        """Bring these entries, which are the next, under a checkpoint."""
        self._settle()
        records = [record for record in records if record.seq >= self.size]
        if not records:
            return
        orders = [each for each in map(_order, records) if each is not None]
        self._disclose(records, orders)
        edge, files = self._edge.grown([record.entry for record in records])
        self._write(files)
        note = self._sign(edge, orders)
        self._files.put({self._layout.last_signed: note})
        self._edge, self.note, self.is_settled = edge, note, False
        self._settle()
        self._remove_partial(files)

    def _settle(self) -> None:
        """What follows from a signature: it is shown, and a key that has signed beside the old one takes over."""
        if not self.is_settled:
            self._files.put({self._layout.checkpoint: self.note}, _SERVED)
            if heir := self._keys.heir_in(self.note):
                told = AddLog(heir, self.note).encode()
                self._files.put({self._layout.handovers / f"{self.size:020d}": told})
                self._keys.take_over()
            self.is_settled = True

    def _sign(self, edge: Edge, orders: Iterable[Entry]) -> bytes:
        signer = self._signer or self._keys.signer(is_needed=bool(self.note))
        if self.note:
            check_signed_by(signer, self.note, self._layout)
        heirs = [
            heir
            for order in orders
            if order.kind == "key" and (heir := self._keys.next_signer(order.attributes.get("next", ""))) is not None
        ]
        checkpoint = Checkpoint(signer.name, edge.size, edge.root())
        try:
            return sign(checkpoint.text, [signer, *heirs])
        except Exception as error:  # whatever a service raises that holds the key: it may sign later
            raise LedgerKeyError(f"{signer.name} did not sign {edge.size} entries: {error!r}") from error

    def _disclose(self, records: Iterable[Record], orders: Iterable[Entry]) -> None:
        if lines := b"".join(record.disclosed for record in records):
            self._disclosures.add(lines)
        for order in orders:
            if order.kind == "redact":
                names = json.loads(order.attributes.get("names", "[]"))
                self._disclosures.erase(order.attributes["entries"].split(), names)

    def _write(self, files: dict[Tile, bytes]) -> None:
        contents = {self._layout.log / tile.path: content for tile, content in files.items()}
        for folder in dict.fromkeys(path.parent for path in contents):
            self._files.make_folder(folder, _SERVED_FOLDER)
        self._files.put(contents, _SERVED)

    def _remove_partial(self, files: Iterable[Tile]) -> None:
        """Of tiles that are full now. One that stays takes room, and does no other harm."""
        for tile in files:
            if tile.width == TILE_WIDTH:
                folder = self._layout.log / f"{tile.path}.p"
                with suppress(OSError):
                    for name in os.listdir(folder):
                        self._files.system.unlink(folder / name)
                    self._files.system.rmdir(folder)


def check_signed_by(signer: Signer, note: bytes, layout: Layout) -> None:
    """See to it that a note is this signer's own. Raises `LedgerDamaged`.

    A key of a service cannot be asked whether a signature is its own, only whether it bears its name and id.
    """
    try:
        if isinstance(signer, Ed25519Signer):
            open_note(note, [Ed25519Verifier.of(signer.public)])
        elif (signer.name, signer.key_id) not in {(each.name, each.key_id) for each in Note.parse(note).signatures}:
            raise NoteError(f"it has no signature of {signer.name} with the key id {signer.key_id.hex()}")
    except NoteError as error:
        raise LedgerDamaged(f"{layout.last_signed} was not signed with the key of this log: {error}") from None


def has_orders(records: Iterable[Record]) -> bool:
    """Whether one of these says what is to be done when it is folded."""
    return any(_order(record) is not None for record in records)


def _order(record: Record) -> Entry | None:
    """The entry, if it says what is to be done when it is folded."""
    if b'"kind":"redact"' not in record.entry and b'"kind":"key"' not in record.entry:
        return None
    entry = decode(record.entry, f"entry {record.seq}")
    return entry if entry.kind in ("redact", "key") else None
