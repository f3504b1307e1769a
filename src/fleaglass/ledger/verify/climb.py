"""Each level of tiles beside what the level below says it should be, from the entries up to the root.

Where two do not agree, either may have been changed. To name the *first* bad entry and not what follows from it, the
climb goes on with both: what the level above agrees with was right. So one changed byte is one problem.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import TypeAlias

from fleaglass.ledger.tree.merkle import HASH_BYTES, root_at
from fleaglass.ledger.tree.tiles import TILE_WIDTH, Tile, hash_reader, split_hashes, subtree_root
from fleaglass.ledger.verify.verdict import Findings

__all__ = ["Climb"]

Candidates: TypeAlias = tuple[bytes, ...]
"""What a hash may be by what is below it: one where all agrees, two where not, none where it cannot be told."""


class Climb:
    """Takes the entries' hashes tile by tile.

    Args:
        fetch: the bytes of a file; None if it is not there.
        findings: where problems go.
    """

    def __init__(self, fetch: Callable[[Tile], bytes | None], findings: Findings) -> None:
        self._fetch = fetch
        self._findings = findings
        self._done: defaultdict[int, int] = defaultdict(int)
        self._waiting: defaultdict[int, list[Candidates]] = defaultdict(list)
        self._edge: dict[int, list[bytes] | None] = {}

    def take(self, leaves: list[bytes], width: int) -> bool:
        """The next tile of level 0, by the entries themselves.

        Args:
            leaves: the hashes of the entries; fewer than ``width`` where their file is damaged.
            width: of the tile.

        Returns:
            Whether level 0 says the same.
        """
        tile = Tile(0, self._done[0], width)
        if len(leaves) == width and self._fetch(tile) == b"".join(leaves):  # all of it, as a rule
            self._go_on(tile, leaves, [leaves])
            return True
        self._hold(tile, [(each,) for each in leaves] + [()] * (width - len(leaves)))
        return False

    def root(self, size: int) -> bytes | None:
        """Of what was taken, ``size`` entries; None if it cannot be told. The last tiles are held first."""
        level = 1
        while size >> 8 * level:
            if self._waiting[level]:
                self._hold(Tile(level, self._done[level], len(self._waiting[level])), self._waiting[level])
            level += 1
        edge = self._edge
        if any(hashes is None for hashes in edge.values()):
            return None
        return root_at(size, hash_reader(size, lambda tile: b"".join(edge[tile.depth] or ())))

    def _hold(self, tile: Tile, candidates: Sequence[Candidates]) -> None:
        """One tile beside what its hashes may be."""
        data = self._fetch(tile)
        stored = split_hashes((data or b"")[: tile.width * HASH_BYTES])
        if stored and len(stored[-1]) < HASH_BYTES:
            stored.pop()
        picked: list[bytes | None] = []
        wrong: int | None = None
        for number, (may_be, is_) in enumerate(zip_longest(candidates, stored)):
            fits = is_ is not None and (not may_be or is_ in may_be)
            picked.append(is_ if fits else next(iter(may_be), None))
            if not fits and wrong is None:
                wrong = number
        if wrong is None and len(data or b"") != tile.width * HASH_BYTES:
            wrong = tile.width - 1
        if wrong is not None:
            first = tile.first_entry(wrong)
            self._findings.add(first, tile.path, _what(tile, data, first))
        whole = [each for each in picked if each is not None]
        chosen = whole if len(whole) == tile.width else None
        self._go_on(tile, chosen, [each for each in (chosen, stored) if each and len(each) == tile.width])

    def _go_on(self, tile: Tile, chosen: list[bytes] | None, readings: Sequence[list[bytes]]) -> None:
        """Up to the next level, if the tile is full; it is the edge if not."""
        if tile.width < TILE_WIDTH:
            self._edge[tile.depth] = chosen
            return
        self._done[tile.depth] += 1
        above = tile.depth + 1
        waiting = self._waiting[above]
        waiting.append(tuple({subtree_root(each): None for each in readings}))
        if len(waiting) == TILE_WIDTH:
            self._waiting[above] = []
            self._hold(Tile(above, self._done[above]), waiting)


def _what(tile: Tile, data: bytes | None, first: int) -> str:
    if data is None:
        return "it is missing"
    if len(data) != tile.width * HASH_BYTES:
        return f"it has {len(data)} bytes instead of {tile.width * HASH_BYTES}"
    if tile.depth == 0:
        return f"entry {first} has another hash than the one that stands here"
    return f"the tile of level {tile.depth - 1} that begins with entry {first} has another root than the one here"
