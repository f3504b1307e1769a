"""The trace goes to the venue and nowhere else; the key goes nowhere but into its header."""

import logging

import httpx
import pytest
from opentelemetry import baggage, context

from fleaglass.testing import Recording
from fleaglass.venue import OutcomeUnknown, PurpleFlea, Rejected, Unreachable, sync
from tests.unit.venue.fake import API_KEY, BASE_URL, FakeVenue, order


async def test_requests_carry_the_span_that_made_them(record: Recording, venue: FakeVenue) -> None:
    venue.on("GET /trading/positions", {"positions": []})
    token = context.attach(baggage.set_baggage("customer", "private", baggage.set_baggage("pf.task_type", "x")))
    async with venue.client() as flea:
        with record.agent.cycle():
            await flea.trading.positions()
    context.detach(token)
    (request,) = venue.requests
    span = record.one("GET /trading/positions")
    assert request.headers["traceparent"] == f"00-{span.trace_id}-{span.span_id}-03"
    assert request.headers["baggage"] == "pf.task_type=x"
    assert request.headers["authorization"] == f"Bearer {API_KEY}"
    assert API_KEY not in repr(record.spans)


async def test_a_redirect_is_not_followed(record: Recording, venue: FakeVenue) -> None:
    """It would take the trace, and the key, to a host of somebody else's choice."""
    venue.on("GET /trading/positions", httpx.Response(302, headers={"Location": "http://evil.example/"}))
    async with venue.client() as flea:
        with pytest.raises(Rejected, match="HTTP 302"), record.agent.cycle():
            await flea.trading.positions()
    assert [request.url.host for request in venue.requests] == ["127.0.0.1"]


@pytest.mark.parametrize("order_id", ["", ".", ".."])
async def test_an_id_cannot_be_a_path(venue: FakeVenue, order_id: str) -> None:
    async with venue.client() as flea:
        with pytest.raises(ValueError, match="must be an id"):
            await flea.trading.order(order_id)
    assert venue.requests == []


async def test_an_odd_id_stays_one_segment(record: Recording, venue: FakeVenue) -> None:
    venue.on("GET /trading/order/a%2F..%2Fb%3Fc%23d%20e", {"order_id": "x", "status": "open"})
    async with venue.client() as flea:
        with record.agent.cycle():
            await flea.trading.order("a/../b?c#d e")
    assert record.one("GET /trading/order/{order_id}").attributes["url.full"] == (
        f"{BASE_URL}/trading/order/a%2F..%2Fb%3Fc%23d%20e"
    )


@pytest.mark.parametrize(
    ("base_url", "address", "port"),
    [
        ("http://user:secret@h.example/v1/", "http://h.example/v1/trading/positions", 80),
        ("https://h.example:8443", "https://h.example:8443/trading/positions", 8443),
        ("https://h.example", "https://h.example/trading/positions", 443),
    ],
)
async def test_an_address_is_recorded_without_credentials(record: Recording, base_url, address, port) -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json={"positions": []}))
    async with PurpleFlea(API_KEY, base_url=base_url, transport=transport) as flea:
        with record.agent.cycle():
            await flea.trading.positions()
    attributes = record.one("GET /trading/positions").attributes
    assert (attributes["url.full"], attributes["server.address"], attributes["server.port"]) == (
        address,
        "h.example",
        port,
    )


@pytest.mark.parametrize("base_url", ["127.0.0.1:8080", "ftp://h.example", "http://", "/v1"])
def test_a_base_url_that_is_none_is_refused_at_once(base_url: str) -> None:
    with pytest.raises(ValueError, match="base_url"):
        PurpleFlea(API_KEY, base_url=base_url)


@pytest.mark.parametrize(
    "api_key",
    ["pf_live_secret\n", "pf_live_sécret", "a\x00b", "", " ", "pf_live_secret ", " pf_live_secret"],
)
def test_a_key_that_cannot_be_sent_is_refused_without_repeating_it(api_key: str) -> None:
    with pytest.raises(ValueError, match=r"^api_key must be printable ASCII, not empty and without blanks around it$"):
        PurpleFlea(api_key, base_url=BASE_URL)


@pytest.mark.parametrize(
    "date",
    [
        "Mon, 01 Jan 2024 00:00:00 +99999999999999",
        "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
        "Mon, 01 Jan 0001 00:00:00 +2300",
        "Mon, \xb2 Jan 2024 00:00:00 GMT",
        "",
    ],
)
@pytest.mark.parametrize("header", ["Date", "Retry-After"])
async def test_an_accepted_order_stays_accepted_whatever_its_headers_say(
    record: Recording, venue: FakeVenue, header: str, date: str
) -> None:
    venue.on(
        "POST /trading/order", httpx.Response(200, headers=[(header.encode(), date.encode("latin-1"))], json=order())
    )
    venue.on("GET /trading/order/ord_1", order())
    async with venue.client() as flea:
        with record.agent.cycle():
            assert (await flea.trading.execute("BTC", "buy", 1)).state == "filled"


@pytest.mark.parametrize("name", ["timeout", "confirm_timeout", "poll_interval", "resolve_timeout"])
@pytest.mark.parametrize("value", [None, -1, float("nan"), float("inf"), "soon", True])
def test_a_time_that_is_none_is_refused_before_anything_is_sent(name: str, value: object) -> None:
    for client in (PurpleFlea, sync.PurpleFlea):
        with pytest.raises(ValueError, match=f"^{name} must be a number of seconds"):
            client(API_KEY, base_url=BASE_URL, **{name: value})


def test_a_request_has_some_time() -> None:
    with pytest.raises(ValueError, match=r"^timeout must be a number of seconds above 0, got 0$"):
        PurpleFlea(API_KEY, base_url=BASE_URL, timeout=0)


async def test_an_order_is_not_sent_with_a_time_that_is_none(venue: FakeVenue) -> None:
    async with venue.client() as flea:
        with pytest.raises(ValueError, match="confirm_timeout must be a number of seconds"):
            await flea.trading.execute("BTC", "buy", 1, confirm_timeout="soon")
    assert venue.requests == []


async def test_whatever_goes_wrong_once_an_order_is_out_it_may_have_happened(
    record: Recording, venue: FakeVenue
) -> None:
    """A transport may raise anything: an event loop that is closed, a stream of another library's."""
    venue.on("POST /trading/order", RuntimeError("Event loop is closed"))
    venue.on("GET /trading/positions", RuntimeError("Event loop is closed"))
    async with venue.client() as flea:
        with record.agent.cycle():
            with pytest.raises(OutcomeUnknown, match="RuntimeError"):
                await flea.trading.execute("BTC", "buy", 1)
            with pytest.raises(Unreachable, match="RuntimeError"):
                await flea.trading.positions()
    assert record.one("pf.trade.execute").attributes["pf.order.state"] == "unknown"
    assert record.one("agent.decision_cycle").attributes["pf.cycle_outcome"] == "unknown"


async def test_instrumentation_of_the_programs_own_does_not_record_it_twice(record: Recording) -> None:
    seen = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append([value for key, value in context.get_current().items() if "suppress_http" in key])
        return httpx.Response(200, json={"positions": []})

    async with PurpleFlea(API_KEY, base_url=BASE_URL, transport=httpx.MockTransport(answer)) as flea:
        with record.agent.cycle():
            await flea.trading.positions()
    assert seen == [[True]]
    assert not any("suppress_http" in key for key in context.get_current())


async def test_a_key_given_as_agent_id_earns_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    from fleaglass.testing import recording

    with caplog.at_level(logging.WARNING), recording(API_KEY):
        await PurpleFlea(API_KEY, base_url=BASE_URL).close()
    assert "the API key was passed to init as the agent id" in caplog.text
    assert API_KEY not in caplog.text
