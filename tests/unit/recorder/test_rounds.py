"""The rounds call what is due, in one thread that is started late, stopped in time and never in the way."""

import os
import threading

import pytest

from fleaglass.recorder.rounds import Duty, Rounds
from fleaglass.testing import TickingClock, lenient


def by_hand() -> tuple[Rounds, TickingClock]:
    clock = TickingClock(step_ns=1_000)
    return Rounds(clock, threaded=False), clock


def test_each_duty_is_done_at_once_and_then_when_it_is_due() -> None:
    rounds, clock = by_hand()
    done: list[str] = []
    rounds.add(Duty(name="a", do=lambda: done.append("a"), every_s=60))
    rounds.add(Duty(name="b", do=lambda: done.append("b"), every_s=20))
    assert rounds.do_what_is_due() == pytest.approx(20, abs=0.01)
    for _ in range(6):
        clock.advance(20)
        rounds.do_what_is_due()
    assert "".join(done) == "ab" + "b" + "b" + "ab" + "b" + "b" + "ab"


def test_a_night_asleep_is_not_caught_up_on() -> None:
    rounds, clock = by_hand()
    done: list[int] = []
    rounds.add(Duty(name="a", do=lambda: done.append(1), every_s=60))
    clock.advance(8 * 3600)
    rounds.do_what_is_due()
    assert len(done) == 1


def test_a_dropped_duty_is_done_no_more() -> None:
    rounds, clock = by_hand()
    duty = Duty(name="a", do=lambda: pytest.fail("it was dropped"), every_s=1)
    rounds.add(duty)
    rounds.drop(duty)
    rounds.drop(duty)
    clock.advance(5)
    rounds.do_what_is_due()


def test_a_duty_that_fails_keeps_none_of_the_others_from_being_done() -> None:
    rounds, _ = by_hand()
    done: list[str] = []

    def fail() -> None:
        raise RuntimeError("broken")

    rounds.add(Duty(name="fails", do=fail, every_s=1))
    rounds.add(Duty(name="works", do=lambda: done.append("works"), every_s=1))
    with lenient():
        rounds.do_what_is_due()
    assert done == ["works"]


def test_the_thread_starts_when_woken_makes_its_last_calls_and_ends() -> None:
    rounds = Rounds()
    first, last = threading.Event(), threading.Event()
    rounds.wake()
    assert not named(), "nothing to do"
    rounds.add(Duty(name="a", do=first.set, every_s=3600, last=last.set))
    assert not named()
    rounds.wake()
    assert first.wait(5)
    (thread,) = named()
    assert thread.daemon
    assert rounds.join(5)
    assert last.is_set()
    assert not named()
    rounds.wake()
    assert not named(), "it has left for good"


def test_waiting_for_it_has_an_end() -> None:
    rounds = Rounds()
    hold, begun = threading.Event(), threading.Event()

    def hang() -> None:
        begun.set()
        hold.wait(30)

    rounds.add(Duty(name="hangs", do=hang, every_s=1))
    rounds.wake()
    assert begun.wait(5)
    assert not rounds.join(0.05)
    hold.set()
    assert rounds.join(5)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_does_what_is_the_agent_s_and_leaves_what_is_the_parent_s() -> None:
    rounds = Rounds()
    reader, writer = os.pipe()
    rounds.add(Duty(name="session", do=lambda: os.write(writer, b"s%d " % os.getpid()), every_s=3600))
    rounds.add(Duty(name="metrics", do=lambda: os.write(writer, b"m%d " % os.getpid()), every_s=3600, of_agent=True))
    rounds.wake()
    assert os.read(reader, 100)
    if (child := os.fork()) == 0:
        for duty in rounds._duties:
            duty.due_s = 0
        rounds.wake()
        os._exit(0 if rounds.join(5) else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert rounds.join(5)
    os.close(writer)
    said = b""
    while part := os.read(reader, 100):
        said += part
    assert b"m%d" % child in said
    assert b"s%d" % child not in said
    os.close(reader)


def named() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "fleaglass-rounds"]
