"""What many wait for is brought to the disk once; what did not reach it is never said to have."""

from __future__ import annotations

import errno
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from fleaglass.ledger.errors import LedgerError, LedgerWriteError
from fleaglass.ledger.storage.system import System
from tests.support.ledgers import Unsynced, intent, layout, ledger, shown


class Failing(Unsynced):
    """Fails when it is told to, once for each time."""

    def __init__(self) -> None:
        self.fails: Counter[str] = Counter()
        self.called: Counter[str] = Counter()

    def _call(self, name: str, error: int) -> None:
        self.called[name] += 1
        if self.fails[name]:
            self.fails[name] -= 1
            raise OSError(error, "as the test wants it")

    def write(self, handle: int, content: bytes, at: int) -> int:
        self._call("write", errno.ENOSPC)
        return System.write(self, handle, content, at)

    def fdatasync(self, handle: int) -> None:
        self._call("fdatasync", errno.EIO)

    def fsync(self, handle: int) -> None:
        self._call("fsync", errno.EIO)

    def rename(self, old: Path, new: Path) -> None:
        self._call("rename", errno.EACCES)
        System.rename(self, old, new)


@pytest.fixture
def disk() -> Iterator[Failing]:
    disk = Failing()
    yield disk
    assert +disk.fails == Counter(), "not all that should fail was asked for"


def test_all_that_were_written_are_committed_by_one_fdatasync(tmp_path: Path, disk: Failing) -> None:
    log = ledger(tmp_path, disk)
    before = disk.called["fdatasync"]
    receipts = [log.append(intent()) for _ in range(100)]
    for receipt in receipts:
        receipt.durable.result(timeout=60)
    assert disk.called["fdatasync"] == before + 1
    log.close()


def test_who_asks_during_the_commit_of_an_entry_is_told_of_that_commit(tmp_path: Path) -> None:
    has_begun, may_end = threading.Event(), threading.Event()

    class Slow(Unsynced):
        def fdatasync(self, handle: int) -> None:
            has_begun.set()
            assert may_end.wait(60)

    may_end.set()
    log = ledger(tmp_path, Slow())
    may_end.clear()
    has_begun.clear()
    receipts = [log.append(intent()) for _ in range(2)]
    receipts[0].durable.add_done_callback(lambda _: None)  # who waits without waiting
    assert has_begun.wait(60)
    asked = receipts[1].durable
    assert asked is receipts[1].durable
    assert not asked.done()
    may_end.set()
    asked.result(timeout=60)
    log.close()


def test_after_a_failed_fdatasync_nothing_is_acknowledged_though_the_disk_would_take_it_now(
    tmp_path: Path, disk: Failing
) -> None:
    said: list[str] = []
    log = ledger(tmp_path, disk, said=said)
    disk.fails["fdatasync"] = 1
    receipts = [log.append(intent()) for _ in range(3)]
    for receipt in receipts:
        with pytest.raises(LedgerWriteError, match="did not reach the disk") as failed:
            receipt.durable.result(timeout=60)
        assert failed.value.is_final
    assert log.failure is failed.value
    for attempt in (lambda: log.append(intent()), log.checkpoint):
        with pytest.raises(LedgerWriteError, match="until the ledger is opened again"):
            attempt()
    log.close()
    assert not layout(tmp_path).checkpoint.exists()
    assert said == [f"the ledger has no new checkpoint: {failed.value}"]
    later = ledger(tmp_path, start=100)
    assert later.append(intent()).index == 3
    later.close()


async def test_tasks_that_wait_are_told_of_a_failed_fdatasync(tmp_path: Path, disk: Failing) -> None:
    log = ledger(tmp_path, disk)
    disk.fails["fdatasync"] = 1
    with pytest.raises(LedgerWriteError, match="did not reach the disk"):
        await log.append(intent()).durable
    log.close()


def test_an_entry_that_the_disk_has_no_room_for_is_refused_and_the_next_takes_its_place(
    tmp_path: Path, disk: Failing
) -> None:
    log = ledger(tmp_path, disk)
    disk.fails["write"] = 1
    with pytest.raises(LedgerWriteError, match=r"wal-00000001 cannot be written") as failed:
        log.append(intent())
    assert not failed.value.is_final
    assert log.append(intent()).index == 0
    log.close()
    assert shown(tmp_path).size == 1


def test_a_checkpoint_that_the_disk_does_not_take_is_said_once_and_made_again(tmp_path: Path, disk: Failing) -> None:
    said: list[str] = []
    log = ledger(tmp_path, disk, said=said)
    log.append(intent())
    disk.fails["rename"] = 2
    for _ in range(2):
        with pytest.raises(LedgerWriteError, match="cannot be written"):
            log.checkpoint()
        assert list(layout(tmp_path).new.iterdir()) == [], "what failed takes no room"
    log.append(intent())
    log.checkpoint()
    assert shown(tmp_path).size == 2
    assert [sentence.partition(":")[0] for sentence in said] == [
        "the ledger has no new checkpoint",
        "the ledger has a new checkpoint again",
    ]
    log.close()


def test_nothing_is_signed_over_tiles_that_did_not_reach_the_disk(tmp_path: Path, disk: Failing) -> None:
    log = ledger(tmp_path, disk)
    log.append(intent())
    disk.fails["fsync"] = 1
    with pytest.raises(LedgerWriteError, match="did not reach the disk"):
        log.checkpoint()
    with pytest.raises(LedgerWriteError, match="did not reach the disk"):
        log.append(intent())
    log.close()
    assert not layout(tmp_path).last_signed.exists()


@pytest.mark.timeout(60)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_whatever_goes_wrong_in_a_commit_nobody_waits_for_ever(tmp_path: Path, disk: Failing) -> None:
    log = ledger(tmp_path, disk)
    receipt = log.append(intent())
    disk.fdatasync = lambda _: [][0]  # type: ignore[method-assign]
    with pytest.raises(LedgerError, match="BUG: the ledger cannot be committed"):
        receipt.durable.result()
    log.close()
