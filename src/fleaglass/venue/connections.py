"""What carries requests: httpx's asynchronous client, or the blocking one in an asynchronous dress (`sync`)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol

import httpx

__all__ = ["Http", "open_async"]


class Http(Protocol):
    """Makes requests and sends them."""

    @property
    def is_closed(self) -> bool:
        """Whether ``aclose`` was called."""
        ...

    async def aclose(self) -> None:
        """Close all connections."""
        ...

    def build_request(
        self, method: str, url: httpx.URL, *, content: bytes | None, headers: Mapping[str, str], timeout: float
    ) -> httpx.Request:
        """A request, not sent yet."""
        ...

    async def send(self, request: httpx.Request) -> httpx.Response:
        """Send it, and read the answer."""
        ...


def open_async(transport: httpx.AsyncBaseTransport | None) -> Callable[[bool], Http]:
    """Opens httpx's asynchronous client; ``trust_env`` says whether the environment's proxy is to be used."""
    return lambda trust_env: _PerLoop(transport, trust_env=trust_env)


class _PerLoop:
    """A client of httpx's for each event loop: a program may call ``asyncio.run`` for every cycle, and a connection
    that was opened in one loop breaks in the next."""

    def __init__(self, transport: httpx.AsyncBaseTransport | None, *, trust_env: bool) -> None:
        # The certificates once, for all loops: reading them takes longer than a request.
        verify = httpx.create_ssl_context(trust_env=trust_env) if transport is None else True
        self._open = partial(
            httpx.AsyncClient, transport=transport, verify=verify, follow_redirects=False, trust_env=trust_env
        )
        self._clients: dict[asyncio.AbstractEventLoop, httpx.AsyncClient] = {}
        self._closed = False

    @property
    def is_closed(self) -> bool:
        return self._closed

    async def aclose(self) -> None:
        self._closed = True
        await self._here().aclose()
        self._clients.clear()

    def build_request(
        self, method: str, url: httpx.URL, *, content: bytes | None, headers: Mapping[str, str], timeout: float
    ) -> httpx.Request:
        return self._here().build_request(method, url, content=content, headers=headers, timeout=timeout)

    async def send(self, request: httpx.Request) -> httpx.Response:
        return await self._here().send(request)

    def _here(self) -> httpx.AsyncClient:
        """The client of the running loop. Those of loops that are over cannot be closed any more, only let go."""
        loop = asyncio.get_running_loop()
        if loop not in self._clients:
            for over in [one for one in list(self._clients) if one.is_closed()]:
                self._clients.pop(over, None)
            self._clients[loop] = self._open()
        return self._clients[loop]
