"""Every byte of a file of a log, and which entry is the first that cannot be believed once it has changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fleaglass.ledger.tree.tiles import Tile, unbundle

__all__ = ["first_entries_of"]


def first_entries_of(log: Path, path: Path) -> Iterator[tuple[int, int | None]]:
    """Each offset in a file, and the entry; None for the checkpoint, which speaks for all."""
    name = path.relative_to(log).as_posix()
    if name == "checkpoint":
        yield from ((offset, None) for offset in range(path.stat().st_size))
        return
    tile = Tile.parse(name)
    if isinstance(tile.level, int):
        for offset in range(path.stat().st_size):
            yield offset, (tile.index * 256 + offset // 32) << 8 * tile.level
    else:
        yield from _entry_bytes(path, tile)


def _entry_bytes(path: Path, tile: Tile) -> Iterator[tuple[int, int]]:
    offset = 0
    for index, entry in enumerate(unbundle(path.read_bytes(), tile.width), tile.index * 256):
        for _ in range(2 + len(entry)):
            yield offset, index
            offset += 1
