"""A run of a ledger in which everything happens once, and what must hold of the log wherever it was ended."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from fleaglass.ledger.log import Receipt
from fleaglass.ledger.storage.system import System
from fleaglass.ledger.tree.merkle import leaf_hash, root_of
from tests.support.ledgers import checkpoint, intent, layout, ledger, outcome, shown, stored

BEFORE = 254
"""Entries that are there before, so that the run fills a tile."""
SECRET = "the wallet of the widow Bolte"


class Told:
    """What a run was told before it ended.

    Args:
        before: entries that were there before.
    """

    def __init__(self, before: int) -> None:
        self.before = before
        self.written: list[tuple[int, bytes]] = []
        """Index and leaf hash of each entry whose append returned."""
        self.is_on_disk = 0
        """So many of them, from the first, were said to be on the disk."""
        self.is_erased = False

    def wrote(self, receipt: Receipt) -> Receipt:
        self.written.append((receipt.index, receipt.leaf_hash))
        return receipt

    def synced(self) -> None:
        """All that was written is on the disk, the ledger says."""
        self.is_on_disk = len(self.written)

    def erased(self) -> None:
        self.is_erased = True


def begin(home: Path) -> None:
    """Make the log that is there before."""
    log = ledger(home)
    for number in range(BEFORE):
        log.append(intent(number=str(number)))
    log.close()


def run(home: Path, system: System, told: Told) -> None:
    """Entries, commits, checkpoints over the edge of a tile, an erasure, a new key."""
    log = ledger(home, system, start=10_000)
    try:
        first = told.wrote(log.append(intent(asset="BTC"), {"memo": SECRET}))
        first.durable.result()
        told.synced()
        told.wrote(log.append(outcome(first.id, state="filled")))
        log.checkpoint()
        told.synced()
        told.wrote(log.append(intent(asset="ETH")))
        log.erase([first.id], by="owner", why="asked for")
        told.erased()
        told.synced()
        told.wrote(log.append(intent(asset="SOL"), {"memo": "other"}))
        log.rotate_key(why="a year has passed")
        told.synced()
        told.wrote(log.append(intent(asset="SOL"))).durable.result()
        told.synced()
    finally:
        log.close()


def check(home: Path, notes: Iterable[bytes], told: Told, where: str) -> None:
    """What must hold of a log after its run was ended somewhere.

    Args:
        home: of the log.
        notes: every checkpoint that was signed or shown.
        told: what the run was told.
        where: it was ended.
    """
    place = layout(home).checkpoint
    notes = [*notes, place.read_bytes()] if place.exists() else [*notes]
    log = ledger(home, start=20_000)
    log.append(intent(asset="after"))
    log.checkpoint()
    log.close()
    entries = stored(home)
    leaves = [leaf_hash(entry) for entry in entries]
    for index, hashed in told.written:
        assert leaves[index] == hashed, f"{where}: entry {index} is lost"
    for note in [*notes, place.read_bytes()]:
        signed = checkpoint(note)
        assert root_of(leaves[: signed.size]) == signed.root, f"{where}: {signed.size} entries were signed otherwise"
    assert shown(home).size == len(entries) > told.before + len(told.written), where
    if told.is_erased:
        left = [path for path in home.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]
        assert left == [], where
