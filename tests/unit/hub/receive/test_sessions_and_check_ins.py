"""Sessions, check-ins and client reports are read field by field, and refused by the field that is wrong."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given

from fleaglass.hub.monitors.check_in import LATEST, CheckIn, Crontab, Interval, MonitorConfig
from fleaglass.hub.receive.check_ins_of import check_in_of
from fleaglass.hub.receive.client_reports import Discarded, discarded_in
from fleaglass.hub.receive.payload import Malformed
from fleaglass.hub.receive.sessions_of import session_counts_of, session_update_of
from fleaglass.hub.sessions.update import SessionCounts, SessionUpdate
from tests.unit.hub.receive.sentry_payloads import ID, RECEIVED_NS, TRACE_ID, json_objects

MINUTE_NS = 60_000_000_000
SESSION = {
    "sid": "9ec79c33-ec99-42ab-8353-589fcb2e04dc",
    "init": True,
    "started": "2026-11-30T09:58:00Z",
    "timestamp": "2026-11-30T09:59:00Z",
    "status": "exited",
    "errors": 2,
    "did": "u_1",
    "duration": 60,
    "attrs": {"release": "agent@2.1.0", "environment": "production"},
}
CHECK_IN = {"check_in_id": ID, "monitor_slug": "nightly", "status": "ok"}
CONFIG = {"schedule": {"type": "crontab", "value": "0 3 * * *"}}


def session(**more: Any) -> SessionUpdate:
    return session_update_of(json.dumps(SESSION | more).encode(), RECEIVED_NS)


def check_in(**more: Any) -> CheckIn:
    return check_in_of(json.dumps(CHECK_IN | more).encode())


def test_a_session_update_is_read() -> None:
    assert session() == SessionUpdate(
        sid=ID,
        init=True,
        started_ns=RECEIVED_NS - 2 * MINUTE_NS,
        timestamp_ns=RECEIVED_NS - MINUTE_NS,
        status="exited",
        errors=2,
        did="u_1",
        duration_s=60.0,
        release="agent@2.1.0",
        environment="production",
    )


def test_a_session_update_may_say_little() -> None:
    sent = {"sid": ID, "started": 1796032800}
    assert session_update_of(json.dumps(sent).encode(), RECEIVED_NS) == SessionUpdate(
        sid=ID, init=False, started_ns=RECEIVED_NS, timestamp_ns=RECEIVED_NS, status="ok"
    )


def test_a_crashed_session_has_an_error() -> None:
    assert session(status="crashed", errors=0).errors == 1
    assert session(status="abnormal", errors=0, abnormal_mechanism="hang").mechanism == "hang"


def test_a_page_that_went_on_after_an_error_ended_with_errors() -> None:
    said = session(status="unhandled", errors=0)
    assert (said.status, said.errors) == ("exited", 1)


def test_who_a_session_is_about_may_look_like_a_key_but_no_other_secret_stays() -> None:
    assert session(did="pf_live_agent_abc").did == "pf_live_agent_abc"
    assert session(did="sk-abcdefghijklmnop").did == "[scrubbed]"
    assert session(did=7).did == "7"


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"sid": "x"}, "sid must be a UUID, not 'x'"),
        ({"status": "gone"}, "status must be one of ok, exited, crashed, abnormal, unhandled, not 'gone'"),
        ({"started": None}, "started must be seconds or ISO 8601"),
        ({"started": -5}, "started must be seconds or ISO 8601"),
        ({"timestamp": "soon"}, "timestamp must be"),
        ({"init": 1}, "init must be true or false"),
        ({"errors": -1}, "errors must be a whole number from 0"),
        ({"errors": 1.5}, "errors must be a whole number"),
        ({"duration": "60"}, "duration must be seconds"),
        ({"duration": -1}, "duration must be seconds"),
        ({"attrs": []}, "attrs must be an object"),
        ({"attrs": {"release": "r" * 201}}, "release must be a text of at most 200"),
        ({"did": []}, "did must be a text"),
    ],
)
def test_a_session_field_that_is_wrong_is_named(sent: dict[str, Any], message: str) -> None:
    with pytest.raises(Malformed, match=message):
        session(**sent)


def test_counts_of_sessions_are_read() -> None:
    sent = {
        "attrs": {"release": "web@1.0.0", "environment": "production"},
        "aggregates": [{"started": "2026-11-30T09:59:00.000Z", "exited": 4, "crashed": 1}, {"started": 1796032800}],
    }
    assert session_counts_of(json.dumps(sent).encode()) == (
        SessionCounts(
            started_ns=RECEIVED_NS - MINUTE_NS, exited=4, crashed=1, release="web@1.0.0", environment="production"
        ),
        SessionCounts(started_ns=RECEIVED_NS, release="web@1.0.0", environment="production"),
    )


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({}, "aggregates must be a list"),
        ({"aggregates": [5]}, "aggregate 1 must be an object"),
        ({"aggregates": [{"started": 1}, {"started": 1, "exited": "4"}]}, "aggregate 2: exited must be a whole number"),
    ],
)
def test_counts_that_are_wrong_are_named(sent: dict[str, Any], message: str) -> None:
    with pytest.raises(Malformed, match=message):
        session_counts_of(json.dumps(sent).encode())


def test_a_check_in_is_read_with_its_schedule() -> None:
    said = check_in(
        duration=1.5,
        environment="staging",
        release="agent@2.1.0",
        contexts={"trace": {"trace_id": TRACE_ID}},
        monitor_config={
            **CONFIG,
            "checkin_margin": 5,
            "max_runtime": 10,
            "timezone": "Europe/Berlin",
            "failure_issue_threshold": 2,
            "recovery_threshold": 3,
        },
    )
    assert said == CheckIn(
        slug="nightly",
        check_in_id=ID,
        status="ok",
        environment="staging",
        duration_s=1.5,
        release="agent@2.1.0",
        config=MonitorConfig(
            schedule=Crontab("0 3 * * *"),
            margin_min=5,
            max_runtime_min=10,
            timezone="Europe/Berlin",
            failure_threshold=2,
            recovery_threshold=3,
        ),
        trace_id=TRACE_ID,
    )


def test_a_check_in_may_say_little() -> None:
    assert check_in(check_in_id=LATEST, environment=None) == CheckIn(slug="nightly", check_in_id=LATEST, status="ok")
    assert check_in(monitor_config=CONFIG).config == MonitorConfig(schedule=Crontab("0 3 * * *"))


def test_an_interval_is_a_schedule() -> None:
    said = check_in(monitor_config={"schedule": {"type": "interval", "value": 2, "unit": "hour"}})
    assert said.config == MonitorConfig(schedule=Interval(2, "hour"))


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"monitor_slug": ""}, "monitor_slug must be 1 to 128"),
        ({"monitor_slug": "<script>"}, "monitor_slug must be"),
        ({"status": "missed"}, "status must be in_progress, ok or error, not 'missed'"),
        ({"status": ["ok"]}, "status must be"),
        ({"check_in_id": 5}, "check_in_id must be a UUID"),
        ({"duration": float("inf")}, "duration must be seconds"),
        ({"environment": "e" * 201}, "environment must be a text"),
    ],
)
def test_a_check_in_field_that_is_wrong_is_named(sent: dict[str, Any], message: str) -> None:
    if sent.get("duration") == float("inf"):
        sent = {"duration": -1}  # JSON has no infinity
    with pytest.raises(Malformed, match=message):
        check_in(**sent)


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ([], "monitor_config must be an object"),
        ({}, "the type of a schedule must be crontab or interval"),
        ({"schedule": {"type": "crontab", "value": "never"}}, "a crontab line must have 5 fields"),
        (CONFIG | {"checkin_margin": 40_321}, "checkin_margin must be a whole number from 1 to 40320, got 40321"),
    ],
)
def test_a_run_counts_even_if_its_schedule_cannot_be_read(config: Any, problem: str) -> None:
    said = check_in(monitor_config=config)
    assert (said.status, said.config) == ("ok", None)
    assert problem in said.problem


def test_what_a_client_threw_away_is_told() -> None:
    sent = {"discarded_events": [{"reason": "queue_overflow", "category": "error", "quantity": 3}]}
    assert discarded_in(json.dumps(sent).encode()) == (Discarded("error", "queue_overflow", 3),)
    assert discarded_in(b"{}") == ()
    with pytest.raises(Malformed, match="discarded_events 1: quantity must be a whole number"):
        discarded_in(b'{"discarded_events":[{"quantity":"3"}]}')


@given(json_objects())
def test_any_object_is_read_or_refused(payload: bytes) -> None:
    for read in (lambda sent: session_update_of(sent, RECEIVED_NS), session_counts_of, check_in_of, discarded_in):
        with contextlib.suppress(Malformed):
            read(payload)
