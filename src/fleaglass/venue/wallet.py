"""Wallets: what an agent owns, and how fresh that knowledge is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fleaglass import semconv
from fleaglass.recorder import Operation
from fleaglass.venue.calls import Calls
from fleaglass.venue.errors import Unreachable
from fleaglass.venue.models import Balance
from fleaglass.venue.reading import balance_from

__all__ = ["Wallet"]

_MAX_CACHED: Final = 256


@dataclass(frozen=True, slots=True)
class _Cached:
    balance: Balance
    read_at: float


class Wallet:
    """The wallet service. Reached as ``flea.wallet``."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._cache: dict[str, _Cached] = {}
        # A balance from before an order would size the next one.
        calls.on_spend = self._forget
        self._spends = 0

    async def balance(self, wallet_id: str, *, max_age: float = 0.0) -> Balance:
        """What the wallet holds, from the venue or from a cache.

        Args:
            wallet_id: the wallet.
            max_age: how old a cached balance may be, in seconds. Whatever this client sends that may move money empties
                the cache, so a balance is never older than the client's last order.

        Raises:
            NotFoundError: there is no such wallet.
            Unreachable: the venue did not answer, or not with a value for each asset.
        """
        cached = self._cache.get(wallet_id)
        age_s = self._calls.monotonic() - cached.read_at if cached is not None else 0.0
        hit = cached is not None and age_s < max_age
        with self._calls.operation(
            semconv.SPAN_PF_WALLET_BALANCE_CHECK,
            semconv.PF_SERVICE_WALLET,
            {
                semconv.PF_WALLET_ID: wallet_id,
                semconv.PF_CACHE_HIT: hit,
                semconv.PF_CACHE_AGE_S: age_s if hit else None,
            },
        ) as span:
            balance = cached.balance if cached is not None and hit else await self._read(span, wallet_id)
            span.record({semconv.PF_BALANCE_USD: balance.total_usd, semconv.PF_ASSETS_COUNT: len(balance.assets)})
            span.tell(lambda story: setattr(story, "balance_usd", balance.total_usd))
            return balance

    def _forget(self) -> None:
        self._cache.clear()
        self._spends += 1

    async def _read(self, span: Operation, wallet_id: str) -> Balance:
        spends = self._spends
        asked_at = self._calls.monotonic()  # before, not after: the balance is as old as the question
        body = await self._calls.read(span, "wallet.balance", path={"wallet_id": wallet_id})
        balance = balance_from(body, wallet_id)
        if balance is None:
            raise Unreachable(
                "the answer has no value for some asset", operation="wallet.balance", trace_id=span.trace_id
            )
        if spends != self._spends:
            return balance  # asked before an order of another task: not to be used again
        if len(self._cache) >= _MAX_CACHED:
            self._cache.pop(next(iter(self._cache)))
        self._cache[wallet_id] = _Cached(balance, asked_at)
        return balance
