"""Every system call of a run fails once, in each way, and the process is killed before each and in the middle of it.

1. A run is recorded: open, entries, commits, checkpoints over the edge of a tile, an erasure, a new key, close.
2. For each of its calls and each fault the same run is made on a copy of the same log, and the disk fails there. What
   the ledger raises is fine; what it was told is kept, and every checkpoint that was signed or shown.
3. The log is opened again, on a disk that works, and brought under a checkpoint.

Then every entry whose append returned is there, at its index, byte for byte; every checkpoint of before is of a
beginning of the log; what was said to be erased is nowhere.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fleaglass.ledger.errors import LedgerError
from tests.support.ledger_run import BEFORE, Told, begin, check, run
from tests.unit.ledger.storage.disk import FAULTS, Disk

FAULTS_OF_EVERY_CALL = ("killed", "EIO", "ENOSPC")
RUNS = [*((BEFORE, fault) for fault in FAULTS), (0, "killed"), (0, "EIO")]
"""How many entries are there before, so that the first tile is filled under way, or none; and what fails."""


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """What is there before, by the number of its entries."""
    homes = {before: tmp_path_factory.mktemp(f"begun-{before}") for before in (BEFORE, 0)}
    begin(homes[BEFORE])
    return homes


def calls_of_a_run(begun: Path, home: Path) -> list[str]:
    shutil.copytree(begun, home)
    disk = Disk()
    run(home, disk, Told(0))
    return disk.calls


@pytest.mark.parametrize("before", [BEFORE, 0])
def test_a_run_makes_the_same_calls_every_time(homes: dict[int, Path], before: int, tmp_path: Path) -> None:
    first, second = (calls_of_a_run(homes[before], tmp_path / number / "home") for number in "12")
    assert first == second


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("before", "fault"), RUNS)
def test_nothing_that_was_told_is_lost_wherever_the_disk_fails(
    homes: dict[int, Path], before: int, fault: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    begun = homes[before]
    calls = calls_of_a_run(begun, tmp_path / "recorded" / "home")
    points = [at for at, call in enumerate(calls) if fault in FAULTS_OF_EVERY_CALL or call.startswith("write")]
    assert len(points) > 30
    failed = 0
    for at in points:
        home = tmp_path / str(at)
        shutil.copytree(begun, home)
        disk, told = Disk(at, fault), Told(before)
        try:
            run(home, disk, told)
        except LedgerError:
            failed += 1
        check(home, disk.notes, told, f"{fault} at {at}: {calls[at]}")
        shutil.rmtree(home)
    with capsys.disabled():
        print(f"\n{fault}: {len(points)} of {len(calls)} system calls, {failed} runs failed")
    assert (failed == 0) is (fault == "short")
