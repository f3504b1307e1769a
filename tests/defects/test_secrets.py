"""Defect 42: a key in a local variable, in something nested, in a message."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any

import pytest
import sentry_sdk
from opentelemetry.trace import StatusCode

import fleaglass
from fleaglass import Agent
from fleaglass.recorder import guard
from fleaglass.testing import lenient, recording
from tests.defects.raw import raw_sentry
from tests.support.sentry_server import SentryServer
from tests.unit.recorder.collector import collector

logger = logging.getLogger("strategy")

KEY = "_".join(["pf", "live", "0123456789abcdef0123456789abcdef"])  # not in one piece: lines of source are sent too


def place(key: str) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    request = {"session": {"headers": [("X-Api-Key", key)]}, "sizes": [1, 2]}
    raise ValueError(f"refused for {key}: {len(headers) + len(request)}")


def parts(event: dict[str, Any]) -> dict[str, str]:
    value = event["exception"]["values"][-1]
    variables = value["stacktrace"]["frames"][-1]["vars"]
    return {
        "message": value["value"],
        "headers": json.dumps(variables["headers"]),
        "nested": json.dumps(variables["request"]),
    }


def test_d42_raw_the_default_scrubber_leaves_a_key_in_locals_nested_values_and_messages() -> None:
    with raw_sentry() as sent:
        try:
            place(KEY)
        except ValueError as error:
            sentry_sdk.capture_exception(error)
    assert {name for name, text in parts(sent.event).items() if KEY in text} == {"message", "headers", "nested"}


def test_d42_ours_what_is_no_secret_is_still_told() -> None:
    with recording(release="agent@1") as record, suppress(ValueError), record.agent.session(), record.agent.cycle():
        place(KEY)
    told = parts(record.events[0])
    assert KEY.rpartition("_")[2] not in repr(told)
    assert '["1", "2"]' in told["nested"]


def passed(block: AbstractContextManager[object]) -> None:
    with block:
        pass


def in_cycle(agent: Agent, reason: str = "", **values: object) -> None:
    with agent.cycle() as cycle:
        cycle.set(**values)
        cycle.skip(reason)


def fail(agent: Agent, mark: str, key: str) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    with suppress(ValueError), agent.cycle(), agent.stage("order.size"):
        raise ValueError(f"{mark} refused for {key}: {len(headers)}")


def log_failure(agent: Agent, mark: str, key: str) -> None:
    try:
        raise ValueError(key)
    except ValueError:
        logger.exception("%s failed with %s", mark, key)


def library(agent: Agent, mark: str, key: str) -> None:
    """A library that records with the agent's tracer provider."""
    tracer = agent.tracer_provider.get_tracer("library")
    with tracer.start_as_current_span(f"{mark} GET {key}", attributes={"http.url": f"http://x/?key={key}"}) as span:
        span.add_event(key, {"body": key})
        span.add_link(span.get_span_context(), {"why": key})
        span.set_status(StatusCode.ERROR, f"{mark} told {key}")


def own_error(agent: Agent, mark: str, key: str) -> None:
    """An error inside of Fleaglass, whose log line has its message and its lines of code."""
    with lenient(), guard(mark):
        raise RuntimeError(f"with {key}")


WAYS: dict[str, Callable[[Agent, str, str], object]] = {
    "a value of a cycle": lambda agent, mark, key: in_cycle(agent, note=f"{mark} {key}", api_key=key),
    "a reason": lambda agent, mark, key: in_cycle(agent, reason=f"{mark} {key}"),
    "the name of a stage": lambda agent, mark, key: passed(agent.stage(f"{mark}.{key}")),
    "a breadcrumb": lambda agent, mark, key: agent.breadcrumb("startup", f"{mark} {key}", nested={"token": [key]}),
    "the state": lambda agent, mark, key: agent.state(session={"mark": mark, "key": key, key: 1}),
    "the phase": lambda agent, mark, key: agent.phase(f"{mark} {key}"),
    "a marker": lambda agent, mark, key: agent.marker(mark, checkpoint=f"{mark} {key}", **{key: 1}),
    "the kind of a marker": lambda agent, mark, key: agent.marker(f"{mark} {key}", version=2),
    "a job": lambda agent, mark, key: passed(agent.monitor(f"{mark}-{key}")),
    "the program's log": lambda agent, mark, key: logger.warning("%s with %s", mark, key),
    "its errors": lambda agent, mark, key: logger.error("%s with %s", mark, key, extra={"token": key}),
    "its errors with their cause": log_failure,
    "a failure": fail,
    "an error captured by hand": lambda agent, mark, key: agent.capture(ValueError(f"{mark} {key}"), pairs=[key]),
    "a library's spans": library,
    "our own log": own_error,
}


def test_d42_ours_a_key_leaves_by_no_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A key of its own goes each way. Read is all that arrived, and what is in files and in the log."""
    monkeypatch.setenv("FLEAGLASS_HOME", str(tmp_path))
    marks = {way: f"mark{number:02d}" for number, way in enumerate(WAYS, 10)}
    keys = {way: f"{KEY[:-8]}beef{mark[4:]}ed" for way, mark in marks.items()}
    with collector() as hub, SentryServer() as sentry:
        agent = fleaglass.init(
            "careful", endpoint=hub.url, dsn=sentry.dsn, release="agent@1", span_log=str(tmp_path / "spans.log")
        )
        with agent.session(handle_sigterm=False):
            for way, tell in WAYS.items():
                tell(agent, marks[way], keys[way])
        agent.capture(ValueError("with all that is known by now"))
        assert agent.shutdown(5)
        told = sentry.raw + b"".join(request.SerializeToString() for _, _, request in hub.requests)
        told += b"".join(body for _, body in hub.others)
    told += b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    told += "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("fleaglass")).encode()
    assert [way for way, mark in marks.items() if mark.encode() not in told] == []
    assert [way for way, key in keys.items() if key.rpartition("_")[2].encode() in told] == []
