"""A trading program that has never heard of Fleaglass: httpx, a key and the venue's documentation.

    PURPLE_FLEA_API_KEY=pf_live_… fleaglass run --guide-url http://127.0.0.1:8400/v1 examples/plain_program.py

It buys a little, waits for the fill, and closes. `fleaglass run` records each of its calls as what it means.
"""

import os
import time
from typing import Any

import httpx

ASSET = "ETH"
SIZE_USD = 50
DONE = {"filled", "cancelled", "rejected"}


def main() -> None:
    headers = {"Authorization": f"Bearer {os.environ['PURPLE_FLEA_API_KEY']}"}
    base_url = os.environ.get("PURPLE_FLEA_BASE_URL", "http://127.0.0.1:8400/v1")
    with httpx.Client(base_url=base_url, headers=headers) as http:
        market = answer(http.get(f"/markets/{ASSET}"))
        quantity = round(SIZE_USD / market["price"], 6)
        asked = {"asset": ASSET, "side": "buy", "quantity": quantity, "order_type": "market"}
        order = answer(http.post("/trading/order", json=asked))
        while order["status"] not in DONE:
            time.sleep(0.1)
            order = answer(http.get(f"/trading/order/{order['order_id']}"))
        closed = answer(http.post("/trading/position/close", json={"asset": ASSET}))
        print(f"bought {quantity} {ASSET}, closed at {closed['exit_price']}: {closed['realized_pnl_usd']:+} USD")


def answer(response: httpx.Response) -> Any:
    response.raise_for_status()
    return response.json()


if __name__ == "__main__":
    main()
