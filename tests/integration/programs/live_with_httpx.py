"""A trading program that knows nothing of Fleaglass, on the services of `live`: httpx, and a key for each."""

import asyncio
import json
import os

import httpx

LIVE = json.loads(os.environ["LIVE"])


def service(name: str) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {LIVE[name]['api_key']}"}
    return httpx.AsyncClient(base_url=LIVE[name]["base_url"], headers=headers, trust_env=False)


async def main() -> None:
    async with service("wallet") as wallet:
        await wallet.get(f"/wallet/balance/{os.environ['WALLET']}", params={"chain": "base"})
    async with service("trading") as trading:
        price = (await trading.get("/markets/BTC")).json()["price"]
        order = {"coin": "BTC", "side": "long", "size_usd": 0.01 * price}
        await trading.post("/trade/open", json=order)
        held = (await trading.get("/trade/positions")).json()
        await trading.post("/trade/close", json={"position_id": held["positions"][0]["position_id"]})
        too_much = await trading.post("/trade/open", json={**order, "size_usd": 5_000_000_000})
        assert too_much.status_code == 400
        limit = {"coin": "ETH", "side": "long", "size_usd": 1, "limit_price": 100}
        placed = (await trading.post("/trade/limit", json=limit)).json()
        await trading.delete(f"/trade/limit-orders/{placed['order_id']}")
    async with service("casino") as casino:
        await casino.post("/games/coin-flip", json={"amount": 1, "side": "heads"})
        await casino.get("/bets/history")
    async with service("escrow") as escrow:
        hire = {"amount_usd": 5, "counterparty_agent_id": os.environ["HIRED"], "description": "a report"}
        made = (await escrow.post("/escrow/create", json={**hire, "timeout_hours": 24})).json()
        await escrow.post(f"/escrow/release/{made['escrow_id']}", json={"reason": "accepted"})
    async with service("domains") as domains:
        await domains.post("/domains/check", json={"domains": ["flea.ai"]})
        await domains.get("/domains")


asyncio.run(main())
