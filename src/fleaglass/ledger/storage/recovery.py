"""What a log's folder says when it is opened.

::

    last-signed ─▶ size, root ─▶ right edge read from tiles ─▶ must have that root
    checkpoint  ─▶ never newer than that; older if the process ended before it was shown
    WAL         ─▶ what was appended after that size; what was before it must be the same

Of a log that has signed something, what it signed last must be known, or it might sign against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from fleaglass.ledger.canonical import decode
from fleaglass.ledger.entry import Entry
from fleaglass.ledger.errors import EntryError, LedgerDamaged
from fleaglass.ledger.storage.edge import Edge
from fleaglass.ledger.storage.layout import Layout
from fleaglass.ledger.storage.wal import Record, Replay, replay
from fleaglass.ledger.tree.checkpoint import Checkpoint
from fleaglass.ledger.tree.errors import TileError, TreeError
from fleaglass.ledger.tree.merkle import leaf_hash
from fleaglass.ledger.tree.note import Note
from fleaglass.ledger.tree.tiles import TILE_WIDTH, Tile, unbundle

__all__ = ["Found", "checkpoint_in", "entries_in_tiles", "recover"]


@dataclass(frozen=True)
class Found:
    """What there is.

    Attributes:
        note: the checkpoint that was signed last; empty if none was.
        is_shown: whether it is where everybody looks.
        edge: the right edge under it.
        replay: what was appended.
        later: the entries after the edge.
    """

    note: bytes
    is_shown: bool
    edge: Edge
    replay: Replay
    later: tuple[Entry, ...]


def recover(layout: Layout) -> Found:
    """Read it. Raises `LedgerDamaged`, ``OSError``."""
    note, shown = _content(layout.last_signed), _content(layout.checkpoint)
    if not note:
        if shown:
            raise LedgerDamaged(
                f"{layout.last_signed} is missing, so nobody knows what this log has signed last; "
                "begin a new one that commits to the last checkpoint that you trust"
            )
        edge = Edge()
    else:
        signed = checkpoint_in(note, layout.last_signed)
        if shown:
            _check_shown(checkpoint_in(shown, layout.checkpoint), signed, layout)
        edge = _edge(signed, layout.log)
    found = replay(layout.state, edge.size)
    if note and not found.number:
        raise LedgerDamaged(f"{layout.state} has no WAL: what was appended after entry {edge.size - 1} is lost")
    if not note and (layout.log / "tile").exists() and not (found.records and found.records[0].seq == 0):
        raise LedgerDamaged(
            f"{layout.log} has entries, and nothing in {layout.state} says what was signed over them; "
            "begin a new log that commits to the last checkpoint that you trust"
        )
    for record in found.records:
        if edge.first <= record.seq < edge.size and record.entry != edge.entries[record.seq - edge.first]:
            raise LedgerDamaged(f"entry {record.seq} is one in the WAL of {layout.state}, and another in its tile")
    later = tuple(_entry(record, layout.state) for record in found.records if record.seq >= edge.size)
    return Found(note, shown == note, edge, found, later)


def checkpoint_in(note: bytes, path: Path) -> Checkpoint:
    """What a note says; its signatures are not looked at. Raises `LedgerDamaged`."""
    try:
        return Checkpoint.parse(Note.parse(note).text)
    except TreeError as error:
        raise LedgerDamaged(f"{path} is no checkpoint: {error}") from None


def entries_in_tiles(log: Path, seqs: Iterable[int], size: int) -> Iterator[Entry]:
    """Entries of a log of ``size``, by index, which rise. Raises `LedgerDamaged`, ``OSError``."""
    for index, group in groupby(seqs, lambda seq: seq // TILE_WIDTH):
        first = index * TILE_WIDTH
        tile = Tile("entries", index, min(TILE_WIDTH, size - first))
        try:
            raws = unbundle((log / tile.path).read_bytes(), tile.width)
            for seq in group:
                yield decode(raws[seq - first], f"{log}: entry {seq}")
        except (TileError, EntryError, FileNotFoundError) as error:
            raise LedgerDamaged(f"{log / tile.path}: {error}") from None


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def _check_shown(shown: Checkpoint, signed: Checkpoint, layout: Layout) -> None:
    if shown.size > signed.size or (shown.size == signed.size and shown != signed) or shown.origin != signed.origin:
        raise LedgerDamaged(
            f"{layout.checkpoint} says {shown.size} entries, and {layout.last_signed}, which is never behind it, "
            f"says {signed.size}: one of them is not of this log, or was put back"
        )


def _edge(signed: Checkpoint, log: Path) -> Edge:
    try:
        edge = Edge.read(signed.size, lambda tile: (log / tile.path).read_bytes())
        root = edge.root()
    except (TileError, FileNotFoundError) as error:
        raise LedgerDamaged(f"the tiles of {log} are not those of its {signed.size} signed entries: {error}") from None
    if root != signed.root:
        raise LedgerDamaged(f"the tiles of {log} do not have the root that was signed for {signed.size} entries")
    hashes = edge.hashes[0] if edge.hashes else ()
    for seq, (entry, hashed) in enumerate(zip(edge.entries, hashes, strict=True), edge.first):
        if leaf_hash(entry) != hashed:
            raise LedgerDamaged(f"entry {seq} of {log} is not the one that was hashed")
    return edge


def _entry(record: Record, state: Path) -> Entry:
    where = f"entry {record.seq} in the WAL of {state}"
    try:
        entry = decode(record.entry, where)
    except EntryError as error:
        raise LedgerDamaged(str(error)) from None
    if entry.seq != str(record.seq):
        raise LedgerDamaged(f"{where} says that it is entry {entry.seq}")
    return entry
