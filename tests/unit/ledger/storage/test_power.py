"""The power goes before each system call of a run: what the ledger said to be on the disk is there afterwards.

The run and what must hold are those of test_faults.py; what was not synced by then is gone (power.py).
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from fleaglass.ledger.errors import LedgerError
from fleaglass.ledger.log import Draft, Ledger
from tests.support.ledger_run import BEFORE, Told, begin, check, run
from tests.support.ledgers import intent, ledger, outcome
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


class OutcomeMeanwhile(PowerCut):
    """While a checkpoint is shown, another thread writes what came of the intent."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.log: Ledger
        self.answer: Draft | None = None

    def rename(self, old: Path, new: Path) -> None:
        super().rename(old, new)
        if new.name == "checkpoint" and self.answer is not None:
            answer, self.answer = self.answer, None
            self.log.append(answer)


def test_an_intent_is_open_or_its_outcome_is_there_though_the_power_went_right_after_it_was_noted(
    tmp_path: Path,
) -> None:
    home, left = tmp_path / "before", tmp_path / "after"
    home.mkdir()
    disk = OutcomeMeanwhile(home)
    disk.log = ledger(home, disk)
    sent = disk.log.append(intent(asset="BTC"))
    disk.log.checkpoint()
    disk.answer = outcome(sent.id, state="filled")
    disk.log.erase([sent.id], by="owner", why="asked for")  # after which a segment goes, and what is open is noted
    disk.lay_out(left)
    disk.log.close()
    again = ledger(left, start=100)
    assert again.open_intents() == ()
    assert again.append(intent()).index == 3, "intent, erasure and outcome are there"
    again.close()
