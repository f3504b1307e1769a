"""Every byte of a log's files, and which entry is the first that cannot be believed once it has changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fleaglass.ledger.tree.tiles import Tile, unbundle

__all__ = ["first_entries_of"]


def first_entries_of(log: Path, size: int) -> Iterator[tuple[Path, int, int | None]]:
    """File, offset in it, and the entry; None for the checkpoint, which speaks for all."""
    for path in sorted(each for each in log.rglob("*") if each.is_file()):
        name = path.relative_to(log).as_posix()
        if name == "checkpoint":
            yield from ((path, offset, None) for offset in range(path.stat().st_size))
            continue
        tile = Tile.parse(name)
        if tile.level == "entries":
            yield from ((path, offset, index) for offset, index in _entry_bytes(path, tile))
        else:
            for offset in range(path.stat().st_size):
                yield path, offset, (tile.index * 256 + offset // 32) << 8 * tile.level


def _entry_bytes(path: Path, tile: Tile) -> Iterator[tuple[int, int]]:
    offset = 0
    for index, entry in enumerate(unbundle(path.read_bytes(), tile.width), tile.index * 256):
        for _ in range(2 + len(entry)):
            yield offset, index
            offset += 1
