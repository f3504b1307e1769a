"""A log's entries, newest first, a page at a time. There is no index beside the log: its files are read backwards.

A page ends when it is full, or when a bounded number of files were looked through; it says where to go on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from fleaglass.ledger.entry import Entry
from fleaglass.ledger.reading import LogFiles, UnreadableEntry, read_entry
from fleaglass.ledger.tree.errors import TileError
from fleaglass.ledger.tree.tiles import TILE_WIDTH, Tile, unbundle

__all__ = ["ID_NAMES", "Page", "Row", "Wanted", "entries_tile", "page_of"]

ID_NAMES: Final = ("order_id", "client_order_id", "escrow_id", "bet_id")
"""Attributes that name what an entry is about at the venue."""
_MOST_TILES: Final = 200
"""Of a page: 51,200 entries, in which a filter may find nothing."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: None is any. `order` is the id of an order, an escrow or a bet; `trace` 32 hexadecimal digits."""

    kind: str | None = None
    op: str | None = None
    order: str | None = None
    trace: str | None = None

    @property
    def needles(self) -> list[bytes]:
        """What the bytes of an entry that is meant have in them; most files need no more looking at."""
        given = (self.kind, self.op, self.order, self.trace)
        return [json.dumps(each, ensure_ascii=False).encode("utf-8", "replace") for each in given if each]

    def takes(self, entry: Entry) -> bool:
        """Whether this entry is meant."""
        return (
            self.kind in (None, entry.kind)
            and self.op in (None, entry.op)
            and self.trace in (None, entry.trace)
            and (self.order is None or self.order in (entry.attributes.get(name) for name in ID_NAMES))
        )


@dataclass(frozen=True, slots=True)
class Row:
    """An entry: its place and bytes; `problem` says why it, or the whole file from its place on, cannot be read."""

    index: int
    data: bytes = b""
    entry: Entry | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries; `next` is what to give as `before` for the older ones, None if there are none."""

    rows: tuple[Row, ...]
    next: int | None


def page_of(files: LogFiles, size: int, wanted: Wanted, before: int, limit: int) -> Page:
    """The newest entries of the first `before` that are wanted, of a log of `size`. Raises `UnusableLog`."""
    needles = wanted.needles
    rows: list[Row] = []
    end = min(before, size)
    last = (end - 1) // TILE_WIDTH
    for number in range(last, max(-1, last - _MOST_TILES), -1):
        tile = entries_tile(number, size)
        for row in _rows(files, tile, end, wanted, needles):
            rows.append(row)
            if len(rows) == limit:
                return Page(tuple(rows), row.index or None)
        end = number * TILE_WIDTH
    return Page(tuple(rows), end or None)


def entries_tile(number: int, size: int) -> Tile:
    """One of the files of entries of a log of `size`."""
    return Tile("entries", number, min(TILE_WIDTH, size - number * TILE_WIDTH))


def _rows(files: LogFiles, tile: Tile, end: int, wanted: Wanted, needles: list[bytes]) -> Iterator[Row]:
    first = tile.index * TILE_WIDTH
    try:
        data = files.need(tile)
        if not all(needle in data for needle in needles):
            return
        entries = unbundle(data, tile.width)[: end - first]
    except TileError as error:
        yield Row(first, problem=f"entries {first} to {end - 1} cannot be read: {error}")
        return
    for index, each in reversed(list(enumerate(entries, first))):
        try:
            entry = read_entry(each)
        except UnreadableEntry as error:
            if not needles:
                yield Row(index, each, problem=str(error))
            continue
        if wanted.takes(entry):
            yield Row(index, each, entry)
