"""The pulse moves with completed cycles and with nothing else, and goes by the monotonic clock."""

import asyncio

import pytest

from fleaglass.recorder.pulse import Pulse
from fleaglass.testing import Recording, TickingClock

STEP_NS = 1_000


def beating(*gaps_s: float, limit_s: float | None = None) -> tuple[Pulse, TickingClock]:
    """A pulse that beat once, and again after each of these gaps."""
    clock = TickingClock(step_ns=STEP_NS)
    pulse = Pulse(clock, stalled_after_s=limit_s)
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
        ((3600, 3600), 20, 20),
    ],
)
def test_how_long_is_too_long_follows_the_agent_s_own_rhythm(gaps_s, limit_s, stalled_after_s) -> None:
    pulse, _ = beating(*gaps_s, limit_s=limit_s)
    assert pulse.stalled_after_s == pytest.approx(stalled_after_s, rel=0.01)


def test_it_is_stalled_when_no_cycle_completed_for_too_long() -> None:
    pulse, clock = beating()
    clock.advance(299)
    assert not pulse.is_stalled(running_s=900)
    clock.advance(2)
    assert pulse.is_stalled(running_s=900)
    pulse.beat("failed")  # an error is reported as such; the agent still decides
    assert not pulse.is_stalled(running_s=900)


def test_before_the_first_cycle_the_time_since_the_start_counts() -> None:
    pulse = Pulse(TickingClock())
    assert not pulse.is_stalled(running_s=299)
    assert pulse.is_stalled(running_s=301)


def test_a_cycle_that_was_cancelled_is_no_progress() -> None:
    """A loop whose every cycle runs into a timeout is stuck."""
    pulse, clock = beating()
    clock.advance(301)
    pulse.beat("cancelled")
    assert pulse.is_stalled(running_s=900)
    assert pulse.cycles == {"completed": 1, "cancelled": 1}


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
