"""A trading program that knows nothing of Fleaglass: httpx, a key and the venue's documentation."""

import asyncio
import os
import sys

import httpx


async def main() -> None:
    wallet = os.environ["WALLET"]
    headers = {"Authorization": f"Bearer {os.environ['PF_KEY']}"}
    async with httpx.AsyncClient(base_url=os.environ["PF_URL"], headers=headers, trust_env=False) as http:
        await http.get(f"/wallet/{wallet}/balance")
        order = {"asset": "BTC", "side": "buy", "quantity": 0.01, "order_type": "market"}
        placed = (await http.post("/trading/order", json=order)).json()
        while placed["status"] not in {"filled", "cancelled", "rejected"}:
            await asyncio.sleep(0.02)
            placed = (await http.get(f"/trading/order/{placed['order_id']}")).json()
        await http.get("/trading/positions")
        await http.post("/trading/position/close", json={"asset": "BTC"})
        too_much = await http.post("/trading/order", json={**order, "quantity": 100_000})
        assert too_much.status_code == 400
        bet = {"game": "coin_flip", "amount_usd": 1, "params": {"side": "heads"}}
        await http.post("/casino/bet", json=bet)


asyncio.run(main())
sys.exit(int(os.environ.get("EXIT", "0")))
