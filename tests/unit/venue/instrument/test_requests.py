"""An unmodified requests program: its calls to the venue are operations, and it notices nothing."""

from __future__ import annotations

import inspect
import json
import sys
import types
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from opentelemetry.instrumentation.requests import RequestsInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind
from requests.adapters import BaseAdapter
from urllib3 import Retry
from urllib3.exceptions import MaxRetryError, NewConnectionError

from fleaglass.testing import Recording
from fleaglass.venue import GUIDE
from fleaglass.venue.instrument import Deployment, instrument, uninstrument
from tests.unit.venue.fake import API_KEY, BASE_URL, order

ORDER = {"asset": "BTC", "side": "buy", "quantity": 0.01, "order_type": "market"}


class Venue(BaseAdapter):
    """Gives or raises one answer, and remembers what was sent."""

    def __init__(self, status: int = 200, body: Any = None, error: Exception | None = None) -> None:
        super().__init__()
        self.status, self.body, self.error = status, order() if body is None else body, error
        self.headers: list[dict[str, str]] = []

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        self.headers.append(dict(request.headers))
        if self.error is not None:
            raise self.error
        response = requests.Response()
        response.status_code, response.url, response.request = self.status, request.url or "", request
        response._content = json.dumps(self.body).encode()
        return response

    def close(self) -> None:
        """Nothing is open."""


def session(venue: Venue) -> requests.Session:
    """A program's own session."""
    made = requests.Session()
    made.trust_env = False
    made.headers["Authorization"] = f"Bearer {API_KEY}"
    made.mount("http://", venue)
    return made


def test_an_order_is_the_operation_with_its_request_below(watched: Recording) -> None:
    venue = Venue()
    with session(venue) as http:
        assert http.post(f"{BASE_URL}/trading/order", json=ORDER).json()["order_id"] == "ord_1"
    assert watched.tree() == "pf.trade.execute\n  POST /trading/order"
    assert watched.one("pf.trade.execute").attributes["pf.slippage_bps"] == 4.0
    assert venue.headers[0]["traceparent"].split("-")[2] == watched.one("POST /trading/order").span_id


@pytest.mark.unreadable
def test_form_data_is_no_json_and_no_harm(watched: Recording) -> None:
    with session(Venue()) as http:
        http.post(f"{BASE_URL}/trading/order", data={"asset": "BTC"})
    assert "pf.side" not in watched.one("pf.trade.execute").attributes


def test_a_refusal_is_the_clients_error_once(watched: Recording) -> None:
    venue = Venue(400, {"code": "INSUFFICIENT_MARGIN", "message": "too little"})
    with session(venue) as http, pytest.raises(requests.HTTPError), watched.agent.cycle():
        http.post(f"{BASE_URL}/trading/order", json=ORDER).raise_for_status()
    assert watched.one("pf.trade.execute").status_message == "InsufficientMarginError"
    exceptions = [event for one in watched.spans for event in one.events if event.name == "exception"]
    assert len(exceptions) == 1
    cycle = watched.one("agent.decision_cycle")  # as with our client, which raises the error itself
    outcome = (cycle.attributes["pf.cycle_outcome"], cycle.attributes["pf.cycle_reason"])
    assert outcome == ("rejected", "insufficient_margin")
    assert cycle.attributes["error.type"] == cycle.status_message == "InsufficientMarginError"


def refused_connection() -> requests.ConnectionError:
    """What requests raises when nobody listens."""
    return requests.ConnectionError(MaxRetryError(None, "/", NewConnectionError(None, "refused")))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "state", "failure"),
    [
        (requests.ReadTimeout("slow"), "unknown", "OutcomeUnknown"),
        (requests.ConnectionError("reset by peer"), "unknown", "OutcomeUnknown"),
        (requests.ConnectTimeout("nobody"), None, "Unreachable"),
        (refused_connection(), None, "Unreachable"),
    ],
)
def test_a_lost_answer_is_told_as_the_client_tells_it(
    watched: Recording, error: Exception, state: str | None, failure: str
) -> None:
    with session(Venue(error=error)) as http, pytest.raises(type(error)) as raised:
        http.post(f"{BASE_URL}/trading/order", json=ORDER)
    assert raised.value is error
    span = watched.one("pf.trade.execute")
    assert (span.attributes.get("pf.order.state"), span.status_message) == (state, failure)


@pytest.fixture
def theirs() -> Iterator[InMemorySpanExporter]:
    """OpenTelemetry's own instrumentation, switched on after ours and so around it."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    RequestsInstrumentor().instrument(tracer_provider=provider)
    yield exporter
    RequestsInstrumentor().uninstrument()


def test_beside_opentelemetrys_own_instrumentation_there_is_one_client_span(
    watched: Recording, theirs: InMemorySpanExporter
) -> None:
    """Theirs is around ours here, so the operation hangs below it and has no second request of its own."""
    with session(Venue()) as http:
        http.post(f"{BASE_URL}/trading/order", json=ORDER)
    assert len(theirs.get_finished_spans()) == 1
    assert watched.tree() == "pf.trade.execute"


def test_ours_above_opentelemetrys_does_not_pass_for_theirs(
    fleaglass_recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Theirs knows its own method by a mark on it, and on its end puts back what is below the marked one."""
    monkeypatch.setattr(requests.Session, "send", requests.Session.send)
    RequestsInstrumentor().instrument(tracer_provider=TracerProvider())
    instrument(deployments=[Deployment(GUIDE, base_url=BASE_URL)])
    try:
        RequestsInstrumentor().uninstrument()
        with session(Venue()) as http:
            http.post(f"{BASE_URL}/trading/order", json=ORDER)
    finally:
        uninstrument()
    assert fleaglass_recording.named("pf.trade.execute")


def test_watching_goes_on_where_another_tool_has_taken_ours_away(
    watched: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests.Session, "send", inspect.unwrap(requests.Session.send))
    instrument(deployments=[Deployment(GUIDE, base_url=BASE_URL)])
    with session(Venue()) as http:
        http.post(f"{BASE_URL}/trading/order", json=ORDER)
    assert watched.tree() == "pf.trade.execute\n  POST /trading/order"


def test_a_hook_that_raises_for_a_status_has_been_answered(watched: Recording) -> None:
    """The usual way to raise for every status; it raises before ``send`` returns, and yet no answer is lost."""
    with session(Venue(400, {"code": "INSUFFICIENT_MARGIN", "message": "too little"})) as http:
        http.hooks["response"] = [lambda response, *_, **__: response.raise_for_status()]
        with pytest.raises(requests.HTTPError):
            http.post(f"{BASE_URL}/trading/order", json=ORDER)
    span = watched.one("pf.trade.execute")
    assert (span.status_message, span.attributes["pf.order.state"]) == ("InsufficientMarginError", "rejected")


def test_a_session_that_streams_is_left_to_the_program(watched: Recording) -> None:
    class Endless(Venue):
        """An answer that must not be read."""

        def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
            response = super().send(request)
            response._content = False
            response.raw = None
            return response

    with session(Endless()) as http:
        http.stream = True
        response = http.send(http.prepare_request(requests.Request("POST", f"{BASE_URL}/trading/order", json=ORDER)))
    assert response._content is False
    assert watched.one("pf.trade.execute").status == "unset"


@pytest.mark.parametrize(("methods", "state"), [(None, "unknown"), (frozenset({"GET"}), None)])
def test_an_adapter_that_repeats_orders_may_have_sent_one(
    watched: Recording, methods: frozenset[str] | None, state: str | None
) -> None:
    """Nobody listened in the end; but an earlier attempt may have been lost on the way back."""
    venue = Venue(error=refused_connection())
    venue.max_retries = Retry(total=3, allowed_methods=methods)  # type: ignore[attr-defined]
    with session(venue) as http, pytest.raises(requests.ConnectionError):
        http.post(f"{BASE_URL}/trading/order", json=ORDER)
    assert watched.one("pf.trade.execute").attributes.get("pf.order.state") == state


def test_a_key_in_bytes_is_recorded_nowhere(watched: Recording) -> None:
    odd_key = "an-unusual-credential-44"
    with session(Venue(400, {"code": "BAD", "message": f"what is {odd_key}?"})) as http:
        http.post(f"{BASE_URL}/trading/order", json=ORDER, headers={"Authorization": f"Bearer {odd_key}".encode()})
    assert odd_key not in repr(watched.spans)


def test_a_module_that_only_pretends_does_not_stop_the_others(
    fleaglass_recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stand-in without a specification, as test suites put into ``sys.modules``."""
    pretender = types.ModuleType("httpx")
    monkeypatch.setitem(sys.modules, "httpx", pretender)
    try:
        instrument(deployments=[Deployment(GUIDE, base_url=BASE_URL)])
        with session(Venue()) as http:
            http.post(f"{BASE_URL}/trading/order", json=ORDER)
        assert fleaglass_recording.named("pf.trade.execute")
    finally:
        uninstrument()


def test_a_span_of_another_librarys_around_the_request_is_not_the_requests(watched: Recording) -> None:
    """An instrumented model call is a CLIENT span too, and may hold the agent's tools."""
    tracer = TracerProvider().get_tracer("opentelemetry.instrumentation.openai_v2")
    with tracer.start_as_current_span("chat", kind=SpanKind.CLIENT), session(Venue()) as http:
        http.post(f"{BASE_URL}/trading/order", json=ORDER)
    assert watched.named("POST /trading/order")
