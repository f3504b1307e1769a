"""What is still open goes to a hub, and to nobody who would take it for something that has ended; so do envelopes."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from fleaglass.journal.records import Opened
from fleaglass.shipper import Accepted, Answer, Batch, NotNow
from fleaglass.shipper.to_hub import OnlyToHub, Takes

BATCH = Batch("1", Opened("a", {}, 0, "0", {}), {}, ())


class Desk:
    """A server that is a hub, or is none, and a clock."""

    def __init__(self, takes: Takes = "open") -> None:
        self.taken: Collection[str] | None = ()
        self.asked: list[str] = []
        self.sent = 0
        self.now_s = 0.0
        self.outlet = OnlyToHub(
            self, ["http://h:4318/v1/traces"], takes=takes, ask=self.ask, monotonic=lambda: self.now_s
        )

    def ask(self, address: str) -> Collection[str] | None:
        self.asked.append(address)
        return self.taken

    def send(self, batch: Batch) -> Answer:
        self.sent += 1
        return NotNow("busy")


def test_a_hub_gets_them_and_is_asked_once() -> None:
    desk = Desk()
    desk.taken = ("open", "envelopes")
    assert [desk.outlet.send(BATCH) for _ in range(3)] == [NotNow("busy")] * 3
    assert (desk.sent, desk.asked) == (3, ["http://h:4318/v1/traces"])


def test_nobody_else_does_and_is_asked_again_a_minute_later() -> None:
    desk = Desk()
    for desk.now_s in (0.0, 30.0, 59.9):
        assert desk.outlet.send(BATCH) == Accepted()
    assert (desk.sent, len(desk.asked)) == (0, 1)
    desk.taken, desk.now_s = ("open",), 60.0
    assert desk.outlet.send(BATCH) == NotNow("busy")
    assert (desk.sent, len(desk.asked)) == (1, 2)


def test_envelopes_wait_for_a_hub_that_does_not_answer_and_go_once_it_does() -> None:
    desk = Desk("envelopes")
    desk.taken = None
    for desk.now_s in (0.0, 1.0, 3.0):
        assert desk.outlet.send(BATCH) == NotNow("it does not say whether it is a hub")
    desk.taken = ("open", "envelopes")
    assert desk.outlet.send(BATCH) == NotNow("busy")
    assert (desk.sent, len(desk.asked)) == (1, 4)


def test_open_spans_do_not_wait_for_an_answer() -> None:
    desk = Desk()
    desk.taken = None
    assert desk.outlet.send(BATCH) == Accepted()


@pytest.mark.parametrize("taken", [(), ("open",)], ids=["somebody else", "an older hub"])
def test_envelopes_are_left_out_where_nobody_takes_them(taken: Collection[str]) -> None:
    desk = Desk("envelopes")
    desk.taken = taken
    assert desk.outlet.send(BATCH) == Accepted()
    assert desk.sent == 0


def test_of_several_servers_the_first_that_answers_says_what_they_are() -> None:
    asked: list[str] = []

    def ask(address: str) -> Collection[str] | None:
        asked.append(address)
        return ("open",) if address == "http://b:1" else None

    desk = Desk()
    outlet = OnlyToHub(desk, ["http://a:1", "http://b:1", "http://c:1"], takes="open", ask=ask)
    assert outlet.send(BATCH) == NotNow("busy")
    assert asked == ["http://a:1", "http://b:1"]
