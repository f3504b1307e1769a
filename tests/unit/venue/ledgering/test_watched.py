"""A program's own requests are in the ledger as our client's are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import aiohttp
import httpx
import pytest
import requests
from aiohttp import web

from fleaglass.testing import Recording
from fleaglass.venue import GUIDE, NotRecorded
from fleaglass.venue.instrument import Deployment, instrument, uninstrument
from tests.unit.venue.fake import API_KEY, BASE_URL, FakeVenue, order
from tests.unit.venue.ledgering.pages import Pages

ORDER = {"asset": "BTC", "side": "buy", "quantity": 0.01}
KEY = {"Authorization": f"Bearer {API_KEY}"}
PLACE = "/trading/order"


@pytest.fixture
def watched(record: Recording) -> Iterator[None]:
    instrument(deployments=[Deployment(GUIDE, base_url=BASE_URL)])
    yield
    uninstrument()


def with_httpx(answer: Callable[[httpx.Request], httpx.Response]) -> None:
    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        http.post(BASE_URL + PLACE, json=ORDER, headers=KEY)


async def with_httpx_async(answer: Callable[[httpx.Request], httpx.Response]) -> None:
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        await http.post(BASE_URL + PLACE, json=ORDER, headers=KEY)


class Adapter(requests.adapters.BaseAdapter):
    """Carries the requests of the library to a function."""

    def __init__(self, answer: Callable[[httpx.Request], httpx.Response]) -> None:
        super().__init__()
        self._answer = answer

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # type: ignore[override]
        said = self._answer(httpx.Request("POST", request.url or ""))
        response = requests.Response()
        response.status_code, response._content, response.url = said.status_code, said.content, request.url or ""
        response.request = request
        return response

    def close(self) -> None:
        pass


def with_requests(answer: Callable[[httpx.Request], httpx.Response]) -> None:
    with requests.Session() as session:
        session.mount("http://", Adapter(answer))
        session.post(BASE_URL + PLACE, json=ORDER, headers=KEY)


def answering(sent: list[str], **changes: Any) -> Callable[[httpx.Request], httpx.Response]:
    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.url.path)
        return httpx.Response(200, json=order(**changes))

    return answer


def is_told(pages: Pages) -> None:
    intent, outcome = pages.read()
    assert (intent.kind, intent.op, intent.attributes["quantity"]) == ("intent", "trading.order", "0.01")
    assert set(intent.commitments) == {"account"}
    assert (outcome.ref, outcome.attributes["state"], outcome.attributes["order_id"]) == (intent.id, "filled", "ord_1")


@pytest.mark.usefixtures("watched")
@pytest.mark.parametrize("library", [with_httpx, with_requests])
@pytest.mark.parametrize("mode", ["on", "strict"])
def test_a_request_is_an_intent_and_an_outcome(library: Any, pages: Pages) -> None:
    library(answering([]))
    is_told(pages)


@pytest.mark.usefixtures("watched")
@pytest.mark.parametrize("mode", ["on", "strict"])
async def test_so_is_one_that_is_awaited(pages: Pages) -> None:
    await with_httpx_async(answering([]))
    is_told(pages)


@pytest.mark.usefixtures("watched")
@pytest.mark.parametrize("mode", ["strict"])
async def test_strict_refuses_what_cannot_be_recorded_before_it_is_sent(pages: Pages, record: Recording) -> None:
    sent: list[str] = []
    other = pages.hold()
    try:
        for library in (with_httpx, with_requests):
            with pytest.raises(NotRecorded):
                library(answering(sent))
        with pytest.raises(NotRecorded):
            await with_httpx_async(answering(sent))
    finally:
        other.close()
    assert sent == []
    assert {span.attributes.get("error.type") for span in record.spans if span.name == "pf.trade.execute"} == {
        "NotRecorded"
    }


@pytest.mark.usefixtures("watched")
def test_what_is_known_by_one_clients_mark_is_known_by_the_others(pages: Pages, record: Recording) -> None:
    with_httpx(answering([]))
    (account,) = {pages.disclosed(entry)["account"] for entry in pages.of("intent")}
    flea = FakeVenue(record.clock).client()
    assert flea._calls.memory("trading").account == account


@pytest.mark.unreadable
@pytest.mark.parametrize("mode", ["on", "strict"])
async def test_aiohttp_shows_a_body_late_so_the_outcome_has_it(pages: Pages, record: Recording, mode: str) -> None:
    sent: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        sent.append(request.path)
        return web.json_response(order())

    app = web.Application()
    app.router.add_post("/v1" + PLACE, answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    base_url = f"http://{host}:{port}/v1"
    instrument(deployments=[Deployment(GUIDE, base_url=base_url)])
    other = None
    try:
        async with aiohttp.ClientSession() as session:
            await (await session.post(base_url + PLACE, json=ORDER, headers=KEY)).read()
            intent, outcome = pages.read()
            record.agent.core.bookkeeping._book = None
            other = pages.hold()
            if mode == "strict":
                with pytest.raises(NotRecorded):
                    await session.post(base_url + PLACE, json=ORDER, headers=KEY)
            else:
                await session.post(base_url + PLACE, json=ORDER, headers=KEY)
    finally:
        uninstrument()
        if other is not None:
            other.close()
        await runner.cleanup()
    assert len(sent) == (1 if mode == "strict" else 2)
    assert "quantity" not in intent.attributes
    assert (outcome.ref, outcome.attributes["quantity"], outcome.attributes["state"]) == (intent.id, "0.01", "filled")
