"""An author who uses sentry_sdk for themselves: their client serves, their events are linked, nothing is told twice."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
import sentry_sdk
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

import fleaglass
from fleaglass.recorder import Agent
from fleaglass.recorder.sentry import CheckIn, SessionUpdate

DSN = "http://key@127.0.0.1:1/7"


class Kept(Transport):
    def __init__(self) -> None:
        super().__init__()
        self.envelopes: list[Envelope] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        self.envelopes.append(envelope)

    @property
    def events(self) -> list[dict[str, Any]]:
        return [event for envelope in self.envelopes if (event := envelope.get_event()) is not None]


@pytest.fixture
def transport() -> Iterator[Kept]:
    """The author's own set-up, undone after the test."""
    transport = Kept()
    sentry_sdk.init(
        dsn=DSN,
        transport=transport,
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[sentry_sdk.integrations.dedupe.DedupeIntegration()],
    )
    yield transport
    sentry_sdk.get_isolation_scope().clear()
    sentry_sdk.get_global_scope().set_client(None)


@pytest.fixture
def agent(monkeypatch: pytest.MonkeyPatch, transport: Kept) -> Iterator[Agent]:
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "none")
    agent = fleaglass.init("theirs", release="a@1")
    yield agent
    agent.shutdown()


def test_without_a_dsn_their_client_serves(agent: Agent, transport: Kept) -> None:
    with pytest.raises(ValueError, match="odd"), agent.cycle():
        raise ValueError("odd pf_live_0123456789abcdef")
    (event,) = transport.events
    assert event["tags"]["agent_id"] == "theirs"
    assert event["exception"]["values"][0]["value"] == "odd [scrubbed]"
    agent.core.sentry.check_in(CheckIn(slug="x", check_in_id="a" * 32, status="ok"))
    agent.core.sentry.session(
        SessionUpdate(sid="a" * 32, init=True, started_ns=1, timestamp_ns=2, status="ok", release="a@1")
    )
    assert [envelope.items[0].type for envelope in transport.envelopes] == ["event", "check_in", "session"]


def test_without_either_nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "none")
    agent = fleaglass.init("nobody")
    assert not agent.core.sentry.active
    assert agent.capture(ValueError()) is None
    assert agent.shutdown()


def test_their_events_get_the_ids_of_our_span(agent: Agent, transport: Kept) -> None:
    sentry_sdk.capture_message("before")
    with agent.cycle(), agent.stage("order.size") as stage:
        sentry_sdk.capture_message("inside")
    before, inside = transport.events
    assert inside["contexts"]["trace"]["trace_id"] == stage.trace_id
    assert inside["contexts"]["trace"]["span_id"] == stage.span_id
    assert before["contexts"]["trace"]["trace_id"] != stage.trace_id


def test_a_failure_that_both_tell_of_is_one_event(agent: Agent, transport: Kept) -> None:
    """The guide captures in an except block and raises on; either may come first."""

    def ours_first() -> None:
        try:
            with agent.cycle():
                raise ValueError("ours")
        except ValueError as error:
            sentry_sdk.capture_exception(error)

    def theirs_first() -> None:
        with agent.cycle(asset="BTC") as cycle:
            traces.append(cycle.trace_id)
            try:
                raise ValueError("theirs")
            except ValueError as error:
                sentry_sdk.capture_exception(error)
                raise

    traces: list[str] = []
    ours_first()
    with pytest.raises(ValueError, match="theirs"):
        theirs_first()
    assert [event["exception"]["values"][-1]["value"] for event in transport.events] == ["ours", "theirs"]
    theirs = transport.events[1]
    assert theirs["tags"]["agent_id"] == "theirs"
    assert theirs["contexts"]["trace"]["trace_id"] == traces[0]
    assert theirs["user"]["username"] == "agent-theirs"


def test_what_they_tell_first_says_what_ours_would_have_said(agent: Agent, transport: Kept) -> None:
    """Inside of spans and outside: it is the only event of that failure."""
    agent.breadcrumb("note", "ours")
    sentry_sdk.add_breadcrumb(category="note", message="theirs")
    agent.breadcrumb("note", "ours again")
    sentry_sdk.capture_exception(ValueError("outside"))
    with agent.cycle(asset="BTC"):
        agent.breadcrumb("note", "in the cycle")
        sentry_sdk.capture_exception(ValueError("inside"))
    for event in transport.events:
        assert (event["tags"]["agent_id"], event["release"]) == ("theirs", "a@1")
        assert event["user"]["username"] == "agent-theirs"
    assert [[crumb["message"] for crumb in event["breadcrumbs"]["values"]] for event in transport.events] == [
        ["ours", "theirs", "ours again"],
        ["ours", "theirs", "ours again", "in the cycle"],
    ]


def test_what_they_say_themselves_stays(agent: Agent, transport: Kept) -> None:
    said = {"release": "r@2", "user": {"id": "7"}, "fingerprint": ["x"], "tags": {"agent_id": "mine"}}
    sentry_sdk.capture_event({"message": "odd", **said})
    (event,) = transport.events
    assert {name: event[name] for name in ("release", "user", "fingerprint")} == {
        name: said[name] for name in ("release", "user", "fingerprint")
    }
    assert event["tags"]["agent_id"] == "mine"
    assert event["tags"]["platform"] == "purple_flea"


def test_a_line_of_the_log_is_one_breadcrumb_of_both(agent: Agent, transport: Kept) -> None:
    logging.getLogger("strategy").warning("thin book")
    sentry_sdk.add_breadcrumb(category="strategy", message="thin book", timestamp="not a time")  # as their handler does
    sentry_sdk.capture_message("x")
    (event,) = transport.events
    assert [crumb["message"] for crumb in event["breadcrumbs"]["values"]] == ["thin book"]


def test_failures_that_they_tell_of_count_for_the_session(agent: Agent, transport: Kept) -> None:
    with agent.session():
        sentry_sdk.capture_message("only to know")
        with agent.cycle():
            sentry_sdk.capture_exception(ValueError("x"))
        sentry_sdk.capture_message("no price", level="error")
    assert (agent.error_counts().theirs, agent.error_counts().sent) == (2, 0)
    sessions = [e.items[0].payload.json for e in transport.envelopes if e.items[0].type == "session"]
    assert sessions[-1]["errors"] == 2


def test_theirs_of_a_task_that_nobody_awaits_is_of_no_other_cycle(agent: Agent, transport: Kept) -> None:
    """It is logged where the garbage collector meets it."""
    record = logging.makeLogRecord({"name": "asyncio", "msg": "Task exception was never retrieved"})
    with agent.cycle(asset="BTC") as cycle:
        sentry_sdk.capture_event({"message": record.msg, "level": "error"}, hint={"log_record": record})
    (event,) = transport.events
    assert event["contexts"]["trace"]["trace_id"] != cycle.trace_id
    assert "trade.asset" not in event["tags"]


def test_theirs_in_a_session_are_that_agents(agent: Agent, transport: Kept) -> None:
    other = fleaglass.init("second", strategy="carry", release="b@1")
    with other.session():
        sentry_sdk.capture_exception(ValueError("x"))
    sentry_sdk.capture_exception(ValueError("nobody's"))
    other.shutdown()
    first, second = transport.events
    assert (first["tags"]["agent_id"], first["release"]) == ("second", "b@1")
    assert "tags" not in second or "agent_id" not in second["tags"]


def test_two_projects_are_both_told(monkeypatch: pytest.MonkeyPatch, transport: Kept) -> None:
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "none")
    agent = fleaglass.init("own-project", dsn="http://key@127.0.0.1:1/8")
    try:
        with agent.cycle():
            raise ValueError("x")
    except ValueError as error:
        sentry_sdk.capture_exception(error)
    assert len(transport.events) == 1
    assert agent.error_counts().sent == 1
    agent.shutdown(0)


def test_their_before_send_applies_and_their_scope_does_not(monkeypatch: pytest.MonkeyPatch, agent, transport) -> None:
    seen: list[object] = []
    sentry_sdk.get_client().options["before_send"] = lambda event, hint: seen.append(hint["exc_info"][1]) or event
    sentry_sdk.set_tag("theirs", "1")
    sentry_sdk.add_breadcrumb(message="of another agent")
    error = ValueError("x")
    agent.capture(error)
    assert seen == [error]
    (event,) = transport.events
    assert "theirs" not in event["tags"]
    assert event["breadcrumbs"]["values"] == []


def test_what_is_used_of_sentry_sdk_is_still_there() -> None:
    """Not public, or public in name only: a release of sentry_sdk without these links nothing, and breaks nothing."""
    from sentry_sdk.scope import add_global_event_processor, register_external_propagation_context
    from sentry_sdk.serializer import serialize
    from sentry_sdk.utils import event_from_exception, handle_in_app

    assert all(
        map(
            callable,
            [
                add_global_event_processor,
                event_from_exception,
                handle_in_app,
                register_external_propagation_context,
                serialize,
            ],
        )
    )


def test_without_the_event_processor_everything_else_works(monkeypatch: pytest.MonkeyPatch, transport: Kept) -> None:
    from fleaglass.recorder.sentry import foreign

    monkeypatch.setattr(foreign, "_linked", set())
    monkeypatch.delattr("sentry_sdk.scope.add_global_event_processor")
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "none")
    agent = fleaglass.init("unlinked")
    agent.capture(ValueError())
    assert len(transport.events) == 1
    agent.shutdown()


def test_an_error_that_they_tell_of_outside_of_spans_is_known(monkeypatch: pytest.MonkeyPatch, transport: Kept) -> None:
    """As their hook does with an error that ends the program, when it is called before ours."""
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "none")
    agent = fleaglass.init("same-project", dsn=DSN)
    error = ValueError("x")
    sentry_sdk.capture_exception(error)
    assert agent.core.reporter.crashed(error, "excepthook") == transport.events[0]["event_id"]
    assert agent.error_counts().sent == 0
    agent.shutdown(0)
