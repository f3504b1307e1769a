"""What an agent holds and has earned, as far as its operations told: the numbers behind its metrics of money.

::

    wallet read      ─▶ holds            pf.wallet.balance by currency; pf.agent.drawdown, of all of it together
    profit realised  ─▶ earned           pf.trade.pnl, realized
    positions read   ─▶ stands_to_earn   pf.trade.pnl, unrealized

Nothing is asked of the venue for it, so each number is as old as the operation that told of it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from fleaglass._forks import Lock
from fleaglass.recorder.seams import Clock, SystemClock

__all__ = ["WINDOWS_S", "Money"]

WINDOWS_S: Final[Mapping[str, int]] = {"1h": 3_600, "24h": 86_400}
"""The windows in which the peak of a drawdown may lie, in seconds, by name."""

_LONGEST_S: Final = max(WINDOWS_S.values())
_BUCKET_S: Final = 60  # one peak a minute is kept, so a day takes 1,440 numbers
_MAX_WALLETS: Final = 256

Holding = tuple[str, str | None]
"""Currency or asset, and kind of wallet."""


class Money:
    """The money of one agent. Every method may be called from any thread.

    Args:
        clock: only its monotonic time is read.
    """

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._lock = Lock()
        self._wallets: dict[str, tuple[Decimal, dict[Holding, Decimal]]] = {}
        self._peaks: deque[tuple[int, Decimal]] = deque()
        self._latest = 0, Decimal(0)
        self._realized: Decimal | None = None
        self._unrealized: Decimal | None = None

    def holds(
        self, wallet: str, total_usd: Decimal, amounts: Mapping[str, Decimal | None], wallet_type: str | None = None
    ) -> None:
        """A wallet was read.

        Args:
            wallet: the wallet's id.
            total_usd: what it is worth, in USD.
            amounts: how much of each asset it holds, in units of the asset; None where that is not known.
            wallet_type: ``custodial`` or ``self_custody``.
        """
        known = {(asset, wallet_type): amount for asset, amount in amounts.items() if amount is not None}
        with self._lock:
            if wallet in self._wallets or len(self._wallets) < _MAX_WALLETS:
                self._wallets[wallet] = total_usd, known
                self._note_peak(sum((usd for usd, _ in self._wallets.values()), Decimal(0)))

    def earned(self, pnl_usd: Decimal) -> None:
        """A profit was realised, in USD; a loss is below 0."""
        with self._lock:
            self._realized = (self._realized or Decimal(0)) + pnl_usd

    def stands_to_earn(self, pnl_usd: Decimal) -> None:
        """The profit of all open positions together, in USD, if they were closed now."""
        with self._lock:
            self._unrealized = pnl_usd

    @property
    def realized(self) -> Decimal | None:
        """Profit realised since the agent was made, in USD; None before the first."""
        return self._realized

    @property
    def unrealized(self) -> Decimal | None:
        """Profit of the open positions when they were last read, in USD; None before the first time."""
        return self._unrealized

    def balances(self) -> dict[Holding, Decimal]:
        """What all wallets hold together, in units of each asset."""
        found: dict[Holding, Decimal] = {}
        with self._lock:
            for _, amounts in self._wallets.values():
                for holding, amount in amounts.items():
                    found[holding] = found.get(holding, Decimal(0)) + amount
        return found

    def drawdowns(self) -> dict[str, Decimal]:
        """How far all wallets together are below their peak, as a fraction of it, by window; empty before any read."""
        with self._lock:
            if not self._peaks:
                return {}
            now_s, (_, equity) = self._now_s(), self._latest
            return {
                window: _fall(equity, max(usd for at_s, usd in self._since(now_s - length_s)))
                for window, length_s in WINDOWS_S.items()
            }

    def _note_peak(self, equity: Decimal) -> None:
        now_s = self._now_s()
        self._latest = now_s, equity
        bucket = now_s // _BUCKET_S
        if self._peaks and self._peaks[-1][0] // _BUCKET_S == bucket:
            equity = max(equity, self._peaks.pop()[1])
        self._peaks.append((now_s, equity))
        while self._peaks[0][0] < now_s - _LONGEST_S:
            self._peaks.popleft()

    def _since(self, from_s: int) -> list[tuple[int, Decimal]]:
        return [peak for peak in self._peaks if peak[0] >= from_s] or [self._latest]

    def _now_s(self) -> int:
        return self._clock.monotonic_ns() // 1_000_000_000


def _fall(equity: Decimal, peak: Decimal) -> Decimal:
    return max(Decimal(0), 1 - equity / peak) if peak > 0 else Decimal(0)
