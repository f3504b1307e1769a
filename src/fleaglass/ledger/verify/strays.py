"""What is in a log's folder beside the files that its size has.

Partial files of earlier sizes stay until their full one is there, and must be its beginning. Files of larger sizes are
a fold that is going on or was interrupted: nothing speaks for them yet, and nothing is wrong.
"""

from __future__ import annotations

import os
from itertools import zip_longest
from typing import Final

from fleaglass.ledger.reading import LogFiles
from fleaglass.ledger.tree.errors import TileError
from fleaglass.ledger.tree.tiles import TILE_WIDTH, Tile, entries_of, split_hashes
from fleaglass.ledger.verify.verdict import Findings

__all__ = ["look_at_strays"]

_CONTROLS: Final = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))}
"""A name is anybody's, and a terminal shows it."""


def look_at_strays(files: LogFiles, size: int, findings: Findings) -> tuple[str, ...]:
    """Looks at what verifying has not read, and gives the paths of what is ahead of ``size``."""
    ahead = []
    for path in files.paths():
        if findings.is_full:
            break
        if _is_temporary(path):
            continue
        try:
            tile = Tile.parse(path)
        except TileError:
            shown = os.fsencode(path).decode("utf-8", "backslashreplace").translate(_CONTROLS)
            findings.add(None, shown, "a log has no such file")
            continue
        have = (size >> 8 * tile.depth) - tile.index * TILE_WIDTH
        if tile.width > have:
            ahead.append(path)
        elif tile.width < min(have, TILE_WIDTH):
            _look_at_partial(files, tile, Tile(tile.level, tile.index, min(have, TILE_WIDTH)), findings)
    return tuple(ahead)


def _is_temporary(path: str) -> bool:
    """A file that is being written, or whose writer was killed; it gets its name when it is whole."""
    name = path.rpartition("/")[2]
    return name.startswith(".") or name.endswith(".tmp")


def _look_at_partial(files: LogFiles, partial: Tile, now: Tile, findings: Findings) -> None:
    was, is_ = _units(partial, files.tile(partial)), _units(now, files.tile(now))
    for number, (one, other) in enumerate(zip_longest(was, is_[: partial.width])):
        if one != other:
            first = partial.first_entry(min(number, partial.width - 1))
            findings.add(first, partial.path, f"it is not the beginning of {now.path}")
            return


def _units(tile: Tile, data: bytes | None) -> list[bytes]:
    """The hashes or entries in a file; what is left where it is damaged stands last."""
    if tile.level != "entries":
        return split_hashes(data or b"")
    found: list[bytes] = []
    try:
        found.extend(entries_of(data or b"", tile.width))
    except TileError as error:
        found.append(str(error).encode())
    return found
