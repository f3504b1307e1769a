"""Window: the last few spans, by number and by age."""

from __future__ import annotations

from collections import deque
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.alerts.window import Window
from tests.unit.alerts.spans import S


def test_the_oldest_falls_out_when_it_is_full() -> None:
    window = Window(2, seconds=100)
    assert [window.push(0) for _ in range(3)] == [0, 0, 1]
    assert len(window) == 2


def test_a_span_stays_for_the_time_given() -> None:
    window = Window(9, seconds=10)
    window.push(0)
    assert window.push(10 * S - 1) == 0
    assert window.push(10 * S) == 1


def test_for_ever_is_longer_than_any_time() -> None:
    window = Window(9, seconds=inf)
    assert [window.push(time_ns) for time_ns in (0, 2**63 - 1, 1)] == [0, 0, 0]


def test_spans_that_end_a_little_out_of_order_all_count() -> None:
    window = Window(9, seconds=10)
    window.push(5 * S)
    assert window.push(4 * S) == 0
    assert window.push(15 * S) == 2


def test_a_clock_set_back_begins_the_window_afresh() -> None:
    window = Window(9, seconds=10)
    window.push(7_200 * S)
    window.push(7_201 * S)
    assert window.push(3_600 * S) == 2
    assert window.push(3_610 * S) == 1


def test_where_nobody_looks_the_old_ones_go_all_the_same() -> None:
    window = Window(1000, seconds=8)
    for second in range(500):
        window.note(second * S)
        assert len(window) <= 10  # those of 8 seconds, and of 1 more in which nobody looks


@pytest.mark.parametrize("seconds", [10, inf])
@given(steps=st.lists(st.tuples(st.integers(0, 50), st.booleans())), size=st.integers(1, 5))
def test_what_was_only_noted_makes_no_difference_to_who_looks(
    seconds: float, steps: list[tuple[int, bool]], size: int
) -> None:
    window, looked_at = Window(size, seconds), Window(size, seconds)
    for time_s, looks in steps:
        looked_at.push(time_s * S)
        if looks:
            window.push(time_s * S)
            assert len(window) == len(looked_at)
        else:
            window.note(time_s * S)


@given(times=st.lists(st.integers(0, 50)), size=st.integers(1, 5))
def test_everything_that_goes_in_falls_out_or_is_still_there(times: list[int], size: int) -> None:
    window = Window(size, seconds=10)
    inside: deque[int] = deque()
    for number, time_s in enumerate(times):
        for _ in range(window.push(time_s * S)):
            inside.popleft()
        inside.append(number)
        assert len(window) == len(inside) <= size
