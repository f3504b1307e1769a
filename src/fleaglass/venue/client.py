"""The client: one connection, one key, and the services behind them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

import httpx

from fleaglass.recorder import current_core, guard, keep_secret
from fleaglass.venue.calls import Calls
from fleaglass.venue.escrow import Escrow
from fleaglass.venue.profile import Profile
from fleaglass.venue.profiles import GUIDE
from fleaglass.venue.trading import Trading
from fleaglass.venue.wallet import Wallet
from fleaglass.venue.wire import Wire

__all__ = ["PurpleFlea"]


class PurpleFlea:
    """Purple Flea, recorded: every operation is a span, every request carries the trace, no answer is taken on trust.

    ::

        async with PurpleFlea(api_key) as flea:
            order = await flea.trading.execute("BTC", "buy", Decimal("0.01"))

    It records for the agent whose cycle is open, or else for the process's agent; without one it works all the same.

    Args:
        api_key: the agent's key. Recorded nowhere, and scrubbed from whatever else is recorded.
        base_url: address that paths are appended to; the profile's by default.
        profile: how HTTP says it.
        transport: what carries the requests; the network by default.
        timeout: longest wait for each step of a request, in seconds.
        confirm_timeout: longest time to ask for a market order, in seconds.
        poll_interval: longest pause between two questions, in seconds.
        monotonic: a clock in seconds that never goes back, for tests.
        sleep: how to wait, in seconds, for tests.

    Raises:
        ValueError: the base URL is none, or the key could not be sent.
    """

    def __init__(
        self,
        api_key: str,
        *,
        base_url: str | None = None,
        profile: Profile = GUIDE,
        transport: httpx.AsyncBaseTransport | None = None,
        timeout: float = 20.0,
        confirm_timeout: float = 10.0,
        poll_interval: float = 0.25,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        keep_secret(api_key)
        if api_key == current_core().agent_id:
            guard.say("key as id", "the API key was passed to init as the agent id, and ids are recorded: rename it")
        self._wire = Wire(base_url or profile.base_url, api_key, timeout_s=timeout, transport=transport)
        calls = Calls(profile, self._wire, monotonic=monotonic, sleep=sleep)
        self.trading = Trading(calls, confirm_timeout_s=confirm_timeout, poll_interval_s=poll_interval)
        self.escrow = Escrow(calls)
        self.wallet = Wallet(calls)

    async def close(self) -> None:
        """Close all connections. What is called afterwards raises ``Unreachable``."""
        await self._wire.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        await self.close()
