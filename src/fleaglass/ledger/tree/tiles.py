"""The files of a log, by C2SP's tlog-tiles: 256 hashes a file, and 256 entries a file beside them.

::

    tile/0/000        leaf hashes 0 to 255          tile/entries/000        the entries themselves: each with its
    tile/0/001.p/44   leaf hashes 256 to 299        tile/entries/001.p/44   length before it, big-endian in 2 bytes
    tile/1/000.p/1    the root of tile/0/000

Level l + 1 has a hash for each *full* tile of level l. The last file of a level is partial (``.p/<width>``) unless the
width is 256; it is never empty. A number is written in groups of three digits, all but the last with an ``x`` before
it: 1234067 is ``x001/x234/067``.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from fleaglass.ledger.tree.errors import TileError
from fleaglass.ledger.tree.merkle import HASH_BYTES, Read, node_hash

__all__ = [
    "TILE_BYTES",
    "TILE_WIDTH",
    "Level",
    "Tile",
    "bundle",
    "entries_of",
    "hash_reader",
    "split_hashes",
    "subtree_root",
    "tiles_for",
    "unbundle",
]

TILE_WIDTH: Final = 256
TILE_BYTES: Final = TILE_WIDTH * HASH_BYTES
_TILE_LEVELS: Final = 8
"""Levels of the tree between one level of tiles and the next."""

Level: TypeAlias = int | Literal["entries"]

_PATH: Final = re.compile(
    r"tile/(?P<level>entries|[0-9]|[1-5][0-9]|6[0-3])"
    r"/(?P<number>(?:x[0-9]{3}/){0,6}[0-9]{3})"
    r"(?:\.p/(?P<width>[1-9][0-9]{0,2}))?",
    re.ASCII,
)
_LENGTH: Final = struct.Struct(">H")


@dataclass(frozen=True, slots=True)
class Tile:
    """Which file: the ``index``-th of its level, with ``width`` hashes or entries."""

    level: Level
    index: int
    width: int = TILE_WIDTH

    @property
    def path(self) -> str:
        """Within the log's folder, with slashes."""
        groups = f"{self.index % 1000:03d}"
        rest = self.index // 1000
        while rest:
            groups = f"x{rest % 1000:03d}/{groups}"
            rest //= 1000
        partial = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"tile/{self.level}/{groups}{partial}"

    def first_entry(self, number: int) -> int:
        """The first that the hash, or entry, with this number in the file speaks for."""
        return (self.index * TILE_WIDTH + number) << _TILE_LEVELS * self.depth

    @property
    def depth(self) -> int:
        """Its level as a number; entries lie beside level 0."""
        return self.level if isinstance(self.level, int) else 0

    @property
    def full(self) -> Tile:
        """The same with all 256."""
        return Tile(self.level, self.index)

    @classmethod
    def parse(cls, path: str) -> Tile:
        """From a path, with slashes. Raises `TileError` if no tile has it."""
        match = _PATH.fullmatch(path)
        if match is None:
            raise TileError(f"{path!r} is not the path of a tile")
        level: Level = "entries" if match["level"] == "entries" else int(match["level"])
        index = int(match["number"].replace("x", "").replace("/", ""))
        tile = cls(level, index, int(match["width"] or TILE_WIDTH))
        if tile.path != path or tile.width > TILE_WIDTH:
            raise TileError(f"{path!r} is not how the path of a tile is written")
        return tile


def tiles_for(size_before: int, size_after: int) -> Iterator[Tile]:
    """The files to write when a log has grown: entries first, then the hashes from level 0 up.

    From 0, they are all files that a log of ``size_after`` has.
    """
    yield from _grown("entries", size_before, size_after)
    level = 0
    while size_after:
        yield from _grown(level, size_before, size_after)
        size_before, size_after, level = size_before // TILE_WIDTH, size_after // TILE_WIDTH, level + 1


def _grown(level: Level, before: int, after: int) -> Iterator[Tile]:
    """The files of one level, by how many hashes or entries it had and has."""
    if after <= before:
        return
    for index in range(before // TILE_WIDTH, after // TILE_WIDTH):
        yield Tile(level, index)
    if after % TILE_WIDTH:
        yield Tile(level, after // TILE_WIDTH, after % TILE_WIDTH)


def bundle(entries: Iterable[bytes]) -> bytes:
    """Entries as the bytes of a file. Raises `TileError` for one above 65,535 bytes."""
    parts: list[bytes] = []
    for entry in entries:
        if len(entry) > 0xFFFF:
            raise TileError(f"an entry of {len(entry)} bytes is above the 65535 that a tile can hold")
        parts += (_LENGTH.pack(len(entry)), entry)
    return b"".join(parts)


def unbundle(data: bytes, width: int) -> list[bytes]:
    """The ``width`` entries of a file. Raises `TileError` if it has fewer, or more bytes than they take."""
    return list(entries_of(data, width))


def entries_of(data: bytes, width: int) -> Iterator[bytes]:
    """The same one by one, up to where the file is damaged; there it raises `TileError`."""
    offset = 0
    for number in range(width):
        start = offset + _LENGTH.size
        if start > len(data):
            raise TileError(f"the file ends at entry {number} of {width}")
        offset = start + int.from_bytes(data[offset:start], "big")
        if offset > len(data):
            raise TileError(f"the file ends within entry {number} of {width}")
        yield data[start:offset]
    if offset != len(data):
        raise TileError(f"{len(data) - offset} bytes are left after the {width} entries")


def split_hashes(data: bytes) -> list[bytes]:
    """The hashes of a file."""
    return [data[start : start + HASH_BYTES] for start in range(0, len(data), HASH_BYTES)]


def subtree_root(hashes: list[bytes]) -> bytes:
    """Of a complete subtree, by the hashes of one of its levels; their number is a power of two."""
    while len(hashes) > 1:
        pairs = iter(hashes)
        hashes = [node_hash(left, right) for left, right in zip(pairs, pairs, strict=True)]
    return hashes[0]


def hash_reader(size: int, fetch: Callable[[Tile], bytes]) -> Read:
    """Reads a log of ``size`` entries from its tiles.

    Args:
        size: of the log; by it the last tile of each level is partial.
        fetch: the bytes of a file. It is asked for the same one again and again.

    What is read raises `TileError` if a file has not the bytes that it should.
    """

    def read(level: int, start: int, count: int) -> list[bytes]:
        depth, within = divmod(level, _TILE_LEVELS)
        return [_read_one(depth, number << within, 1 << within) for number in range(start, start + count)]

    def _read_one(depth: int, first: int, count: int) -> bytes:
        index, offset = divmod(first, TILE_WIDTH)
        width = min(TILE_WIDTH, (size >> _TILE_LEVELS * depth) - index * TILE_WIDTH)
        tile = Tile(depth, index, width)
        assert offset + count <= width, "only complete subtrees of the log are read"
        data = fetch(tile)
        if len(data) != width * HASH_BYTES:
            raise TileError(f"{tile.path} has {len(data)} bytes instead of {width * HASH_BYTES}")
        return subtree_root(split_hashes(data[offset * HASH_BYTES : (offset + count) * HASH_BYTES]))

    return read
