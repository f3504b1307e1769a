"""A trading program that knows nothing of Fleaglass: requests, a key and the venue's documentation."""

import os
import sys
import time

import requests

URL = os.environ["PF_URL"]


def main() -> None:
    with requests.Session() as http:
        http.trust_env = False
        http.headers["Authorization"] = f"Bearer {os.environ['PF_KEY']}"
        http.get(f"{URL}/wallet/{os.environ['WALLET']}/balance")
        order = {"asset": "BTC", "side": "buy", "quantity": 0.01, "order_type": "market"}
        placed = http.post(f"{URL}/trading/order", json=order).json()
        while placed["status"] not in {"filled", "cancelled", "rejected"}:
            time.sleep(0.02)
            placed = http.get(f"{URL}/trading/order/{placed['order_id']}").json()
        http.get(f"{URL}/trading/positions")
        http.post(f"{URL}/trading/position/close", json={"asset": "BTC"})
        too_much = http.post(f"{URL}/trading/order", json={**order, "quantity": 100_000})
        assert too_much.status_code == 400
        http.post(f"{URL}/casino/bet", json={"game": "coin_flip", "amount_usd": 1, "params": {"side": "heads"}})


main()
sys.exit(int(os.environ.get("EXIT", "0")))
