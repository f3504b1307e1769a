"""The order pipeline of the Sentry integration guide, for an order that the author sends: each stage, each outcome."""

from __future__ import annotations

import asyncio

import pytest

from fleaglass.testing import Recording


def run(
    record: Recording, *, z_score: float = 2.0, risk: bool = True, filled: bool = True, error: object = None
) -> None:
    agent = record.agent
    with agent.cycle(), agent.pipeline("BTC", "buy"):
        with agent.stage("signal.validate") as stage:
            stage.set(z_score=z_score, valid=abs(z_score) >= 1.5)
        if abs(z_score) < 1.5:
            return
        if not agent.risk_check("net_vega", passed=risk, value=1, limit=2):
            return
        with agent.stage("order.size") as stage:
            stage.size(1_000)
        with agent.stage("order.submit") as stage:
            if isinstance(error, BaseException):
                raise error
            stage.set(order_id="ord_1", fill_price=68_000)
        with agent.stage("order.confirm") as stage:
            stage.set(fill_confirmed=filled)


def outcomes(record: Recording) -> tuple[object, object]:
    pipeline, cycle = record.one("order.pipeline"), record.one("agent.decision_cycle")
    return pipeline.attributes["pf.pipeline_outcome"], cycle.attributes["pf.cycle_outcome"]


@pytest.mark.parametrize(
    ("options", "pipeline", "cycle"),
    [
        ({"z_score": 0.4}, "rejected_validation", "completed"),
        ({"risk": False}, "rejected_risk", "completed"),
        ({"filled": True}, "filled", "order_placed"),
        ({"filled": False}, "partial", "order_placed"),
    ],
)
def test_a_pipeline_ends_at_its_stage(fleaglass_recording: Recording, options, pipeline, cycle) -> None:
    run(fleaglass_recording, **options)
    assert outcomes(fleaglass_recording) == (pipeline, cycle)
    assert fleaglass_recording.events == []


def test_every_stage_is_a_span(fleaglass_recording: Recording) -> None:
    run(fleaglass_recording)
    assert (
        fleaglass_recording.tree()
        == """\
agent.decision_cycle
  order.pipeline
    signal.validate
    risk.check
    order.size
    order.submit
    order.confirm"""
    )
    assert fleaglass_recording.one("order.pipeline").attributes["pf.order_id"] == "ord_1"


@pytest.mark.parametrize(
    ("error", "pipeline", "cycle", "level"),
    [
        (ValueError("400"), "api_error", "failed", "fatal"),
        (TimeoutError(), "unknown", "unknown", "fatal"),
        (asyncio.CancelledError(), "unknown", "unknown", None),
    ],
)
def test_an_order_that_could_not_be_sent(fleaglass_recording: Recording, error, pipeline, cycle, level) -> None:
    """Cut short, it may have been sent: that is unknown, and not a healthy nothing."""
    with pytest.raises(type(error)):
        run(fleaglass_recording, error=error)
    assert outcomes(fleaglass_recording) == (pipeline, cycle)
    assert [event["level"] for event in fleaglass_recording.events] == ([level] if level else [])


def test_an_error_while_the_fill_is_asked_for_is_another_issue_and_the_order_is_placed(fleaglass_recording) -> None:
    agent = fleaglass_recording.agent

    def confirm() -> None:
        with agent.cycle(), agent.pipeline("BTC", "buy"):
            with agent.stage("order.submit") as stage:
                stage.set(order_id="ord_1")
            with agent.stage("order.confirm"):
                raise ValueError("odd answer")

    with pytest.raises(ValueError, match="odd"):
        confirm()
    assert outcomes(fleaglass_recording) == ("partial", "order_placed")
    assert fleaglass_recording.events[0]["level"] == "error"


class NumpyBool:
    """As ``numpy.bool_`` is: a scalar that is neither True nor False, and turns into one."""

    shape = ()

    def __init__(self, value: bool) -> None:
        self.value = value

    def item(self) -> bool:
        return self.value


def test_a_verdict_may_be_numpys(fleaglass_recording: Recording) -> None:
    agent = fleaglass_recording.agent
    with agent.cycle(), agent.pipeline("BTC", "buy"), agent.stage("signal.validate") as stage:
        stage.set(valid=NumpyBool(False))
    with agent.cycle(), agent.pipeline("BTC", "buy"), agent.stage("order.confirm") as stage:
        stage.set(order_id="ord_1", fill_confirmed=NumpyBool(True))
    pipelines = fleaglass_recording.named("order.pipeline")
    assert [span.attributes["pf.pipeline_outcome"] for span in pipelines] == ["rejected_validation", "filled"]
