"""A session begins once, ends once, and its status says how the run really ended."""

import asyncio
import contextlib
import os
import signal

import pytest

from fleaglass.recorder import guard
from fleaglass.recorder.session.ending import ending
from fleaglass.testing import Recording, lenient, recording

DAY_S = 24 * 3600


@pytest.fixture
def record():
    with recording("vol-arb-1", release="agent-vol-arb@2.1.0", environment="demo") as found:
        yield found


def statuses(record: Recording) -> list[str]:
    return [update.status for update in record.sessions]


def test_a_run_begins_and_ends(record: Recording) -> None:
    with record.agent.session():
        record.pass_time(90)
    begin, end = record.sessions
    assert (begin.init, begin.status, begin.duration_s) == (True, "ok", None)
    assert (end.init, end.status, end.errors) == (False, "exited", 0)
    assert end.duration_s == pytest.approx(90, abs=0.1)
    assert begin.sid == end.sid
    assert begin.started_ns == end.started_ns
    assert end.timestamp_ns > begin.timestamp_ns
    assert {update.did for update in record.sessions} == {"vol-arb-1"}
    assert {update.release for update in record.sessions} == {"agent-vol-arb@2.1.0"}
    assert {update.environment for update in record.sessions} == {"demo"}


async def test_in_async_code_too(record: Recording) -> None:
    async with record.agent.session():
        await asyncio.sleep(0)
    assert statuses(record) == ["ok", "exited"]


def test_the_trail_knows_of_it(record: Recording) -> None:
    with record.agent.session():
        pass
    assert [(crumb.category, crumb.message) for crumb in record.breadcrumbs] == [
        ("session", "Agent session started"),
        ("session", "Agent session ended: exited"),
    ]


def test_an_exception_that_leaves_it_is_a_crash_with_one_event(record: Recording) -> None:
    with pytest.raises(ZeroDivisionError), record.agent.session():
        _ = 1 / 0
    assert statuses(record) == ["ok", "crashed"]
    assert record.sessions[-1].errors == 1
    (event,) = record.events
    assert event["exception"]["values"][-1]["mechanism"]["handled"] is False


def test_a_crash_that_a_cycle_reported_is_not_reported_twice(record: Recording) -> None:
    with pytest.raises(ZeroDivisionError), record.agent.session(), record.agent.cycle():
        _ = 1 / 0
    assert len(record.events) == 1
    assert (statuses(record)[-1], record.sessions[-1].errors) == ("crashed", 1)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (None, "exited"),
        (SystemExit(0), "exited"),
        (SystemExit(3), "exited"),
        (KeyboardInterrupt(), "exited"),
        (asyncio.CancelledError(), "exited"),
        (GeneratorExit(), "exited"),
        (RuntimeError("x"), "crashed"),
        (MemoryError(), "crashed"),
        (BaseExceptionGroup("g", [KeyboardInterrupt(), asyncio.CancelledError()]), "exited"),
        (ExceptionGroup("g", [ValueError(), RuntimeError()]), "crashed"),
        (BaseExceptionGroup("g", [KeyboardInterrupt(), BaseExceptionGroup("h", [ValueError()])]), "crashed"),
    ],
)
def test_how_a_run_ends(error: BaseException | None, status: str) -> None:
    assert ending(error) == status


def test_what_leaves_the_block_leaves_it_unchanged(record: Recording) -> None:
    error = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt) as raised, record.agent.session():
        raise error
    assert raised.value is error
    assert statuses(record)[-1] == "exited"
    assert not record.events


def test_errors_are_counted_and_told_within_a_minute(record: Recording) -> None:
    with record.agent.session():
        for _ in range(2):
            with pytest.raises(ZeroDivisionError), record.agent.cycle():
                _ = 1 / 0
        record.pass_time(61)
        record.pass_time(61)
    assert [(update.status, update.errors) for update in record.sessions] == [("ok", 0), ("ok", 2), ("exited", 2)]
    assert [update.init for update in record.sessions] == [True, False, False]


def test_errors_of_before_are_not_its_errors(record: Recording) -> None:
    with pytest.raises(ZeroDivisionError), record.agent.cycle():
        _ = 1 / 0
    with record.agent.session():
        pass
    assert record.sessions[-1].errors == 0


def test_a_session_is_cut_after_a_day(record: Recording) -> None:
    """A server takes updates for five days only."""
    with record.agent.session():
        record.agent.core.pulse.beat("completed")
        record.pass_time(2 * DAY_S + 3600)
    by_sid: dict[str, list[str]] = {}
    for update in record.sessions:
        by_sid.setdefault(update.sid, []).append(update.status)
        assert (update.duration_s or 0) <= DAY_S + 120
    assert list(by_sid.values()) == [["ok", "exited"]] * 3
    assert sum(update.init for update in record.sessions) == 3


def test_a_machine_that_was_asleep_does_not_make_it_longer(record: Recording) -> None:
    """The monotonic clock stands still meanwhile; the server's does not, and takes updates for five days."""
    with record.agent.session():
        record.clock.sleep(2 * DAY_S)
        record.pass_time(61)
    assert statuses(record) == ["ok", "exited"] * 2
    first, _, second, _ = record.sessions
    assert second.started_ns - first.started_ns == pytest.approx(2 * DAY_S * 1e9, rel=0.01)


def test_opening_it_twice_is_one_session_that_ends_with_the_outer_block(record: Recording) -> None:
    with record.agent.session() as outer:
        with contextlib.suppress(ValueError), record.agent.session() as inner:
            assert inner is outer
            raise ValueError
        assert outer.is_open
    assert statuses(record) == ["ok", "exited"]
    with record.agent.session():
        pass
    assert statuses(record) == ["ok", "exited"] * 2


def test_a_handle_that_was_taken_before_is_the_same_session(record: Recording) -> None:
    early, other = record.agent.session(), record.agent.session()
    with early, other:
        pass
    assert statuses(record) == ["ok", "exited"]
    with early:
        record.agent.session()
        record.agent.shutdown()
    assert statuses(record) == ["ok", "exited"] * 2


def test_a_server_that_is_found_after_the_handle_was_taken(record: Recording) -> None:
    """``sentry_sdk.init`` may come later than ``agent.session()``, which is when the link becomes active."""
    record.sentry.active = False  # type: ignore[misc]
    session = record.agent.session()
    record.sentry.active = True  # type: ignore[misc]
    with session:
        pass
    assert statuses(record) == ["ok", "exited"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_may_have_a_session_of_its_own(record: Recording) -> None:
    with record.agent.session() as parents:
        if (child := os.fork()) == 0:
            record.sentry.sessions.clear()
            with record.agent.session():
                pass
            parents.__exit__(None, None, None)
            os._exit(0 if statuses(record) == ["ok", "exited"] else 1)
        assert os.waitpid(child, 0)[1] == 0
    assert statuses(record) == ["ok", "exited"]


def test_shutting_down_ends_it(record: Recording) -> None:
    with record.agent.session():
        record.agent.shutdown()
    assert statuses(record) == ["ok", "exited"]


def test_where_no_lease_can_be_kept_the_session_is_told_all_the_same(caplog: pytest.LogCaptureFixture) -> None:
    guard.forget()
    for home in ("/dev/null", "x" * 300):
        with recording("a", release="a@1", home=home) as record, record.agent.session():
            pass
        assert statuses(record) == ["ok", "exited"]
    (line,) = [entry.getMessage() for entry in caplog.records]
    assert "set FLEAGLASS_HOME" in line


def test_a_program_s_own_handler_for_sigterm_is_not_put_off(record: Recording) -> None:
    """It may have orders to cancel; telemetry would make it wait for a server that is away."""
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        own = signal.getsignal(signal.SIGTERM)
        with record.agent.session():
            assert signal.getsignal(signal.SIGTERM) is own
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        with record.agent.session():
            assert callable(signal.getsignal(signal.SIGTERM))
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    finally:
        signal.signal(signal.SIGTERM, before)


def test_agents_give_sigterm_back_in_whatever_order_they_end() -> None:
    before = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        with recording("first") as first, recording("second") as second:
            one, other = first.agent.session(), second.agent.session()
            one.__enter__()
            other.__enter__()
            one.end()
            assert callable(signal.getsignal(signal.SIGTERM))
            other.end()
            assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    finally:
        signal.signal(signal.SIGTERM, before)


def test_without_a_release_it_says_so_once_and_sends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """Sentry drops a session that has none."""
    with lenient(), recording("a") as record:
        for _ in range(2):
            with record.agent.session():
                record.pass_time(1)
        (line,) = [entry for entry in caplog.records if "release" in entry.getMessage()]
        assert "set FLEAGLASS_RELEASE" in line.getMessage()
        assert not record.sessions
        assert record.check_ins, "liveness needs no release"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_leaves_the_parent_s_session_alone(record: Recording) -> None:
    with record.agent.session() as session:
        if (child := os.fork()) == 0:
            record.agent.core.sentry.sessions.clear()  # type: ignore[attr-defined]
            session.__exit__(None, None, None)
            os._exit(len(record.sessions))
        assert os.waitpid(child, 0)[1] == 0
        assert session.is_open
    assert statuses(record) == ["ok", "exited"]
