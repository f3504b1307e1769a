"""The same client for programs without ``async``: same names, same arguments, same records.

::

    from fleaglass.venue.sync import PurpleFlea

    with PurpleFlea(api_key) as flea:
        order = flea.trading.execute("BTC", "buy", Decimal("0.01"))

There is one implementation, the asynchronous one. Here it runs over connections and pauses that block instead of
suspending, so each coroutine goes from its start to its end in one step: no event loop, no other thread, and the
caller's context variables stay the caller's. It works in any thread, also in one whose event loop is running, which
then waits.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine, Mapping
from functools import wraps
from types import TracebackType
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeVar

import httpx

from fleaglass.recorder import Agent
from fleaglass.venue import services as asynchronous
from fleaglass.venue.access import Access
from fleaglass.venue.client import open_calls
from fleaglass.venue.errors import OutcomeUnknown
from fleaglass.venue.ledgering import InThreads, at_once, run
from fleaglass.venue.profile import Profile
from fleaglass.venue.profiles import GUIDE
from fleaglass.venue.reading_back import Looked, resolve, resolve_ledger, settle

__all__ = ["Casino", "Domains", "Escrow", "Faucet", "PurpleFlea", "Trading", "Wallet", "run"]

ServiceT = TypeVar("ServiceT")
T = TypeVar("T")
P = ParamSpec("P")


class _Face(Generic[ServiceT]):
    """The blocking side of one service."""

    def __init__(self, service: ServiceT) -> None:
        self._service = service


def _blocking(
    method: Callable[Concatenate[ServiceT, P], Coroutine[Any, Any, T]],
) -> Callable[Concatenate[_Face[ServiceT], P], T]:
    """A method of a service, for its blocking side."""

    @wraps(method)
    def call(face: _Face[ServiceT], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return run(method(face._service, *args, **kwargs))

    return call


class Trading(_Face[asynchronous.Trading]):
    """The trading service. Reached as ``flea.trading``."""

    execute = _blocking(asynchronous.Trading.execute)
    limit = _blocking(asynchronous.Trading.limit)
    order = _blocking(asynchronous.Trading.order)
    cancel = _blocking(asynchronous.Trading.cancel)
    orders = _blocking(asynchronous.Trading.orders)
    positions = _blocking(asynchronous.Trading.positions)
    close = _blocking(asynchronous.Trading.close)
    market = _blocking(asynchronous.Trading.market)


class Escrow(_Face[asynchronous.Escrow]):
    """The escrow service. Reached as ``flea.escrow``."""

    create = _blocking(asynchronous.Escrow.create)
    complete = _blocking(asynchronous.Escrow.complete)
    release = _blocking(asynchronous.Escrow.release)
    dispute = _blocking(asynchronous.Escrow.dispute)
    read = _blocking(asynchronous.Escrow.read)
    list = _blocking(asynchronous.Escrow.list)


class Wallet(_Face[asynchronous.Wallet]):
    """The wallet service. Reached as ``flea.wallet``."""

    balance = _blocking(asynchronous.Wallet.balance)
    send = _blocking(asynchronous.Wallet.send)
    quote = _blocking(asynchronous.Wallet.quote)
    swap = _blocking(asynchronous.Wallet.swap)
    swap_status = _blocking(asynchronous.Wallet.swap_status)


class Casino(_Face[asynchronous.Casino]):
    """The casino. Reached as ``flea.casino``."""

    bet = _blocking(asynchronous.Casino.bet)
    batch = _blocking(asynchronous.Casino.batch)
    history = _blocking(asynchronous.Casino.history)


class Faucet(_Face[asynchronous.Faucet]):
    """The faucet. Reached as ``flea.faucet``."""

    register = _blocking(asynchronous.Faucet.register)
    claim = _blocking(asynchronous.Faucet.claim)


class Domains(_Face[asynchronous.Domains]):
    """The domain service. Reached as ``flea.domains``."""

    search = _blocking(asynchronous.Domains.search)
    check = _blocking(asynchronous.Domains.check)
    register = _blocking(asynchronous.Domains.register)
    list = _blocking(asynchronous.Domains.list)
    bid = _blocking(asynchronous.Domains.bid)


class PurpleFlea:
    """Purple Flea, recorded, for programs without ``async``. Arguments and errors as for the asynchronous client.

    Not to be shared by threads that wait for each other inside it; each call blocks the thread that makes it.

    Args:
        api_key: the agent's key, for every service that has none of its own.
        agent: whose it is, in a process with several agents.
        base_url: address that paths are appended to, where the profile has one for all services.
        profile: how HTTP says it.
        services: address, key and account of single services, by name.
        transport: what carries the requests; the network by default.
        timeout: longest wait for each step of a request, in seconds.
        confirm_timeout: longest time to ask for a market order, in seconds.
        poll_interval: longest pause between two questions, in seconds.
        resolve_timeout: how long to look for what became of a request whose answer was lost, in seconds; 0 to not look.
        monotonic: a clock in seconds that never goes back, for tests.
        sleep: how to wait, in seconds, for tests.
    """

    def __init__(
        self,
        api_key: str | None = None,
        *,
        agent: Agent | None = None,
        base_url: str | None = None,
        profile: Profile = GUIDE,
        services: Mapping[str, Access] | None = None,
        transport: httpx.BaseTransport | None = None,
        timeout: float = 20.0,
        confirm_timeout: float = 10.0,
        poll_interval: float = 0.25,
        resolve_timeout: float = 10.0,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        async def pause(seconds: float) -> None:
            sleep(seconds)

        calls = open_calls(
            profile,
            agent=agent,
            api_key=api_key,
            base_url=base_url,
            services=services or {},
            timeout_s=timeout,
            open_http=lambda trust_env: _Blocking(transport, trust_env=trust_env),
            monotonic=monotonic,
            sleep=pause,
            resolve_timeout_s=resolve_timeout,
            wait=at_once,
            beside=InThreads(),
        )
        self._calls = calls
        self.trading = Trading(
            asynchronous.Trading(calls, confirm_timeout_s=confirm_timeout, poll_interval_s=poll_interval)
        )
        self.escrow = Escrow(asynchronous.Escrow(calls))
        self.wallet = Wallet(asynchronous.Wallet(calls))
        self.casino = Casino(asynchronous.Casino(calls))
        self.faucet = Faucet(asynchronous.Faucet(calls))
        self.domains = Domains(asynchronous.Domains(calls))

    def unresolved(self) -> tuple[OutcomeUnknown, ...]:
        """What was sent for the account in this process and is not known the outcome of; the latest 256."""
        return self._calls.unresolved()

    def resolve(self, error: OutcomeUnknown) -> Any:
        """Look again for what became of a request whose answer was lost, as the asynchronous client does."""
        return run(resolve(self._calls, error))

    def settle(self, error: OutcomeUnknown, *, happened: bool) -> None:
        """Take one of ``unresolved()`` off that list because you know what became of it, as the asynchronous client."""
        settle(self._calls, error, happened=happened)

    def resolve_ledger(self) -> tuple[Looked, ...]:
        """Ask about every intent in the ledger that has no outcome, as the asynchronous client does."""
        return run(resolve_ledger(self._calls))

    def close(self) -> None:
        """Close all connections. What is called afterwards raises ``Unreachable``."""
        run(self._calls.close())

    def __enter__(self) -> Self:
        self._calls.look_back()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()


class _Blocking:
    """httpx's blocking client in an asynchronous dress: its coroutines never suspend."""

    def __init__(self, transport: httpx.BaseTransport | None, *, trust_env: bool) -> None:
        self._client = httpx.Client(transport=transport, follow_redirects=False, trust_env=trust_env)

    @property
    def is_closed(self) -> bool:
        """Whether ``aclose`` was called."""
        return self._client.is_closed

    async def aclose(self) -> None:
        """Close all connections."""
        self._client.close()

    def build_request(
        self, method: str, url: httpx.URL, *, content: bytes | None, headers: Mapping[str, str], timeout: float
    ) -> httpx.Request:
        """A request, not sent yet."""
        return self._client.build_request(method, url, content=content, headers=headers, timeout=timeout)

    async def send(self, request: httpx.Request) -> httpx.Response:
        """Send it, and read the answer."""
        return self._client.send(request)
