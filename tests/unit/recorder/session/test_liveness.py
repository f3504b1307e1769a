"""Liveness proves progress: ok while cycles complete, error when they stop, whatever else still ticks."""

import threading
import time

import pytest

import fleaglass
from fleaglass.recorder import Seams
from fleaglass.recorder.session.liveness import liveness_slug
from fleaglass.testing import Recording, recording
from fleaglass.testing.sentry import CapturedSentry


@pytest.fixture
def record():
    with recording("vol-arb-1", release="agent-vol-arb@2.1.0") as found:
        yield found


def statuses(record: Recording) -> str:
    return " ".join(check_in.status for check_in in record.check_ins)


def test_it_checks_in_once_a_minute_while_cycles_complete(record: Recording) -> None:
    with record.agent.session():
        for _ in range(10):
            with record.agent.cycle():
                pass
            record.pass_time(60)
    assert statuses(record) == " ".join(["ok"] * 11)
    (monitor,) = {check_in.slug for check_in in record.check_ins}
    assert monitor == "alive-vol-arb-1"
    assert len({check_in.check_in_id for check_in in record.check_ins}) == 11


def test_it_says_error_when_no_cycle_completes_any_more_and_ok_when_one_does(record: Recording) -> None:
    with record.agent.session():
        with record.agent.cycle():
            pass
        record.pass_time(290)
        assert statuses(record) == "ok ok ok ok ok"
        record.pass_time(60)
        assert statuses(record).endswith("ok error")
        with record.agent.cycle():
            pass
        record.pass_time(60)
        assert statuses(record).endswith("error ok")


def test_an_agent_that_never_completes_a_cycle_is_stalled_too(record: Recording) -> None:
    with record.agent.session():
        record.pass_time(310)
    assert statuses(record) == "ok ok ok ok ok error"


def test_the_limit_can_be_set() -> None:
    with recording(release="a@1", stalled_after_s=90) as record, record.agent.session():
        record.pass_time(130)
        assert statuses(record) == "ok ok error"


def test_a_cycle_in_the_middle_of_which_the_agent_hangs_is_not_completed(record: Recording) -> None:
    with record.agent.session(), record.agent.cycle():
        record.pass_time(310)
        assert statuses(record).endswith("ok error")


def test_the_monitor_is_made_by_the_check_in(record: Recording) -> None:
    """Once a minute, a minute late at most, and two misses or errors in a row open an issue."""
    with record.agent.session():
        record.pass_time(1)
    assert record.check_ins[0].monitor_config == {
        "schedule": {"type": "interval", "value": 1, "unit": "minute"},
        "checkin_margin": 1,
        "failure_issue_threshold": 2,
        "recovery_threshold": 1,
        "timezone": "UTC",
    }


def test_heartbeats_never_push_out_what_happened(record: Recording) -> None:
    with record.agent.session():
        record.agent.core.trail.add("signal", "buy")
        record.pass_time(200 * 60)
        crumbs = record.breadcrumbs
    assert [crumb.category for crumb in crumbs] == ["session", "signal", "heartbeat"]


def test_after_the_session_nobody_checks_in(record: Recording) -> None:
    with record.agent.session():
        record.pass_time(1)
    record.pass_time(300)
    assert statuses(record) == "ok"


def test_long_ids_have_monitors_of_their_own() -> None:
    one, two = (liveness_slug("x" * 60 + end) for end in "12")
    assert one != two
    assert len(one) == 50


def test_it_checks_in_although_the_main_thread_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the real thread: this is what an unreferenced task of a hanging event loop cannot do."""
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "none")
    monkeypatch.setattr("fleaglass.recorder.session.session.EVERY_S", 0.01)
    sentry = CapturedSentry()
    agent = fleaglass.init("hanging", release="a@1", seams=Seams(sentry=sentry))
    with agent.session(handle_sigterm=False):
        until = time.monotonic() + 5
        while len(sentry.check_ins) < 3 and time.monotonic() < until:
            time.sleep(0.01)
        assert len(sentry.check_ins) >= 3
    agent.shutdown()
    assert not [thread for thread in threading.enumerate() if thread.name == "fleaglass-rounds"]
