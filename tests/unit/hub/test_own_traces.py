"""The hub's own spans are in its store, bounded, and do not beget more of themselves."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fleaglass.hub.own_traces import MOST_WAITING, SERVICE, OwnTraces, traced
from fleaglass.hub.store import Batch, Commit, Counters, Unavailable

START_NS = 1_700_000_000_000_000_000


class FakeStore:
    def __init__(self) -> None:
        self.batches: list[Batch] = []
        self.failure: Exception | None = None

    async def submit(self, batch: Batch) -> None:
        if self.failure:
            raise self.failure
        self.batches.append(batch)


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


@pytest.fixture
def traces(store: FakeStore) -> OwnTraces:
    seconds, ids = count(), count(1)
    return OwnTraces(
        store,  # type: ignore[arg-type]
        now_ns=lambda: START_NS + next(seconds) * 1_000_000_000,
        new_id=lambda size: next(ids).to_bytes(size, "big"),
    )


def spans(store: FakeStore) -> Iterator[tuple[str, int, dict[str, str | int], int]]:
    """Name, seconds, attributes and status of each that was stored."""
    for batch in store.batches:
        for span in ExportTraceServiceRequest.FromString(batch.body).resource_spans[0].scope_spans[0].spans:
            said = {pair.key: pair.value.string_value or pair.value.int_value for pair in span.attributes}
            took_s = (span.end_time_unix_nano - span.start_time_unix_nano) // 1_000_000_000
            yield span.name, took_s, said, span.status.code


def committed(*senders: str, kind: str = "traces") -> Counters:
    return Counters(commits=1, last=Commit(kind, 7, 2, frozenset(senders), 3.0))  # type: ignore[arg-type]


async def test_a_request_makes_a_span_named_after_its_route(store: FakeStore, traces: OwnTraces) -> None:
    async def answer(request: Request) -> Response:
        return Response(status_code=503 if request.path_params["id"] == "2" else 200)

    app = traced(Starlette(routes=[Route("/one/{id}", answer)]), traces)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://hub") as client:
        for path in ("/one/1", "/one/2", "/secret"):
            await client.get(path)
    await traces.store_now()
    assert [(name, said["http.response.status_code"], status) for name, _, said, status in spans(store)] == [
        ("GET /one/{id}", 200, 0),
        ("GET /one/{id}", 503, 2),
        ("GET", 404, 0),
    ]
    [batch] = store.batches
    assert (batch.signal, batch.rows, batch.sender) == ("traces", 3, SERVICE)


async def test_a_commit_makes_a_span_and_the_one_that_stores_it_makes_none(store: FakeStore, traces: OwnTraces) -> None:
    counters = committed("a", SERVICE)
    traces.committed(counters)
    traces.committed(counters)  # a group that failed: nothing new was committed
    traces.committed(committed(SERVICE))
    await traces.store_now()
    await traces.store_now()
    said = {"fleaglass.kind": "traces", "fleaglass.rows": 7, "fleaglass.requests": 2, "fleaglass.senders": 2}
    assert list(spans(store)) == [("commit", 3, said, 0)]
    assert len(store.batches) == 1


async def test_a_busy_hub_keeps_so_many_and_says_what_it_missed(store: FakeStore, traces: OwnTraces) -> None:
    for _ in range(MOST_WAITING + 5):
        traces.request("GET", START_NS, (), "")
    await traces.store_now()
    [batch] = store.batches
    assert batch.rows == MOST_WAITING
    resource = ExportTraceServiceRequest.FromString(batch.body).resource_spans[0].resource
    assert {pair.key: pair.value.int_value for pair in resource.attributes}["fleaglass.missed"] == 5


async def test_what_the_store_has_no_room_for_is_gone_and_nobody_is_troubled(
    store: FakeStore, traces: OwnTraces
) -> None:
    traces.request("GET", START_NS, (), "")
    store.failure = Unavailable("full")
    await traces.store_now()
    store.failure = None
    await traces.store_now()
    assert store.batches == []


async def test_over_grpc_the_status_is_told(store: FakeStore, traces: OwnTraces) -> None:
    class Context:
        def code(self) -> None:
            return None

    async def export(body: bytes, context: Context) -> bytes:
        return body

    assert await traces.exporting("logs", export)(b"x", Context()) == b"x"
    await traces.store_now()
    said = {"rpc.system": "grpc", "fleaglass.kind": "logs", "rpc.response.status_code": "OK"}
    assert [(name, about) for name, _, about, _ in spans(store)] == [("Export logs", said)]
