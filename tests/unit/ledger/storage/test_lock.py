"""One process writes a log, and a child that it forks does not keep the next one from it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fleaglass.ledger.errors import LedgerBusy
from fleaglass.ledger.storage.lock import WriterLock
from fleaglass.ledger.storage.system import System


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_child_that_was_forked_while_the_log_was_being_opened_holds_no_lock_when_its_parent_is_gone(
    tmp_path: Path,
) -> None:
    lock = WriterLock(tmp_path / "lock", System())
    (is_over, ends), (is_there, begins) = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover
        os.close(ends)
        os.write(begins, b".")
        os.read(is_over, 1)
        os._exit(0)
    assert os.read(is_there, 1) == b"."
    with pytest.raises(LedgerBusy):
        WriterLock(tmp_path / "lock", System())
    lock.end()
    WriterLock(tmp_path / "lock", System()).end()
    for handle in (ends, is_over, is_there, begins):
        os.close(handle)
    os.waitpid(child, 0)
