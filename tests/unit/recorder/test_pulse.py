"""The pulse moves with completed cycles, without cycles with completed operations, and goes by the monotonic clock."""

import asyncio

import pytest

from fleaglass.recorder.pulse import Pulse
from fleaglass.testing import Recording, TickingClock

STEP_NS = 1_000


def beating(*gaps_s: float, limit_s: float | None = None) -> tuple[Pulse, TickingClock]:
    """A pulse that beat once, and again after each of these gaps."""
    clock = TickingClock(step_ns=STEP_NS)
    pulse = Pulse(clock, stalled_after_s=limit_s)
    pulse.begin_cycle()
    pulse.beat("completed")
    for gap_s in gaps_s:
        clock.advance(gap_s)
        pulse.beat("skipped")
    return pulse, clock


def test_it_counts_cycles_by_outcome_and_knows_the_age_of_the_last() -> None:
    pulse, clock = beating(60, 60)
    clock.advance(12)
    assert pulse.cycles == {"completed": 1, "skipped": 2}
    assert pulse.age_s() == pytest.approx(12, abs=0.01)


def test_there_is_no_age_before_the_first_cycle() -> None:
    assert Pulse(TickingClock()).age_s() is None


@pytest.mark.parametrize(
    ("gaps_s", "limit_s", "stalled_after_s"),
    [
        ((), None, 300),
        ((1, 1, 1), None, 300),
        ((3600, 3600), None, 10_800),
        ((3600, 3600, 90_000), None, 10_800),  # one long pause does not make the next look normal
        ((3600, 1, 1, 1, 1, 3600, 1, 1, 1, 1), None, 10_800),  # five assets an hour, one after the other
        ((3600, 3600), 20, 20),
    ],
)
def test_how_long_is_too_long_follows_the_agent_s_own_rhythm(gaps_s, limit_s, stalled_after_s) -> None:
    pulse, _ = beating(*gaps_s, limit_s=limit_s)
    assert pulse.stalled_after_s == pytest.approx(stalled_after_s, rel=0.01)


def test_it_is_stalled_when_no_cycle_completed_for_too_long() -> None:
    pulse, clock = beating()
    clock.advance(299)
    assert pulse.sign(since_ns=0) == "alive"
    clock.advance(2)
    assert pulse.sign(since_ns=0) == "stalled"
    pulse.beat("rejected")  # a risk check said no; the agent still decides
    assert pulse.sign(since_ns=0) == "alive"


def test_before_the_first_progress_the_time_since_the_start_counts() -> None:
    clock = TickingClock(step_ns=STEP_NS)
    pulse = Pulse(clock)
    clock.advance(299)
    assert pulse.sign(since_ns=0) == "starting"
    clock.advance(2)
    assert pulse.sign(since_ns=0) == "stalled"


def test_what_was_before_the_run_proves_nothing() -> None:
    pulse, clock = beating()
    clock.advance(200)
    since_ns = clock.monotonic_ns()
    assert pulse.sign(since_ns) == "starting"
    clock.advance(299)
    assert pulse.sign(since_ns) == "starting"


@pytest.mark.parametrize("outcome", ["failed", "cancelled", "unknown"])
def test_a_cycle_that_came_to_no_decision_is_no_progress(outcome: str) -> None:
    """A loop whose every cycle raises, or runs into a timeout, is stuck."""
    pulse, clock = beating()
    clock.advance(301)
    pulse.beat(outcome)
    assert pulse.sign(since_ns=0) == "stalled"
    assert pulse.cycles == {"completed": 1, outcome: 1}
    age_s = pulse.age_s()
    assert age_s is not None
    assert age_s > 301


def test_without_cycles_a_completed_operation_is_progress_and_no_cycle() -> None:
    clock = TickingClock(step_ns=STEP_NS)
    pulse = Pulse(clock)
    pulse.complete_operation()
    assert pulse.sign(since_ns=0) == "alive"
    assert (pulse.cycles, pulse.age_s()) == ({}, None)


def test_from_the_first_cycle_on_operations_prove_nothing() -> None:
    clock = TickingClock(step_ns=STEP_NS)
    pulse = Pulse(clock)
    pulse.complete_operation()
    pulse.begin_cycle()
    assert pulse.sign(since_ns=0) == "starting"
    pulse.complete_operation()
    assert (pulse.sign(since_ns=0), pulse.age_s()) == ("starting", None)
    pulse.beat("completed")
    assert pulse.sign(since_ns=0) == "alive"


async def test_the_end_of_a_cycle_moves_it(fleaglass_recording: Recording) -> None:
    agent = fleaglass_recording.agent
    pulse = agent.core.pulse
    with agent.cycle() as cycle:
        assert pulse.cycles == {}
        cycle.skip("low_confidence")
    with pytest.raises(asyncio.CancelledError), agent.cycle():
        raise asyncio.CancelledError
    with agent.monitor("no-cycle"):
        pass
    assert pulse.cycles == {"skipped": 1, "cancelled": 1}
