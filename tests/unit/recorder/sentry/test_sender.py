"""Envelopes as a server reads them, and what its answers mean."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.recorder.post import Reply
from fleaglass.recorder.sender import Accepted, NotNow, Refused
from fleaglass.recorder.sentry import CheckIn, SessionUpdate
from fleaglass.recorder.sentry.dsn import Dsn
from fleaglass.recorder.sentry.sender import EnvelopeSender
from tests.support.sentry_server import KEY, SentryServer

START_NS = 1_795_168_800_000_000_000
EVENT = {"event_id": "a" * 32, "level": "error", "message": "x"}
SESSION = SessionUpdate(
    sid="b" * 32,
    init=True,
    started_ns=START_NS,
    timestamp_ns=START_NS + 1_500_000_000,
    status="exited",
    errors=2,
    did="vol-arb-1",
    duration_s=1.5,
    release="a@1",
    environment="staging",
)
CHECK_IN = CheckIn(
    slug="daily", check_in_id="c" * 32, status="ok", duration_s=2.0, monitor_config={"checkin_margin": 1}, release="a@1"
)


class Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def server() -> Iterator[SentryServer]:
    with SentryServer() as server:
        yield server


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sender(server: SentryServer, clock: Clock) -> EnvelopeSender:
    return EnvelopeSender(Dsn.parse(server.dsn), exempt=frozenset(), server_name="here", timeout_s=2, monotonic=clock)


def test_an_event_goes_where_the_dsn_says_with_its_surroundings(server: SentryServer, sender: EnvelopeSender) -> None:
    assert sender.send([EVENT]) == Accepted()
    ((path, headers, _),) = server.requests
    assert path == "/api/7/envelope/"
    assert headers["content-type"] == "application/x-sentry-envelope"
    assert f"sentry_key={KEY}, sentry_version=7" in headers["x-sentry-auth"]
    (envelope,) = server.envelopes
    assert envelope.headers["event_id"] == EVENT["event_id"]
    assert envelope.headers["sent_at"].endswith("Z")
    (event,) = server.events
    assert event["modules"]["sentry-sdk"]
    assert event["sdk"]["name"] == "fleaglass.python"
    assert event["server_name"] == "here"


def test_an_event_too_large_for_a_server_arrives_without_what_is_too_much(
    server: SentryServer, sender: EnvelopeSender
) -> None:
    event = {**EVENT, "contexts": {"trade_context": {"book": ["é" * 8_000] * 100}}}
    assert sender.send([event]) == Accepted()
    assert len(server.raw) < 1_000_000
    (arrived,) = server.events
    assert arrived["message"] == EVENT["message"]
    assert list(arrived["contexts"]) == ["too_large"]


def test_sessions_and_check_ins_have_the_fields_a_server_reads(server: SentryServer, sender: EnvelopeSender) -> None:
    assert sender.send([SESSION]) == sender.send([CHECK_IN]) == Accepted()
    assert server.sessions == [
        {
            "sid": "b" * 32,
            "init": True,
            "started": "2026-11-20T10:00:00.000000Z",
            "timestamp": "2026-11-20T10:00:01.500000Z",
            "status": "exited",
            "errors": 2,
            "did": "vol-arb-1",
            "duration": 1.5,
            "attrs": {"release": "a@1", "environment": "staging"},
        }
    ]
    assert server.check_ins == [
        {
            "check_in_id": "c" * 32,
            "monitor_slug": "daily",
            "status": "ok",
            "duration": 2.0,
            "release": "a@1",
            "monitor_config": {"checkin_margin": 1},
        }
    ]


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (202, Accepted()),
        (400, Refused("HTTP 400")),
        (413, Refused("HTTP 413")),
        (500, Refused("HTTP 500")),
        (503, NotNow("HTTP 503")),
    ],
)
def test_what_an_answer_means(server: SentryServer, sender: EnvelopeSender, status: int, answer: object) -> None:
    server.answers.append((status, {}))
    assert sender.send([EVENT]) == answer


def test_a_server_that_is_away_is_tried_again(sender: EnvelopeSender) -> None:
    away = EnvelopeSender(Dsn.parse("http://k@127.0.0.1:1/1"), exempt=frozenset(), timeout_s=0.2)
    assert isinstance(away.send([EVENT]), NotNow)


def test_over_its_rate_limit_a_server_is_left_alone(server: SentryServer, sender: EnvelopeSender, clock: Clock) -> None:
    server.answers.append((429, {"Retry-After": "30"}))
    assert sender.send([EVENT]) == NotNow("HTTP 429", 30.0)
    clock.now_s += 29
    assert sender.send([EVENT]) == NotNow("over its rate limit", 1.0)
    assert len(server.requests) == 1
    clock.now_s += 1
    assert sender.send([EVENT]) == Accepted()


def test_without_a_time_it_is_a_minute(server: SentryServer, sender: EnvelopeSender) -> None:
    server.answers.append((429, {}))
    assert sender.send([EVENT]) == NotNow("HTTP 429", 60.0)


def test_a_category_that_is_limited_holds_up_no_other(server: SentryServer, sender: EnvelopeSender, clock) -> None:
    limits = "60:error;transaction:organization:quota, nonsense, 5:session"
    server.answers.append((200, {"X-Sentry-Rate-Limits": limits}))
    assert sender.send([EVENT]) == Accepted()
    assert sender.send([EVENT]) == Refused("over its rate limit for error")
    assert sender.send([SESSION]) == Refused("over its rate limit for session")
    assert sender.send([CHECK_IN]) == Accepted()
    clock.now_s += 60
    assert sender.send([EVENT]) == Accepted()


@given(st.text(alphabet="0123456789:;, errorsession-\u0664x"))
def test_no_header_of_a_server_breaks_the_sender(limits: str) -> None:
    sender = EnvelopeSender(Dsn.parse("http://k@127.0.0.1:1/1"), exempt=frozenset(), monotonic=Clock())
    reply = Reply(200, {"x-sentry-rate-limits": limits, "retry-after": limits}, b"")
    assert sender._meaning(reply) == Accepted()
    assert isinstance(sender._meaning(replace(reply, status=429)), NotNow | Refused)
