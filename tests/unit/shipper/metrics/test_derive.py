"""Metrics say what the records say: each order, fee, profit and error once, with a span to look at."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass import semconv
from fleaglass.alerts.duration import GUIDE_THRESHOLDS_MS
from fleaglass.journal.reader import RawRecord
from fleaglass.journal.records import SpanEnded
from fleaglass.shipper.metrics import Exemplar, NumberPoint, Totals
from fleaglass.shipper.unfinished import Unfinished
from tests.unit.shipper.metrics.spans import T0, histogram, numbers, point, span, told, totals_of

ERROR = {"status": 2}


def test_the_guides_thresholds_are_bounds_of_buckets() -> None:
    bounds = semconv.METRICS[semconv.METRIC_PF_SPAN_DURATION].buckets
    assert {ms / 1000 for ms in GUIDE_THRESHOLDS_MS.values() if ms is not None} <= set(bounds)


def test_durations_are_told_by_name_with_a_span_for_each_bucket() -> None:
    exact, slow = span("pf.trade.execute", ms=2000), span("pf.trade.execute", ms=2001)
    found = histogram(totals_of(exact, slow, slow), "pf.span.duration")
    assert found.dimensions == (("pf.span_name", "pf.trade.execute"),)
    at = found.bounds.index(2.0)
    assert found.counts[at : at + 2] == (1, 2)
    assert sum(found.counts) == 3
    assert (found.least, found.most, round(found.sum, 3)) == (2.0, 2.001, 6.002)
    assert found.exemplars == (
        Exemplar(2.0, T0 + 2_000_000_000, exact.trace_id, exact.span_id),
        Exemplar(2.001, T0 + 2_001_000_000, slow.trace_id, slow.span_id),
    )


def test_each_span_that_failed_is_counted_by_its_name_and_class() -> None:
    totals = totals_of(
        span("pf.trade.execute", {"error.type": "OrderRejectedError"}, **ERROR),
        span("order.pipeline", {"error.type": "OrderRejectedError"}, **ERROR),
        span("order.pipeline", {"pf.interrupted": True}, **ERROR),
        span("order.pipeline"),
    )
    assert numbers(totals, "pf.span.errors") == {
        ("pf.trade.execute", "OrderRejectedError"): 1,
        ("order.pipeline", "OrderRejectedError"): 1,
        ("order.pipeline",): 1,
    }


def test_cycles_are_counted_by_outcome_and_the_last_decision_grows_old() -> None:
    totals = totals_of(
        *(span("agent.decision_cycle", {"pf.cycle_outcome": "skipped"}, ms=ms) for ms in (10, 30, 20)),
        span("agent.decision_cycle", {"pf.cycle_outcome": "failed"}, ms=90),
    )
    cycles = told(totals)["pf.cycle.duration"].points
    assert {each.dimensions[0][1]: sum(each.counts) for each in cycles} == {"skipped": 3, "failed": 1}  # type: ignore[union-attr]
    assert point(totals, "pf.cycle.age", T0 + 1_030_000_000) == NumberPoint(value=1.0)


def test_orders_by_state_slippage_fees_and_profit_are_told_once() -> None:
    bought = {"pf.asset": "BTC", "pf.side": "buy", "pf.order.state": "filled", "pf.slippage_bps": 3.5}
    totals = totals_of(
        span("pf.trade.execute", {**bought, "pf.order_type": "market", "pf.fee_usd": 0.1}),
        span("pf.trade.execute", {**bought, "pf.order_type": "market", "pf.fee_usd": 0.2}),
        span("pf.trade.execute", {"pf.asset": "BTC", "pf.side": "buy", "pf.order.state": "rejected"}),
        span("pf.trade.close", {"pf.asset": "BTC", "pf.pnl_usd": -1.25, "pf.order.state": "filled"}),
        span("pf.casino.bet", {"pf.pnl_usd": 4.0}),
        span("pf.escrow.create", {"pf.fee_usd": 0.5}),
        span("pf.escrow.release", {"pf.fee_usd": 0.5}),
        span("order.pipeline", {"pf.pnl_usd": -1.25}),
        span("agent.decision_cycle", {"pf.pnl_usd": 2.75}),
    )
    assert numbers(totals, "pf.trade.orders") == {
        ("filled", "BTC", "buy"): 2,
        ("rejected", "BTC", "buy"): 1,
        ("filled", "BTC"): 1,
    }
    assert numbers(totals, "pf.trade.fees") == {("pf.trade.execute",): 0.3, ("pf.escrow.create",): 0.5}
    assert numbers(totals, "pf.trade.realized") == {("pf.trade.close",): -1.25, ("pf.casino.bet",): 4.0}
    slipped = histogram(totals, "pf.trade.slippage")
    assert slipped.dimensions == (("pf.asset", "BTC"), ("pf.side", "buy"))
    assert (sum(slipped.counts), slipped.sum) == (2, 7.0)
    assert len(told(totals)["pf.trade.duration"].points) == 2


def test_an_error_counts_where_it_arose_and_not_again_on_its_way_up() -> None:
    kind = {"error.type": "OrderRejectedError"}
    order = span("pf.trade.execute", kind, parent_id=b"pipeline", **ERROR)
    pipeline = span("order.pipeline", kind, span_id=b"pipeline", parent_id=b"thecycle", **ERROR)
    cycle = span("agent.decision_cycle", kind, span_id=b"thecycle", **ERROR)
    other = span("agent.decision_cycle", {"error.type": "KeyError"}, **ERROR)
    caught = span("agent.decision_cycle", span_id=b"caughtit")
    inner = span("pf.wallet.send", kind, parent_id=b"caughtit", **ERROR)
    again = span("agent.decision_cycle", kind, span_id=b"caughtit", **ERROR)
    nameless = span("GET /v1", **ERROR)
    totals = totals_of(order, pipeline, cycle, other, inner, caught, again, nameless)
    assert numbers(totals, "pf.errors") == {("OrderRejectedError",): 3, ("KeyError",): 1, ("_OTHER",): 1}


def test_a_span_that_its_process_left_open_is_no_error_of_a_class() -> None:
    assert numbers(totals_of(span("x", {"pf.interrupted": True}, **ERROR)), "pf.errors") == {}


def test_wallets_escrows_and_risk_checks() -> None:
    wallet = {"pf.wallet_id": "w", "pf.wallet_type": "custodial"}
    totals = totals_of(
        span("pf.wallet.balance_check", {**wallet, "pf.balance_usd": 100.0}),
        span("pf.wallet.balance_check", {**wallet, "pf.balance_usd": 90.5}),
        span("pf.wallet.balance_check", {**wallet, "pf.wallet_id": "v", "pf.balance_usd": 1}),
        span("pf.escrow.create", {"pf.escrow_status": "funded"}),
        span("pf.escrow.read", {"pf.escrow_status": "funded"}),
        span("pf.escrow.release", {"pf.escrow_status": "released"}),
        span("risk.check", {"pf.risk.check": "net_vega", "pf.risk.passed": False}),
    )
    assert numbers(totals, "pf.wallet.value") == {("custodial",): 91.5}
    assert numbers(totals, "pf.escrow.transitions") == {("funded",): 1, ("released",): 1}
    assert numbers(totals, "pf.risk.checks") == {("net_vega", False): 1}


def test_a_program_that_makes_up_names_without_end_fills_one_more_series_and_no_memory() -> None:
    totals = totals_of(*(span(f"made up {number}") for number in range(2_100)))
    points = told(totals)["pf.span.duration"].points
    assert len(points) == 2_001
    assert sum(points[-1].counts) == 100  # type: ignore[union-attr]
    assert points[-1].dimensions == (("otel.metric.overflow", True),)


@pytest.mark.parametrize("fee", [True, "0.1", None, float("nan"), float("inf"), [1.0]])
def test_money_that_is_no_number_is_not_counted(fee: object) -> None:
    assert numbers(totals_of(span("pf.trade.execute", {"pf.fee_usd": fee})), "pf.trade.fees") == {}


def test_a_fee_of_any_size_can_be_written_down() -> None:
    totals = totals_of(*[span("pf.trade.execute", {"pf.fee_usd": 1e300}), span("pf.trade.execute", {"pf.fee_usd": 1})])
    again = msgspec.msgpack.decode(msgspec.msgpack.encode(totals), type=Totals)
    assert numbers(again, "pf.trade.fees") == {("pf.trade.execute",): 1e300}


_names = st.sampled_from(["agent.decision_cycle", "pf.trade.execute", "pf.wallet.balance_check", "risk.check", "other"])
_values = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats() | st.text(max_size=5)
_attributes = st.dictionaries(
    st.sampled_from(["pf.fee_usd", "pf.pnl_usd", "pf.slippage_bps", "pf.balance_usd", "pf.asset", "error.type"]),
    _values,
)
_spans = st.builds(
    lambda name, attributes, ms, status: span(name, attributes, ms=ms, status=status),
    _names,
    _attributes,
    st.integers(-10, 10**6),
    st.integers(0, 2),
)


@given(st.lists(_spans, max_size=8), st.integers(0, 8))
def test_totals_that_were_written_down_go_on_as_if_nothing_had_happened(spans: list[SpanEnded], cut: int) -> None:
    totals = totals_of(*spans[:cut])
    resumed = msgspec.msgpack.decode(msgspec.msgpack.encode(totals), type=Totals)
    assert repr(told(totals_of(*spans[cut:], before=resumed))) == repr(told(totals_of(*spans)))


@given(st.binary(max_size=60))
def test_what_is_no_span_is_passed_over(payload: bytes) -> None:
    unfinished = Unfinished()
    unfinished.see([RawRecord(SpanEnded.kind, 0, payload, 0, 0)], 1)
    assert numbers(unfinished.totals, "pf.trade.orders") == {}
