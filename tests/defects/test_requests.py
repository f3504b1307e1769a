"""Defects 17, 18 and 37: requests that an agent sends, and what is sent along."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

import httpx
import pytest
from opentelemetry import baggage, context
from opentelemetry import trace as api
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.propagate import inject

import fleaglass
from fleaglass.testing import Recording
from fleaglass.venue import PurpleFlea, Unreachable, VenueError
from fleaglass.venue.instrument import uninstrument
from tests.defects.raw import RawOtel
from tests.support.sentry_server import SentryServer
from tests.unit.venue.fake import API_KEY, BASE_URL, FakeVenue

POSITIONS = {"positions": []}


@contextmanager
def carrying(**values: str) -> Iterator[None]:
    """A block in which the program has baggage of its own."""
    carried = context.get_current()
    for key, value in values.items():
        carried = baggage.set_baggage(key, value, carried)
    token = context.attach(carried)
    try:
        yield
    finally:
        context.detach(token)


def test_d17_raw_headers_made_by_hand_change_the_callers_and_tell_any_host_everything() -> None:
    otel = RawOtel()
    seen: list[httpx.Request] = []
    http = httpx.Client(transport=httpx.MockTransport(lambda request: seen.append(request) or httpx.Response(200)))
    mine: dict[str, str] = {}
    with otel.tracer.start_as_current_span("order"), carrying(customer="private"):
        inject(mine)
        http.get("https://elsewhere.example/", headers=mine)
        with pytest.raises(TypeError):
            inject(None)
    assert set(mine) == {"traceparent", "baggage"}
    assert seen[0].headers["baggage"] == "customer=private"
    assert [span.kind for span in otel.spans] == [api.SpanKind.INTERNAL]


def test_d17_raw_a_span_made_by_hand_is_there_twice_beside_an_instrumentation() -> None:
    otel = RawOtel()
    http = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200)))
    HTTPXClientInstrumentor.instrument_client(http, tracer_provider=otel.provider)
    with otel.tracer.start_as_current_span("GET", kind=api.SpanKind.CLIENT):
        http.get("https://flea.example/")
    assert [span.kind for span in otel.spans] == [api.SpanKind.CLIENT] * 2


async def test_d17_ours_the_venue_gets_the_trace_and_nobody_else_gets_anything(
    record: Recording, venue: FakeVenue
) -> None:
    """Nor does anybody whom the venue points to, nor one whom the program calls while its calls are watched."""
    sent: list[dict[str, str]] = []  # as they are sent: afterwards a request is again as the program made it
    other = httpx.MockTransport(lambda request: sent.append({**request.headers}) or httpx.Response(200))
    away = httpx.Response(307, headers={"Location": "https://elsewhere.example/v1/trading/positions"})
    venue.on("GET /trading/positions", away, POSITIONS)
    fleaglass.instrument(guide_url=BASE_URL)
    try:
        async with venue.client() as flea, httpx.AsyncClient(transport=other) as http:
            with record.agent.cycle(), carrying(customer="private"):
                with pytest.raises(VenueError):
                    await flea.trading.positions()
                await http.get("https://elsewhere.example/")
                await http.get(f"{BASE_URL}/trading/positions")
    finally:
        uninstrument()
    (request,) = venue.requests
    foreign, watched = sent
    asked, by_hand = record.named("GET /trading/positions")
    assert (asked.kind, asked.parent_span_id) == ("client", record.named("pf.trade.positions")[0].span_id)
    assert request.headers["traceparent"] == f"00-{asked.trace_id}-{asked.span_id}-03"
    assert watched["traceparent"] == f"00-{by_hand.trace_id}-{by_hand.span_id}-03", "it is watched"
    assert "baggage" not in {*request.headers, *watched}
    assert not {"traceparent", "baggage", "authorization"} & set(foreign)


async def test_d17_ours_beside_an_instrumentation_a_request_is_one_span(record: Recording) -> None:
    otel = RawOtel()
    instrumentor = HTTPXClientInstrumentor()
    instrumentor.instrument(tracer_provider=otel.provider)
    try:
        async with PurpleFlea(API_KEY, base_url="http://127.0.0.1:1") as flea:
            with pytest.raises(Unreachable), record.agent.cycle():
                await flea.trading.execute("BTC", "buy", 1, reference=False)
    finally:
        instrumentor.uninstrument()
    assert otel.spans == []
    assert [span.name for span in record.spans if span.kind == "client"] == ["POST /trading/order"]


def refuse(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError(f"no route to {request.url}")


def instrumented(provider: api.TracerProvider) -> httpx.Client:
    """A program's client with OpenTelemetry's instrumentation as it comes."""
    http = httpx.Client(transport=httpx.MockTransport(refuse))
    HTTPXClientInstrumentor.instrument_client(http, tracer_provider=provider)
    return http


SECRETS = "http://trader:swordfish@flea.example/positions?api_key=hunter2hunter2"


def test_d18_raw_the_instrumentation_has_old_names_and_keeps_secrets_of_queries_and_messages() -> None:
    otel = RawOtel()
    with instrumented(otel.provider) as http, suppress(httpx.ConnectError):
        http.get(SECRETS)
    assert set(otel.span.attributes or {}) == {"http.method", "http.url"}
    assert "api_key=hunter2hunter2" in str((otel.span.attributes or {})["http.url"])
    assert "swordfish" in (otel.span.status.description or "")
    assert "swordfish" in str(otel.span.events[0].attributes)


async def test_d18_ours_a_request_is_recorded_by_todays_names_and_without_its_secrets(record: Recording) -> None:
    address = "http://trader:swordfish@flea.example/v1"
    async with PurpleFlea(API_KEY, base_url=address, transport=httpx.MockTransport(refuse)) as flea:
        with pytest.raises(Unreachable), record.agent.cycle():
            await flea.trading.execute("BTC", "buy", 1, reference=False)
    request = record.one("POST /trading/order")
    assert request.attributes["http.request.method"] == "POST"
    assert request.attributes["url.full"] == "http://flea.example/v1/trading/order"
    assert request.attributes["server.address"] == "flea.example"
    assert "swordfish" not in repr(record.spans)
    assert API_KEY not in repr(record.spans)


def test_d18_ours_what_an_instrumentation_records_with_the_agents_provider_is_scrubbed(record: Recording) -> None:
    with record.agent.cycle(), instrumented(record.agent.tracer_provider) as http, suppress(httpx.ConnectError):
        http.get(SECRETS)
    assert record.one("GET").parent_span_id == record.one("agent.decision_cycle").span_id
    assert not [secret for secret in ("hunter2hunter2", "swordfish") if secret in repr(record.spans)]


async def test_d37_raw_a_blocking_request_stops_everything_else() -> None:
    def slow(request: httpx.Request) -> httpx.Response:
        time.sleep(0.02)
        return httpx.Response(200)

    ticks: list[float] = []
    ticking = asyncio.create_task(tick(ticks))
    await asyncio.sleep(0)
    before = len(ticks)
    httpx.Client(transport=httpx.MockTransport(slow)).post("http://sentry.example/releases/")
    assert len(ticks) == before
    ticking.cancel()


async def test_d37_ours_while_a_server_takes_its_time_the_agent_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "none")
    with SlowServer() as server:
        agent = fleaglass.init("unhurried", dsn=server.dsn, release="agent@1")
        with agent.cycle():
            agent.capture(ValueError("x"))
        for _ in range(1_000):
            if server.asked.is_set():
                break
            await asyncio.sleep(0.005)
        assert (server.asked.is_set(), server.events) == (True, [])
        server.go_on.set()
        assert await asyncio.to_thread(agent.flush, 5)
        assert len(server.events) == 1
        await asyncio.to_thread(agent.shutdown)


async def tick(ticks: list[float]) -> None:
    while True:
        ticks.append(time.monotonic())
        await asyncio.sleep(0)


class SlowServer(SentryServer):
    """Answers when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = threading.Event()
        self.go_on = threading.Event()

    def take(self, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, Mapping[str, str]]:
        self.asked.set()
        self.go_on.wait(10)
        return super().take(path, headers, body)
