"""Window: the last few values, by number and by age."""

from __future__ import annotations

from collections import deque

from hypothesis import given
from hypothesis import strategies as st

from fleaglass.alerts.window import Window
from tests.unit.alerts.spans import S


def test_the_oldest_falls_out_when_it_is_full() -> None:
    window = Window(2, seconds=100)
    assert [window.push(0, value) for value in (1, 2, 3)] == [(), (), (1,)]
    assert len(window) == 2


def test_a_value_stays_for_the_time_given() -> None:
    window = Window(9, seconds=10)
    window.push(0, 1)
    assert window.push(10 * S - 1, 2) == ()
    assert window.push(10 * S, 3) == (1,)


def test_spans_that_end_a_little_out_of_order_all_count() -> None:
    window = Window(9, seconds=10)
    window.push(5 * S, 1)
    assert window.push(4 * S, 2) == ()
    assert window.push(15 * S, 3) == (1, 2)


def test_a_clock_set_back_begins_the_window_afresh() -> None:
    window = Window(9, seconds=10)
    window.push(7_200 * S, 1)
    window.push(7_201 * S, 2)
    assert window.push(3_600 * S, 3) == (1, 2)
    assert window.push(3_610 * S, 4) == (3,)


@given(times=st.lists(st.integers(0, 50)), size=st.integers(1, 5))
def test_everything_that_goes_in_comes_out_in_order_or_is_still_there(times: list[int], size: int) -> None:
    window = Window(size, seconds=10)
    inside: deque[int] = deque()
    for number, time_s in enumerate(times):
        dropped = window.push(time_s * S, number)
        inside.append(number)
        assert list(dropped) == [inside.popleft() for _ in dropped]
        assert len(window) == len(inside) <= size
        assert window.total == sum(inside)
        assert inside[-1] == number
