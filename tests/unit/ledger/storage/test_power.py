"""The power goes before each system call of a run: what the ledger said to be on the disk is there afterwards.

The run and what must hold are those of test_faults.py; what was not synced by then is gone (power.py).
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from fleaglass.ledger.errors import LedgerError
from tests.support.ledger_run import BEFORE, Told, begin, check, run
from tests.unit.ledger.storage.power import PowerCut


@pytest.mark.timeout(600)
@pytest.mark.parametrize("before", [BEFORE, 0], ids=["a log that is about to fill its first tile", "no log"])
def test_nothing_that_was_said_to_be_on_the_disk_is_lost_whenever_the_power_goes(
    tmp_path: Path, before: int, capsys: pytest.CaptureFixture[str]
) -> None:
    begun = tmp_path / "begun"
    begun.mkdir()
    if before:
        begin(begun)
    at = 0
    while True:
        home, left = tmp_path / str(at) / "before", tmp_path / str(at) / "after"
        shutil.copytree(begun, home)
        disk, told = PowerCut(home, at), Told(before)
        with suppress(LedgerError):
            run(home, disk, told)
        disk.lay_out(left)
        told.written = told.written[: told.is_on_disk]
        check(left, disk.notes, told, f"power cut at {at}")
        shutil.rmtree(tmp_path / str(at))
        if disk.calls <= at:
            break
        at += 1
    with capsys.disabled():
        print(f"\npower cut before each of {at} system calls")
    assert at > 100
