"""A volatility-arbitrage agent: it acts when implied and realised volatility part, and has the figures checked.

    PURPLE_FLEA_API_KEY=pf_live_… PURPLE_FLEA_WALLET=w_… python examples/vol_arb_agent.py --researcher research-1

The venue lists no options, so the view is taken in the asset: fear that is overpriced is a reason to buy.
"""

from __future__ import annotations

import asyncio
import math
import statistics
from decimal import ROUND_DOWN, Decimal
from typing import NamedTuple

from hiring import second_opinion
from running import connect, every, read_options, survive

import fleaglass
from fleaglass.venue import Market, Position, PurpleFlea

MIN_CONFIDENCE = 0.70
MIN_Z_SCORE = 1.5
MIN_BALANCE_USD = 10
MAX_SHARE_OF_BALANCE = Decimal("0.10")
MAX_TRADE_USD = Decimal(500)
MAX_NET_VEGA = 50_000
MAX_DAILY_LOSS_USD = 3_000
PRICES_DEADLINE_S = 1.0  # older prices are not worth a decision

ASSETS = ("BTC", "ETH")
CLOSE_Z_SCORE = 0.5
MIN_SPREADS = 3
VEGA_PER_USD = 40  # of the options book that a position of one USD stands for
RESEARCH_EVERY = 8  # cycles

agent = fleaglass.init(
    "vol-arb-1", strategy="vol-arb", release="agent-vol-arb@2.1.0", services=("trading", "wallet", "escrow")
)


class Signal(NamedTuple):
    type: str
    asset: str
    action: str
    confidence: float
    z_score: float
    iv: float
    rv: float


def volatility_spread(market: Market) -> Signal | None:
    """How far implied volatility lies from realised, in standard deviations of what is usual. None: too few to tell."""
    implied = [float(value) for value in market.implied_vol_history]
    realized = [float(value) for value in market.realized_vol_history]
    spreads = [iv - rv for iv, rv in zip(reversed(implied), reversed(realized), strict=False)]  # the latest first
    if len(spreads) < MIN_SPREADS:
        return None
    z = (spreads[0] - statistics.fmean(spreads)) / (statistics.stdev(spreads) or math.inf)
    confidence = math.erf(abs(z) / math.sqrt(2))
    return Signal("vol_arb", market.asset, "buy" if z > 0 else "sell", confidence, z, implied[-1], realized[-1])


def signed_usd(position: Position) -> Decimal:
    """What a position is worth, below zero for a short."""
    value = (position.quantity or Decimal(0)) * (position.mark_price or Decimal(0))
    return value if position.side == "long" else -value


class VolArbAgent:
    def __init__(self, flea: PurpleFlea, wallet_id: str, researcher_id: str | None) -> None:
        self.flea = flea
        self.wallet_id = wallet_id
        self.researcher_id = researcher_id
        self.opening_usd: Decimal | None = None

    async def decide(self, turn: int) -> None:
        asset = ASSETS[turn % len(ASSETS)]
        with agent.cycle(market=f"{asset}/USD", asset=asset) as cycle:
            wallet = await self.flea.wallet.balance(self.wallet_id, max_age=5)
            self.opening_usd = self.opening_usd or wallet.total_usd
            if wallet.total_usd < MIN_BALANCE_USD:
                cycle.skip("insufficient_balance")
                return
            if self.researcher_id and turn % RESEARCH_EVERY == 0:
                opinion = await second_opinion(agent, self.flea, self.researcher_id, asset)
                if opinion != "completed":
                    cycle.skip(f"research_{opinion}")
                    return

            async with asyncio.timeout(PRICES_DEADLINE_S):
                market = await self.flea.trading.market(asset)
            cycle.set(timestamp=market.timestamp)
            # Asked of the venue, not remembered: an order whose answer was lost is here if it was filled.
            book = {one.asset: signed_usd(one) for one in await self.flea.trading.positions()}
            with agent.stage("signal.analysis") as stage:
                if (signal := volatility_spread(market)) is None:
                    cycle.skip("too_few_prices")
                    return
                stage.signal(signal)
                if asset not in book and signal.confidence < MIN_CONFIDENCE:
                    cycle.skip("low_confidence")
                    return
            if asset in book and (abs(signal.z_score) < CLOSE_Z_SCORE or (book[asset] > 0) != (signal.action == "buy")):
                await self.flea.trading.close(asset=asset)
                return
            with agent.pipeline(asset=asset, side=signal.action):
                with agent.stage("signal.validate") as stage:
                    valid = abs(signal.z_score) >= MIN_Z_SCORE
                    stage.set(valid=valid, z_score=signal.z_score)
                if not valid:
                    cycle.skip("weak_signal")
                    return
                size_usd = min(wallet.total_usd * MAX_SHARE_OF_BALANCE, MAX_TRADE_USD)
                exposed_usd = sum(book.values()) + (size_usd if signal.action == "buy" else -size_usd)
                if breached := self.breached_limit(exposed_usd, self.opening_usd - wallet.total_usd):
                    cycle.reject(breached)
                    return
                with agent.stage("order.size") as stage:
                    stage.size(size_usd)
                    quantity = (size_usd / market.price).quantize(Decimal("0.000001"), ROUND_DOWN)
                await self.flea.trading.execute(
                    asset,
                    signal.action,
                    quantity,
                    signal_confidence=signal.confidence,
                    expected_price=market.price,  # what is at stake, should the answer be lost
                )

    def breached_limit(self, exposed_usd: Decimal, loss_usd: Decimal) -> str | None:
        vega, loss = abs(exposed_usd) * VEGA_PER_USD, max(loss_usd, Decimal(0))
        for name, value, limit in (("net_vega", vega, MAX_NET_VEGA), ("daily_loss", loss, MAX_DAILY_LOSS_USD)):
            if not agent.risk_check(name, passed=value <= limit, value=value, limit=limit):
                return name
        return None


async def main() -> None:
    options = read_options("A volatility-arbitrage agent.")
    async with agent.session(), connect(options) as flea:
        trader = VolArbAgent(flea, options.wallet, options.researcher)
        async for turn in every(options.interval, options.cycles):
            with survive(turn):
                await trader.decide(turn)


if __name__ == "__main__":
    asyncio.run(main())
    agent.shutdown()
