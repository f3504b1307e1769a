"""Checkpoints are handed over when there is something new, again when that failed, and never in anybody's way."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from fleaglass.ledger.anchoring import AnchoredLog, Anchoring, AnchoringSeams, NotAnchored
from fleaglass.ledger.anchoring.anchoring import Carrier
from fleaglass.ledger.log import Ledger
from tests.support import ledgers as desk


class Shelf:
    """A place that takes checkpoints, or is away, or is a black hole."""

    name = "shelf"

    def __init__(self) -> None:
        self.taken: list[int] = []
        self.away: NotAnchored | None = None
        self.open = threading.Event()
        self.open.set()
        self.got_one = threading.Semaphore(0)

    def hand(self, note: bytes, log: AnchoredLog) -> bytes:
        self.open.wait()
        if self.away is not None:
            raise self.away
        self.taken.append(desk.checkpoint(note).size)
        self.got_one.release()
        return note


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = desk.ledger(tmp_path)
    yield opened
    opened.close()


def carrier(ledger: Ledger, home: Path, shelf: Shelf, said: list[str]) -> Carrier:
    return Carrier(ledger, AnchoredLog(desk.layout(home)), shelf, AnchoringSeams(said.append))


def anchoring(ledger: Ledger, home: Path, shelf: Shelf) -> Anchoring:
    return Anchoring(ledger, desk.layout(home), [shelf], AnchoringSeams(lambda _: None, every_s=desk.NEVER_S))


def test_only_what_is_new_is_handed_over_and_each_is_kept(ledger: Ledger, tmp_path: Path) -> None:
    shelf, said = Shelf(), list[str]()
    carried = carrier(ledger, tmp_path, shelf, said)
    carried.once()  # an empty log has nothing to hand over
    for _ in range(2):
        ledger.append(desk.intent())
        carried.once()
        carried.once()
    assert (shelf.taken, said) == ([1, 2], [])
    assert [(each.source, each.checkpoint.size) for each in ledger.anchors()] == [("shelf", 1), ("shelf", 2)]


def test_a_place_that_fails_is_told_of_once_and_once_more_when_it_is_back(ledger: Ledger, tmp_path: Path) -> None:
    shelf, said = Shelf(), list[str]()
    carried = carrier(ledger, tmp_path, shelf, said)
    ledger.append(desk.intent())
    shelf.away = NotAnchored("nobody is there")
    for _ in range(3):
        carried.once()
    shelf.away = None
    carried.once()
    shelf.away = NotAnchored("it was rolled back", contradicts=True)
    ledger.append(desk.intent())
    carried.once()
    assert said == [
        "shelf does not take its checkpoints: nobody is there",
        "shelf has the ledger's newest checkpoint again",
        "shelf does not accept this ledger as it is now: it was rolled back",
    ]


def test_what_is_wrong_with_the_history_is_told_also_while_the_place_was_away(ledger: Ledger, tmp_path: Path) -> None:
    shelf, said = Shelf(), list[str]()
    carried = carrier(ledger, tmp_path, shelf, said)
    ledger.append(desk.intent())
    for away in (NotAnchored("nobody is there"), NotAnchored("rolled back", contradicts=True)):
        shelf.away = away
        carried.once()
        carried.once()
    assert [line.partition(":")[2] for line in said] == [" nobody is there", " rolled back"]


def test_each_failure_doubles_the_wait_up_to_five_minutes(ledger: Ledger, tmp_path: Path) -> None:
    shelf = Shelf()
    carried = carrier(ledger, tmp_path, shelf, [])
    ledger.append(desk.intent())
    shelf.away = NotAnchored("nobody is there")
    waits = []
    for _ in range(8):
        carried.once()
        waits.append(carried.next_in_s)
    shelf.away = None
    carried.once()
    assert waits == [5, 10, 20, 40, 80, 160, 300, 300]
    assert carried.next_in_s == 60


def test_asked_for_it_goes_at_once_and_the_end_hands_over_the_rest(ledger: Ledger, tmp_path: Path) -> None:
    shelf = Shelf()
    running = anchoring(ledger, tmp_path, shelf)
    ledger.append(desk.intent())
    running.soon()
    assert shelf.got_one.acquire(timeout=10)
    ledger.append(desk.intent())
    running.end(10)
    assert shelf.taken == [1, 2]


def test_a_place_that_never_answers_holds_nothing_up(ledger: Ledger, tmp_path: Path) -> None:
    shelf = Shelf()
    shelf.open.clear()
    running = anchoring(ledger, tmp_path, shelf)
    ledger.append(desk.intent())
    running.soon()
    running.end(0.01)
    assert shelf.taken == []
    shelf.open.set()


def test_what_is_answered_after_the_end_is_no_failure(ledger: Ledger, tmp_path: Path) -> None:
    shelf, said = Shelf(), list[str]()
    ledger.append(desk.intent())
    carried = carrier(ledger, tmp_path, shelf, said)
    taken = shelf.hand

    def after_the_end(note: bytes, log: AnchoredLog) -> bytes:
        ledger.close()
        return taken(note, log)

    shelf.hand = after_the_end  # type: ignore[method-assign]
    carried.once()
    assert (shelf.taken, said) == ([1], [])


def test_the_next_process_does_not_hand_over_what_the_last_one_did(ledger: Ledger, tmp_path: Path) -> None:
    ledger.append(desk.intent())
    for expected in ([1], []):
        shelf = Shelf()
        anchoring(ledger, tmp_path, shelf).end(10)
        assert shelf.taken == expected


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks here")
def test_a_forked_child_hands_nothing_over_and_waits_for_nobody(ledger: Ledger, tmp_path: Path) -> None:
    shelf = Shelf()
    running = anchoring(ledger, tmp_path, shelf)
    ledger.append(desk.intent())
    child = os.fork()
    if not child:
        running.soon()
        running.end(desk.NEVER_S)
        os._exit(len(shelf.taken))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    running.end(10)
    assert shelf.taken == [1]
