"""An agent that trades, bets and pays escrows against a sandbox, so that its records can be held against the books.

PF_ACCOUNT PF_PROFILE PF_COUNTERPARTY FLEAGLASS_ENDPOINT AGENT    python performance_agent.py

PF_ACCOUNT is what the sandbox answered when it made the account, as JSON.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
from decimal import Decimal

import fleaglass
from fleaglass.venue import LIVE, Access, PurpleFlea, Rejected

CYCLES = 14
SIZES = {"BTC": "0.01234567", "ETH": "0.25", "SOL": "3.3"}
ON_LIVE = os.environ["PF_PROFILE"] == "live"

agent = fleaglass.init(os.environ["AGENT"], strategy="books", release="1.0.0")
chance = random.Random(os.environ["AGENT"])


def client() -> PurpleFlea:
    account = json.loads(os.environ["PF_ACCOUNT"])
    if not ON_LIVE:
        return PurpleFlea(account["api_key"], base_url=account["base_url"])
    names = ("api_key", "account_id", "base_url")
    live = {service: Access(**{name: given[name] for name in names}) for service, given in account["live"].items()}
    return PurpleFlea(profile=LIVE, services=live)


async def rests(flea: PurpleFlea, asset: str) -> str | None:
    """Sell by an order that waits for a price a little above today's."""
    price = (await flea.trading.market(asset)).price
    limit = (price * Decimal("1.0002")).quantize(Decimal("0.01"))
    return (await flea.trading.limit(asset, "sell", SIZES[asset], limit_price=limit)).order_id


async def follow(flea: PurpleFlea, order_id: str) -> None:
    """Read the order in decisions of their own until it is filled; withdraw it if nobody wants it."""
    for _ in range(100):
        with agent.cycle():
            if (await flea.trading.order(order_id)).settled:
                return
        await asyncio.sleep(0.05)
    with agent.cycle():
        await flea.trading.cancel(order_id)


async def decide(flea: PurpleFlea, number: int) -> str | None:
    """One decision: an order, then one of the many ways in which money moves. The id of an order that waits."""
    asset = chance.choice(sorted(SIZES))
    with agent.cycle(market=f"{asset}/USD", asset=asset):
        with agent.stage("signal.analysis") as stage:
            stage.signal({"type": chance.choice(["momentum", "vol_arb"]), "confidence": 0.8, "asset": asset})
        await flea.trading.execute(asset, "buy", SIZES[asset])
        match number % 7:
            case 0 | 1:
                await flea.trading.close(asset=asset)
            case 2 if not ON_LIVE:  # there the answer does not tell what was realised
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
            case 5 if not ON_LIVE:  # there limit orders are only simulated
                return await rests(flea, asset)
            case 6:
                escrow = await flea.escrow.create("7.77", os.environ["PF_COUNTERPARTY"], "a small job")
                assert escrow.escrow_id is not None
                await flea.escrow.release(escrow.escrow_id)
        if number % 5 == 0:
            with contextlib.suppress(Rejected):
                await flea.trading.execute(asset, "buy", "1000000")  # more than anybody has
    return None


async def main() -> None:
    async with client() as flea:
        for number in range(CYCLES):
            if (waiting := await decide(flea, number)) is not None:
                await follow(flea, waiting)


asyncio.run(main())
assert agent.shutdown(), "not everything was delivered"
