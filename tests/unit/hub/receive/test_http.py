"""OTLP over HTTP answers as the specification asks, and never acknowledges what it did not store."""

from __future__ import annotations

import asyncio
import gzip
import time
from collections.abc import AsyncIterator

import httpx
import pytest
from google.protobuf.json_format import ParseDict
from google.rpc.code_pb2 import INVALID_ARGUMENT, RESOURCE_EXHAUSTED, UNAVAILABLE
from google.rpc.error_details_pb2 import RetryInfo
from google.rpc.status_pb2 import Status
from starlette.applications import Starlette

from fleaglass.hub.receive import OwnOrigin, Reception, otlp_routes, reception
from fleaglass.hub.receive.body import LIMIT_BYTES
from fleaglass.hub.receive.quota import Quota
from fleaglass.hub.refusals import Refusals
from fleaglass.hub.store import Batch, Busy, Refused, Signal, Unavailable
from tests.support.otlp import gauge, logs, traces

BODY = traces({}).SerializeToString()
PROTOBUF = {"content-type": "application/x-protobuf"}
JSON = {"content-type": "application/json"}
JSON_BODY = (
    b'{"resourceSpans": [{"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "svc"}}]}, '
    b'"scopeSpans": [{"spans": [{"traceId": "%s", "spanId": "%s", "startTimeUnixNano": "1"}]}]}]}'
    % (b"1" * 32, b"2" * 16)
)


class FakeStore:
    """Takes batches, or fails as told."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []
        self.failure: Exception | None = None

    def check_room(self, sender: str, size: int) -> None:
        pass

    async def submit(self, batch: Batch) -> None:
        if self.failure:
            raise self.failure
        self.batches.append(batch)


class Fixture:
    def __init__(self) -> None:
        self.store = FakeStore()
        self.refusals = Refusals()
        taken = Reception(self.store, self.refusals, Quota(None))  # type: ignore[arg-type]
        app = Starlette(routes=otlp_routes(taken))
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(OwnOrigin(app)), base_url="http://127.0.0.1:4318")


@pytest.fixture
async def hub() -> AsyncIterator[Fixture]:
    fixture = Fixture()
    async with fixture.http:
        yield fixture


@pytest.mark.parametrize(
    ("path", "body"),
    [("traces", BODY), ("logs", logs({}).SerializeToString()), ("metrics", gauge("a", 1.0).SerializeToString())],
)
async def test_protobuf_is_stored_and_answered_in_kind(hub: Fixture, path: str, body: bytes) -> None:
    answer = await hub.http.post(f"/v1/{path}", content=body, headers=PROTOBUF)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"] == "application/x-protobuf"
    assert [batch.signal for batch in hub.store.batches] == [path]


async def test_gzip_json_is_stored_and_answered_in_kind(hub: Fixture) -> None:
    content = gzip.compress(b'{"resourceSpans": []}')
    answer = await hub.http.post("/v1/traces", content=content, headers={**JSON, "content-encoding": "gzip"})
    assert (answer.status_code, answer.json()) == (200, {})


@pytest.mark.parametrize(
    ("headers", "content", "status", "said"),
    [
        ({"content-type": "text/plain"}, BODY, 415, "send application/x-protobuf or application/json"),
        ({}, BODY, 415, "Content-Type ''"),
        ({**PROTOBUF, "content-encoding": "compress"}, BODY, 415, "send gzip, deflate, br, zstd or identity"),
        ({**PROTOBUF, "content-encoding": "gzip"}, BODY, 400, "not gzip"),
        (PROTOBUF, BODY[:-3], 400, "not an OTLP traces request"),
        (JSON, b"{", 400, "not JSON"),
        (JSON, b"[]", 400, "must be a JSON object"),
        (PROTOBUF, traces({"trace_id": b"x"}).SerializeToString(), 400, "trace_id has 1 bytes"),
        (PROTOBUF, bytes(LIMIT_BYTES + 1), 413, "larger than"),
        ({**PROTOBUF, "content-encoding": "gzip"}, gzip.compress(bytes(LIMIT_BYTES + 1)), 413, "once decompressed"),
    ],
)
async def test_bad_input_is_refused_with_a_status_body(
    hub: Fixture, headers: dict[str, str], content: bytes, status: int, said: str
) -> None:
    answer = await hub.http.post("/v1/traces", content=content, headers=headers)
    assert answer.status_code == status
    told = _told(answer)
    assert told.code == INVALID_ARGUMENT
    assert said in told.message
    assert hub.store.batches == []
    assert hub.refusals.lost() == 1


@pytest.mark.parametrize(
    ("failure", "status", "code", "reason"),
    [
        (Unavailable("disk full", 1.25), 503, UNAVAILABLE, "unavailable"),
        (Busy("too much waits", 1.25), 429, RESOURCE_EXHAUSTED, "busy"),
    ],
)
@pytest.mark.parametrize(("kind", "body"), [(PROTOBUF, BODY), (JSON, JSON_BODY)])
async def test_what_cannot_be_taken_now_is_asked_for_again_with_a_delay(
    hub: Fixture, failure: Exception, status: int, code: int, reason: str, kind: dict[str, str], body: bytes
) -> None:
    hub.store.failure = failure
    answer = await hub.http.post("/v1/traces", content=body, headers=kind)
    assert (answer.status_code, answer.headers["retry-after"]) == (status, "2")
    assert answer.headers["content-type"] == kind["content-type"]
    told, info = _told(answer), RetryInfo()
    assert told.code == code
    assert str(failure) in told.message
    assert told.details[0].Unpack(info)
    assert (info.retry_delay.seconds, info.retry_delay.nanos) == (1, 250_000_000)
    assert [(row.agent, row.kind, row.reason) for row in hub.refusals.rows()] == [("svc", "traces", reason)]
    assert hub.refusals.lost() == 0


async def test_a_body_that_the_engine_refuses_is_a_bad_request(hub: Fixture) -> None:
    hub.store.failure = Refused("cannot read")
    answer = await hub.http.post("/v1/traces", content=b'{"resourceSpans": []}', headers=JSON)
    assert answer.status_code == 400
    assert _told(answer).message == "cannot read"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:4318", "", "["])
async def test_another_host_name_is_refused(hub: Fixture, host: str) -> None:
    answer = await hub.http.post("/v1/traces", content=BODY, headers={**PROTOBUF, "host": host})
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "foreign_origin"
    assert hub.store.batches == []


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:3000", "http://localhost:4318"])
async def test_another_origin_is_refused(hub: Fixture, origin: str) -> None:
    answer = await hub.http.post("/v1/traces", content=BODY, headers={**PROTOBUF, "origin": origin})
    assert answer.status_code == 403
    assert hub.store.batches == []


@pytest.mark.parametrize(("host", "origin"), [("localhost:4318", None), ("[::1]:4318", "http://[::1]:4318")])
async def test_the_hubs_own_names_are_served(hub: Fixture, host: str, origin: str | None) -> None:
    headers = {**PROTOBUF, "host": host} | ({"origin": origin} if origin else {})
    assert (await hub.http.post("/v1/traces", content=BODY, headers=headers)).status_code == 200


def _told(answer: httpx.Response) -> Status:
    if answer.headers["content-type"] == "application/json":
        status = Status()
        ParseDict(answer.json(), status)
        return status
    return Status.FromString(answer.content)


async def test_large_bodies_are_read_one_at_a_time(hub: Fixture, monkeypatch: pytest.MonkeyPatch) -> None:
    """A body of empty messages takes thirty times its size once parsed: many at once would take all memory."""
    at_once, most = 0, 0

    def slowly(signal: Signal, body: bytes) -> Batch:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        time.sleep(0.02)
        at_once -= 1
        return Batch(signal, body, 1)

    monkeypatch.setattr(reception, "parse", slowly)
    body = bytes(2 * 1024 * 1024)
    answers = await asyncio.gather(*(hub.http.post("/v1/traces", content=body, headers=PROTOBUF) for _ in range(4)))
    assert [answer.status_code for answer in answers] == [200] * 4
    assert most == 1
