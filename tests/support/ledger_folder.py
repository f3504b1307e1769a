"""A ledger's folder as an agent leaves it, without the agent: entries in tiles, and a signed checkpoint."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from fleaglass.ledger.entry import Entry
from fleaglass.ledger.tree.checkpoint import Checkpoint
from fleaglass.ledger.tree.keys import Ed25519Signer
from fleaglass.ledger.tree.merkle import HASH_BYTES, leaf_hash, root_of
from fleaglass.ledger.tree.note import sign
from fleaglass.ledger.tree.tiles import TILE_WIDTH, bundle, subtree_root, tiles_for

__all__ = ["write_ledger"]

_encoder = msgspec.json.Encoder(order="sorted")


def write_ledger(folder: Path, entries: Sequence[Entry]) -> list[bytes]:
    """Writes ``folder/log``; returns the entries' bytes."""
    raw = [_encoder.encode(entry) for entry in entries]
    leaves = [leaf_hash(one) for one in raw]
    levels = {0: leaves, 1: [subtree_root(leaves[first : first + TILE_WIDTH]) for first in _full(leaves)]}
    log = folder / "log"
    for tile in tiles_for(0, len(raw)):
        first = tile.index * TILE_WIDTH
        if isinstance(tile.level, int):
            content = b"".join(levels[tile.level][first : first + tile.width])
            assert len(content) == tile.width * HASH_BYTES
        else:
            content = bundle(raw[first : first + tile.width])
        path = log / tile.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    log.mkdir(parents=True, exist_ok=True)
    origin = "fleaglass.ledger/vol-arb-1"
    text = Checkpoint(origin, len(raw), root_of(leaves)).text
    (log / "checkpoint").write_bytes(sign(text, [Ed25519Signer(origin, bytes(32))]))
    return raw


def _full(leaves: Sequence[bytes]) -> range:
    return range(0, len(leaves) - len(leaves) % TILE_WIDTH, TILE_WIDTH)
