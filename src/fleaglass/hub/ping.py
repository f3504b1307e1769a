"""The dead-man ping: a URL of the owner's choice hears from the hub as long as it is well, and rings when it does not.

    the store answers a query, and the writer commits ──▶ GET the URL
    else ──▶ nothing: that is the message

The URL may be a secret, wholly (services give each owner a path) or in part (user and password), so it is named in no
log and no error: only its host is.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from urllib.parse import urlsplit

import httpx

from fleaglass.hub.outage import Outage
from fleaglass.hub.store import EngineError, Store

__all__ = ["Ping", "Pinger", "Work", "ping_for_ever", "well"]

PATIENCE_S: Final = 10.0
"""How long the store, and then the URL, may take to answer."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ping:
    """Where to, and how often. Raises ValueError, without the URL in it, when that is no HTTP address."""

    url: str = field(repr=False)
    every_s: float = 60.0

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.url)
            good = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 0) >= 0
            httpx.URL(self.url)
        except (ValueError, httpx.InvalidURL):
            good = False
        if not good:
            raise ValueError("the address to ping must look like https://host/path")

    @property
    def host(self) -> str:
        """The part of the URL that may be told."""
        return urlsplit(self.url).hostname or ""


class Work(NamedTuple):
    """What the writer has done since the hub started, and what waits for it."""

    commits: int
    failed: int
    waiting: int


def well(before: Work, now: Work) -> bool:
    """Whether the writer works: it committed since, or it had nothing to do and failed at nothing."""
    return now.commits > before.commits or (now.failed == before.failed and not (before.waiting and now.waiting))


class Pinger:
    """Pings when asked to, if the hub is well; never raises for what is outside or for the engine."""

    def __init__(self, store: Store, ping: Ping, client: httpx.AsyncClient) -> None:
        self._store = store
        self._ping = ping
        self._client = client
        self._before = self._work()
        self._health = Outage(_log, "the hub's own health check")
        self._reach = Outage(_log, f"the ping to {ping.host}")

    async def ping(self) -> bool:
        """Whether the URL was told."""
        if (why := await self._unwell()) is not None:
            self._health.failed(f"{why}; no ping to {self._ping.host} until it is well")
            return False
        self._health.worked()
        try:
            answer = await self._client.get(self._ping.url)
        except (httpx.HTTPError, OSError) as error:
            self._reach.failed(type(error).__name__)  # its text may hold the URL
            return False
        if answer.is_error:
            self._reach.failed(f"it answered {answer.status_code}")
            return False
        self._reach.worked()
        return True

    async def _unwell(self) -> str | None:
        before, self._before = self._before, self._work()
        if not well(before, self._before):
            return "nothing is committed, and something waits or failed"
        try:
            await asyncio.wait_for(self._store.query("SELECT 1"), PATIENCE_S)
        except TimeoutError:
            return f"the store did not answer within {PATIENCE_S:.0f} s"
        except EngineError as error:
            return str(error)[:300]
        return None

    def _work(self) -> Work:
        counters = self._store.counters
        return Work(counters.commits, counters.failed, self._store.waiting)


async def ping_for_ever(store: Store, ping: Ping, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
    """Ping now and then every `every_s` seconds, until cancelled."""
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it would log the URL at INFO
    async with httpx.AsyncClient(timeout=PATIENCE_S) as client:
        pinger = Pinger(store, ping, client)
        while True:
            await pinger.ping()
            await sleep(ping.every_s)
