"""ErrorRateWatch: too many of the last spans failed."""

from __future__ import annotations

import threading
from collections.abc import Iterable

import pytest

from fleaglass.alerts import Alert, ErrorRateWatch
from tests.unit.alerts.spans import span

NAME = "pf.trade.execute"


def feed(watch: ErrorRateWatch, results: Iterable[bool], *, at_s: float = 0, name: str = NAME) -> list[Alert]:
    """Show it one span for each result; True failed."""
    return [alert for failed in results for alert in watch.ended(span(name, failed=failed, at_s=at_s))]


def test_nothing_is_judged_below_the_minimum() -> None:
    assert feed(ErrorRateWatch(), [True] * 19) == []


def test_a_breach_is_one_alert_however_long_it_lasts() -> None:
    (alert,) = feed(ErrorRateWatch(), [True] * 500)
    assert alert == Alert(
        kind="error_rate",
        state="fired",
        span_name=NAME,
        trace_id="00000000000000000000000000000007",
        time_ns=1_795_168_800_000_000_000,
        lasts=True,
        summary="pf.trade.execute: 20 of 20 failed (100.0%), the threshold is 5.0%",
        fields={
            "span_name": NAME,
            "error_rate": 1.0,
            "threshold": 0.05,
            "errors": 20,
            "samples": 20,
            "trace_id": "00000000000000000000000000000007",
        },
    )


def test_a_rate_that_only_reaches_the_threshold_is_no_breach() -> None:
    watch = ErrorRateWatch()
    assert feed(watch, [True] + [False] * 19) == []  # 1 of 20 is 5 %
    (alert,) = feed(watch, [True])
    assert alert.summary == "pf.trade.execute: 2 of 21 failed (9.5%), the threshold is 5.0%"


def test_it_resolves_only_well_below_the_threshold_and_may_fire_again() -> None:
    watch = ErrorRateWatch()
    states = [alert.state for alert in feed(watch, [True] * 6 + [False] * 94)]
    assert states == ["fired"]
    assert feed(watch, [False] * 3) == []  # 3 of 100 is under the threshold, but not by half
    (resolved,) = feed(watch, [False])
    assert resolved.state == "resolved"
    assert resolved.summary == "pf.trade.execute: 2 of 100 failed (2.0%), the threshold is 5.0%"
    assert [alert.state for alert in feed(watch, [True] * 6)] == ["fired"]


def test_a_rate_that_swings_around_the_threshold_is_one_alert() -> None:
    watch = ErrorRateWatch(window=20)
    assert [alert.state for alert in feed(watch, ([True, True] + [False] * 18) * 50)] == ["fired"]


def test_results_older_than_the_window_do_not_count() -> None:
    watch = ErrorRateWatch()
    feed(watch, [True] * 19, at_s=0)
    assert feed(watch, [False] * 20, at_s=300) == []


def test_an_agent_that_falls_silent_stays_as_it_was_until_there_is_enough_to_judge() -> None:
    watch = ErrorRateWatch()
    assert [alert.state for alert in feed(watch, [True] * 20)] == ["fired"]
    assert feed(watch, [False] * 19, at_s=1000) == []
    assert [alert.state for alert in feed(watch, [False], at_s=1000)] == ["resolved"]


def test_each_name_is_counted_by_itself() -> None:
    watch = ErrorRateWatch()
    assert feed(watch, [True] * 15) == []
    assert feed(watch, [True] * 15, name="pf.escrow.create") == []


def test_names_that_nobody_asked_for_are_not_remembered() -> None:
    watch = ErrorRateWatch(names={NAME})
    for number in range(1000):
        assert watch.ended(span(f"GET /orders/{number}", failed=True)) == ()
    assert watch.names == {NAME}
    assert list(watch._tallies) == [NAME]


def test_by_default_it_counts_what_an_agent_does_on_the_venue() -> None:
    assert {"pf.trade.execute", "pf.escrow.release", "pf.casino.bet", "order.pipeline"} <= ErrorRateWatch().names
    assert "agent.decision_cycle" not in ErrorRateWatch().names


def test_threads_lose_no_result() -> None:
    watch = ErrorRateWatch(window=10_000, minimum=4_000)
    alerts: list[Alert] = []
    start = threading.Barrier(4)

    def run() -> None:
        start.wait()
        alerts.extend(feed(watch, [True, False] * 500))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (alert,) = alerts
    assert (alert.fields["errors"], alert.fields["samples"]) == (2000, 4000)


@pytest.mark.parametrize(
    "figures",
    [
        {"threshold": 1.5},
        {"threshold": 0.05, "resolved": 0.06},
        {"resolved": -0.1},
        {"minimum": 0},
        {"minimum": 101},
        {"window_s": 0},
    ],
)
def test_figures_that_contradict_each_other_are_refused(figures: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="hold"):
        ErrorRateWatch(**figures)  # type: ignore[arg-type]
