"""What of the rules file an agent judges by itself, where a span ends."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from fleaglass.alerts import SpanView, WatchProcessor
from fleaglass.alerts.rules import RuleWatch, SlowSpanWatch, default_rules, parse, watches_of
from tests.unit.alerts.spans import span


def watch_of(*lines: str, **identity: str) -> RuleWatch | SlowSpanWatch:
    """The watch of one rule."""
    (watch,) = watches_of(parse("\n".join(["version = 1", "[[rule]]", 'name = "r"', *lines])), **identity)
    return watch


def states(watch: RuleWatch | SlowSpanWatch, *spans: SpanView) -> list[str]:
    """What it says of each span: nothing, ``fired`` or ``resolved``."""
    return ["".join(alert.state for alert in watch.ended(each)) for each in spans]


def failing(*at_s: float, name: str = "x", **attributes: Any) -> list[SpanView]:
    return [span(name, at_s=each, failed=True, **attributes) for each in at_s]


def fine(*at_s: float, name: str = "x") -> list[SpanView]:
    return [span(name, at_s=each) for each in at_s]


def test_of_the_default_rules_it_judges_those_that_one_agent_can() -> None:
    assert [watch.rule.name for watch in watches_of(default_rules(), agent="a")] == [
        *("slow-trade", "slow-balance", "slow-escrow", "slow-signal"),
        *("operation-errors", "agent-errors", "p99-order", "critical-trade-failure"),
    ]


def test_an_alert_is_the_rules_and_keeps_the_fields_of_the_guides_log_line() -> None:
    watch = watch_of('kind = "slow_span"', 'span = "pf.trade.execute"', "above_ms = 2000", 'severity = "error"')
    (alert,) = watch.ended(span("pf.trade.execute", 3000, asset="BTC", order_id="ord_1"))
    assert (alert.rule, alert.kind, alert.state, alert.lasts) == ("r", "slow_span", "fired", False)
    assert alert.summary == "r: pf.trade.execute took 3000.0 ms, the threshold is 2000 ms"
    assert alert.fields == {
        "span_name": "pf.trade.execute",
        "duration_ms": 3000.0,
        "threshold_ms": 2000.0,
        "trace_id": f"{7:032x}",
        "asset": "BTC",
        "order_id": "ord_1",
        "overage_pct": 50.0,
        "rule": "r",
        "severity": "error",
    }


def test_every_slow_span_is_told_of() -> None:
    watch = watch_of('kind = "slow_span"', 'span = "x"', "above_ms = 10", 'where = { "pf.asset" = "BTC" }')
    spans = [
        span("x", 11, asset="BTC"),
        span("x", 12, asset="BTC"),
        span("x", 10, asset="BTC"),
        span("x", 99, asset="ETH"),
    ]
    assert states(watch, *spans) == ["fired", "fired", "", ""]


@pytest.mark.parametrize(
    "lines",
    [
        ('kind = "slow_span"', 'span = "x"', "above_ms = 10", 'for = "5m"'),
        ('kind = "slow_span"', 'span = "x"', "above_ms = 10", "enabled = false"),
        ('kind = "slow_span"', 'span = "x"', "above_ms = 10", 'where.environment = "staging"'),
        ('kind = "percentile"', 'span = "x"', "above_ms = 10", 'where.strategy = "s"'),
        ('kind = "error_rate"', "last = 20", 'among.where.agent = ["b", "c"]'),
        ('kind = "count"', "of.where.release = '2'"),
        ('kind = "session_crash"',),
        ('kind = "absence"', "of = {}", 'within = "5m"'),
    ],
)
def test_a_rule_that_is_not_for_this_agent_is_not_watched(lines: tuple[str, ...]) -> None:
    book = parse("\n".join(["version = 1", "[[rule]]", 'name = "r"', *lines]))
    assert watches_of(book, agent="a", environment="production", release="1") == ()


def test_a_rule_about_this_agent_is() -> None:
    rule = ('kind = "count"', 'of = { status = "error", where = { agent = ["a", "b"], environment = "production" } }')
    assert states(watch_of(*rule, agent="a", environment="production"), *failing(0)) == ["fired"]


def test_error_rates_are_over_at_the_threshold_itself_once_it_was_kept() -> None:
    watch = watch_of('kind = "error_rate"', "above = 0.5", "last = 2", "minimum = 2", 'keep = "10s"')
    assert states(watch, *failing(0, 1), *fine(2, 11.9, 12)) == ["", "fired", "", "", "resolved"]


def test_what_flaps_within_keep_is_told_once() -> None:
    watch = watch_of('kind = "error_rate"', "above = 0", "last = 1", "minimum = 1", 'keep = "10s"')
    flapping = [*failing(0), *fine(1), *failing(2), *fine(3), *failing(4), *fine(5, 14.9, 15)]
    assert states(watch, *flapping) == ["fired", "", "", "", "", "", "", "resolved"]


def test_what_does_not_last_as_long_as_for_is_not_told() -> None:
    watch = watch_of('kind = "error_rate"', "above = 0", "last = 1", "minimum = 1", 'for = "10s"', 'keep = "0s"')
    assert states(watch, *failing(0), *fine(9), *failing(10, 19.9, 20), *fine(21)) == [
        "",
        "",
        "",
        "",
        "fired",
        "resolved",
    ]


def test_groups_are_judged_apart() -> None:
    rule = ('kind = "error_rate"', "above = 0.5", "last = 2", "minimum = 2")
    spans = [*failing(0, name="x"), *failing(1, name="y"), *failing(2, name="x"), *failing(3, name="y")]
    assert states(watch_of(*rule, 'group_by = ["agent"]'), *spans) == ["", "fired", "", ""]
    assert states(watch_of(*rule, 'group_by = ["agent", "span"]'), *spans) == ["", "", "fired", "fired"]
    by_asset = [span("x", failed=True, asset=asset) for asset in ("BTC", "ETH", "BTC", ["a"], ["a"])]
    assert states(watch_of(*rule, 'group_by = ["pf.asset"]'), *by_asset) == ["", "", "fired", "", "fired"]


def test_what_is_remembered_of_groups_has_an_end() -> None:
    watch = watch_of('kind = "error_rate"', "above = 0.5", "last = 2", "minimum = 2", 'group_by = ["pf.order_id"]')
    assert isinstance(watch, RuleWatch)
    for number in range(10_000):
        watch.ended(span("x", failed=True, order_id=str(number)))
    assert len(watch._groups) == 256


def test_a_percentile_is_over_strictly_below_its_second_threshold() -> None:
    watch = watch_of(
        *('kind = "percentile"', 'span = "x"', "quantile = 1", "above_ms = 20", "resolve_below_ms = 10"),
        *('window = "1s"', "minimum = 1", 'keep = "0s"'),
    )
    spans = [span("x", ms, at_s=at_s) for at_s, ms in enumerate((20, 21, 10, 9.9))]
    assert states(watch, *spans) == ["", "fired", "", "resolved"]


def test_a_first_error_of_a_class_fires_and_other_spans_show_that_it_is_over() -> None:
    watch = watch_of('kind = "count"', "of = { span = ['x'], error = ['OrderRejectedError'] }", 'keep = "0s"')
    rejected = SpanView(
        name="x", start_ns=0, end_ns=10**9, failed=True, attributes={"error.type": "OrderRejectedError"}
    )
    other = SpanView(name="x", start_ns=0, end_ns=2 * 10**9, failed=True, attributes={"error.type": "AuthError"})
    later = SpanView(name="x", start_ns=0, end_ns=61 * 10**9)
    assert watch.names == {"x"}
    assert states(watch, other, rejected, rejected, later) == ["", "fired", "", "resolved"]


@pytest.mark.parametrize(
    ("where", "attribute", "is_taken"),
    [
        ("true", True, True),
        ("true", 1, False),
        ("1", True, False),
        ("1", 1.0, True),
        ("'1'", 1, False),
        ("['a', 'b']", "b", True),
        ("'a'", ["a"], False),
        ("'a'", None, False),
    ],
)
def test_an_attribute_is_the_same_value_of_the_same_kind(where: str, attribute: object, is_taken: bool) -> None:
    watch = watch_of('kind = "count"', f"of.where = {{ 'pf.a' = {where} }}")
    attributes = {} if attribute is None else {"a": attribute}
    assert states(watch, span("x", **attributes)) == (["fired"] if is_taken else [""])


def test_rules_are_span_processors_as_well() -> None:
    told: list[str] = []
    processor = WatchProcessor(*watches_of(default_rules(), agent="a"), heard=lambda alert: told.append(alert.rule))
    from opentelemetry.sdk.trace import TracerProvider

    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(processor)
    provider.get_tracer("t").start_span("pf.trade.execute", start_time=0).end(2_001_000_000)
    assert told == ["slow-trade"]


def test_many_threads_count_each_span_once() -> None:
    watch = watch_of('kind = "count"', "above = 3999", 'of = { status = "error" }')
    alerts: list[Any] = []
    spans = failing(*[0] * 1000)
    threads = [threading.Thread(target=lambda: [alerts.extend(watch.ended(each)) for each in spans]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [alert.fields["count"] for alert in alerts] == [4000]
