"""A monitor tells when a job ran and how it ended, and changes nothing about the job."""

import asyncio
import contextlib
import functools
import gc
import inspect

import pytest

from fleaglass.recorder import current_span
from fleaglass.testing import Recording, lenient, recording


@pytest.fixture
def record():
    with recording("vol-arb-1", release="agent-vol-arb@2.1.0", environment="demo") as found:
        yield found


def told(record: Recording) -> list[tuple[str, str]]:
    return [(check_in.check_in_id[-2:], check_in.status) for check_in in record.check_ins]


async def test_the_guide_s_job(record: Recording) -> None:
    @record.agent.monitor(
        "daily-recalibration",
        schedule="0 0 * * *",
        margin=10,
        max_runtime=30,
        failure_threshold=1,
        recovery_threshold=2,
        timezone="UTC",
    )
    async def recalibrate(window: int) -> int:
        """Fit anew."""
        record.clock.advance(90)
        return window

    assert inspect.iscoroutinefunction(recalibrate)
    assert (recalibrate.__name__, recalibrate.__doc__) == ("recalibrate", "Fit anew.")
    assert await recalibrate(30) == 30
    begin, end = record.check_ins
    assert (begin.slug, begin.status, begin.duration_s) == ("daily-recalibration", "in_progress", None)
    assert begin.monitor_config == {
        "schedule": {"type": "crontab", "value": "0 0 * * *"},
        "checkin_margin": 10,
        "max_runtime": 30,
        "failure_issue_threshold": 1,
        "recovery_threshold": 2,
        "timezone": "UTC",
    }
    assert (end.status, end.check_in_id) == ("ok", begin.check_in_id)
    assert end.duration_s == pytest.approx(90, abs=0.1)
    assert {check_in.release for check_in in record.check_ins} == {"agent-vol-arb@2.1.0"}
    assert {check_in.environment for check_in in record.check_ins} == {"demo"}


def test_every_run_is_a_span(record: Recording) -> None:
    @record.agent.monitor("rollover", schedule=60)
    def roll() -> None:
        with record.agent.cycle():
            pass

    roll()
    assert record.tree() == "pf.monitor.run\n  agent.decision_cycle"
    assert record.one("pf.monitor.run").attributes == {
        "pf.monitor.slug": "rollover",
        "pf.monitor.schedule": "60",
        "pf.monitor.status": "ok",
    }


@pytest.mark.parametrize("error", [ValueError("x"), asyncio.CancelledError(), KeyboardInterrupt(), SystemExit(3)])
def test_a_run_that_an_exception_ends_did_not_do_its_job(record: Recording, error: BaseException) -> None:
    with pytest.raises(type(error)) as raised, record.agent.monitor("rollover"):
        raise error
    assert raised.value is error
    assert [status for _, status in told(record)] == ["in_progress", "error"]
    assert record.one("pf.monitor.run").attributes["pf.monitor.status"] == "error"


def test_a_job_that_exits_as_programs_do_did_its_job(record: Recording) -> None:
    """Command-line libraries end every good run with ``sys.exit(0)``."""
    with pytest.raises(SystemExit), record.agent.monitor("rollover"):
        raise SystemExit(0)
    assert [status for _, status in told(record)] == ["in_progress", "ok"]


def test_a_generator_runs_until_it_is_exhausted(record: Recording) -> None:
    @record.agent.monitor("rollover")
    def rows():
        received = yield 1
        assert [status for _, status in told(record)] == ["in_progress"]
        return received

    assert inspect.isgeneratorfunction(rows)
    run = rows()
    assert not record.check_ins
    assert next(run) == 1
    with pytest.raises(StopIteration) as stopped:
        run.send("two")
    assert stopped.value.value == "two"
    assert [status for _, status in told(record)] == ["in_progress", "ok"]


async def test_an_async_generator_too(record: Recording) -> None:
    @record.agent.monitor("rollover")
    async def rows():
        yield 1
        raise ZeroDivisionError

    assert inspect.isasyncgenfunction(rows)
    run = rows()
    assert await anext(run) == 1
    with pytest.raises(ZeroDivisionError):
        await anext(run)
    assert [status for _, status in told(record)] == ["in_progress", "error"]


async def test_an_object_whose_call_is_async(record: Recording) -> None:
    class Job:
        async def __call__(self) -> None:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await record.agent.monitor("rollover")(Job())()
    assert [status for _, status in told(record)] == ["in_progress", "error"]


def retrying(job):
    """As many libraries do it: a plain function around one that may be async."""

    @functools.wraps(job)
    def wrapper(*args):
        return job(*args)

    return wrapper


@pytest.mark.parametrize("fails", [False, True])
async def test_a_plain_function_around_an_async_one_runs_until_that_is_awaited(record: Recording, fails: bool) -> None:
    @record.agent.monitor("rollover")
    @retrying
    async def roll(size: int) -> int:
        record.clock.advance(60)
        with record.agent.cycle():
            await asyncio.sleep(0)
        if fails:
            raise ZeroDivisionError
        return size

    run = roll(3)
    assert [status for _, status in told(record)] == ["in_progress"]
    assert current_span() is None
    with pytest.raises(ZeroDivisionError) if fails else contextlib.nullcontext():
        assert await asyncio.create_task(run) == 3
    assert told(record) == [("01", "in_progress"), ("01", "error" if fails else "ok")]
    assert record.check_ins[1].duration_s == pytest.approx(60, abs=0.1)
    assert record.tree() == ("pf.monitor.run ERROR ZeroDivisionError" if fails else "pf.monitor.run") + (
        "\n  agent.decision_cycle"
    )
    assert current_span() is None


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")
async def test_what_is_never_awaited_never_ran(record: Recording) -> None:
    """Its check-in stays open, and the server misses its end."""
    record.agent.monitor("rollover")(retrying(asyncio.sleep))(0)
    gc.collect()
    assert [status for _, status in told(record)] == ["in_progress"]
    assert record.spans == []


def test_methods_of_every_kind_in_either_order(record: Recording) -> None:
    monitor = record.agent.monitor("rollover")

    class Desk:
        @monitor
        def own(self) -> type:
            return type(self)

        @monitor
        @classmethod
        def outside(cls) -> type:
            return cls

        @classmethod
        @monitor
        def inside(cls) -> type:
            return cls

        @monitor
        @staticmethod
        def static() -> None: ...

    desk = Desk()
    assert (desk.own(), Desk.outside(), Desk.inside(), desk.static(), Desk.static()) == (Desk, Desk, Desk, None, None)
    assert [status for _, status in told(record)] == ["in_progress", "ok"] * 5


async def test_a_task_that_is_cancelled(record: Recording) -> None:
    async def job() -> None:
        async with record.agent.monitor("rollover"):
            await asyncio.sleep(60)

    task = asyncio.create_task(job())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [status for _, status in told(record)] == ["in_progress", "error"]


async def test_runs_that_overlap_are_told_apart(record: Recording) -> None:
    monitor = record.agent.monitor("rollover")
    second_is_in = asyncio.Event()

    async def first() -> None:
        async with monitor:
            await second_is_in.wait()

    async def second() -> None:
        async with monitor:
            second_is_in.set()
            await asyncio.sleep(0.01)
            raise ValueError

    results = await asyncio.gather(first(), second(), return_exceptions=True)
    assert [type(result) for result in results] == [type(None), ValueError]
    assert told(record) == [("01", "in_progress"), ("02", "in_progress"), ("01", "ok"), ("02", "error")]


def test_a_run_inside_a_run_of_the_same_job(record: Recording) -> None:
    monitor = record.agent.monitor("rollover")
    with monitor, record.agent.monitor("other"), monitor:
        pass
    assert [id_ for id_, _ in told(record)] == ["01", "02", "03", "03", "02", "01"]


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        ({"schedule": "0 0 31 2 *"}, "no schedule that comes true: bad day-of-month"),
        ({"schedule": "every day"}, "a schedule has 5 fields"),
        ({"schedule": "@daily", "margin": 0}, "margin must be a whole number from 1 to 40320"),
        ({"schedule": 3.5}, "schedule must be a whole number"),
    ],
)
def test_with_a_bad_schedule_there_is_one_line_in_the_log_and_the_job_runs(
    record: Recording, caplog: pytest.LogCaptureFixture, limits: dict, says: str
) -> None:
    ran = []
    for _ in range(2):
        record.agent.monitor("rollover", **limits)(lambda: ran.append(1))()
    (line,) = [entry.getMessage() for entry in caplog.records]
    assert says in line
    assert ran == [1, 1]
    assert [status for _, status in told(record)] == ["in_progress", "ok"] * 2
    assert record.check_ins[0].monitor_config is None


def test_a_slug_is_made_into_one_that_sentry_takes(record: Recording) -> None:
    with record.agent.monitor("Daily Recalibration"):
        pass
    assert record.check_ins[0].slug == "daily-recalibration"


def test_without_a_server_the_job_runs(record: Recording) -> None:
    with recording("plain") as plain:
        ran = []
        plain.agent.monitor("rollover")(lambda: ran.append(1))()
        assert ran == [1]


def test_what_the_server_does_wrong_does_not_reach_the_job() -> None:
    with recording("a") as record, lenient():
        record.sentry.check_in = lambda _: 1 / 0  # type: ignore[assignment,method-assign,return-value]
        with record.agent.monitor("rollover"):
            pass
        assert len(record.spans) == 1
