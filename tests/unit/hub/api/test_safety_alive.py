"""Whether an agent is alive: the rule, case by case."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.hub.api.safety_alive import CheckIn, Session, Signs, life

S = 1_000_000_000
NOW = 1_000_000 * S


def ends(*ages_s: float) -> list[int]:
    return [NOW - int(age * S) for age in ages_s]


def every(interval_s: int, since_s: int, times: int = 10) -> list[int]:
    return ends(*(since_s + n * interval_s for n in range(times)))


def session(status: str, seen_s: int = 100) -> Session:
    return Session(status, NOW - 3600 * S, NOW - seen_s * S, "a@1", "production", 0, inferred=False)


def check_in(status: str, last_s: int, in_time_s: int = 60, alive: bool = True) -> CheckIn:
    return CheckIn("alive-a", "production", status, NOW - last_s * S, NOW + in_time_s * S, muted=False, alive=alive)


MINUTELY = every(60, since_s=30)

CASES: dict[str, tuple[Signs, str, str]] = {
    "a cycle within three intervals": (
        Signs(every(60, since_s=179), NOW - 179 * S),
        "alive",
        "a cycle completed 2 min ago, usually every 1 min",
    ),
    "none for longer, and yet it is heard": (
        Signs(every(60, since_s=200), NOW - 5 * S),
        "late",
        "no cycle completed for 3 min, usually every 1 min",
    ),
    "stuck in a cycle that does not end": (
        Signs(every(60, since_s=200), NOW - 5 * S, open_cycle_ns=NOW - 190 * S),
        "late",
        "no cycle completed for 3 min, usually every 1 min; one has been open for 3 min",
    ),
    "nothing at all for longer": (
        Signs(every(60, since_s=720), NOW - 720 * S),
        "silent",
        "nothing heard for 12 min, a cycle usually every 1 min",
    ),
    "a session that is still open does not speak for it once it is old": (
        Signs(every(60, since_s=720), NOW - 720 * S, session=session("ok", seen_s=700)),
        "silent",
        "nothing heard for 11 min, a cycle usually every 1 min",
    ),
    "it decides hourly, and the last was two hours ago": (
        Signs(every(3600, since_s=7200), NOW - 7200 * S),
        "alive",
        "a cycle completed 2 h ago, usually every 1 h",
    ),
    "it decides every second, and spans take a while to come": (
        Signs(every(1, since_s=29), NOW - 29 * S),
        "alive",
        "a cycle completed 29 s ago, usually every 1 s",
    ),
    "its own check-in says that cycles complete": (
        Signs(every(60, since_s=300), NOW - 300 * S, check_ins=[check_in("ok", 20)]),
        "alive",
        "it checked in 20 s ago, saying that cycles complete",
    ),
    "a check-in that is overdue says nothing": (
        Signs(every(60, since_s=300), NOW - 300 * S, check_ins=[check_in("ok", 300, in_time_s=-1)]),
        "silent",
        "nothing heard for 5 min, a cycle usually every 1 min",
    ),
    "nor does that of a job": (
        Signs(every(60, since_s=300), NOW - 5 * S, check_ins=[check_in("ok", 20, alive=False)]),
        "late",
        "no cycle completed for 5 min, usually every 1 min",
    ),
    "its session ended": (
        Signs(MINUTELY, NOW - 100 * S, session=session("exited")),
        "ended",
        "its session ended 1 min ago",
    ),
    "its session crashed": (
        Signs(MINUTELY, NOW - 100 * S, session=session("crashed")),
        "ended",
        "its session crashed 1 min ago",
    ),
    "its process died": (
        Signs(MINUTELY, NOW - 100 * S, session=session("abnormal")),
        "ended",
        "its process died 1 min ago",
    ),
    "its session ended, and it went on": (
        Signs(MINUTELY, NOW - 30 * S, session=session("exited")),
        "alive",
        "a cycle completed 30 s ago, usually every 1 min",
    ),
    "two cycles show no interval": (
        Signs(ends(10, 70), NOW - 10 * S),
        "unknown",
        "two cycles so far, the last 10 s ago: too few to know its interval",
    ),
    "one that was sent twice is one": (
        Signs(ends(10, 10, 10), NOW - 10 * S),
        "unknown",
        "one cycle so far, the last 10 s ago: too few to know its interval",
    ),
    "no cycle, and yet spans": (
        Signs([], NOW - 10 * S),
        "unknown",
        "no cycle completed yet, last heard 10 s ago",
    ),
    "an open session alone is no proof": (
        Signs([], None, session=session("ok", seen_s=5)),
        "unknown",
        "no cycle completed yet, last heard 5 s ago",
    ),
    "nothing": (Signs([], None), "unknown", "no cycle completed yet, nothing was heard of it"),
    "no cycle, and its check-in is good": (
        Signs([], None, check_ins=[check_in("ok", 20)]),
        "alive",
        "it checked in 20 s ago, saying that cycles complete",
    ),
    "no cycle, and its check-in says so": (
        Signs([], None, check_ins=[check_in("error", 20)]),
        "late",
        "it checked in 20 s ago, saying that no cycle completes",
    ),
}


@pytest.mark.parametrize(("signs", "alive", "reason"), CASES.values(), ids=CASES)
def test_an_agent_is_alive_or_not_and_the_reason_says_why(signs: Signs, alive: str, reason: str) -> None:
    found = life(signs, NOW)
    assert (found.alive, found.reason) == (alive, reason)


def test_the_usual_interval_is_the_median_so_one_long_pause_changes_nothing() -> None:
    assert life(Signs(ends(1, 11, 21, 5000, 5010), None), NOW).usual_interval_ns == 10 * S


@given(
    st.lists(st.integers(0, 10**6), max_size=30), st.none() | st.integers(0, 10**6), st.sampled_from(["ok", "exited"])
)
def test_nothing_unknown_is_ever_called_alive(ages_s: Sequence[int], span_s: int | None, status: str) -> None:
    """Alive takes a cycle within three intervals, or half a minute; whatever else is known."""
    cycles = ends(*ages_s)
    found = life(Signs(cycles, None if span_s is None else NOW - span_s * S, session=session(status)), NOW)
    if found.alive == "alive":
        gaps = sorted(later - earlier for earlier, later in pairwise(sorted(set(cycles))))
        assert NOW - max(cycles) <= max(30 * S, 3 * gaps[len(gaps) // 2])
