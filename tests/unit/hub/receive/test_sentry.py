"""An envelope is in the queue when it is answered, or its sender is told why it is not."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from fleaglass.hub.intake.queue import Queue
from fleaglass.hub.receive.quota import BURST_S, Quota
from fleaglass.hub.receive.sentry import READ_BYTES, sentry_routes
from fleaglass.hub.refusals import Refusal, Refusals

ID = "9ec79c33ec9942ab8353589fcb2e04dc"
NOW_NS = 1_796_032_800_000_000_000
ENVELOPE = "/api/1/envelope/"
STORE = "/api/1/store/"


async def anybody(_: Request, key: str | None) -> Response | None:
    return None


@pytest.fixture
async def queue(tmp_path: Path) -> AsyncIterator[Queue]:
    opened = Queue(tmp_path / "intake.db")
    yield opened
    opened.close()


@pytest.fixture
async def refusals() -> Refusals:
    return Refusals(now_ns=lambda: NOW_NS)


@pytest.fixture
async def quota() -> Quota:
    return Quota(None)


@pytest.fixture
async def http(queue: Queue, refusals: Refusals, quota: Quota) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=sentry_routes(queue, anybody, refusals, quota, lambda: NOW_NS))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
        yield client


def item(kind: str, payload: bytes) -> bytes:
    return b"%s\n%s\n" % (json.dumps({"type": kind, "length": len(payload)}).encode(), payload)


def text(size: int) -> bytes:
    """An object with a text that makes it so many bytes."""
    return b'{"a":"%s"}' % (b"x" * (size - 8))


async def test_what_was_answered_waits_in_the_queue(http: httpx.AsyncClient, queue: Queue) -> None:
    answer = await http.post(ENVELOPE, content=b'{"event_id":"%s"}\n' % ID.encode() + item("event", b"{}"))
    assert (answer.status_code, answer.json()) == (200, {"id": ID})
    (one,) = await queue.take(9)
    assert (one.project, one.received_ns) == (1, NOW_NS)


ITEMS = {
    "as much as is read": ((text(READ_BYTES),), 200),
    "one byte more": ((text(READ_BYTES + 1),), 413),
    "one byte more in two": ((text(READ_BYTES - 100), text(101)), 413),
}


@pytest.mark.parametrize(("payloads", "status"), ITEMS.values(), ids=ITEMS)
@pytest.mark.parametrize("kind", ["event", "transaction", "log", "something new"])
async def test_what_would_take_long_to_read_is_refused(
    http: httpx.AsyncClient, queue: Queue, refusals: Refusals, kind: str, payloads: tuple[bytes, ...], status: int
) -> None:
    answer = await http.post(ENVELOPE, content=b"{}\n" + b"".join(item(kind, payload) for payload in payloads))
    assert answer.status_code == status
    if status == 413:
        told = "the envelope's items have 5242881 bytes, and at most 5242880 without its attachments"
        assert answer.json() == {"detail": told}
        assert answer.headers["x-sentry-error"] == told
    assert (queue.waiting, refusals.lost()) == ((1, 0) if status == 200 else (0, 1))


async def test_the_event_of_an_old_client_has_the_same_bound(http: httpx.AsyncClient) -> None:
    assert (await http.post(STORE, content=text(READ_BYTES))).status_code == 200
    assert (await http.post(STORE, content=text(READ_BYTES + 1))).status_code == 413


async def test_attachments_may_be_larger_for_nobody_reads_them(http: httpx.AsyncClient, queue: Queue) -> None:
    sent = b"{}\n" + item("event", b"{}") + item("attachment", bytes(2 * READ_BYTES))
    assert (await http.post(ENVELOPE, content=sent)).status_code == 200
    assert queue.waiting == 1


REFUSED = {
    "nothing": (b"", {}, 400, "header (byte 0) is not JSON"),
    "no envelope": (b"hello\n", {}, 400, "header (byte 0) is not JSON"),
    "an event that is no JSON": (b"{}\n" + item("event", b"{"), {}, 400, "item 1 (event) is not JSON"),
    "an event that is a list": (b"{}\n" + item("event", b"[]"), {}, 400, "item 1 (event) must be a JSON object"),
    "too deep": (b"{}\n" + item("event", b'{"a":' + b"[" * 9_000), {}, 400, "item 1 (event) is not JSON"),
    "an encoding of no client": (b"{}\n", {"content-encoding": "snappy"}, 415, "'snappy' is not accepted"),
    "another encoding than it says": (b"{}\n", {"content-encoding": "gzip"}, 400, "is not gzip"),
    "a key in two ways": (b'{"dsn":"http://b@h/1"}\n', {"x-sentry-auth": "Sentry sentry_key=a"}, 400, "differ"),
    "a key of another project": (b'{"dsn":"http://a@h/2"}\n', {}, 400, "of another project than 1"),
}


@pytest.mark.parametrize(("body", "headers", "status", "detail"), REFUSED.values(), ids=REFUSED)
async def test_a_refusal_says_what_is_wrong(
    http: httpx.AsyncClient, queue: Queue, body: bytes, headers: dict[str, str], status: int, detail: str
) -> None:
    answer = await http.post(ENVELOPE, content=body, headers=headers)
    assert answer.status_code == status
    assert detail in answer.json()["detail"]
    assert queue.waiting == 0


async def test_a_project_over_its_quota_is_told_for_how_long_as_sentrys_clients_understand(
    queue: Queue, refusals: Refusals
) -> None:
    quota = Quota(0.5, lambda: 0.0)
    app = Starlette(routes=sentry_routes(queue, anybody, refusals, quota, lambda: NOW_NS))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
        answers = [await client.post(ENVELOPE, content=b"{}\n") for _ in range(int(0.5 * BURST_S) + 2)]
        elsewhere = await client.post("/api/2/envelope/", content=b"{}\n")
    *_, taken, refused = answers
    assert (taken.status_code, refused.status_code, elsewhere.status_code) == (200, 429, 200)
    assert refused.headers["retry-after"] == "2"
    assert refused.headers["x-sentry-rate-limits"] == "2::project:quota"
    assert "0.5 envelopes/s" in refused.json()["detail"]
    assert refusals.rows() == [Refusal("project 1", "envelopes", "quota", 1, NOW_NS)]


async def test_a_full_queue_is_told_as_sentrys_clients_understand(tmp_path: Path, refusals: Refusals) -> None:
    small = Queue(tmp_path / "small.db", most_bytes=2)
    app = Starlette(routes=sentry_routes(small, anybody, refusals, Quota(None), lambda: NOW_NS))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
        answer = await client.post(ENVELOPE, content=b"{}\n")
    small.close()
    assert answer.status_code == 429
    assert answer.headers["x-sentry-rate-limits"] == f"{answer.headers['retry-after']}::organization:backlog"
    assert refusals.rows() == [Refusal("project 1", "envelopes", "busy", 1, NOW_NS)]
