"""The client: one connection, one key, and the services behind them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import Any, Self

import httpx

from fleaglass.recorder import Agent, current_core, guard, keep_secret
from fleaglass.venue.access import Access, routes
from fleaglass.venue.calls import Calls
from fleaglass.venue.connections import Http, open_async
from fleaglass.venue.errors import OutcomeUnknown
from fleaglass.venue.ledgering import Beside, InEventLoop, Wait, in_event_loop
from fleaglass.venue.memory import memory_of
from fleaglass.venue.profile import Profile
from fleaglass.venue.profiles import GUIDE
from fleaglass.venue.reading_back import Looked, catch_up, recover, resolve, resolve_ledger, settle
from fleaglass.venue.services import Casino, Domains, Escrow, Faucet, Trading, Wallet
from fleaglass.venue.times import seconds
from fleaglass.venue.wire import Wire

__all__ = ["PurpleFlea", "open_calls"]


def open_calls(
    profile: Profile,
    *,
    agent: Agent | None,
    api_key: str | None,
    base_url: str | None,
    services: Mapping[str, Access],
    timeout_s: float,
    open_http: Callable[[bool], Http],
    monotonic: Callable[[], float],
    sleep: Callable[[float], Awaitable[object]],
    resolve_timeout_s: float,
    wait: Wait,
    beside: Beside,
) -> Calls:
    """What the services of a client share, of either face. Arguments and errors as for ``PurpleFlea``."""
    core = None if agent is None else agent.core
    found = routes(profile, api_key=api_key, base_url=base_url, services=services)
    for key in filter(None, {api_key, *(route.api_key for route in found.values())}):
        keep_secret(key)
        if key == (core or current_core()).agent_id:
            guard.say("key as id", "the API key was passed to init as the agent id, and ids are recorded: rename it")
    wire = Wire(found, timeout_s=seconds("timeout", timeout_s, zero=False), open_http=open_http)
    clock = (core or current_core()).clock
    return Calls(
        profile,
        wire,
        memories={service: memory_of(route, clock) for service, route in found.items()},
        core=core,
        monotonic=monotonic,
        sleep=sleep,
        resolve_timeout_s=seconds("resolve_timeout", resolve_timeout_s),
        recover=recover,
        wait=wait,
        beside=beside,
        catch_up=catch_up,
    )


class PurpleFlea:
    """Purple Flea, recorded: every operation is a span, every request carries the trace, no answer is taken on trust.

    ::

        async with PurpleFlea(api_key) as flea:
            order = await flea.trading.execute("BTC", "buy", Decimal("0.01"))

    It records for the agent it is given, or else for the one whose cycle or session is open, or else for the process's
    first; without one it works all the same. It may be used in one event loop after another, as by a program that calls
    ``asyncio.run`` for each cycle.

    Args:
        api_key: the agent's key, for every service that has none of its own in ``services``. Recorded nowhere, and
            scrubbed from whatever else is recorded.
        agent: whose it is, in a process with several agents.
        base_url: address that paths are appended to, where the profile has one for all services; the profile's by
            default.
        profile: how HTTP says it: ``GUIDE`` or ``LIVE``.
        services: address, key and account of single services, by name.
        transport: what carries the requests; the network by default.
        timeout: longest wait for each step of a request, in seconds.
        confirm_timeout: longest time to ask for a market order, in seconds.
        poll_interval: longest pause between two questions, in seconds.
        resolve_timeout: how long to look for what became of a request whose answer was lost, in seconds; 0 to not look.
            A read that is under way then waits half a second at most.
        monotonic: a clock in seconds that never goes back, for tests.
        sleep: how to wait, in seconds, for tests.

    Raises:
        ValueError: an address is none, a key could not be sent, a time is no number of seconds, or the profile has no
            such service.
    """

    def __init__(
        self,
        api_key: str | None = None,
        *,
        agent: Agent | None = None,
        base_url: str | None = None,
        profile: Profile = GUIDE,
        services: Mapping[str, Access] | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        timeout: float = 20.0,
        confirm_timeout: float = 10.0,
        poll_interval: float = 0.25,
        resolve_timeout: float = 10.0,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        calls = open_calls(
            profile,
            agent=agent,
            api_key=api_key,
            base_url=base_url,
            services=services or {},
            timeout_s=timeout,
            open_http=open_async(transport),
            monotonic=monotonic,
            sleep=sleep,
            resolve_timeout_s=resolve_timeout,
            wait=in_event_loop,
            beside=InEventLoop(),
        )
        self._calls = calls
        self.trading = Trading(calls, confirm_timeout_s=confirm_timeout, poll_interval_s=poll_interval)
        self.escrow = Escrow(calls)
        self.wallet = Wallet(calls)
        self.casino = Casino(calls)
        self.faucet = Faucet(calls)
        self.domains = Domains(calls)

    def unresolved(self) -> tuple[OutcomeUnknown, ...]:
        """What was sent for the account in this process and is not known the outcome of; the latest 256.

        By whatever client of the account, cancelled calls included.
        """
        return self._calls.unresolved()

    async def resolve(self, error: OutcomeUnknown) -> Any:
        """Look again for what became of a request whose answer was lost. Sends nothing that spends.

        Args:
            error: what the operation raised, or one of ``unresolved()``; also one that was kept by pickling.

        Returns:
            What the operation would have returned. It counts for the cycle in which it was found.

        Raises:
            NotPlacedError: nothing happened, and nothing will. Another `Rejected` where more is known.
            OutcomeUnknown: still not known; ``error`` itself.
            ValueError: the error does not tell of a request that was sent.
        """
        return await resolve(self._calls, error)

    def settle(self, error: OutcomeUnknown, *, happened: bool) -> None:
        """Take one of ``unresolved()`` off that list because you know what became of it, by other means than the venue.

        The record of its call stays as it is: when it was made, nobody knew.

        Args:
            error: one of ``unresolved()``.
            happened: whether what it asked for has happened.

        Raises:
            ValueError: it is not one of them.
        """
        settle(self._calls, error, happened=happened)

    async def resolve_ledger(self) -> tuple[Looked, ...]:
        """Ask the venue about every intent in the agent's ledger that has no outcome; also those of earlier runs.

        It is done by itself, beside the agent's work, when a client is opened (``async with``) or spends for the first
        time. Call it before trading to know at once. What stays open is in ``unresolved()``.

        Returns:
            What was found out about each. Empty if the agent keeps no ledger.
        """
        return await resolve_ledger(self._calls)

    async def close(self) -> None:
        """Close all connections. What is called afterwards raises ``Unreachable``."""
        await self._calls.close()

    async def __aenter__(self) -> Self:
        self._calls.look_back()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        await self.close()
