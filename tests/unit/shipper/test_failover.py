"""Of several servers, whoever can takes what is sent, and none is asked again and again while another answers."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from fleaglass.journal.records import Opened
from fleaglass.journal.route import OtlpDestination
from fleaglass.shipper import Accepted, Answer, Batch, NotNow
from fleaglass.shipper.answer import Refused
from fleaglass.shipper.failover import Failover
from fleaglass.shipper.outlets import make_outlet
from tests.unit.recorder.collector import collector

DOWN = NotNow("connection refused")


class Server:
    """Answers as it is told, the last answer for ever."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.got: list[str] = []

    def send(self, what: str) -> Answer:
        self.got.append(what)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def sent(servers: Sequence[Server], *what: str, first: int = 0) -> list[Answer]:
    way = Failover(servers, first)
    return [way.send(each) for each in what]


def test_one_that_answers_gets_everything() -> None:
    a, b = Server(Accepted()), Server(Accepted())
    assert sent([a, b], "1", "2") == [Accepted()] * 2
    assert (a.got, b.got) == (["1", "2"], [])


def test_when_it_goes_down_the_next_takes_over_and_stays() -> None:
    a, b = Server(Accepted(), DOWN, Accepted()), Server(Accepted())
    assert sent([a, b], "1", "2", "3", "4") == [Accepted()] * 4
    assert (a.got, b.got) == (["1", "2"], ["2", "3", "4"])


def test_after_the_last_comes_the_first_again() -> None:
    a, b, c = Server(Accepted()), Server(DOWN), Server(DOWN)
    assert sent([a, b, c], "1", "2", first=1) == [Accepted()] * 2
    assert (a.got, b.got, c.got) == (["1", "2"], ["1"], ["1"])


def test_what_one_refuses_is_not_tried_elsewhere() -> None:
    a, b = Server(Refused("bad bytes")), Server(Accepted())
    assert sent([a, b], "1") == [Refused("bad bytes")]
    assert b.got == []


def test_while_all_are_down_each_is_tried_once_an_attempt() -> None:
    a, b = Server(DOWN), Server(NotNow("HTTP 503", 5.0), Accepted())
    assert sent([a, b], "1", "2") == [NotNow("none of 2 servers: connection refused"), Accepted()]
    assert (a.got, b.got) == (["1", "2"], ["1", "2"])


@pytest.mark.parametrize(
    ("asked_s", "waited_s"), [((5.0, 2.0), 2.0), ((5.0, None), None), ((None, None), None), ((0.0, 4.0), 0.0)]
)
def test_it_is_time_again_as_soon_as_it_is_for_one(asked_s: Sequence[float | None], waited_s: float | None) -> None:
    servers = [Server(NotNow("HTTP 429", each)) for each in asked_s]
    assert sent(servers, "1") == [NotNow("none of 2 servers: HTTP 429", waited_s)]


def test_a_server_alone_speaks_for_itself() -> None:
    assert sent([Server(DOWN)], "1") == [DOWN]


@pytest.mark.parametrize("chance", [0.0, 0.4, 0.5, 0.999])
def test_any_server_of_a_destination_gets_what_the_others_cannot_take(chance: float) -> None:
    with collector() as gone:
        pass
    with collector() as here:
        other = here.url.removesuffix("/v1/traces")
        destination = OtlpDestination(name="hub", traces=gone.url, others=(other,), timeout_s=2)
        outlet = make_outlet(destination, "traces", chance=lambda: chance)
        answers = [outlet.send(Batch(str(each), Opened("a", {}, 0, "0", {}), {}, ())) for each in range(2)]
        assert (answers, [path for path, _, _ in here.requests]) == ([Accepted()] * 2, ["/v1/traces"] * 2)
