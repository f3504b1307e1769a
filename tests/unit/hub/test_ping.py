"""The dead-man ping against a server of our own: sent only while the hub is well, told once, and never the URL."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

import httpx
import pytest

from fleaglass.hub.ping import Ping, Pinger, Work, ping_for_ever, well
from fleaglass.hub.store import Batch, Store
from fleaglass.hub.store.engine import Engine
from tests.support.otlp import traces

URL = "https://me:secret@ping.example/private-path?key=alsosecret"
SECRETS = ("secret", "private-path", "me:")


class Watcher:
    """Whoever is pinged: answers 200, another status, or not at all."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.answer: int | Exception = 200

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if isinstance(self.answer, Exception):
            raise self.answer
        self.heard.append(str(request.url))
        return httpx.Response(self.answer)


@pytest.fixture
def watcher() -> Watcher:
    return Watcher()


@pytest.fixture
async def pinger(store: Store, watcher: Watcher) -> AsyncIterator[Pinger]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(watcher)) as client:
        yield Pinger(store, Ping(URL), client)


async def test_a_hub_that_is_well_tells_the_url(pinger: Pinger, watcher: Watcher) -> None:
    assert [await pinger.ping(), await pinger.ping()] == [True, True]
    assert watcher.heard == [URL, URL]


async def test_a_ping_that_fails_is_told_once_and_so_is_its_return_and_never_the_url(
    pinger: Pinger, watcher: Watcher, caplog: pytest.LogCaptureFixture
) -> None:
    for answer in (500, 500, httpx.ConnectError(f"cannot reach {URL}"), httpx.ReadTimeout("slow"), 200, 200, 404):
        watcher.answer = answer
        assert await pinger.ping() is (answer == 200)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("fleaglass")]
    assert ours == [
        "the ping to ping.example fails: it answered 500",
        "the ping to ping.example works again",
        "the ping to ping.example fails: it answered 404",
    ]


async def test_a_store_that_does_not_commit_is_not_well(
    pinger: Pinger, watcher: Watcher, store: Store, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "fleaglass.hub.ping")
    body = traces({}).SerializeToString()
    engine.query("RENAME TABLE spans TO away")
    try:
        with pytest.raises(Exception, match="spans"):
            await store.submit(Batch("traces", body, 1))
    finally:
        engine.query("RENAME TABLE away TO spans")
    assert await pinger.ping() is False
    assert watcher.heard == []
    await store.submit(Batch("traces", body, 1))
    assert await pinger.ping() is True
    told = [record.getMessage() for record in caplog.records if "health" in record.getMessage()]
    assert told == [
        "the hub's own health check fails: nothing is committed, and something waits or failed;"
        " no ping to ping.example until it is well",
        "the hub's own health check works again",
    ]


@pytest.mark.parametrize(
    ("before", "now", "is_well"),
    [
        (Work(5, 0, 0), Work(5, 0, 0), True),
        (Work(5, 0, 0), Work(5, 0, 3), True),
        (Work(5, 0, 3), Work(6, 0, 3), True),
        (Work(5, 0, 3), Work(5, 0, 3), False),
        (Work(5, 0, 0), Work(5, 1, 0), False),
        (Work(5, 0, 0), Work(6, 1, 0), True),
    ],
)
def test_the_writer_is_stuck_when_something_waits_and_nothing_is_committed(
    before: Work, now: Work, is_well: bool
) -> None:
    assert well(before, now) is is_well


@pytest.mark.parametrize(
    "url", ["", "ping", "ftp://me:secret@host/", "https://", "https://host:99999/secret", "http://[secret"]
)
def test_what_is_no_address_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ValueError, match="must look like https://host/path") as refused:
        Ping(url)
    assert "secret" not in str(refused.value)


def test_the_url_is_not_in_its_repr() -> None:
    assert not any(secret in repr(Ping(URL)) for secret in SECRETS)


async def test_a_local_server_hears_it_at_once_and_then_every_so_often(store: Store) -> None:
    heard: list[bytes] = []
    slept: list[float] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append((await reader.readuntil(b"\r\n\r\n")).splitlines()[0])
        writer.write(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            raise asyncio.CancelledError

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(asyncio.CancelledError):
            await ping_for_ever(store, Ping(f"http://127.0.0.1:{port}/alive", 45), sleep)
    assert heard == [b"GET /alive HTTP/1.1"] * 3
    assert slept == [45, 45, 45]
