"""The program's own log: breadcrumbs, events once, and no feedback."""

from __future__ import annotations

import asyncio
import gc
import logging
import subprocess
import sys

import pytest

import fleaglass
from fleaglass.testing import Recording, recording
from tests.support.sources import SOURCES
from tests.unit.recorder.collector import collector

logger = logging.getLogger("strategy.vol")
KEY = "pf_live_0123456789abcdef"


@pytest.fixture(autouse=True)
def hear_everything(caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.DEBUG):
        yield


def test_lines_are_breadcrumbs_of_the_agent_that_is_at_work(fleaglass_recording: Recording) -> None:
    with recording("other") as other:
        with fleaglass_recording.agent.cycle():
            logger.info("rebalanced %s", "BTC")
            logger.debug("noise")
            logger.warning("thin book")
            assert [(c.category, c.level, c.message) for c in fleaglass_recording.breadcrumbs] == [
                ("strategy.vol", "info", "rebalanced BTC"),
                ("strategy.vol", "warning", "thin book"),
            ]
        logger.info("outside of spans, with two agents: nobody's")
        assert other.breadcrumbs == []
        assert len(fleaglass_recording.breadcrumbs) == 2


def test_an_error_record_is_an_event_linked_to_the_span(fleaglass_recording: Recording) -> None:
    with fleaglass_recording.agent.cycle():
        logger.error("no price for %s", "BTC")
        logger.critical("stop")
    first, second = fleaglass_recording.events
    span = fleaglass_recording.one("agent.decision_cycle")
    assert first["logentry"] == {"formatted": "no price for BTC", "message": "no price for %s"}
    assert (first["level"], first["logger"]) == ("error", "strategy.vol")
    assert first["contexts"]["trace"]["span_id"] == span.span_id
    assert "exception" not in first
    assert second["level"] == "fatal"
    assert [crumb["message"] for crumb in second["breadcrumbs"]["values"]] == ["no price for BTC"]


def test_an_exception_that_is_logged_and_raised_is_one_event(fleaglass_recording: Recording) -> None:
    def decide() -> None:
        with fleaglass_recording.agent.cycle():
            try:
                raise ValueError("odd")
            except ValueError:
                logger.exception("could not decide")
                raise

    with pytest.raises(ValueError, match="odd"):
        decide()
    (event,) = fleaglass_recording.events
    assert event["logentry"]["formatted"] == "could not decide"
    assert event["exception"]["values"][0]["mechanism"] == {"type": "logging", "handled": True}


def test_logging_what_a_span_reported_is_no_second_event(fleaglass_recording: Recording) -> None:
    try:
        with fleaglass_recording.agent.cycle():
            raise ValueError("odd")
    except ValueError:
        logger.exception("it failed")
    assert len(fleaglass_recording.events) == 1


@pytest.mark.parametrize(
    "name",
    ["fleaglass", "fleaglass.x", "opentelemetry.sdk", "sentry_sdk.errors", "urllib3.util", "httpx", "httpcore"],
)
def test_lines_of_telemetry_and_http_libraries_are_no_issues(fleaglass_recording: Recording, name: str) -> None:
    with fleaglass_recording.agent.cycle():
        logging.getLogger(name).error("export failed", exc_info=ValueError("x"))
        assert fleaglass_recording.breadcrumbs == []
    assert fleaglass_recording.events == []


def test_what_is_logged_because_of_a_line_is_not_heard(fleaglass_recording: Recording) -> None:
    def state() -> dict[str, int]:
        logger.error("asked for the state")
        return {"positions": 1}

    fleaglass_recording.agent.state_from(state)
    logger.error("first")
    assert [event["logentry"]["formatted"] for event in fleaglass_recording.events] == ["first"]


def test_a_line_that_cannot_be_formatted_is_kept_as_it_is(fleaglass_recording: Recording) -> None:
    logging.raiseExceptions, before = False, logging.raiseExceptions
    try:
        with fleaglass_recording.agent.cycle():
            logger.info("%d of %d", "x")
            assert [crumb.message for crumb in fleaglass_recording.breadcrumbs] == ["%d of %d"]
    finally:
        logging.raiseExceptions = before


def test_secrets_are_scrubbed_from_lines(fleaglass_recording: Recording) -> None:
    with fleaglass_recording.agent.cycle():
        logger.info("key %s", KEY)
        logger.error("refused %s", KEY)
    assert KEY not in repr(fleaglass_recording.events) + repr(fleaglass_recording.breadcrumbs)


def test_it_can_be_switched_off() -> None:
    with recording(capture_logs=False) as record, record.agent.cycle():
        logger.error("x")
        assert record.events == []
        assert record.breadcrumbs == []


def test_an_agent_that_is_shut_down_hears_nothing() -> None:
    with recording() as record:
        pass
    logger.error("late")
    assert record.events == []


def test_the_programs_own_configuration_of_logging_still_works() -> None:
    program = """
import logging, fleaglass
agent = fleaglass.init("a")
logger = logging.getLogger("x")
logger.warning("seen")
logging.basicConfig(format="mine: %(message)s")
logger.warning("seen")
agent.shutdown(0)
"""
    clean = {"OTEL_TRACES_EXPORTER": "none", "FLEAGLASS_METRICS": "none", "PYTHONPATH": SOURCES, "PATH": ""}
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=clean)
    assert ran.stderr.splitlines() == ["seen", "mine: seen"]


def test_logs_leave_as_otlp_with_the_ids_of_the_span(monkeypatch: pytest.MonkeyPatch) -> None:
    from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

    with collector() as server:
        agent = fleaglass.init("logs-out", endpoint=server.url, release="a@1")
        with agent.cycle() as cycle:
            logger.warning("thin book, key %s", KEY)
            try:
                raise ValueError(KEY)
            except ValueError:
                logger.exception("odd")
        logging.getLogger("httpx").info("GET https://u:p@host/?token=abc")
        assert agent.flush()
        agent.shutdown()
        bodies = [body for path, body in server.others if path == "/v1/logs"]
    requests = [ExportLogsServiceRequest.FromString(body) for body in bodies]
    scopes = [scope for request in requests for resource in request.resource_logs for scope in resource.scope_logs]
    lines = [(scope.scope.name, record) for scope in scopes for record in scope.log_records]
    assert [(name, record.severity_text, record.body.string_value) for name, record in lines] == [
        ("strategy.vol", "WARNING", "thin book, key [scrubbed]"),
        ("strategy.vol", "ERROR", "odd"),
        ("httpx", "INFO", "GET https://[scrubbed]@host/?[scrubbed]"),
    ]
    assert [record.severity_number for _, record in lines] == [13, 17, 9]
    assert lines[0][1].trace_id.hex() == cycle.trace_id
    assert lines[0][1].span_id.hex() == cycle.span_id
    assert lines[2][1].trace_id == b""
    attributes = {entry.key: entry.value.string_value for entry in lines[1][1].attributes}
    assert attributes["exception.type"] == "ValueError"
    assert all(KEY.encode() not in body for body in bodies)


async def test_a_task_that_nobody_awaits_leaves_as_otlp_without_the_ids_of_another_cycle() -> None:
    from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

    async def fail() -> None:
        raise ValueError("outside")

    with collector() as server:
        agent = fleaglass.init("unawaited", endpoint=server.url)
        task = asyncio.create_task(fail())
        await asyncio.wait([task])
        with agent.cycle():
            del task
            gc.collect()
        assert await asyncio.to_thread(agent.flush)
        agent.shutdown()
        (body,) = [body for path, body in server.others if path == "/v1/logs"]
    ((scope,),) = [resource.scope_logs for resource in ExportLogsServiceRequest.FromString(body).resource_logs]
    assert scope.scope.name == "asyncio"
    assert [record.trace_id for record in scope.log_records] == [b""]


@pytest.mark.parametrize("setting", [{"OTEL_LOGS_EXPORTER": "none"}, {"FLEAGLASS_CAPTURE_LOGS": "false"}])
def test_logs_stay_here_when_they_should(monkeypatch: pytest.MonkeyPatch, setting: dict[str, str]) -> None:
    for name, value in setting.items():
        monkeypatch.setenv(name, value)
    with collector() as server:
        agent = fleaglass.init("logs-stay", endpoint=server.url)
        with agent.cycle():
            logger.warning("thin book")
        assert agent.flush()
        agent.shutdown()
        assert [path for path, _ in server.others if path == "/v1/logs"] == []
        assert server.requests


class Unreadable:
    def __str__(self) -> str:
        raise RuntimeError("not even this")


def test_a_record_that_somebody_made_by_hand_does_no_harm(fleaglass_recording: Recording) -> None:
    with fleaglass_recording.agent.cycle():
        logger.handle(logging.makeLogRecord({"msg": "no name", "levelno": logging.INFO}))
        assert [crumb.message for crumb in fleaglass_recording.breadcrumbs] == ["no name"]


def test_a_message_that_cannot_be_read_is_still_an_event(fleaglass_recording: Recording) -> None:
    logging.raiseExceptions, before = False, logging.raiseExceptions
    try:
        logger.error(Unreadable())
    finally:
        logging.raiseExceptions = before
    assert [event["logentry"]["formatted"] for event in fleaglass_recording.events] == ["[unreadable]"]


def test_a_line_that_repeats_a_reported_error_is_no_second_event(fleaglass_recording: Recording) -> None:
    try:
        with fleaglass_recording.agent.cycle():
            raise ValueError("bad size")
    except ValueError as error:
        logger.error("no order: %s", error)
        logger.error(f"no order: {error}")
        logger.error("position is not hedged")
    assert [event.get("logentry", {}).get("formatted") for event in fleaglass_recording.events] == [
        None,
        "position is not hedged",
    ]
    assert len(fleaglass_recording.breadcrumbs) == 3


async def test_a_task_that_nobody_awaits_is_one_failure_and_of_no_other_cycle(fleaglass_recording: Recording) -> None:
    """It is logged where the garbage collector meets it."""
    agent = fleaglass_recording.agent

    async def in_a_span() -> None:
        with agent.stage("quotes"):
            raise ValueError("in a span")

    async def outside() -> None:
        raise ValueError("outside")

    tasks = [asyncio.create_task(in_a_span()), asyncio.create_task(outside())]
    await asyncio.wait(tasks)
    with agent.cycle():
        del tasks
        gc.collect()
    told = [event["exception"]["values"][-1]["value"] for event in fleaglass_recording.events]
    assert told == ["in a span", "outside"]
    assert "trace" not in fleaglass_recording.events[1]["contexts"]
