"""A momentum agent: it buys what rises, sells what falls, and lets go when the move fades.

    PURPLE_FLEA_API_KEY=pf_live_… PURPLE_FLEA_WALLET=w_… python examples/momentum_agent.py

One cycle looks at one asset. `momentum` is the strategy; `decide` is what an agent makes of it. How far back it looks
is found out anew every few minutes, by a job that is monitored.
"""

from __future__ import annotations

import asyncio
import itertools
import math
import statistics
import time
from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal
from typing import NamedTuple

from running import connect, every, read_options, survive

import fleaglass
from fleaglass.venue import Market, PurpleFlea

MIN_CONFIDENCE = 0.70
MIN_BALANCE_USD = 10
MAX_SHARE_OF_BALANCE = Decimal("0.10")
MAX_TRADE_USD = Decimal(500)
MAX_DAILY_LOSS_USD = 3_000
PRICES_DEADLINE_S = 1.0  # older prices are not worth a decision

ASSETS = ("BTC", "ETH", "SOL")
LOOKBACKS = (8, 16, 24)  # prices
MIN_PRICES = 3
RECALIBRATE_MINUTES = 5
ORDERED_BY = {"long": "buy", "short": "sell"}

agent = fleaglass.init(
    "momentum-1", strategy="momentum", release="agent-momentum@1.0.0", services=("trading", "wallet")
)


class Signal(NamedTuple):
    type: str
    asset: str
    action: str
    confidence: float


def momentum(market: Market, lookback: int) -> Signal | None:
    """Which way the last prices moved, and how sure it is that they did: the t test of their mean return.

    None with too few prices to tell.
    """
    prices = [float(price) for price in market.history[-lookback:] if price > 0]
    if len(prices) < MIN_PRICES:
        return None
    returns = [math.log(later / earlier) for earlier, later in itertools.pairwise(prices)]
    error = statistics.stdev(returns) / math.sqrt(len(returns))
    t = statistics.fmean(returns) / (error or math.inf)
    return Signal("momentum", market.asset, "buy" if t > 0 else "sell", statistics.NormalDist().cdf(abs(t)))


def best_lookback(history: Sequence[Decimal]) -> int:
    """Over how many prices a move most often went on for as many more; the longest where the history is too short."""

    def went_on(lookback: int) -> float:
        moves = [later - earlier for earlier, later in zip(history, history[lookback:], strict=False)]
        pairs = list(zip(moves, moves[lookback:], strict=False))
        return statistics.fmean((one > 0) == (next_one > 0) for one, next_one in pairs) if pairs else 0.0

    return max(reversed(LOOKBACKS), key=went_on)


class MomentumAgent:
    def __init__(self, flea: PurpleFlea, wallet_id: str) -> None:
        self.flea = flea
        self.wallet_id = wallet_id
        self.opening_usd: Decimal | None = None
        self.lookback = LOOKBACKS[-1]
        self.recalibrated_s = -math.inf

    async def recalibrate_when_due(self) -> None:
        if time.monotonic() - self.recalibrated_s >= RECALIBRATE_MINUTES * 60:
            self.recalibrated_s = time.monotonic()
            await self.recalibrate()

    @agent.monitor("momentum-recalibration", schedule=RECALIBRATE_MINUTES, max_runtime=1)
    async def recalibrate(self) -> None:
        market = await self.flea.trading.market(ASSETS[0])
        self.lookback = best_lookback(market.history)
        agent.marker("parameters", lookback=self.lookback)

    async def decide(self, asset: str) -> None:
        with agent.cycle(market=f"{asset}/USD", asset=asset) as cycle:
            wallet = await self.flea.wallet.balance(self.wallet_id, max_age=5)
            self.opening_usd = self.opening_usd or wallet.total_usd
            if wallet.total_usd < MIN_BALANCE_USD:
                cycle.skip("insufficient_balance")
                return

            async with asyncio.timeout(PRICES_DEADLINE_S):
                market = await self.flea.trading.market(asset)
            cycle.set(timestamp=market.timestamp)
            # Asked of the venue, not remembered: an order whose answer was lost is here if it was filled.
            held = next((one for one in await self.flea.trading.positions() if one.asset == asset), None)
            with agent.stage("signal.analysis") as stage:
                signal = momentum(market, self.lookback)
                if signal is None:
                    cycle.skip("too_few_prices")
                    return
                stage.signal(signal)
                if held is None and signal.confidence < MIN_CONFIDENCE:
                    cycle.skip("low_confidence")
                    return
            if held is not None:
                if signal.confidence >= MIN_CONFIDENCE and signal.action == ORDERED_BY.get(held.side or ""):
                    cycle.skip("holding")
                else:
                    closed = await self.flea.trading.close(asset=asset)
                    agent.position_change(asset, "flat", closed.quantity, closed.exit_price, "the move faded")
                return

            loss_usd = max(self.opening_usd - wallet.total_usd, Decimal(0))
            agent.state(loss_usd=loss_usd)  # goes along with every error from here on
            passed = loss_usd <= MAX_DAILY_LOSS_USD
            if not agent.risk_check("daily_loss", passed=passed, value=loss_usd, limit=MAX_DAILY_LOSS_USD):
                cycle.reject("daily_loss")
                return
            with agent.stage("order.size") as stage:
                size_usd = min(wallet.total_usd * MAX_SHARE_OF_BALANCE, MAX_TRADE_USD)
                stage.size(size_usd)
            quantity = (size_usd / market.price).quantize(Decimal("0.000001"), ROUND_DOWN)
            order = await self.flea.trading.execute(
                asset,
                signal.action,
                quantity,
                signal_confidence=signal.confidence,
                expected_price=market.price,  # what is at stake, should the answer be lost
            )
            agent.position_change(asset, signal.action, order.filled_quantity, order.fill_price, signal.type)


async def main() -> None:
    options = read_options("A momentum agent.")
    async with agent.session(), connect(options) as flea:
        trader = MomentumAgent(flea, options.wallet)
        async for turn in every(options.interval, options.cycles):
            with survive(turn):
                await trader.recalibrate_when_due()
            with survive(turn):
                await trader.decide(ASSETS[turn % len(ASSETS)])


if __name__ == "__main__":
    asyncio.run(main())
    agent.shutdown()
