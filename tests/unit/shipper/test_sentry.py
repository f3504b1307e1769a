"""Envelopes as a server reads them, and what its answers mean."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from fleaglass.destinations.dsn import Dsn
from fleaglass.journal.records import Envelope
from fleaglass.shipper.answer import Accepted, NotNow, Refused
from fleaglass.shipper.line import Reply
from fleaglass.shipper.sentry import EnvelopeSender
from tests.support.sentry_server import KEY, SentryServer

EVENT = Envelope("error", json.dumps({"event_id": "a" * 32, "message": "ü\n"}, ensure_ascii=False, indent=1).encode())
SESSION = Envelope("session", b'{"sid":"b","init":true}')
CHECK_IN = Envelope("monitor", b'{"check_in_id":"c","status":"ok"}')


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
    dsn = Dsn.parse(server.dsn)
    return EnvelopeSender(dsn, version="0.1.0", timeout_s=2, monotonic=clock, wall_ns=lambda: 1_795_168_800_250_000_999)


def test_an_event_goes_where_the_dsn_says(server: SentryServer, sender: EnvelopeSender) -> None:
    assert sender.send(EVENT) == Accepted()
    ((path, headers, body),) = server.requests
    assert path == "/api/7/envelope/"
    assert headers["content-type"] == "application/x-sentry-envelope"
    assert headers["x-sentry-auth"] == f"Sentry sentry_key={KEY}, sentry_version=7, sentry_client=fleaglass/0.1.0"
    (envelope,) = server.envelopes
    assert envelope.headers == {"sent_at": "2026-11-20T10:00:00.250000Z", "event_id": "a" * 32}
    assert server.events == [{"event_id": "a" * 32, "message": "ü\n"}]
    assert EVENT.item in body


def test_sessions_and_check_ins_arrive_as_what_they_are(server: SentryServer, sender: EnvelopeSender) -> None:
    assert sender.send(SESSION) == sender.send(CHECK_IN) == Accepted()
    assert server.sessions == [{"sid": "b", "init": True}]
    assert server.check_ins == [{"check_in_id": "c", "status": "ok"}]
    assert [list(envelope.headers) for envelope in server.envelopes] == [["sent_at"], ["sent_at"]]


@pytest.mark.parametrize("item", [b"[]", b"{", b'{"event_id":7}', b"\xff"])
def test_an_event_whose_id_cannot_be_read_is_sent_all_the_same(
    server: SentryServer, sender: EnvelopeSender, item: bytes
) -> None:
    server.answers.append((202, {}))
    assert sender.send(Envelope("error", item)) == Accepted()
    assert server.raw.endswith(b'{"type":"event","length":%d}\n%s\n' % (len(item), item))


def test_what_a_newer_agent_made_is_not_guessed_at(server: SentryServer, sender: EnvelopeSender) -> None:
    assert sender.send(Envelope("feedback", b"{}")) == Refused("nothing is known of the category 'feedback'")
    assert not server.requests


@pytest.mark.parametrize(
    ("status", "headers", "answer"),
    [
        (202, {}, Accepted()),
        (400, {}, Refused("HTTP 400")),
        (401, {}, Refused("HTTP 401")),
        (401, {"WWW-Authenticate": 'Bearer realm="fleaglass"'}, NotNow("HTTP 401")),
        (413, {}, Refused("HTTP 413")),
        (500, {}, Refused("HTTP 500")),
        (503, {}, NotNow("HTTP 503")),
        (503, {"Retry-After": "7"}, NotNow("HTTP 503", 7.0)),
    ],
)
def test_what_an_answer_means(server: SentryServer, sender: EnvelopeSender, status, headers, answer) -> None:
    server.answers.append((status, headers))
    assert sender.send(EVENT) == answer


def test_a_server_that_is_away_is_tried_again() -> None:
    away = EnvelopeSender(Dsn.parse("http://k@127.0.0.1:1/1"), version="0.1.0", timeout_s=0.2)
    assert isinstance(away.send(EVENT), NotNow)


def test_over_its_rate_limit_a_server_is_left_alone(server: SentryServer, sender: EnvelopeSender, clock: Clock) -> None:
    server.answers.append((429, {"Retry-After": "30"}))
    assert sender.send(EVENT) == NotNow("HTTP 429", 30.0)
    clock.now_s += 29
    assert sender.send(EVENT) == NotNow("over its rate limit", 1.0)
    assert len(server.requests) == 1
    clock.now_s += 1
    assert sender.send(EVENT) == Accepted()


@pytest.mark.parametrize(
    "headers",
    [{}, {"Retry-After": "0"}, {"X-Sentry-Rate-Limits": "soon"}, {"X-Sentry-Rate-Limits": "9:transaction:key"}],
    ids=str,
)
def test_without_a_time_it_is_a_minute(server: SentryServer, sender: EnvelopeSender, headers) -> None:
    server.answers.append((429, headers))
    assert sender.send(EVENT) == NotNow("HTTP 429", 60.0)


def test_a_category_that_is_limited_holds_up_no_other(server: SentryServer, sender: EnvelopeSender, clock) -> None:
    limits = "60:error;transaction:organization:quota, nonsense, 5:session, 20:error:key"
    server.answers.append((200, {"X-Sentry-Rate-Limits": limits}))
    assert sender.send(EVENT) == Accepted()
    assert sender.send(EVENT) == Refused("over its rate limit for error")
    assert sender.send(SESSION) == Refused("over its rate limit for session")
    assert sender.send(CHECK_IN) == Accepted()
    clock.now_s += 60
    assert sender.send(EVENT) == Accepted()


def test_a_category_that_is_over_its_limit_already_is_dropped(server: SentryServer, sender: EnvelopeSender) -> None:
    server.answers.append((429, {"X-Sentry-Rate-Limits": "60:error:key", "Retry-After": "60"}))
    assert sender.send(EVENT) == Refused("HTTP 429")
    assert sender.send(SESSION) == Accepted()


def test_what_is_limited_as_a_whole_waits(server: SentryServer, sender: EnvelopeSender) -> None:
    server.answers.append((429, {"X-Sentry-Rate-Limits": "10::key, 60::organization"}))
    assert sender.send(EVENT) == NotNow("HTTP 429", 60.0)


@given(st.text(alphabet="0123456789:;, errorsession-\u0664x"))
def test_no_header_of_a_server_breaks_the_sender(limits: str) -> None:
    sender = EnvelopeSender(Dsn.parse("http://k@127.0.0.1:1/1"), version="0.1.0", monotonic=Clock())
    reply = Reply(200, {"x-sentry-rate-limits": limits, "retry-after": limits}, b"")
    assert sender._meaning(reply, "error") == Accepted()
    assert isinstance(sender._meaning(replace(reply, status=429), "error"), NotNow | Refused)
