"""A ledger on a desk: with ids that count, a clock that ticks, and a disk that does what a test says."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

from fleaglass.ledger.log import Draft, Ledger, Seams
from fleaglass.ledger.storage.layout import Layout, layout_of
from fleaglass.ledger.storage.system import System
from fleaglass.ledger.tree.checkpoint import Checkpoint
from fleaglass.ledger.tree.note import Note
from fleaglass.ledger.tree.tiles import TILE_WIDTH, Tile, tiles_for, unbundle

AGENT = "vol-arb-1"
NEVER_S = 3600.0


class Unsynced(System):
    """Syncs take ms, and change nothing that a test sees."""

    def fsync(self, handle: int) -> None:
        pass

    def fdatasync(self, handle: int) -> None:
        pass


def seams(system: System | None = None, *, start: int = 0, said: list[str] | None = None) -> Seams:
    """Seams by which nothing happens unless it is asked for.

    Args:
        system: the disk.
        start: of the ids; a second ledger of one log begins elsewhere.
        said: gets what the ledger says.
    """
    numbers = count(start)
    times = count(1_796_000_000_000_000_000)
    return Seams(
        system=system or Unsynced(),
        random=lambda size: next(numbers).to_bytes(size, "big"),
        wall_ns=lambda: next(times),
        mono_ns=lambda: 7,
        say=(said if said is not None else []).append,
        commit_within_s=NEVER_S,
        checkpoint_within_s=NEVER_S,
    )


def ledger(home: Path, system: System | None = None, *, start: int = 0, said: list[str] | None = None) -> Ledger:
    return Ledger.open(home, AGENT, seams=seams(system, start=start, said=said))


def intent(**attributes: str) -> Draft:
    return Draft(
        kind="intent", t="1796000000000000001", mono="5", agent=AGENT, op="trading.order", attributes=attributes
    )


def outcome(ref: str, **attributes: str) -> Draft:
    return Draft(kind="outcome", t="1796000000000000002", mono="6", agent=AGENT, ref=ref, attributes=attributes)


def layout(home: Path) -> Layout:
    return layout_of(home, AGENT)


def checkpoint(note: bytes) -> Checkpoint:
    return Checkpoint.parse(Note.parse(note).text)


def shown(home: Path) -> Checkpoint:
    """The checkpoint that everybody sees."""
    return checkpoint(layout(home).checkpoint.read_bytes())


def stored(home: Path) -> list[bytes]:
    """All entries that are in tiles under the checkpoint."""
    return list(_stored(layout(home).log, shown(home).size))


def _stored(log: Path, size: int) -> Iterator[bytes]:
    for first in range(0, size, TILE_WIDTH):
        tile = Tile("entries", first // TILE_WIDTH, min(TILE_WIDTH, size - first))
        yield from unbundle((log / tile.path).read_bytes(), tile.width)


def tile_paths(size: int) -> set[str]:
    """The files that a log of this size has."""
    return {tile.path for tile in tiles_for(0, size)}
