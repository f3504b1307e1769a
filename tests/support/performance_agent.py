"""An agent that trades, bets and pays escrows against a sandbox, so that its records can be held against the books.

PF_URL PF_KEY PF_COUNTERPARTY FLEAGLASS_ENDPOINT AGENT    python performance_agent.py
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random

import fleaglass
from fleaglass.venue import PurpleFlea, Rejected

CYCLES = 12
SIZES = {"BTC": "0.01234567", "ETH": "0.25", "SOL": "3.3"}

agent = fleaglass.init(os.environ["AGENT"], strategy="books", release="1.0.0")
chance = random.Random(os.environ["AGENT"])


async def decide(flea: PurpleFlea, number: int) -> None:
    """One decision: an order, then one of the many ways in which money moves."""
    asset = chance.choice(sorted(SIZES))
    with agent.cycle(market=f"{asset}/USD", asset=asset):
        with agent.stage("signal.analysis") as stage:
            stage.signal({"type": chance.choice(["momentum", "vol_arb"]), "confidence": 0.8, "asset": asset})
        await flea.trading.execute(asset, "buy", SIZES[asset])
        match number % 6:
            case 0 | 1:
                await flea.trading.close(asset=asset)
            case 2:
                await flea.trading.execute(asset, "sell", SIZES[asset])  # reduces the position: earns without a close
            case 3:
                await flea.casino.bet("coin_flip", "1.25", side="heads")
            case 4:
                await flea.casino.batch(
                    [
                        {"game": "coin_flip", "amount_usd": "0.75", "params": {"side": "tails"}},
                        {"game": "no_such_game", "amount_usd": "1"},
                        {"game": "coin_flip", "amount_usd": "1", "params": {"side": "heads"}},
                    ]
                )
            case _:
                escrow = await flea.escrow.create("7.77", os.environ["PF_COUNTERPARTY"], "a small job")
                assert escrow.escrow_id is not None
                await flea.escrow.release(escrow.escrow_id)
        if number % 5 == 0:
            with contextlib.suppress(Rejected):
                await flea.trading.execute(asset, "buy", "1000000")  # more than anybody has


async def main() -> None:
    async with PurpleFlea(os.environ["PF_KEY"], base_url=os.environ["PF_URL"]) as flea:
        for number in range(CYCLES):
            await decide(flea, number)


asyncio.run(main())
assert agent.shutdown(), "not everything was delivered"
