"""A breaker opens on a rule, lets one spend try after a while, and closes when that succeeds."""

from __future__ import annotations

import os
from typing import Literal

import pytest

from fleaglass.alerts import Alert
from fleaglass.recorder import Breaker, guard
from fleaglass.recorder.breaker import Breakers
from fleaglass.testing import TickingClock, recording


class Stopped(Exception):
    """A breaker has stopped a spend."""


class Bench:
    """Breakers on a clock that a test moves, and spends."""

    def __init__(self) -> None:
        self.clock = TickingClock(step_ns=0)
        self.breakers = Breakers(self.clock)
        self.breaker = self.breakers.named("trading", opens_on=["r"], half_open_after_s=60)

    def alert(self, state: Literal["fired", "resolved"] = "fired", *, rule: str = "r", lasts: bool = True) -> None:
        self.breakers.hear(
            Alert(
                kind="count",
                span_name="x",
                trace_id="",
                time_ns=0,
                summary=f"{rule}: bad",
                state=state,
                rule=rule,
                lasts=lasts,
            )
        )

    def spend(self, error: BaseException | None = None, service: str = "trading") -> str:
        try:
            with self.breakers.spending(service, lambda breaker: Stopped(breaker.name)):
                if error is not None:
                    raise error
        except Stopped:
            return "stopped"
        except BaseException:
            return "failed"
        return "done"


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_it_opens_on_its_rule_and_on_no_other(bench: Bench) -> None:
    bench.alert(rule="another")
    bench.alert("resolved")
    assert (bench.breaker.state, bench.breaker.allows(), bench.spend()) == ("closed", True, "done")
    bench.alert()
    assert (bench.breaker.state, bench.breaker.allows(), bench.spend()) == ("open", False, "stopped")
    assert bench.breaker.reason == "r: bad"


def test_after_its_time_one_spend_may_try_and_success_closes_it(bench: Bench) -> None:
    bench.alert(lasts=False)
    bench.clock.advance(59.9)
    assert bench.spend() == "stopped"
    bench.clock.advance(0.1)
    assert (bench.breaker.state, bench.breaker.allows()) == ("half_open", True)
    with bench.breakers.spending("trading"):
        assert (bench.breaker.allows(), bench.spend()) == (False, "stopped")
    assert (bench.breaker.state, bench.spend()) == ("closed", "done")


@pytest.mark.parametrize("error", [ValueError(), KeyboardInterrupt(), GeneratorExit()])
def test_a_try_that_fails_or_is_cancelled_opens_it_for_its_time_again(bench: Bench, error: BaseException) -> None:
    bench.alert(lasts=False)
    bench.clock.advance(60)
    assert (bench.spend(error), bench.breaker.state) == ("failed", "open")
    assert bench.breaker.reason == f"a spend failed with {type(error).__name__}"
    bench.clock.advance(59)
    assert bench.spend() == "stopped"
    bench.clock.advance(1)
    assert (bench.spend(), bench.breaker.state) == ("done", "closed")


def test_a_rule_that_fires_during_the_try_keeps_it_open_though_the_try_succeeds(bench: Bench) -> None:
    bench.alert()
    bench.clock.advance(60)
    with bench.breakers.spending("trading"):
        bench.alert()
    assert bench.breaker.state == "open"


def test_a_try_that_nobody_ends_is_given_up_after_the_same_time(bench: Bench) -> None:
    bench.alert()
    bench.clock.advance(60)
    lost = bench.breakers.spending("trading")
    lost.__enter__()
    bench.clock.advance(59)
    assert bench.spend() == "stopped"
    bench.clock.advance(1)
    assert (bench.spend(), bench.breaker.state) == ("done", "closed")
    bench.alert()
    lost.__exit__(None, None, None)
    assert bench.breaker.state == "open"


def test_closed_again_one_failure_opens_it_as_long_as_the_rule_still_fires(bench: Bench) -> None:
    bench.alert()
    bench.clock.advance(60)
    assert (bench.spend(), bench.breaker.state) == ("done", "closed")
    assert (bench.spend(ValueError()), bench.breaker.state) == ("failed", "open")
    bench.alert("resolved")
    bench.clock.advance(60)
    assert (bench.spend(), bench.spend(ValueError()), bench.breaker.state) == ("done", "failed", "closed")


def test_an_alert_about_one_span_does_not_go_on(bench: Bench) -> None:
    bench.alert(lasts=False)
    bench.clock.advance(60)
    assert (bench.spend(), bench.spend(ValueError()), bench.breaker.state) == ("done", "failed", "closed")


def test_a_breaker_of_some_services_leaves_the_others_alone(bench: Bench) -> None:
    casino = bench.breakers.named("casino", services=["casino", "domains"])
    casino.open("for now")
    assert [bench.spend(service=service) for service in ("casino", "domains", "trading")] == [
        "stopped",
        "stopped",
        "done",
    ]


def test_a_spend_that_one_breaker_stops_takes_no_try_of_another(bench: Bench) -> None:
    bench.alert()
    bench.clock.advance(60)
    other = bench.breakers.named("other")
    other.open()
    assert bench.spend() == "stopped"
    other.close()
    assert (bench.spend(), bench.breaker.state) == ("done", "closed")


def test_it_opens_and_closes_by_hand_and_says_so_once(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    bench.breaker.open("lunch")
    bench.breaker.open("lunch")
    bench.breaker.close()
    bench.breaker.close()
    assert caplog.messages == ["breaker trading opened: lunch", "breaker trading closed"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_child_has_its_own_while_the_parents_is_in_use(bench: Bench) -> None:
    with bench.breakers._lock:
        if (child := os.fork()) == 0:
            bench.alert()
            os._exit(0 if bench.spend() == "stopped" else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert bench.spend() == "done"


def test_an_agent_has_one_of_each_name_and_an_odd_argument_costs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with recording() as record:
        agent = record.agent
        breaker = agent.breaker("trading", opens_on="p99-order", services="trading")
        assert isinstance(breaker, Breaker)
        assert (breaker.opens_on, breaker.services) == ({"p99-order"}, {"trading"})
        assert agent.breaker("trading") is breaker
    assert caplog.messages == ["breaker trading: no rule 'p99-order' is judged in this agent"]


def test_a_time_that_is_none_gives_a_breaker_with_the_usual_one() -> None:
    with recording() as record:
        guard.strict = False  # as in production
        breaker = record.agent.breaker("trading", half_open_after_s=float("nan"))
        assert breaker is record.agent.breaker("trading")
        assert breaker.allows()
        assert guard.swallowed.pop("making a breaker: ValueError") == 1
