"""PercentileWatch: the slowest per cent became too slow."""

from __future__ import annotations

import threading
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.alerts import Alert, PercentileWatch
from tests.unit.alerts.spans import span


def feed(watch: PercentileWatch, durations_ms: Iterable[float], *, at_s: float = 0) -> list[Alert]:
    return [alert for ms in durations_ms for alert in watch.ended(span("order.pipeline", ms, at_s=at_s))]


def test_a_p99_above_two_seconds_fires_once_and_resolves_below_one() -> None:
    watch = PercentileWatch()
    (fired,) = feed(watch, [50] * 99 + [2500, 2501, 2502])
    assert fired == Alert(
        kind="percentile",
        state="fired",
        span_name="order.pipeline",
        trace_id="00000000000000000000000000000007",
        time_ns=1_795_168_800_000_000_000,
        lasts=True,
        summary="order.pipeline: P99 of 101 is 2500.0 ms, more than 2000 ms",
        fields={
            "span_name": "order.pipeline",
            "quantile": 0.99,
            "duration_ms": 2500.0,
            "threshold_ms": 2000,
            "samples": 101,
            "trace_id": "00000000000000000000000000000007",
        },
    )
    assert feed(watch, [1500] * 5, at_s=299) == []
    assert feed(watch, [1500] * 5, at_s=301) == []  # the slow ones are gone, but this is not good yet
    (resolved,) = feed(watch, [999.9] * 5, at_s=700)
    assert (resolved.state, resolved.summary) == ("resolved", "order.pipeline: P99 of 5 is 999.9 ms, less than 1000 ms")


def test_the_slowest_of_a_hundred_may_be_slow() -> None:
    """99 of 100 durations do not exceed the P99 of 100: the slowest one is left out."""
    assert feed(PercentileWatch(), [50] * 99 + [9000]) == []


def test_nothing_is_judged_below_the_minimum() -> None:
    watch = PercentileWatch()
    assert feed(watch, [9000] * 4) == []
    assert [alert.state for alert in feed(watch, [9000])] == ["fired"]


def test_other_spans_are_none_of_its_business() -> None:
    watch = PercentileWatch(minimum=1)
    assert watch.ended(span("pf.trade.execute", 1e9)) == ()


def test_memory_is_bounded_and_the_latest_count() -> None:
    watch = PercentileWatch(size=10)
    feed(watch, [9000] * 10_000)
    assert len(watch._window) == 10
    assert [alert.state for alert in feed(watch, [1] * 10)] == ["resolved"]


@given(
    durations=st.lists(st.integers(0, 5), min_size=1, max_size=60),
    per_cent=st.integers(1, 100),
    size=st.integers(1, 20),
    limits=st.tuples(st.integers(0, 4), st.integers(0, 4)),
)
def test_the_quantile_is_the_nearest_rank(
    durations: list[int], per_cent: int, size: int, limits: tuple[int, int]
) -> None:
    """Held against the definition, written the slow way."""
    resolved_ms, threshold_ms = sorted(limits)
    watch = PercentileWatch(
        quantile=per_cent / 100, threshold_ms=threshold_ms, resolved_ms=resolved_ms, minimum=1, size=size
    )
    fired = False
    for number, ms in enumerate(durations, start=1):
        last = durations[max(0, number - size) : number]
        quantile = min(x for x in last if 100 * sum(y <= x for y in last) >= per_cent * len(last))
        told = [(alert.state, alert.fields["duration_ms"]) for alert in feed(watch, [ms])]
        if quantile < resolved_ms if fired else quantile > threshold_ms:
            fired = not fired
            assert told == [("fired" if fired else "resolved", quantile)]
        else:
            assert told == []


def test_threads_lose_no_duration() -> None:
    watch = PercentileWatch(size=4000, minimum=4000)
    alerts: list[Alert] = []
    start = threading.Barrier(4)

    def run() -> None:
        start.wait()
        alerts.extend(feed(watch, range(2001, 3001)))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [alert.fields["duration_ms"] for alert in alerts] == [2990.0]


@pytest.mark.parametrize(
    "figures",
    [
        {"quantile": 0},
        {"quantile": 1.01},
        {"threshold_ms": 100},
        {"resolved_ms": -1},
        {"minimum": 0},
        {"size": 4},
        {"window_s": 0},
    ],
)
def test_figures_that_contradict_each_other_are_refused(figures: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="hold"):
        PercentileWatch(**figures)  # type: ignore[arg-type]
