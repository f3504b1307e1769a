"""Every system call of a run fails once, in each way, and the process is killed before each and in the middle of it.

1. A run is recorded: open, entries, commits, checkpoints over the edge of a tile, an erasure, a new key, close.
2. For each of its calls and each fault the same run is made on a copy of the same log, and the disk fails there. What
   the ledger raises is fine; what it acknowledged is kept, and every checkpoint that was signed or shown.
3. The log is opened again, on a disk that works, and brought under a checkpoint.

Then every entry whose append returned is there, at its index, byte for byte; every checkpoint of before is of a
beginning of the log; what was said to be erased is nowhere.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from fleaglass.ledger.errors import LedgerError
from fleaglass.ledger.log import Receipt
from fleaglass.ledger.tree.merkle import leaf_hash, root_of
from tests.unit.ledger.desk import checkpoint, intent, layout, ledger, outcome, shown, stored
from tests.unit.ledger.storage.disk import FAULTS, Disk

BEFORE = 254
SECRET = "the wallet of the widow Bolte"


@dataclass
class Told:
    """What a run was told before it failed."""

    receipts: list[Receipt] = field(default_factory=list)
    is_erased: bool = False


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log that is about to fill its first tile."""
    home = tmp_path_factory.mktemp("begun")
    log = ledger(home)
    for number in range(BEFORE):
        log.append(intent(number=str(number)))
    log.close()
    return home


def run(home: Path, disk: Disk, told: Told) -> None:
    log = ledger(home, disk, start=10_000)
    try:
        first = log.append(intent(asset="BTC"), {"memo": SECRET})
        told.receipts.append(first)
        first.durable.result()
        told.receipts.append(log.append(outcome(first.id, state="filled")))
        log.checkpoint()
        told.receipts.append(log.append(intent(asset="ETH")))
        log.erase([first.id], by="owner", why="asked for")
        told.is_erased = True
        told.receipts.append(log.append(intent(asset="SOL"), {"memo": "other"}))
        log.rotate_key(why="a year has passed")
        told.receipts.append(log.append(intent(asset="SOL")))
        told.receipts[-1].durable.result()
    finally:
        log.close()


def calls_of_a_run(begun: Path, home: Path) -> list[str]:
    shutil.copytree(begun, home)
    disk = Disk()
    run(home, disk, Told())
    return disk.calls


def test_a_run_makes_the_same_calls_every_time(begun: Path, tmp_path: Path) -> None:
    assert calls_of_a_run(begun, tmp_path / "a") == calls_of_a_run(begun, tmp_path / "b")


@pytest.mark.parametrize("fault", FAULTS)
def test_nothing_that_was_acknowledged_is_lost_wherever_the_disk_fails(
    begun: Path, tmp_path: Path, fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    calls = calls_of_a_run(begun, tmp_path / "recorded")
    points = [at for at, call in enumerate(calls) if fault in ("killed", "EIO", "ENOSPC") or call.startswith("write")]
    assert len(points) > 10
    failed = 0
    for at in points:
        home = tmp_path / str(at)
        shutil.copytree(begun, home)
        disk, told = Disk(at, fault), Told()
        try:
            run(home, disk, told)
        except LedgerError:
            failed += 1
        check(home, disk, told, f"{fault} at {at}: {calls[at]}")
        shutil.rmtree(home)
    with capsys.disabled():
        print(f"\n{fault}: {len(points)} of {len(calls)} system calls, {failed} runs failed")
    assert failed > 0 or fault == "short"


def check(home: Path, disk: Disk, told: Told, where: str) -> None:
    notes = [layout(home).checkpoint.read_bytes(), *disk.notes]
    log = ledger(home, start=20_000)
    log.append(intent(asset="after"))
    log.checkpoint()
    log.close()
    entries = stored(home)
    leaves = [leaf_hash(entry) for entry in entries]
    for receipt in told.receipts:
        assert leaves[receipt.index] == receipt.leaf_hash, where
    for note in [*notes, layout(home).checkpoint.read_bytes()]:
        signed = checkpoint(note)
        assert root_of(leaves[: signed.size]) == signed.root, where
    assert shown(home).size == len(entries) >= BEFORE + len(told.receipts)
    if told.is_erased:
        found = [path for path in home.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]
        assert found == [], where
