"""The shipper inside an agent: it starts with the first thing to send, and never holds up the end."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from fleaglass.shipper import Batch, Outlet, Shipper, ShipperThread
from fleaglass.shipper.answer import Accepted
from tests.unit.shipper.bench import agent, ended, put


class Told:
    """An outlet that says when something has come."""

    def __init__(self) -> None:
        self.came = threading.Event()
        self.may_answer = threading.Event()

    def send(self, batch: Batch) -> Accepted:
        self.came.set()
        self.may_answer.wait()
        return Accepted()


def thread_to(home: Path, outlet: Outlet) -> ShipperThread:
    return ShipperThread(lambda: Shipper(home, lambda _, __: outlet))


def test_it_starts_when_it_is_first_woken_and_ships(tmp_path: Path) -> None:
    outlet = Told()
    outlet.may_answer.set()
    journal = agent(tmp_path)
    thread = thread_to(tmp_path, outlet)
    put(journal, ended(1))
    before = threading.active_count()
    thread.wake()
    assert threading.active_count() > before
    assert outlet.came.wait(20)
    assert thread.stop(20)
    journal.end()


def test_its_end_waits_for_no_server(tmp_path: Path) -> None:
    outlet = Told()
    journal = agent(tmp_path)
    thread = thread_to(tmp_path, outlet)
    put(journal, ended(1))
    thread.wake()
    assert outlet.came.wait(20)
    assert thread.stop(20)  # the server still has not answered
    outlet.may_answer.set()
    journal.end()


def test_one_that_never_started_has_ended(tmp_path: Path) -> None:
    thread = thread_to(tmp_path, Told())
    assert thread.stop(0)
    thread.wake()
    assert thread.stop(0)


def test_a_forked_child_has_one_of_its_own_and_leaves_its_parents_journal_alone(tmp_path: Path) -> None:
    outlet = Told()
    outlet.may_answer.set()
    journal = agent(tmp_path)
    put(journal, ended(1))
    thread = thread_to(tmp_path, outlet)
    thread.wake()
    assert outlet.came.wait(20)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            outlet.came.clear()
            put(journal, ended(2))  # in a journal of the child's own
            thread.wake()
            if outlet.came.wait(20) and thread.stop(20):
                status = 0
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert thread.stop(20)
    journal.end()
