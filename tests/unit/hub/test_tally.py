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


def test_what_was_refused_for_good_is_rejected_and_what_may_come_again_is_not() -> None:
    tally = Tally()
    for reason in ("malformed", "not_allowed", "busy", "quota", "unavailable"):
        tally.refusals.count(reason, "traces")
    assert tally.rejected == 2
