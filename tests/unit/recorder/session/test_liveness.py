"""Liveness proves progress: ok while cycles complete, error when they stop, whatever else still ticks."""

import contextlib
import threading
import time

import pytest

import fleaglass
from fleaglass.monitor_slugs import liveness_slug
from fleaglass.recorder import Seams
from fleaglass.recorder.operation import Operation
from fleaglass.testing import Recording, recording
from fleaglass.testing.sentry import CapturedSentry
from fleaglass.venue.errors import InsufficientMarginError

ORDER = {"pf.order_id": "o_1"}


@pytest.fixture
def record():
    with recording("vol-arb-1", release="agent-vol-arb@2.1.0") as found:
        yield found


def statuses(record: Recording) -> str:
    return " ".join(check_in.status for check_in in record.check_ins)


def operate(record: Recording, error: Exception | None = None) -> None:
    """One operation on the venue, as a program without cycles does it."""
    with contextlib.suppress(Exception), Operation(record.agent.core, "pf.trade.read", "trading", ORDER):
        if error is not None:
            raise error


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


def test_before_a_cycle_of_this_run_completed_it_says_only_that_it_runs(record: Recording) -> None:
    """In one check-in that stays open until there is something to say."""
    with record.agent.session():
        record.pass_time(130)
        with record.agent.cycle():
            pass
        record.pass_time(60)
    assert statuses(record) == "in_progress in_progress in_progress ok"
    assert len({check_in.check_in_id for check_in in record.check_ins}) == 1


def test_an_agent_that_never_completes_a_cycle_is_stalled_too(record: Recording) -> None:
    with record.agent.session():
        record.pass_time(430)
    assert statuses(record) == " ".join(["in_progress"] * 5 + ["error"] * 3)
    assert len({check_in.check_in_id for check_in in record.check_ins}) == 3


def test_an_agent_that_dies_at_its_start_again_and_again_is_never_ok(record: Recording) -> None:
    """Each run leaves its check-in open, and a server makes a failure of that when it hears no more of it."""
    for _ in range(3):
        with contextlib.suppress(OSError), record.agent.session():
            record.pass_time(20)
            raise OSError("no model")
    assert statuses(record) == "in_progress in_progress in_progress"
    assert len({check_in.check_in_id for check_in in record.check_ins}) == 3
    assert record.check_ins[0].monitor_config is not None
    assert record.check_ins[0].monitor_config["max_runtime"] == 2


def test_what_an_earlier_run_decided_does_not_count(record: Recording) -> None:
    for _ in range(2):
        with record.agent.session():
            record.pass_time(1)
            with record.agent.cycle():
                pass
    assert statuses(record) == "in_progress in_progress"


def test_cycles_that_all_raise_are_no_progress(record: Recording) -> None:
    with record.agent.session():
        for _ in range(10):
            with contextlib.suppress(RuntimeError), record.agent.cycle():
                raise RuntimeError("always")
            record.pass_time(60)
    assert statuses(record) == " ".join(["in_progress"] * 5 + ["error"] * 6)


def test_a_program_without_cycles_is_alive_while_its_operations_succeed(record: Recording) -> None:
    """One that only is instrumented. An operation that the venue refuses was decided on as well."""
    with record.agent.session():
        for minute in range(10):
            operate(record, InsufficientMarginError("no margin") if minute % 2 else None)
            record.pass_time(60)
        assert statuses(record) == " ".join(["ok"] * 11)
        for _ in range(6):
            operate(record, ConnectionError("venue away"))
            record.pass_time(60)
    assert statuses(record).endswith("ok error error")


def test_once_there_are_cycles_operations_prove_nothing(record: Recording) -> None:
    """A task that goes on reading prices must not hide that the first decision never ends."""
    with record.agent.session():
        operate(record)
        record.pass_time(61)
        assert statuses(record) == "ok ok"
        with record.agent.cycle():
            for _ in range(5):
                operate(record)
                record.pass_time(60)
    assert statuses(record) == "ok ok in_progress in_progress in_progress error error"


def test_the_limit_can_be_set() -> None:
    with recording(release="a@1", stalled_after_s=90) as record, record.agent.session():
        record.pass_time(130)
        assert statuses(record) == "in_progress in_progress error"


def test_a_cycle_in_the_middle_of_which_the_agent_hangs_is_not_completed(record: Recording) -> None:
    with record.agent.session(), record.agent.cycle():
        record.pass_time(310)
        assert statuses(record).endswith("in_progress error")


def test_the_monitor_is_made_by_the_check_in(record: Recording) -> None:
    """Once a minute, a minute late at most, and two misses or errors in a row open an issue. Open for two minutes at
    most without a word."""
    with record.agent.session():
        record.pass_time(1)
    assert record.check_ins[0].monitor_config == {
        "schedule": {"type": "interval", "value": 1, "unit": "minute"},
        "checkin_margin": 1,
        "max_runtime": 2,
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
    assert len(record.check_ins) == 1


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
