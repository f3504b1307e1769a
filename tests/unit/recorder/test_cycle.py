"""A cycle is one trace, and how it ended follows from what happened in it."""

import asyncio
from decimal import Decimal

import pytest

from fleaglass.recorder import OperationError
from fleaglass.testing import Recording

RISK = {"check": "net_vega", "passed": True, "value": 38250.0, "limit": 50000.0}


class Refused(OperationError):
    outcome = "rejected"
    code = "INSUFFICIENT_MARGIN"


def test_the_stages_of_a_cycle_exactly(fleaglass_recording: Recording) -> None:
    """The span tree of both integration guides, with the attributes each stage has."""
    agent = fleaglass_recording.agent
    with agent.cycle(market="BTC/USD", timestamp="2026-11-20T09:59:58Z"):
        with agent.stage("signal.analysis") as stage:
            stage.signal({"type": "vol_arb", "confidence": 0.82, "action": "buy", "asset": "BTC", "z_score": 1.87})
        with agent.pipeline(asset="BTC", side="buy"):
            with agent.stage("signal.validate") as stage:
                stage.set(valid=True, z_score=1.87)
            assert agent.risk_check("net_vega", passed=True, value=38_250, limit=50_000)
            with agent.stage("order.size") as stage:
                stage.size(Decimal("104.25"))
    assert (
        fleaglass_recording.tree(attributes=True)
        == """\
agent.decision_cycle
  · pf.asset = 'BTC'
  · pf.cycle_id = '00000000000000000000000000000001'
  · pf.cycle_outcome = 'completed'
  · pf.market = 'BTC/USD'
  · pf.timestamp = '2026-11-20T09:59:58Z'
  pf.signal.analysis
    · pf.action = 'buy'
    · pf.asset = 'BTC'
    · pf.model_latency_ms = 1.0
    · pf.signal_confidence = 0.82
    · pf.signal_type = 'vol_arb'
    · pf.z_score = 1.87
    ! signal {'pf.asset': 'BTC', 'pf.action': 'buy', 'pf.signal_confidence': 0.82, 'pf.z_score': 1.87}
  order.pipeline
    · pf.asset = 'BTC'
    · pf.pipeline_outcome = 'not_ordered'
    · pf.side = 'buy'
    signal.validate
      · pf.valid = True
      · pf.z_score = 1.87
    risk.check
      · pf.risk.check = 'net_vega'
      · pf.risk.limit = 50000.0
      · pf.risk.passed = True
      · pf.risk.value = 38250.0
      ! risk_check {RISK}
    order.size
      · pf.size_usd = 104.25""".replace("{RISK}", repr({f"pf.risk.{name}": value for name, value in RISK.items()}))
    )


def test_times_and_ids_are_exact(fleaglass_recording: Recording) -> None:
    with fleaglass_recording.agent.cycle(), fleaglass_recording.agent.stage("order.size"):
        pass
    size, cycle = fleaglass_recording.spans
    assert (cycle.trace_id, cycle.span_id, cycle.parent_span_id) == (f"{1:032x}", f"{1:016x}", None)
    assert (size.trace_id, size.span_id, size.parent_span_id) == (f"{1:032x}", f"{2:016x}", f"{1:016x}")
    assert cycle.start_ns < size.start_ns < size.end_ns < cycle.end_ns
    assert cycle.status == size.status == "unset"


def test_setting_the_machines_clock_back_does_not_turn_a_span_round(fleaglass_recording: Recording) -> None:
    clock = fleaglass_recording.clock
    with fleaglass_recording.agent.cycle() as cycle:
        clock.wall_ns = lambda: 0  # type: ignore[method-assign]
        with fleaglass_recording.agent.stage("order.size"):
            pass
        cycle.skip("low_confidence")
    size, cycle_span = fleaglass_recording.spans
    assert cycle_span.start_ns < size.start_ns < size.end_ns < cycle_span.end_ns


def test_skipping_says_why(fleaglass_recording: Recording) -> None:
    with fleaglass_recording.agent.cycle() as cycle:
        cycle.skip("market_closed", z_score=0.4, my_feature=7)
    span = fleaglass_recording.one("agent.decision_cycle")
    assert span.attributes["pf.cycle_outcome"] == "skipped"
    assert span.attributes["pf.cycle_reason"] == "market_closed"
    assert span.attributes["pf.z_score"] == 0.4
    assert span.attributes["custom.my_feature"] == 7
    assert span.status == "unset"


def test_a_weak_signal_is_marked_where_it_was_found_weak(fleaglass_recording: Recording) -> None:
    agent = fleaglass_recording.agent
    with agent.cycle() as cycle, agent.stage("signal.analysis") as stage:
        stage.signal({"type": "momentum", "confidence": 0.4, "action": "buy", "asset": "BTC"})
        cycle.skip("low_confidence")
    with agent.cycle() as cycle:
        with agent.stage("signal.analysis") as stage:
            stage.signal({"type": "momentum", "confidence": 0.3, "action": "buy", "asset": "BTC"})
        cycle.skip("low_confidence")
    events = [
        (span.name, dict(event.attributes))
        for span in fleaglass_recording.spans
        for event in span.events
        if event.name == "low_confidence_skip"
    ]
    assert events == [
        ("pf.signal.analysis", {"pf.signal_confidence": 0.4}),
        ("agent.decision_cycle", {"pf.signal_confidence": 0.3}),
    ]


def test_a_failed_check_is_named_and_rejects(fleaglass_recording: Recording) -> None:
    agent = fleaglass_recording.agent
    with agent.cycle() as cycle, agent.pipeline("BTC", "sell"):
        if not agent.risk_check("net_vega", passed=False, value=61_000, limit=50_000):
            cycle.reject("net_vega")
    cycle_span, pipeline = fleaglass_recording.one("agent.decision_cycle"), fleaglass_recording.one("order.pipeline")
    assert cycle_span.attributes["pf.cycle_outcome"] == "rejected"
    assert cycle_span.attributes["pf.cycle_reason"] == "risk net_vega"
    assert pipeline.attributes["pf.pipeline_outcome"] == "rejected_risk"
    (event,) = pipeline.events
    assert (event.name, dict(event.attributes)) == (
        "risk_check_failed",
        {"pf.risk.check": "net_vega", "pf.risk.value": 61_000.0, "pf.risk.limit": 50_000.0},
    )


def test_an_invalid_signal_rejects_the_pipeline(fleaglass_recording: Recording) -> None:
    agent = fleaglass_recording.agent
    with agent.cycle(), agent.pipeline("BTC", "buy"), agent.stage("signal.validate") as stage:
        stage.set(valid=False)
    assert fleaglass_recording.one("order.pipeline").attributes["pf.pipeline_outcome"] == "rejected_validation"


@pytest.mark.parametrize(
    ("error", "outcome", "reason"),
    [
        (ValueError("no"), "failed", "ValueError"),
        (Refused(), "rejected", "insufficient_margin"),
        (asyncio.CancelledError(), "cancelled", "CancelledError"),
        (KeyboardInterrupt(), "cancelled", "KeyboardInterrupt"),
        (SystemExit(3), "failed", "SystemExit"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_error_ends_the_cycle_and_is_never_swallowed(
    fleaglass_recording: Recording, error: BaseException, outcome: str, reason: str
) -> None:
    def decide() -> None:
        with fleaglass_recording.agent.cycle() as cycle:
            cycle.skip("changed_my_mind")
            raise error

    with pytest.raises(type(error)) as caught:
        decide()
    assert caught.value is error
    span = fleaglass_recording.one("agent.decision_cycle")
    assert (span.status, span.status_message) == ("error", type(error).__name__)
    assert span.attributes["error.type"] == type(error).__name__
    assert span.attributes["pf.cycle_outcome"] == outcome
    assert span.attributes["pf.cycle_reason"] == reason
    assert [event.name for event in span.events] == ["exception"]


@pytest.mark.parametrize("leave", [SystemExit(0), SystemExit(None), GeneratorExit()], ids=repr)
def test_leaving_on_purpose_is_no_error(fleaglass_recording: Recording, leave: BaseException) -> None:
    with pytest.raises(type(leave)), fleaglass_recording.agent.cycle():
        raise leave
    span = fleaglass_recording.one("agent.decision_cycle")
    assert (span.status, span.attributes["pf.cycle_outcome"], span.events) == ("unset", "completed", ())


def test_an_object_can_be_the_signal_too(fleaglass_recording: Recording) -> None:
    class Signal:
        type, confidence, action, asset = "momentum", Decimal("0.7"), "sell", "ETH"
        z_score, iv, rv = None, 0.58, 0.49

    with fleaglass_recording.agent.cycle(), fleaglass_recording.agent.stage("signal.analysis") as stage:
        stage.signal(Signal())
    attributes = fleaglass_recording.one("pf.signal.analysis").attributes
    assert (attributes["pf.iv"], attributes["pf.signal_confidence"]) == (0.58, 0.7)
    assert "pf.z_score" not in attributes


def test_an_authors_own_stage_keeps_its_name(fleaglass_recording: Recording) -> None:
    with fleaglass_recording.agent.cycle(), fleaglass_recording.agent.stage("warm up") as stage:
        stage.set(batch=3)
    assert fleaglass_recording.one("warm up").attributes == {"custom.batch": 3}


def test_recording_after_the_end_does_nothing(fleaglass_recording: Recording) -> None:
    with fleaglass_recording.agent.cycle() as cycle:
        pass
    cycle.set(z_score=1.0)
    cycle.skip("too_late")
    assert "pf.z_score" not in fleaglass_recording.one("agent.decision_cycle").attributes
