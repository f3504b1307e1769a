"""Spans per second is over the last ten seconds, and falls back to nothing."""

from __future__ import annotations

from fleaglass.hub.tally import WINDOW_S, Tally


def test_the_rate_is_over_the_window() -> None:
    clock = [0.0]
    tally = Tally(now=lambda: clock[0], wall=lambda: 7)
    tally.stored(500)
    clock[0] = 1
    tally.stored(1500)
    assert (tally.started_ns, tally.spans_per_s) == (7, 150.0)
    clock[0] = WINDOW_S + 0.5
    assert tally.spans_per_s == 100.0
    clock[0] = 2 * WINDOW_S
    assert tally.spans_per_s == 0.0


def test_rejected_requests_add_up() -> None:
    tally = Tally()
    tally.reject(1)
    tally.reject(1)
    assert tally.rejected == 2
