"""The right edge of a log: what the last file of each level holds while it is partial. Pure.

::

    entries   ████████ ████████ ███·····     kept here: these three entries,
    level 0   ████████ ████████ ███·····     their hashes,
    level 1   ██······                       and the roots of the full files so far

With it, what a log grows by is written without reading what it has, and its root is told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fleaglass.ledger.tree.merkle import leaf_hash, root_at
from fleaglass.ledger.tree.tiles import (
    TILE_WIDTH,
    Tile,
    bundle,
    hash_reader,
    split_hashes,
    subtree_root,
    tiles_for,
    unbundle,
)

if TYPE_CHECKING:
    from typing import Self

__all__ = ["Edge"]


@dataclass(frozen=True)
class Edge:
    """Of a log of ``size`` entries.

    Attributes:
        entries: those in the last, partial file.
        hashes: the same of each level, from 0.
    """

    size: int = 0
    entries: tuple[bytes, ...] = ()
    hashes: tuple[tuple[bytes, ...], ...] = ()

    @classmethod
    def read(cls, size: int, fetch: Callable[[Tile], bytes]) -> Self:
        """From the files of a log. Raises `TileError`, and what ``fetch`` raises."""
        width = size % TILE_WIDTH
        entries = unbundle(fetch(Tile("entries", size // TILE_WIDTH, width)), width) if width else []
        hashes: list[tuple[bytes, ...]] = []
        rest, level = size, 0
        while rest:
            width = rest % TILE_WIDTH
            hashes.append(tuple(split_hashes(fetch(Tile(level, rest // TILE_WIDTH, width)))) if width else ())
            rest, level = rest // TILE_WIDTH, level + 1
        return cls(size, tuple(entries), tuple(hashes))

    @property
    def first(self) -> int:
        """The index of the first of `entries`."""
        return self.size - self.size % TILE_WIDTH

    def root(self) -> bytes:
        """Of the log. Raises `TileError` if a level has another number of hashes than it should."""
        return root_at(self.size, hash_reader(self.size, lambda tile: b"".join(self.hashes[tile.depth])))

    def grown(self, entries: Sequence[bytes]) -> tuple[Self, dict[Tile, bytes]]:
        """The edge after these entries, and the files to write."""
        files: dict[Tile, bytes] = {}
        size = self.size + len(entries)
        all_entries = (*self.entries, *entries)
        columns: list[tuple[bytes, ...]] = []
        added = [leaf_hash(entry) for entry in entries]
        rest = size
        while rest:
            kept = self.hashes[len(columns)] if len(columns) < len(self.hashes) else ()
            column = (*kept, *added)
            columns.append(column)
            full = len(column) - len(column) % TILE_WIDTH
            added = [subtree_root(list(column[at : at + TILE_WIDTH])) for at in range(0, full, TILE_WIDTH)]
            rest //= TILE_WIDTH
        for tile in tiles_for(self.size, size):
            held = all_entries if tile.level == "entries" else columns[tile.depth]
            at = (tile.index - (self.size >> 8 * (tile.depth + 1))) * TILE_WIDTH
            part = held[at : at + tile.width]
            files[tile] = bundle(part) if tile.level == "entries" else b"".join(part)
        edge = type(self)(size, _partial(all_entries), tuple(map(_partial, columns)))
        return edge, files


def _partial(column: tuple[bytes, ...]) -> tuple[bytes, ...]:
    return column[len(column) - len(column) % TILE_WIDTH :]
