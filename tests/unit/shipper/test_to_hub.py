"""What is still open goes to a hub, and to nobody who would take it for something that has ended."""

from __future__ import annotations

from fleaglass.journal.records import Opened
from fleaglass.shipper import Accepted, Answer, Batch, NotNow
from fleaglass.shipper.to_hub import OnlyToHub

BATCH = Batch("1", Opened("a", {}, 0, "0", {}), {}, ())


class Desk:
    """A server that is a hub, or is none, and a clock."""

    def __init__(self) -> None:
        self.is_hub = False
        self.asked: list[str] = []
        self.sent = 0
        self.now_s = 0.0
        self.outlet = OnlyToHub(self, "http://h:4318/v1/traces", is_hub=self.ask, monotonic=lambda: self.now_s)

    def ask(self, address: str) -> bool:
        self.asked.append(address)
        return self.is_hub

    def send(self, batch: Batch) -> Answer:
        self.sent += 1
        return NotNow("busy")


def test_a_hub_gets_them_and_is_asked_once() -> None:
    desk = Desk()
    desk.is_hub = True
    assert [desk.outlet.send(BATCH) for _ in range(3)] == [NotNow("busy")] * 3
    assert (desk.sent, desk.asked) == (3, ["http://h:4318/v1/traces"])


def test_nobody_else_does_and_is_asked_again_a_minute_later() -> None:
    desk = Desk()
    for desk.now_s in (0.0, 30.0, 59.9):
        assert desk.outlet.send(BATCH) == Accepted()
    assert (desk.sent, len(desk.asked)) == (0, 1)
    desk.is_hub, desk.now_s = True, 60.0
    assert desk.outlet.send(BATCH) == NotNow("busy")
    assert (desk.sent, len(desk.asked)) == (1, 2)
