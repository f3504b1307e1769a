"""A momentum agent: it buys what rises, sells what falls, and lets go when the move fades.

    PURPLE_FLEA_API_KEY=pf_live_… PURPLE_FLEA_WALLET=w_… python examples/momentum_agent.py

One cycle looks at one asset. `momentum` is the strategy; `decide` is what an agent makes of it.
"""

from __future__ import annotations

import asyncio
import itertools
import math
import statistics
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
LOOKBACK = 24  # prices
ORDERED_BY = {"long": "buy", "short": "sell"}

agent = fleaglass.init(
    "momentum-1", strategy="momentum", release="agent-momentum@1.0.0", services=("trading", "wallet")
)


class Signal(NamedTuple):
    type: str
    asset: str
    action: str
    confidence: float


def momentum(market: Market) -> Signal:
    """Which way the last prices moved, and how sure it is that they did: the t test of their mean return."""
    prices = [float(price) for price in market.history[-LOOKBACK:]]
    returns = [math.log(later / earlier) for earlier, later in itertools.pairwise(prices)]
    error = statistics.stdev(returns) / math.sqrt(len(returns))
    t = statistics.fmean(returns) / (error or math.inf)
    return Signal("momentum", market.asset, "buy" if t > 0 else "sell", statistics.NormalDist().cdf(abs(t)))


class MomentumAgent:
    def __init__(self, flea: PurpleFlea, wallet_id: str) -> None:
        self.flea = flea
        self.wallet_id = wallet_id
        self.opening_usd: Decimal | None = None

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
                signal = momentum(market)
                stage.signal(signal)
                if held is None and signal.confidence < MIN_CONFIDENCE:
                    cycle.skip("low_confidence")
                    return
            if held is not None:
                if signal.confidence >= MIN_CONFIDENCE and signal.action == ORDERED_BY.get(held.side or ""):
                    cycle.skip("holding")
                else:
                    await self.flea.trading.close(asset=asset)
                return

            loss_usd = max(self.opening_usd - wallet.total_usd, Decimal(0))
            passed = loss_usd <= MAX_DAILY_LOSS_USD
            if not agent.risk_check("daily_loss", passed=passed, value=loss_usd, limit=MAX_DAILY_LOSS_USD):
                cycle.reject("daily_loss")
                return
            with agent.stage("order.size") as stage:
                size_usd = min(wallet.total_usd * MAX_SHARE_OF_BALANCE, MAX_TRADE_USD)
                stage.size(size_usd)
            quantity = (size_usd / market.price).quantize(Decimal("0.000001"), ROUND_DOWN)
            await self.flea.trading.execute(
                asset,
                signal.action,
                quantity,
                signal_confidence=signal.confidence,
                expected_price=market.price,  # what is at stake, should the answer be lost
            )


async def main() -> None:
    options = read_options("A momentum agent.")
    async with connect(options) as flea:
        trader = MomentumAgent(flea, options.wallet)
        async for turn in every(options.interval, options.cycles):
            with survive(turn):
                await trader.decide(ASSETS[turn % len(ASSETS)])


if __name__ == "__main__":
    asyncio.run(main())
    agent.shutdown()
