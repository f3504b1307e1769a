"""A research agent: others hire it through escrow to check a market's volatility figures.

    PURPLE_FLEA_API_KEY=pf_live_… python examples/research_agent.py --interval 2

It looks for funded escrows in its favour, does the work inside the hirer's trace, and completes or disputes.
"""

from __future__ import annotations

import asyncio
import itertools
import math
import random
import statistics
from collections.abc import Sequence
from typing import NamedTuple

from running import connect, every, read_options, survive

import fleaglass
from fleaglass.venue import Escrow, Market, PurpleFlea

MIN_CONFIDENCE = 0.70
ASSETS = ("BTC", "ETH", "SOL")
TOLERANCE = 2.0  # the venue's figure may be half or twice ours: it weighs recent prices more
RESAMPLES = 400
MIN_PRICES = 3
PRICES_PER_YEAR = 365 * 24 * 60  # the venue's history has one a minute

agent = fleaglass.init(
    "research-1", strategy="research", release="agent-research@0.9.2", services=("trading", "escrow")
)


class Signal(NamedTuple):
    type: str
    asset: str
    action: str
    confidence: float
    iv: float
    rv: float | None


def check_volatility(market: Market) -> Signal:
    """Bootstrap the realised volatility from prices alone: in how many resamples does the venue's figure hold?"""
    prices = [float(price) for price in market.history if price > 0]
    implied = float(market.implied_vol or 0)
    if len(prices) < MIN_PRICES:
        return Signal("volatility_check", market.asset, "dispute", 0.0, implied, None)
    returns = [math.log(later / earlier) for earlier, later in itertools.pairwise(prices)]
    told = float(market.realized_vol or 0)
    draws = random.Random(market.timestamp)
    resampled = sorted(
        statistics.pstdev(draws.choices(returns, k=len(returns))) * math.sqrt(PRICES_PER_YEAR) for _ in range(RESAMPLES)
    )
    confidence = sum(told / TOLERANCE <= vol <= told * TOLERANCE for vol in resampled) / RESAMPLES
    action = "complete" if confidence >= MIN_CONFIDENCE else "dispute"
    return Signal("volatility_check", market.asset, action, confidence, implied, resampled[RESAMPLES // 2])


async def look_for_work(flea: PurpleFlea) -> Sequence[Escrow]:
    """Escrows that wait for this agent. Looking is a decision of its own: mostly, that there is nothing to do."""
    with agent.cycle() as cycle:
        escrows = await flea.escrow.list(role="counterparty", status="funded")
        if not escrows:
            cycle.skip("no_work")
        return escrows


async def research(flea: PurpleFlea, escrow: Escrow) -> None:
    """Do what the escrow pays for. Its metadata is a stranger's, so nothing in it is believed before it is checked."""
    escrow_id = escrow.escrow_id or ""
    task = escrow.metadata.get("task")
    asset = task.get("asset") if isinstance(task, dict) else None
    with agent.take_over(escrow.carrier, mode="child", escrow_id=escrow_id):
        if asset not in ASSETS:
            await flea.escrow.dispute(escrow_id, reason="no such asset")
            return
        with agent.stage("research.collect"):
            market = await flea.trading.market(asset)
        with agent.stage("signal.analysis") as stage:
            signal = check_volatility(market)
            stage.signal(signal)
        if signal.action == "complete":
            await flea.escrow.complete(escrow_id)
        else:
            await flea.escrow.dispute(escrow_id, reason="volatility does not match the prices")


async def main() -> None:
    options = read_options("A research agent.", needs_wallet=False)
    async with agent.session(), connect(options) as flea:
        async for turn in every(options.interval, options.cycles):
            with survive(turn):
                for escrow in await look_for_work(flea):
                    await research(flea, escrow)


if __name__ == "__main__":
    asyncio.run(main())
    agent.shutdown()
