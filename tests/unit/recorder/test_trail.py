"""Breadcrumbs: what led up to an error, and nothing of anybody else's."""

from __future__ import annotations

import asyncio

import pytest

from fleaglass.recorder.trail import MAX_CRUMBS
from fleaglass.testing import Recording, lenient


def messages(record: Recording) -> list[str]:
    (event,) = record.events
    return [crumb["message"] for crumb in event["breadcrumbs"]["values"]]


def test_an_error_carries_what_led_up_to_it(fleaglass_recording: Recording) -> None:
    agent, record = fleaglass_recording.agent, fleaglass_recording
    with agent.cycle():
        with agent.stage("signal.analysis") as stage:
            stage.signal({"action": "buy", "asset": "BTC", "z_score": 1.87, "iv": 0.62, "rv": 0.48})
        agent.risk_check("net_vega", passed=True, value=38_250, limit=50_000)
        agent.risk_check("daily_loss", passed=False, value=3_100, limit=3_000)
        agent.core.trail.api_response("POST /trading/order", 201, 42.06, "ord_1")
        agent.position_change("BTC", "buy", 0.01, 68_000, rationale="z=1.87")
        agent.breadcrumb("rebalance", "weights recomputed", level="warning", assets=3)
        agent.capture(ValueError("x"))
    crumbs = [
        (crumb["category"], crumb["level"], crumb["message"], crumb["data"])
        for crumb in record.events[0]["breadcrumbs"]["values"]
    ]
    assert crumbs == [
        (
            "signal",
            "info",
            "Signal: buy BTC (z=1.87, IV=0.62, RV=0.48)",
            {"asset": "BTC", "action": "buy", "z_score": 1.87, "iv": 0.62, "rv": 0.48},
        ),
        (
            "risk",
            "info",
            "Risk check net_vega: pass (value=38250, limit=50000)",
            {"check": "net_vega", "passed": True, "value": 38_250, "limit": 50_000},
        ),
        (
            "risk",
            "warning",
            "Risk check daily_loss: FAIL (value=3100, limit=3000)",
            {"check": "daily_loss", "passed": False, "value": 3_100, "limit": 3_000},
        ),
        (
            "http",
            "info",
            "POST /trading/order: 201 (ms=42.1)",
            {"endpoint": "POST /trading/order", "status_code": 201, "latency_ms": 42.06, "order_id": "ord_1"},
        ),
        (
            "trade",
            "info",
            "Position: buy 0.01 BTC (at=68000, because=z=1.87)",
            {"asset": "BTC", "side": "buy", "size": 0.01, "price": 68_000, "rationale": "z=1.87"},
        ),
        ("rebalance", "warning", "weights recomputed", {"assets": 3}),
    ]
    times = [crumb["timestamp"] for crumb in record.events[0]["breadcrumbs"]["values"]]
    assert times == sorted(times)


def test_they_are_events_of_the_span_they_were_left_in(fleaglass_recording: Recording) -> None:
    agent = fleaglass_recording.agent
    with agent.cycle():
        agent.position_change("BTC", "long", 0.01, None, rationale=None)
        agent.breadcrumb("rebalance", "done", assets=3)
        agent.core.trail.api_response("GET /x", None)
    events = {event.name: dict(event.attributes) for event in fleaglass_recording.one("agent.decision_cycle").events}
    assert events == {
        "position_change": {"pf.asset": "BTC", "pf.trail.position_side": "long", "pf.trail.size": 0.01},
        "breadcrumb": {
            "pf.trail.category": "rebalance",
            "pf.trail.message": "done",
            "pf.trail.level": "info",
            "custom.assets": 3,
        },
        "api_response": {"pf.trail.endpoint": "GET /x"},
    }


@pytest.mark.parametrize("value", [None, "", float("nan"), object(), "1.5", [1], {"z": 1}])
def test_no_value_can_break_the_agent(fleaglass_recording: Recording, value: object) -> None:
    trail = fleaglass_recording.agent.core.trail
    trail.signal(asset=value, action=value, z_score=value, iv=value, rv=value)
    trail.risk_check(value, passed=False, value=value, limit=value)
    trail.api_response(value, None, None, value)
    trail.position_change(value, value, value, value, value)
    trail.add("note", value, data={"value": value})
    assert len(fleaglass_recording.breadcrumbs) == 5


def test_only_the_latest_hundred_are_kept(fleaglass_recording: Recording) -> None:
    with fleaglass_recording.agent.cycle():
        for number in range(MAX_CRUMBS + 20):
            fleaglass_recording.agent.breadcrumb("n", str(number))
        assert [crumb.message for crumb in fleaglass_recording.breadcrumbs] == [str(n) for n in range(20, 120)]


def test_heartbeats_push_nothing_out(fleaglass_recording: Recording) -> None:
    agent = fleaglass_recording.agent
    with agent.cycle():
        agent.breadcrumb("trade", "what matters")
        for beat in range(500):
            agent.breadcrumb("heartbeat", f"alive {beat}")
        agent.capture(ValueError())
    assert messages(fleaglass_recording) == ["what matters", "alive 499"]
    assert [event.name for event in fleaglass_recording.one("agent.decision_cycle").events] == ["breadcrumb"]


async def test_cycles_that_run_side_by_side_do_not_mix(fleaglass_recording: Recording) -> None:
    agent, record = fleaglass_recording.agent, fleaglass_recording
    with agent.cycle():
        agent.breadcrumb("n", "earlier")

    async def decide(asset: str) -> None:
        with agent.cycle(asset=asset):
            agent.breadcrumb("n", asset)
            await asyncio.gather(*[asyncio.to_thread(agent.breadcrumb, "n", f"{asset} helper")])
            await barrier.wait()
            if asset == "ETH":
                agent.capture(ValueError())
            await barrier.wait()

    barrier = asyncio.Barrier(2)
    await asyncio.gather(decide("BTC"), decide("ETH"))
    assert messages(record) == ["earlier", "ETH", "ETH helper"]
    agent.capture(ValueError())
    later = [crumb["message"] for crumb in record.events[1]["breadcrumbs"]["values"]]
    assert sorted(later) == sorted(["earlier", "BTC", "BTC helper", "ETH", "ETH helper"])


def test_trees_that_nobody_closes_do_not_grow_for_ever(fleaglass_recording: Recording) -> None:
    cycles = [fleaglass_recording.agent.cycle() for _ in range(200)]
    for cycle in cycles:
        cycle.__enter__()
        fleaglass_recording.agent.breadcrumb("n", "x")
    trail = fleaglass_recording.agent.core.trail
    assert len(trail._trees) <= 64
    for cycle in reversed(cycles):
        cycle.__exit__(None, None, None)
    assert len(trail._trees) == 0


def test_a_breadcrumb_holds_no_secret(fleaglass_recording: Recording) -> None:
    key = "pf_live_0123456789abcdef"
    agent = fleaglass_recording.agent
    with agent.cycle():
        agent.breadcrumb("login", f"used {key}", token="abc", header=f"Bearer {key}", **{key: 1})
        agent.capture(ValueError())
    assert "0123456789abcdef" not in repr(fleaglass_recording.events) + repr(fleaglass_recording.spans)
    assert fleaglass_recording.events[0]["breadcrumbs"]["values"][0]["data"]["token"] == "[scrubbed]"


async def test_the_steps_of_cycles_side_by_side_stand_in_the_order_of_time(fleaglass_recording: Recording) -> None:
    agent = fleaglass_recording.agent

    async def cycle(name: str) -> None:
        with agent.cycle():
            for step in range(3):
                agent.breadcrumb("step", f"{name}{step}")
                await asyncio.sleep(0)

    await asyncio.gather(cycle("a"), cycle("b"))
    agent.capture(ValueError())
    assert messages(fleaglass_recording) == ["a0", "b0", "a1", "b1", "a2", "b2"]


def test_a_value_that_cannot_be_read_costs_its_words_only(fleaglass_recording: Recording) -> None:
    class Unreadable:
        def __str__(self) -> str:
            raise RuntimeError("not even this")

    with lenient(), fleaglass_recording.agent.cycle():
        fleaglass_recording.agent.position_change("BTC", "buy", size=Unreadable())
        fleaglass_recording.agent.breadcrumb("note", Unreadable())  # type: ignore[arg-type]
        assert [crumb.message for crumb in fleaglass_recording.breadcrumbs] == ["[unreadable]"] * 2
        assert fleaglass_recording.breadcrumbs[0].data == {"asset": "BTC", "side": "buy"}
