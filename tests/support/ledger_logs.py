"""Logs as files, for whoever reads them: a small pure writer, so that no reader is tested by what it reads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path

from fleaglass.ledger.tree.checkpoint import Checkpoint
from fleaglass.ledger.tree.keys import Ed25519Signer, Ed25519Verifier
from fleaglass.ledger.tree.merkle import leaf_hash, root_of
from fleaglass.ledger.tree.note import Signer, sign
from fleaglass.ledger.tree.tiles import Tile, bundle, subtree_root, tiles_for

__all__ = ["AGENT", "KEY", "KNOWN", "T0_NS", "checkpoint_of", "entries", "entry", "id_of", "write_log"]

AGENT = "vol-arb-1"
KEY = Ed25519Signer(f"fleaglass.ledger/{AGENT}", b"k" * 32)
KNOWN = Ed25519Verifier.of(KEY.public)
T0_NS = 1_795_000_000_000_000_000


def entry(index: int, **fields: object) -> bytes:
    """Intents at the even places, each with its outcome after it: orders o-0, o-1, …"""
    is_intent = index % 2 == 0
    usual = {
        "kind": "intent" if is_intent else "outcome",
        "seq": str(index),
        "id": id_of(index),
        "ref": "" if is_intent else id_of(index - 1),
        "t": str(T0_NS + index * 1_000_000_000),
        "mono": str(index),
        "agent": AGENT,
        "v": "1",
        "op": "trading.order",
        "span": f"{index // 2 + 1:016x}",
        "a": {"asset": "BTC"} if is_intent else {"state": "filled", "order_id": f"o-{index // 2}"},
    }
    return json.dumps({**usual, **fields}, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def id_of(index: int) -> str:
    """Of an entry; as random as it need be."""
    return sha256(str(index).encode()).hexdigest()[:32]


def entries(count: int) -> list[bytes]:
    return [entry(index) for index in range(count)]


def write_log(
    folder: Path,
    data: Sequence[bytes],
    *,
    signers: Sequence[Signer] = (KEY,),
    sizes: Iterable[int] = (),
    origin: str = KEY.name,
) -> bytes:
    """A log of these entries, with the partial files of earlier sizes, and its checkpoint, which is returned."""
    levels = [[leaf_hash(each) for each in data]]
    while len(levels[-1]) >= 256:
        level = levels[-1]
        levels.append([subtree_root(level[at : at + 256]) for at in range(0, len(level) - 255, 256)])
    for size in (*sizes, len(data)):
        for tile in tiles_for(0, size):
            path = folder / tile.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(_bytes(tile, data, levels))
    checkpoint = checkpoint_of(data, signers=signers, origin=origin)
    (folder / "checkpoint").write_bytes(checkpoint)
    return checkpoint


def checkpoint_of(data: Sequence[bytes], *, signers: Sequence[Signer] = (KEY,), origin: str = KEY.name) -> bytes:
    return sign(Checkpoint(origin, len(data), root_of([leaf_hash(each) for each in data])).text, signers)


def _bytes(tile: Tile, data: Sequence[bytes], levels: Sequence[Sequence[bytes]]) -> bytes:
    place = slice(tile.index * 256, tile.index * 256 + tile.width)
    return bundle(data[place]) if tile.level == "entries" else b"".join(levels[tile.depth][place])
