"""An unmodified aiohttp program: its calls to the venue are operations, and it notices nothing."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from opentelemetry import context as otel

from fleaglass.recorder import current_span
from fleaglass.testing import Recording
from fleaglass.venue import GUIDE
from fleaglass.venue.instrument import Deployment, instrument, uninstrument
from tests.unit.venue.fake import API_KEY, order

ORDER = {"asset": "BTC", "side": "buy", "quantity": 0.01, "order_type": "market"}


class Venue:
    """A server on the loopback that answers an order as a test tells it."""

    def __init__(self) -> None:
        self.answer: Any = order()
        self.status = 200
        self.lost = False
        self.hangs = False
        self.headers: dict[str, str] = {}
        self.body: Any = None
        self.requests = 0
        self.raw: bytes | None = None

    async def order(self, request: web.Request) -> web.Response:
        """Take an order."""
        self.requests += 1
        if self.raw is not None:
            assert request.transport is not None
            request.transport.write(self.raw)
            request.transport.close()
        self.headers, self.body = dict(request.headers), await request.json()
        if self.hangs:
            await asyncio.sleep(60)
        if self.lost:
            assert request.transport is not None
            request.transport.abort()
        return web.json_response(self.answer, status=self.status)

    async def moved(self, _: web.Request) -> web.Response:
        """It is elsewhere."""
        raise web.HTTPTemporaryRedirect("/elsewhere")


@pytest.fixture
async def venue(fleaglass_recording: Recording) -> AsyncIterator[tuple[Venue, str]]:
    """The venue and its address, with the program's calls to it watched."""
    made = Venue()
    app = web.Application()
    app.router.add_post("/v1/trading/order", made.order)
    app.router.add_post("/v1/escrow/create", made.moved)
    app.router.add_post("/elsewhere", made.order)
    async with TestServer(app) as server:
        url = str(server.make_url("/v1"))
        instrument(deployments=[Deployment(GUIDE, base_url=url)])
        yield made, url
        uninstrument()


def session(**options: Any) -> aiohttp.ClientSession:
    """A program's own session."""
    return aiohttp.ClientSession(headers={"Authorization": f"Bearer {API_KEY}"}, **options)


async def test_an_order_is_the_operation_with_its_request_below(
    venue: tuple[Venue, str], fleaglass_recording: Recording
) -> None:
    server, url = venue
    async with session() as http, http.post(f"{url}/trading/order", json=ORDER) as response:
        assert (await response.json())["order_id"] == "ord_1"
    assert server.body == ORDER
    assert fleaglass_recording.tree() == "pf.trade.execute\n  POST /trading/order"
    attributes = fleaglass_recording.one("pf.trade.execute").attributes
    assert (attributes["pf.quantity"], attributes["pf.slippage_bps"]) == (0.01, 4.0)
    assert server.headers["traceparent"].split("-")[2] == fleaglass_recording.one("POST /trading/order").span_id


async def test_requests_side_by_side_keep_apart(venue: tuple[Venue, str], fleaglass_recording: Recording) -> None:
    _, url = venue

    async def place(http: aiohttp.ClientSession) -> None:
        async with http.post(f"{url}/trading/order", json=ORDER) as response:
            await response.json()

    with fleaglass_recording.agent.cycle():
        async with session() as http, asyncio.TaskGroup() as group:
            for _ in range(4):
                group.create_task(place(http))
    lines = fleaglass_recording.tree().splitlines()
    assert lines == ["agent.decision_cycle", *["  pf.trade.execute", "    POST /trading/order"] * 4]


@pytest.mark.parametrize("raises", [False, True], ids=["by hand", "by the session"])
async def test_a_refusal_is_the_clients_error_once(
    raises: bool, venue: tuple[Venue, str], fleaglass_recording: Recording
) -> None:
    server, url = venue
    server.status, server.answer = 400, {"code": "INSUFFICIENT_MARGIN", "message": "too little"}
    async with session(raise_for_status=raises) as http:
        with pytest.raises(aiohttp.ClientResponseError):
            async with http.post(f"{url}/trading/order", json=ORDER) as response:
                response.raise_for_status()
    span = fleaglass_recording.one("pf.trade.execute")
    assert span.attributes["pf.http_status"] == 400
    assert span.attributes["pf.order.state"] == "rejected"
    assert span.status_message == ("Rejected" if raises else "InsufficientMarginError")  # the session reads no body


async def test_a_lost_answer_is_unknown(venue: tuple[Venue, str], fleaglass_recording: Recording) -> None:
    server, url = venue
    server.lost = True
    async with session() as http:
        with pytest.raises(aiohttp.ClientError):
            await http.post(f"{url}/trading/order", json=ORDER)
    span = fleaglass_recording.one("pf.trade.execute")
    assert (span.attributes["pf.order.state"], span.status_message) == ("unknown", "OutcomeUnknown")


async def test_a_cancelled_order_is_unknown(venue: tuple[Venue, str], fleaglass_recording: Recording) -> None:
    server, url = venue
    server.hangs = True
    async with session() as http:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await http.post(f"{url}/trading/order", json=ORDER)
    assert fleaglass_recording.one("pf.trade.execute").attributes["pf.order.state"] == "unknown"


@pytest.mark.unreadable  # the library shows the body only as it writes it
async def test_nobody_listening_is_unreachable(venue: tuple[Venue, str], fleaglass_recording: Recording) -> None:
    instrument(deployments=[Deployment(GUIDE, base_url="http://127.0.0.1:1/v1")])
    async with session() as http:
        with pytest.raises(aiohttp.ClientConnectorError):
            await http.post("http://127.0.0.1:1/v1/trading/order", json=ORDER)
    span = fleaglass_recording.one("pf.trade.execute")
    assert span.status_message == "Unreachable"
    assert "pf.order.state" not in span.attributes


async def test_an_answer_read_in_pieces_is_all_there(venue: tuple[Venue, str], fleaglass_recording: Recording) -> None:
    """As a stream, after it was read for the record; and then once more, as a whole."""
    _, url = venue
    async with session() as http, http.post(f"{url}/trading/order", json=ORDER) as response:
        pieces = [piece async for piece in response.content.iter_chunked(7)]
        assert json.loads(b"".join(pieces)) == order()
    async with session() as http, http.post(f"{url}/trading/order", json=ORDER) as response:
        assert (await response.json(), await response.json()) == (order(), order())
    assert [span.attributes["pf.order.state"] for span in fleaglass_recording.named("pf.trade.execute")] == [
        "filled",
        "filled",
    ]


@pytest.mark.parametrize("kind", ["text/event-stream", "application/x-ndjson", "application/octet-stream"])
async def test_an_endless_answer_is_left_to_the_program(
    kind: str, venue: tuple[Venue, str], fleaglass_recording: Recording
) -> None:
    server, url = venue
    server.raw = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: 90\r\n\r\nfirst".encode()
    async with session() as http, http.post(f"{url}/trading/order", json=ORDER) as response:
        assert await response.content.readany() == b"first"
    assert fleaglass_recording.one("pf.trade.execute").status == "unset"


async def test_an_answer_cut_off_in_the_middle_fails_where_the_program_reads_it(
    venue: tuple[Venue, str], fleaglass_recording: Recording
) -> None:
    server, url = venue
    server.raw = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{"
    async with session() as http:
        response = await http.post(f"{url}/trading/order", json=ORDER)
        with pytest.raises(aiohttp.ClientPayloadError):
            await response.read()
    assert fleaglass_recording.one("pf.trade.execute").attributes["pf.order.state"] == "unknown"
    assert current_span() is None


async def test_an_answer_that_is_no_http_is_lost_and_no_refusal(
    venue: tuple[Venue, str], fleaglass_recording: Recording
) -> None:
    """aiohttp gives it the status 400, which the venue never said."""
    server, url = venue
    server.raw = b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n{}"
    async with session() as http:
        with pytest.raises(aiohttp.ClientError):
            await http.post(f"{url}/trading/order", json=ORDER)
    assert fleaglass_recording.one("pf.trade.execute").attributes["pf.order.state"] == "unknown"


async def test_an_answer_that_stays_packed_is_left_to_the_program(
    venue: tuple[Venue, str], fleaglass_recording: Recording
) -> None:
    server, url = venue
    packed = zlib.compress(json.dumps(order()).encode())
    server.raw = (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: deflate\r\n"
        + f"Content-Length: {len(packed)}\r\n\r\n".encode()
        + packed
    )
    async with session(auto_decompress=False) as http, http.post(f"{url}/trading/order", json=ORDER) as response:
        assert await response.read() == packed
    assert fleaglass_recording.one("pf.trade.execute").status == "unset"


async def test_a_redirected_request_is_one_operation_that_begins_once(
    venue: tuple[Venue, str], fleaglass_recording: Recording
) -> None:
    server, url = venue
    server.answer = {"escrow_id": "esc_1", "status": "funded"}
    asked = {"counterparty_id": "agent-2", "amount_usd": 25}
    async with session() as http, http.post(f"{url}/escrow/create", json=asked) as response:
        assert (await response.json())["escrow_id"] == "esc_1"
    assert server.body == asked
    span = fleaglass_recording.one("pf.escrow.create")
    assert span.attributes["pf.amount_usd"] == 25
    assert [event.name for event in span.events].count("escrow_initiated") == 1


async def test_a_session_of_before_follows_what_is_watched(
    venue: tuple[Venue, str], fleaglass_recording: Recording
) -> None:
    server, url = venue
    async with session() as http:
        uninstrument()
        await http.post(f"{url}/trading/order", json=ORDER)
        assert fleaglass_recording.spans == []
        assert "traceparent" not in server.headers
        instrument(deployments=[Deployment(GUIDE, base_url=url)])
        await http.post(f"{url}/trading/order", json=ORDER)
    assert len(fleaglass_recording.named("pf.trade.execute")) == 1


@pytest.mark.parametrize("fault", ["lost", "hangs", "refuses", "none"])
async def test_nothing_is_current_afterwards(
    fault: str, venue: tuple[Venue, str], fleaglass_recording: Recording
) -> None:
    server, url = venue
    server.lost, server.hangs, server.status = fault == "lost", fault == "hangs", 400 if fault == "refuses" else 200
    async with session() as http:
        with suppress(Exception):
            await asyncio.wait_for(http.post(f"{url}/trading/order", json=ORDER), 0.2)
        assert current_span() is None
        assert otel.get_current() == {}
    assert len(fleaglass_recording.spans) == 2
