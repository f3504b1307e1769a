"""The market's present: every asset's path, advanced as the clock goes on.

At speed 1 a step of `prices` (a minute of market life) takes a quarter of a second, so a person who watches
for a minute sees four hours of market. Prices depend on the seed and the number of steps, never on who asks or when.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fleaglass.sandbox.clock import MILLISECOND_NS
from fleaglass.sandbox.market.assets import ASSETS, Asset
from fleaglass.sandbox.market.prices import PathState, advance, begin, price_of, realized_vol

__all__ = ["HISTORY", "MAX_CATCH_UP", "STEP_NS", "WARM_UP", "Market", "Quote"]

STEP_NS = 250 * MILLISECOND_NS
HISTORY = 64
"""Prices kept per asset, the current one last."""
WARM_UP = 256
"""Steps taken before the market opens, so that history and volatilities mean something from the first request."""
MAX_CATCH_UP = 10_000
"""After a longer gap (a laptop asleep) the market skips the rest instead of replaying hours of it."""


@dataclass(frozen=True, slots=True)
class Quote:
    """What GET /markets/{asset} tells: the last 64 prices (units) and volatilities (per year), the present one last."""

    asset: str
    prices: tuple[int, ...]
    implied_vols: tuple[float, ...]
    realized_vols: tuple[float, ...]

    @property
    def price(self) -> int:
        """The current price in units."""
        return self.prices[-1]


class _Path:
    """One asset's last `HISTORY` states; the oldest of them is enough to go on from in another process."""

    def __init__(self, asset: Asset, seed: int, saved: PathState | None) -> None:
        self._asset = asset
        self._seed = seed
        self.states = deque([saved or begin(asset)], maxlen=HISTORY)
        for _ in range(HISTORY - 1 if saved else WARM_UP):
            self.move()

    def move(self) -> None:
        self.states.append(advance(self._asset, self._seed, self.states[-1]))

    @property
    def price(self) -> int:
        return price_of(self._asset, self.states[-1])

    def quote(self) -> Quote:
        return Quote(
            asset=self._asset.symbol,
            prices=tuple(price_of(self._asset, state) for state in self.states),
            implied_vols=tuple(state.implied for state in self.states),
            realized_vols=tuple(realized_vol(state) for state in self.states),
        )


class Market:
    """All paths in step. Not safe for threads; the sandbox is one event loop."""

    def __init__(
        self, seed: int, start_ns: int, speed: float = 1.0, saved: Mapping[str, PathState] | None = None
    ) -> None:
        """Open at `start_ns`; speed 0 freezes prices; `saved` is what `checkpoint` gave when the market last closed."""
        saved = saved or {}
        self._step_ns = STEP_NS / speed if speed > 0 else None
        self._start_ns = start_ns
        self._steps_since_start = 0
        self._paths = {symbol: _Path(asset, seed, saved.get(symbol)) for symbol, asset in ASSETS.items()}

    def checkpoint(self) -> dict[str, PathState]:
        """Return what a later market of the same seed needs to continue exactly here, by asset."""
        return {symbol: path.states[0] for symbol, path in self._paths.items()}

    def prices(self) -> dict[str, int]:
        """Return the current price of every asset, in units."""
        return {symbol: path.price for symbol, path in self._paths.items()}

    def price(self, asset: str) -> int:
        """Return the current price in units. Raises KeyError for an unknown asset."""
        return self._paths[asset].price

    def quote(self, asset: str) -> Quote:
        """Return price, volatilities and history. Raises KeyError for an unknown asset."""
        return self._paths[asset].quote()

    def due(self, now_ns: int) -> bool:
        """Return whether at least one step lies between the last one and `now_ns`."""
        return self._steps_until(now_ns) > self._steps_since_start

    def advance(self, now_ns: int) -> Iterator[int]:
        """Take the steps up to `now_ns` one at a time, yielding each one's instant in ns after taking it."""
        self._skip_a_long_gap(now_ns)
        while self._step_ns is not None and self.due(now_ns):
            self._move()
            self._steps_since_start += 1
            yield self._start_ns + int(self._steps_since_start * self._step_ns)

    def _steps_until(self, now_ns: int) -> int:
        return int((now_ns - self._start_ns) / self._step_ns) if self._step_ns is not None else 0

    def _skip_a_long_gap(self, now_ns: int) -> None:
        behind = self._steps_until(now_ns) - self._steps_since_start
        if self._step_ns is not None and behind > MAX_CATCH_UP:
            self._start_ns += int((behind - MAX_CATCH_UP) * self._step_ns)

    def _move(self) -> None:
        for path in self._paths.values():
            path.move()
