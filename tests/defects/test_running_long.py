"""Defects 31 to 34, 38 and 39: agents that run for days."""

from __future__ import annotations

import asyncio
import datetime as dt
import gc
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import sentry_sdk

from fleaglass.recorder import guard
from fleaglass.recorder.metrics import Metrics
from fleaglass.testing import Recording, TickingClock, lenient, recording
from tests.defects.raw import raw_sentry

HOUR_S = 3600


def test_d31_raw_a_transaction_around_the_loop_sends_nothing_while_it_runs_and_a_thousand_spans_after() -> None:
    with raw_sentry(traces_sample_rate=1.0) as sent:
        with sentry_sdk.start_transaction(op="agent.run", name="main loop"):
            for _ in range(1_200):
                with sentry_sdk.start_span(op="cycle", name="cycle"):
                    pass
            assert sent.envelopes == []
        (transaction,) = sent.items("transaction")
    assert len(transaction["spans"]) == 1_000


def test_d31_ours_every_cycle_is_a_trace_that_leaves_when_it_is_over_and_leads_to_the_one_before(
    record: Recording,
) -> None:
    with record.agent.session():
        for number in range(1, 1_201):
            with record.agent.cycle():
                pass
            assert len(record.spans) == number
    assert len({span.trace_id for span in record.spans}) == 1_200
    assert {span.parent_span_id for span in record.spans} == {None}
    links = [[(link.trace_id, link.attributes) for link in span.links] for span in record.spans]
    before = [(span.trace_id, {"pf.link.type": "previous_cycle"}) for span in record.spans[:-1]]
    assert links == [[], *([each] for each in before)], "and leads to the one before it"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_d32_raw_heartbeats_as_breadcrumbs_send_nothing_and_push_out_the_trade() -> None:
    with raw_sentry() as sent:
        sentry_sdk.add_breadcrumb(category="trade", message="bought 1 BTC")
        for hours in range(100):
            sentry_sdk.add_breadcrumb(category="heartbeat", message="alive")
            sentry_sdk.set_measurement("agent.uptime_hours", hours)
        assert sent.envelopes == []
        sentry_sdk.capture_message("x")
    assert {crumb["category"] for crumb in sent.event["breadcrumbs"]["values"]} == {"heartbeat"}


def test_d32_ours_a_heartbeat_is_a_check_in_and_the_trade_stays() -> None:
    with recording(release="agent@1") as record, record.agent.session():
        with record.agent.cycle():
            record.agent.position_change("BTC", "buy", 1, 68_000, rationale="z=1.87")
        record.pass_time(100 * 60)
        record.agent.capture(ValueError("x"))
    crumbs = record.events[0]["breadcrumbs"]["values"]
    assert [crumb["category"] for crumb in crumbs] == ["session", "trade", "heartbeat"]
    assert len([one for one in record.check_ins if one.slug == "alive-test-agent"]) >= 100


def test_d32_ours_uptime_is_a_gauge(record: Recording) -> None:
    metrics = vital_signs(record)
    record.clock.advance(2 * HOUR_S)
    assert uptime_s(metrics) == pytest.approx(2 * HOUR_S, abs=0.1)


async def test_d33_raw_a_task_nobody_holds_may_vanish_fails_unheard_and_outlives_its_owner() -> None:
    async def heartbeat(beat: Callable[[], Awaitable[object]]) -> None:
        while True:
            await beat()

    async def fail() -> None:
        raise ConnectionError("the owner never hears of this")

    loop, said = asyncio.get_running_loop(), list[str]()
    loop.set_exception_handler(lambda _, context: said.append(context["message"]))
    before = asyncio.all_tasks()
    for beat in (loop.create_future, fail, lambda: asyncio.sleep(0)):
        asyncio.create_task(heartbeat(beat))  # noqa: RUF006
    for _ in range(5):
        await asyncio.sleep(0)
    gc.collect()
    assert sorted(said) == ["Task exception was never retrieved", "Task was destroyed but it is pending!"]
    (survivor,) = asyncio.all_tasks() - before
    survivor.cancel()


async def test_d33_ours_liveness_has_an_owner_and_ends_with_it() -> None:
    before = asyncio.all_tasks()
    with recording(release="agent@1") as record:
        async with record.agent.session():
            assert asyncio.all_tasks() == before
            record.pass_time(5 * 60)
        during = len(record.check_ins)
        record.pass_time(HOUR_S)
    assert (during >= 5, len(record.check_ins)) == (True, during)


def test_d33_ours_a_check_in_that_fails_is_not_the_last() -> None:
    def away(check_in: object) -> None:
        raise ConnectionError("server away")

    with recording(release="agent@1") as record, record.agent.session(), lenient():
        kept, record.sentry.check_in = record.sentry.check_in, away  # type: ignore[method-assign]
        record.pass_time(90)
        record.sentry.check_in = kept  # type: ignore[method-assign]
        assert (record.check_ins, guard.swallowed["checking in: ConnectionError"]) == ([], 2)
        record.pass_time(60)
        assert [one.status for one in record.check_ins] == ["in_progress"]


class NaiveSession:
    """A session as it is written when tags are taken for one."""

    def __init__(self) -> None:
        self.status = "running"

    async def __aenter__(self) -> NaiveSession:
        sentry_sdk.set_tag("session.start", "now")
        sentry_sdk.add_breadcrumb(category="session", message="started")
        return self

    async def __aexit__(self, kind: Any, error: Any, trace: Any) -> None:
        self.status = "crashed" if kind else "ok"
        sentry_sdk.add_breadcrumb(category="session", message=self.status)


async def test_d34_raw_tags_are_no_session_and_being_stopped_looks_like_a_crash() -> None:
    session = NaiveSession()
    with raw_sentry(release="agent@1") as sent, pytest.raises(asyncio.CancelledError):
        async with session:
            raise asyncio.CancelledError
    assert session.status == "crashed"
    assert sent.envelopes == []


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (None, "exited"),
        (asyncio.CancelledError(), "exited"),
        (SystemExit(3), "exited"),
        (KeyboardInterrupt(), "exited"),
        (ValueError("x"), "crashed"),
    ],
)
async def test_d34_ours_a_session_begins_and_ends_as_the_run_did(error: BaseException | None, status: str) -> None:
    async def run() -> None:
        async with record.agent.session():
            if error is not None:
                raise error

    with recording(release="agent@1") as record:
        if error is None:
            await run()
        else:
            with pytest.raises(type(error)):
                await run()
    begin, end = record.sessions
    assert (begin.status, begin.init, end.status, end.init) == ("ok", True, status, False)
    assert begin.sid == end.sid
    assert len(record.events) == (status == "crashed")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_d38_raw_utcnow_has_no_zone_and_the_wall_clock_goes_back() -> None:
    naive = dt.datetime.utcnow()
    assert naive.tzinfo is None
    with pytest.raises(TypeError):
        _ = dt.datetime.now(dt.UTC) - naive
    started, after_the_clock_was_set = dt.datetime(2026, 11, 20, 10), dt.datetime(2026, 11, 20, 9)
    assert (after_the_clock_was_set - started).total_seconds() == -HOUR_S


def test_d38_ours_time_is_utc_and_uptime_never_goes_back(record: Recording) -> None:
    metrics = vital_signs(record)
    record.clock.advance(60)
    before_s = uptime_s(metrics)
    set_back(record.clock, HOUR_S)
    assert uptime_s(metrics) > before_s
    with record.agent.cycle(timestamp=dt.datetime(2026, 11, 20, 10, tzinfo=dt.UTC)):
        set_back(record.clock, HOUR_S)
        with record.agent.stage("signal.analysis"):
            record.agent.capture(ValueError("x"))
    stage, cycle = record.spans
    assert cycle.start_ns < stage.start_ns < stage.end_ns < cycle.end_ns
    assert cycle.attributes["pf.timestamp"] == "2026-11-20T10:00:00+00:00"
    assert record.events[0]["timestamp"].endswith("Z")


def vital_signs(record: Recording) -> Metrics:
    return Metrics(record.agent.core, None, lambda kind, payload: None)


def uptime_s(metrics: Metrics) -> float:
    return next(each.value for each in metrics.take().readings if each.name == "pf.agent.uptime")


def set_back(clock: TickingClock, seconds: float) -> None:
    """Set the wall clock back; the monotonic one does not care."""
    clock._start_ns -= round(seconds * 1e9)


def test_d39_raw_a_message_that_formats_what_is_missing_ends_the_cycle() -> None:
    signal: dict[str, Any] = {"asset": "BTC", "z_score": None}
    with pytest.raises(TypeError), raw_sentry():
        sentry_sdk.add_breadcrumb(category="signal", message=f"{signal['asset']} (z={signal['z_score']:.2f})")


def test_d39_ours_what_is_missing_is_left_out(record: Recording) -> None:
    agent = record.agent
    with agent.cycle():
        with agent.stage("signal.analysis") as stage:
            stage.signal({"asset": "BTC", "action": "buy", "z_score": None, "iv": "high"})
        agent.risk_check("net_vega", passed=True, value=None, limit=50_000)
        agent.position_change("BTC", "buy", None, None, rationale=None)
        told = [(crumb.category, crumb.message, dict(crumb.data)) for crumb in record.breadcrumbs]
    assert told == [
        ("signal", "Signal: buy BTC (IV=high)", {"asset": "BTC", "action": "buy", "iv": "high"}),
        ("risk", "Risk check net_vega: pass (limit=50000)", {"check": "net_vega", "passed": True, "limit": 50_000}),
        ("trade", "Position: buy BTC", {"asset": "BTC", "side": "buy"}),
    ]
