"""An unmodified httpx program: its calls to the venue are operations, and it notices nothing."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import weakref
from contextlib import suppress
from typing import Any

import httpx
import pytest
from opentelemetry import context as otel
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from fleaglass.recorder import current_span
from fleaglass.testing import Recording
from fleaglass.venue import GUIDE
from fleaglass.venue.instrument import Deployment, instrument, uninstrument
from tests.unit.venue.fake import API_KEY, BASE_URL, order

ORDER = {"asset": "BTC", "side": "buy", "quantity": 0.01, "order_type": "market"}


def client(answer: Any = None) -> httpx.Client:
    """A program's own client, on a transport that gives or raises one answer."""

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(200, json=order()) if answer is None else answer

    seen: list[httpx.Request] = []
    made = httpx.Client(
        base_url=BASE_URL, headers={"Authorization": f"Bearer {API_KEY}"}, transport=httpx.MockTransport(handle)
    )
    made.seen = seen  # type: ignore[attr-defined]
    return made


def test_an_order_is_the_operation_with_its_request_below(watched: Recording) -> None:
    with client() as http:
        response = http.post("/trading/order", json=ORDER)
    assert response.json()["order_id"] == "ord_1"
    assert watched.tree() == "pf.trade.execute\n  POST /trading/order"
    span = watched.one("pf.trade.execute")
    assert span.attributes["pf.order.state"] == "filled"
    assert span.attributes["pf.slippage_bps"] == 4.0
    assert span.attributes["pf.quantity"] == 0.01
    assert [event.name for event in span.events] == ["api_response", "order_filled"]


def test_a_fill_that_the_program_asks_for_by_itself_is_told_once(watched: Recording) -> None:
    waiting = order(status="open", filled_quantity=0, fill_price=None, fee_usd=0)
    for answer in (waiting, waiting, order(realized_pnl_usd=2.5), order(realized_pnl_usd=2.5)):
        with client(httpx.Response(200, json=answer)) as http, watched.agent.cycle():
            if watched.named("pf.trade.execute"):
                http.get("/trading/order/ord_1")
            else:
                http.post("/trading/order", json=ORDER)
    reads = watched.named("pf.trade.read")
    assert [read.attributes.get("pf.fee_usd") for read in reads] == [None, 0.37, None]
    assert [read.attributes.get("pf.pnl_usd") for read in reads] == [None, 2.5, None]
    assert "pf.fee_usd" not in watched.one("pf.trade.execute").attributes


def test_it_hangs_below_the_programs_own_cycle(watched: Recording) -> None:
    with watched.agent.cycle() as cycle, client() as http:
        http.post("/trading/order", json=ORDER)
    del cycle
    assert watched.tree() == "agent.decision_cycle\n  pf.trade.execute\n    POST /trading/order"
    assert watched.one("agent.decision_cycle").attributes["pf.cycle_outcome"] == "order_placed"


def test_the_trace_travels_and_the_request_is_left_as_it_was(watched: Recording) -> None:
    with client() as http:
        request = http.build_request("POST", "/trading/order", json=ORDER)
        before = dict(request.headers)
        traceparents = []
        http._transport = httpx.MockTransport(  # the headers at the moment of sending
            lambda sent: (traceparents.append(sent.headers["traceparent"]), httpx.Response(200, json=order()))[1]
        )
        http.send(request)
        http.send(request)
    first, second = watched.named("POST /trading/order")
    assert [parent.split("-")[2] for parent in traceparents] == [first.span_id, second.span_id]
    assert dict(request.headers) == before


def test_a_trace_header_of_the_programs_own_stays(watched: Recording) -> None:
    mine = f"00-{'a' * 32}-{'b' * 16}-01"
    with client() as http:
        http.post("/trading/order", json=ORDER, headers={"traceparent": mine})
        (request,) = http.seen  # type: ignore[attr-defined]
    assert request.headers["traceparent"] == mine


def test_a_refusal_is_the_clients_error_once(watched: Recording) -> None:
    """The program's own ``raise_for_status``, inside its own cycle, is the same failure."""
    refusal = httpx.Response(400, json={"code": "INSUFFICIENT_MARGIN", "message": "too little"})
    with client(refusal) as http, pytest.raises(httpx.HTTPStatusError), watched.agent.cycle():
        http.post("/trading/order", json=ORDER).raise_for_status()
    span = watched.one("pf.trade.execute")
    assert (span.status, span.status_message) == ("error", "InsufficientMarginError")
    assert span.attributes["pf.order.state"] == "rejected"
    exceptions = [event for one in watched.spans for event in one.events if event.name == "exception"]
    assert len(exceptions) == 1
    assert len(watched.events) <= 1
    cycle = watched.one("agent.decision_cycle")  # as with our client, which raises the error itself
    outcome = (cycle.attributes["pf.cycle_outcome"], cycle.attributes["pf.cycle_reason"])
    assert outcome == ("rejected", "insufficient_margin")
    assert cycle.attributes["error.type"] == cycle.status_message == "InsufficientMarginError"


@pytest.mark.parametrize(
    "answer", [httpx.ReadTimeout("slow"), httpx.Response(503, json={"code": "BUSY"}), httpx.Response(429)], ids=repr
)
def test_a_read_that_the_venue_was_too_busy_for_is_noise_as_it_is_for_the_client(
    watched: Recording, answer: Any
) -> None:
    """Also when the library's exception for it leaves the program's cycle."""
    with client(answer) as http, pytest.raises(httpx.HTTPError), watched.agent.cycle():
        http.get("/wallet/w_1/balance").raise_for_status()
    assert watched.events == []
    assert watched.agent.error_counts().noise == 1


def test_a_program_that_gives_it_a_weight_of_its_own_is_heard(watched: Recording) -> None:
    def decide() -> None:
        with client(httpx.Response(503)) as http, watched.agent.cycle():
            try:
                http.get("/wallet/w_1/balance").raise_for_status()
            except httpx.HTTPStatusError as error:
                raise RuntimeError("no balance for an hour") from error

    with pytest.raises(RuntimeError):
        decide()
    assert [event["exception"]["values"][-1]["type"] for event in watched.events] == ["RuntimeError"]


@pytest.mark.parametrize(
    ("error", "state", "failure"),
    [
        (httpx.ReadTimeout("slow"), "unknown", "OutcomeUnknown"),
        (httpx.RemoteProtocolError("gone"), "unknown", "OutcomeUnknown"),
        (httpx.ConnectError("refused"), None, "Unreachable"),
    ],
)
def test_a_lost_answer_is_told_as_the_client_tells_it(
    watched: Recording, error: Exception, state: str | None, failure: str
) -> None:
    with client(error) as http, pytest.raises(type(error)) as raised, watched.agent.cycle():
        http.post("/trading/order", json=ORDER)
    assert raised.value is error
    span = watched.one("pf.trade.execute")
    assert span.attributes.get("pf.order.state") == state
    assert span.status_message == failure
    outcome = watched.one("agent.decision_cycle").attributes["pf.cycle_outcome"]
    assert outcome == ("unknown" if state else "failed")


async def test_a_cancelled_order_is_unknown(watched: Recording) -> None:
    async def hang(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(60)
        raise AssertionError

    async with httpx.AsyncClient(base_url=BASE_URL, transport=httpx.MockTransport(hang)) as http:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await http.post("/trading/order", json=ORDER)
    assert watched.one("pf.trade.execute").attributes["pf.order.state"] == "unknown"


async def test_the_asynchronous_client_is_watched_too(watched: Recording) -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json=order()))
    async with httpx.AsyncClient(base_url=BASE_URL, transport=transport) as http:
        await http.get("/trading/order/ord_1")
    assert watched.tree() == "pf.trade.read\n  GET /trading/order/{order_id}"


def test_a_stream_is_left_to_the_program(watched: Recording) -> None:
    with client() as http, http.stream("POST", "/trading/order", json=ORDER) as response:
        assert response.read()
    assert watched.one("pf.trade.execute").status == "unset"


@pytest.mark.parametrize("answer", [b"not json", b"[]", b'{"order_id": 7, "status": {"a": []}, "fill_price": "x"}'])
def test_odd_answers_reach_the_program_and_break_nothing(watched: Recording, answer: bytes) -> None:
    with client(httpx.Response(200, content=answer)) as http:
        assert http.post("/trading/order", json=ORDER).content == answer
    assert len(watched.named("pf.trade.execute")) == 1


def test_other_hosts_are_not_looked_at(watched: Recording) -> None:
    with client() as http:
        http.get("http://127.0.0.1:1/elsewhere")
        (request,) = http.seen  # type: ignore[attr-defined]
    assert watched.spans == []
    assert "traceparent" not in request.headers


def test_the_key_is_recorded_nowhere(watched: Recording) -> None:
    odd_key = "an-unusual-credential-42"
    refusal = httpx.Response(400, json={"code": "BAD", "message": f"what is {odd_key}?"})
    with client(refusal) as http:
        http.post("/trading/order", json=ORDER, headers={"Authorization": f"Bearer {odd_key}"})
    assert odd_key not in repr(watched.spans)
    assert odd_key not in repr(watched.breadcrumbs)


def test_beside_opentelemetrys_own_instrumentation_there_is_one_client_span(watched: Recording) -> None:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    theirs = HTTPXClientInstrumentor()
    theirs.instrument(tracer_provider=provider)
    try:
        with httpx.Client(transport=httpx.HTTPTransport()) as http, pytest.raises(httpx.ConnectError):
            http.post(f"{BASE_URL.replace('8765', '1')}/nobody", json=ORDER)
        alone = len(exporter.get_finished_spans())
        with httpx.Client(transport=httpx.HTTPTransport()) as http, pytest.raises(httpx.ConnectError):
            http.post(f"{BASE_URL}/trading/order", json=ORDER)
    finally:
        theirs.uninstrument()
    assert alone == 1
    assert len(exporter.get_finished_spans()) == 1
    assert watched.tree() == "pf.trade.execute ERROR Unreachable\n  POST /trading/order ERROR ConnectError"


def test_afterwards_the_program_is_alone_again(watched: Recording) -> None:
    uninstrument()
    with client() as http:
        http.post("/trading/order", json=ORDER)
    assert watched.spans == []


@pytest.mark.parametrize("wrapped", [False, True], ids=["as it is", "as an error of its own"])
def test_a_hook_that_raises_for_a_status_has_been_answered(watched: Recording, wrapped: bool) -> None:
    """What httpx's own documentation suggests; it raises before ``send`` returns, and yet no answer is lost."""

    def raise_for_status(response: httpx.Response) -> None:
        response.read()
        try:
            response.raise_for_status()
        except httpx.HTTPStatusError as error:
            if wrapped:
                raise RuntimeError("refused") from error
            raise

    refusal = httpx.Response(400, json={"code": "INSUFFICIENT_MARGIN", "message": "too little"})
    with client(refusal) as http:
        http.event_hooks = {"response": [raise_for_status]}
        with pytest.raises(RuntimeError if wrapped else httpx.HTTPStatusError), watched.agent.cycle():
            http.post("/trading/order", json=ORDER)
    span = watched.one("pf.trade.execute")
    assert (span.status_message, span.attributes["pf.order.state"]) == ("InsufficientMarginError", "rejected")
    exceptions = [event for one in watched.spans for event in one.events if event.name == "exception"]
    assert len(exceptions) == 1


@pytest.mark.parametrize(
    "answer",
    [
        httpx.ReadTimeout("slow"),
        httpx.ConnectError("refused"),
        ZeroDivisionError("in a transport of the program's"),
        httpx.Response(400, json={}),
        httpx.Response(200, content=b"{"),
    ],
    ids=lambda answer: type(answer).__name__,
)
def test_nothing_is_current_afterwards(watched: Recording, answer: Any) -> None:
    with client(answer) as http, suppress(Exception):
        http.post("/trading/order", json=ORDER)
    assert current_span() is None
    assert otel.get_current() == {}
    assert len(watched.spans) == 2


def test_a_key_from_an_auth_flow_is_recorded_nowhere(watched: Recording) -> None:
    odd_key = "an-unusual-credential-43"

    def sign(request: httpx.Request) -> httpx.Request:
        request.headers["Authorization"] = f"Bearer {odd_key}"
        return request

    refusal = httpx.Response(400, json={"code": "BAD", "message": f"what is {odd_key}?"})
    with client(refusal) as http:
        http.post("/trading/order", json=ORDER, auth=sign)
    assert odd_key not in repr(watched.spans)
    assert odd_key not in repr(watched.breadcrumbs)


@pytest.mark.parametrize("answered", [False, True])
def test_an_error_keeps_nothing_of_the_programs_alive(watched: Recording, answered: bool) -> None:
    """Without a garbage collection: no cycle is made of the program's exceptions and responses."""

    class Big:
        """Something of the program's."""

    def answer(request: httpx.Request) -> httpx.Response:
        if answered:
            return httpx.Response(400, json={})
        raise httpx.ReadTimeout("slow", request=request)

    def trade() -> weakref.ref[Big]:
        big = Big()
        with httpx.Client(base_url=BASE_URL, transport=httpx.MockTransport(answer)) as http, suppress(httpx.HTTPError):
            http.post("/trading/order", json=ORDER).raise_for_status()
        return weakref.ref(big)

    gc.disable()
    try:
        assert trade()() is None
    finally:
        gc.enable()


async def test_a_request_that_is_dropped_half_way_says_nothing(
    watched: Recording, caplog: pytest.LogCaptureFixture
) -> None:
    """Its coroutine is closed where its context is not: by the garbage collector, or by another task."""

    async def hang(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(60)
        raise AssertionError

    http = httpx.AsyncClient(base_url=BASE_URL, transport=httpx.MockTransport(hang))
    dropped = http.get("/trading/order/ord_1")
    contextvars.copy_context().run(dropped.send, None)
    dropped.close()
    await http.aclose()
    assert caplog.messages == []
    assert len(watched.named("pf.trade.read")) == 1


def test_another_tools_patch_on_top_of_ours_stays(watched: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, sent = httpx.Client.send, []

    def theirs(self: httpx.Client, request: httpx.Request, **options: Any) -> httpx.Response:
        sent.append(request)
        return ours(self, request, **options)

    monkeypatch.setattr(httpx.Client, "send", theirs)
    uninstrument()
    with client() as http:
        http.post("/trading/order", json=ORDER)
    assert len(sent) == 1
    assert watched.spans == []


def test_watching_twice_records_once(watched: Recording) -> None:
    instrument(deployments=[Deployment(GUIDE, base_url=BASE_URL)])
    with client() as http:
        http.post("/trading/order", json=ORDER)
    assert watched.tree() == "pf.trade.execute\n  POST /trading/order"
