"""The files of a log, read: the agent's own folder while it is written, a copy, or what was fetched from a server.

Nothing here is believed: who verifies holds the bytes against a signature.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Final

import msgspec

from fleaglass.ledger.entry import Entry
from fleaglass.ledger.foreign import files_below, regular
from fleaglass.ledger.tree.errors import TileError
from fleaglass.ledger.tree.merkle import HASH_BYTES, Read
from fleaglass.ledger.tree.tiles import TILE_WIDTH, Tile, bundle, hash_reader, unbundle

__all__ = ["CHECKPOINT", "LogFiles", "UnreadableEntry", "UnusableLog", "read_entry"]

CHECKPOINT: Final = "checkpoint"
_SERVED: Final = "log"
_MOST_BYTES: Final = TILE_WIDTH * (2 + 0xFFFF)
"""Of a file: as much as the largest entries take. Of one that has more, one byte more is read, and it is refused."""
_DEEPEST: Final = 8
"""Folders below ``tile/``: the level, six groups of the number, and ``.p``."""
_MOST_NAMED: Final = 3
_HOT_TILES: Final = 64
"""How many files a reader keeps: a proof needs one of each level, and at most two."""


class UnusableLog(Exception):
    """The folder is no log, or cannot be read. The message says what and where."""


class UnreadableEntry(ValueError):
    """The bytes are no `Entry`. The message says why."""


_DECODE: Final = msgspec.json.Decoder(Entry).decode


def read_entry(data: bytes) -> Entry:
    """What an entry's bytes say. Raises `UnreadableEntry`."""
    try:
        return _DECODE(data)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise UnreadableEntry(str(error)) from None


class LogFiles:
    """The served folder of a log: a ``checkpoint``, and the tiles below ``tile/``.

    Args:
        folder: it, or the log's home, in which it is ``log/``.

    Attributes:
        folder: it.
        home: the log's home, named after the agent; of a copy that has none, the folder itself.
    """

    def __init__(self, folder: Path) -> None:
        within = folder / _SERVED
        self.folder = within if os.path.isdir(within) else folder
        whole = self.folder.resolve()
        self.home = whole.parent if whole.name == _SERVED else whole

    def find_checkpoint(self) -> bytes | None:
        """The note; None if there is none. Raises `UnusableLog` if it cannot be read."""
        return self._bytes(CHECKPOINT)

    def checkpoint(self) -> bytes:
        """The note. Raises `UnusableLog` if there is none."""
        data = self.find_checkpoint()
        if data is None:
            why = f"{self.folder / CHECKPOINT} is not there"
            raise UnusableLog(f"{self.folder} is no log with a checkpoint: {why}{self._logs_below()}")
        return data

    def tile(self, tile: Tile) -> bytes | None:
        """The bytes of a file; None if it is not there. Raises `UnusableLog` if it cannot be read.

        A partial one that has gone since the log has grown is the beginning of the full one.
        """
        data = self._bytes(tile.path)
        if data is not None or tile.width == TILE_WIDTH:
            return data
        full = self._bytes(tile.full.path)
        return None if full is None else _beginning(full, tile)

    def need(self, tile: Tile) -> bytes:
        """The same for who can do nothing without it. Raises `TileError` if it is not there."""
        data = self.tile(tile)
        if data is None:
            raise TileError(f"{tile.path} is missing")
        return data

    def paths(self) -> list[str]:
        """Of every file below ``tile/``, within the folder and with slashes. What goes meanwhile may be missing."""
        found = files_below(self.folder / "tile", _DEEPEST)
        return sorted(each.relative_to(self.folder).as_posix() for each in found)

    def hashes(self, size: int) -> Read:
        """The stored hashes of a log of this size. What is read raises `TileError` for what is missing or damaged."""
        return hash_reader(size, lru_cache(_HOT_TILES)(self.need))

    def entry(self, index: int, size: int) -> bytes:
        """One entry of a log of this size, which has it. Raises `TileError` if its file is missing or damaged."""
        number, offset = divmod(index, TILE_WIDTH)
        tile = Tile("entries", number, min(TILE_WIDTH, size - number * TILE_WIDTH))
        return unbundle(self.need(tile), tile.width)[offset]

    def _logs_below(self) -> str:
        """Where a log is after all, in words, if this is a home of some."""
        found = [path.parent for path in (*self.folder.glob("*/log"), *self.folder.glob("ledger/*/log"))]
        return f"; there are {', '.join(map(str, sorted(found)[:_MOST_NAMED]))}" if found else ""

    def _bytes(self, path: str) -> bytes | None:
        try:
            return regular(self.folder / path, _MOST_BYTES + 1)
        except OSError as error:
            raise UnusableLog(f"{self.folder / path} cannot be read: {error.strerror}") from None


def _beginning(full: bytes, tile: Tile) -> bytes:
    """What the partial file has in it, out of the full one, which may be damaged."""
    if tile.level != "entries":
        return full[: tile.width * HASH_BYTES]
    try:
        return bundle(unbundle(full, TILE_WIDTH)[: tile.width])
    except TileError:
        return full
