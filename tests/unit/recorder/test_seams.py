"""Ids are random, whatever the program does to Python's own generator, and differ after a fork."""

import os
import random
import uuid

import pytest

from fleaglass.recorder.seams import RandomIds, SystemClock


def test_ids_do_not_follow_the_random_module() -> None:
    drawn = []
    for _ in range(2):
        random.seed(42)
        ids = RandomIds()
        drawn += [ids.trace_id(), ids.span_id(), ids.cycle_id()]
    assert len(set(drawn)) == 6


def test_ids_have_the_size_they_should() -> None:
    ids = RandomIds()
    assert all(0 < ids.trace_id() < 2**128 and 0 < ids.span_id() < 2**64 for _ in range(1_000))
    assert uuid.UUID(ids.cycle_id()).version == 4


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this platform")
@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded:DeprecationWarning")
def test_parent_and_child_draw_different_ids() -> None:
    ids = RandomIds()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover - in another process
        os.write(writer, f"{ids.trace_id():032x}".encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reader, 32) != f"{ids.trace_id():032x}".encode()


def test_the_systems_clocks() -> None:
    clock = SystemClock()
    assert clock.wall_ns() > 1_700_000_000_000_000_000
    assert clock.monotonic_ns() <= clock.monotonic_ns()
