"""DurationWatch: one span took too long."""

from __future__ import annotations

import pytest

from fleaglass.alerts import Alert, DurationWatch
from tests.unit.alerts.spans import span

THRESHOLDS = {
    "pf.trade.execute": 2000,
    "pf.wallet.balance_check": 500,
    "pf.escrow.create": 3000,
    "pf.signal.analysis": 100,
}


@pytest.mark.parametrize(("name", "threshold_ms"), THRESHOLDS.items())
def test_the_guides_thresholds_are_the_defaults(name: str, threshold_ms: int) -> None:
    watch = DurationWatch()
    assert watch.ended(span(name, threshold_ms)) == ()
    assert [alert.fields["threshold_ms"] for alert in watch.ended(span(name, threshold_ms + 0.1))] == [threshold_ms]
    assert watch.names == frozenset(THRESHOLDS)


def test_an_alert_says_how_slow_it_was_and_what_it_was_about() -> None:
    (alert,) = DurationWatch().ended(span("pf.trade.execute", 2345.678, asset="BTC", order_id="ord_1"))
    assert alert == Alert(
        kind="slow_span",
        state="fired",
        span_name="pf.trade.execute",
        trace_id="00000000000000000000000000000007",
        time_ns=1_795_168_800_000_000_000,
        summary="pf.trade.execute took 2345.7 ms, the threshold is 2000 ms",
        fields={
            "span_name": "pf.trade.execute",
            "duration_ms": 2345.7,
            "threshold_ms": 2000,
            "trace_id": "00000000000000000000000000000007",
            "asset": "BTC",
            "order_id": "ord_1",
            "overage_pct": 17.3,
        },
    )


def test_a_span_without_asset_and_order_leaves_those_fields_empty() -> None:
    (alert,) = DurationWatch().ended(span("pf.signal.analysis", 101))
    assert (alert.fields["asset"], alert.fields["order_id"]) == ("", "")


@pytest.mark.parametrize("ms", [0, 0.001, 5000])
def test_a_threshold_of_zero_is_always_exceeded(ms: float) -> None:
    (alert,) = DurationWatch({"x": 0}).ended(span("x", ms))
    assert alert.fields["overage_pct"] is None


def test_a_threshold_of_none_never_is() -> None:
    watch = DurationWatch({"x": None, "y": 1})
    assert watch.ended(span("x", 1e9)) == ()
    assert watch.names == {"y"}


def test_a_name_without_a_threshold_is_none_of_its_business() -> None:
    assert DurationWatch().ended(span("agent.decision_cycle", 1e9)) == ()


def test_every_slow_span_is_an_alert_of_its_own() -> None:
    watch = DurationWatch({"x": 10})
    assert [len(watch.ended(span("x", ms))) for ms in (11, 12, 9, 13)] == [1, 1, 0, 1]
