"""A trading program that knows nothing of Fleaglass, on the services of `live`: requests, and a key for each."""

import json
import os
from typing import Any

import requests

LIVE = json.loads(os.environ["LIVE"])


class Service:
    def __init__(self, name: str) -> None:
        self.url = LIVE[name]["base_url"]
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.headers["Authorization"] = f"Bearer {LIVE[name]['api_key']}"

    def ask(self, method: str, path: str, **what: Any) -> requests.Response:
        return self.http.request(method, self.url + path, **what)


def main() -> None:
    Service("wallet").ask("GET", f"/wallet/balance/{os.environ['WALLET']}", params={"chain": "base"})
    trading = Service("trading")
    price = trading.ask("GET", "/markets/BTC").json()["price"]
    order = {"coin": "BTC", "side": "long", "size_usd": 0.01 * price}
    trading.ask("POST", "/trade/open", json=order)
    held = trading.ask("GET", "/trade/positions").json()
    trading.ask("POST", "/trade/close", json={"position_id": held["positions"][0]["position_id"]})
    too_much = trading.ask("POST", "/trade/open", json={**order, "size_usd": 5_000_000_000})
    assert too_much.status_code == 400
    limit = {"coin": "ETH", "side": "long", "size_usd": 1, "limit_price": 100}
    placed = trading.ask("POST", "/trade/limit", json=limit).json()
    trading.ask("DELETE", f"/trade/limit-orders/{placed['order_id']}")
    casino = Service("casino")
    casino.ask("POST", "/games/coin-flip", json={"amount": 1, "side": "heads"})
    casino.ask("GET", "/bets/history")
    escrow = Service("escrow")
    hire = {"amount_usd": 5, "counterparty_agent_id": os.environ["HIRED"], "description": "a report"}
    made = escrow.ask("POST", "/escrow/create", json={**hire, "timeout_hours": 24}).json()
    escrow.ask("POST", f"/escrow/release/{made['escrow_id']}", json={"reason": "accepted"})
    domains = Service("domains")
    domains.ask("POST", "/domains/check", json={"domains": ["flea.ai"]})
    domains.ask("GET", "/domains")


main()
