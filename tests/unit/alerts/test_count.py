"""CountWatch: too many of something within a time."""

from __future__ import annotations

import pytest

from fleaglass.alerts import CountWatch, SpanView
from tests.unit.alerts.spans import span


def failed(view: SpanView) -> bool:
    return view.failed


def states(watch: CountWatch, *spans: SpanView) -> list[str]:
    return ["".join(alert.state for alert in watch.ended(each)) for each in spans]


def test_the_first_one_is_too_many_and_says_what_it_was() -> None:
    watch = CountWatch(failed)
    bad = span("pf.trade.execute", failed=True, asset="BTC", order_id="ord_1")
    (alert,) = watch.ended(bad)
    assert (alert.kind, alert.state, alert.lasts, alert.span_name) == ("count", "fired", True, "pf.trade.execute")
    assert alert.summary == "1 in the window, more than 0 are too many; the latest: pf.trade.execute"
    assert alert.fields == {
        "span_name": "pf.trade.execute",
        "count": 1,
        "threshold": 0,
        "error_type": "",
        "asset": "BTC",
        "order_id": "ord_1",
        "trace_id": f"{7:032x}",
    }


def test_it_is_said_once_and_is_over_when_they_are_too_old() -> None:
    watch = CountWatch(failed, above=1, window_s=60)
    assert states(
        watch,
        *(span("x", at_s=at_s, failed=True) for at_s in (0, 10, 20)),
        *(span("y", at_s=at_s) for at_s in (30, 69.9, 70)),
        *(span("x", at_s=at_s, failed=True) for at_s in (81, 82)),
    ) == ["", "fired", "", "", "", "resolved", "", "fired"]


@pytest.mark.parametrize("figures", [{"above": -1}, {"window_s": 0}])
def test_figures_that_make_no_sense_are_refused(figures: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="do not hold"):
        CountWatch(failed, **figures)
