"""What is made anew in a forked child is forgotten with its object: agents and locks come and go for months."""

from __future__ import annotations

import os

import pytest

from fleaglass import _forks
from fleaglass._forks import Lock


def test_a_lock_that_is_gone_leaves_nothing_behind() -> None:
    before = len(_forks._known)
    for _ in range(100):
        Lock()
    assert len(_forks._known) == before


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_lock_that_is_held_is_free_in_the_child_and_held_in_the_parent() -> None:
    lock = Lock()
    with lock:
        held = lock.bare
        if (child := os.fork()) == 0:
            os._exit(0 if lock.bare is not held else 1)
        assert lock.bare is held
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
