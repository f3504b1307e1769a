"""What the sandbox's tests trade with: a hand-moved clock, a market whose prices are set, agents without HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from fleaglass.sandbox import accounts
from fleaglass.sandbox.accounts import Agent
from fleaglass.sandbox.clock import SECOND_NS, Clock
from fleaglass.sandbox.dispatch import perform
from fleaglass.sandbox.faces import GUIDE, LIVE
from fleaglass.sandbox.faces.face import Call, Endpoint
from fleaglass.sandbox.faces.view import encode
from fleaglass.sandbox.market import Market
from fleaglass.sandbox.market.prices import PathState
from fleaglass.sandbox.money import UNIT
from fleaglass.sandbox.trading.fills import INSTANT
from fleaglass.sandbox.venue import Venue, VenueSettings

START_NS = 1_800_000_000 * SECOND_NS


class ManualClock:
    """Stands still until told to move on."""

    def __init__(self, now_ns: int = START_NS) -> None:
        self.now_ns = now_ns

    def __call__(self) -> int:
        return self.now_ns

    def advance(self, seconds: float) -> None:
        self.now_ns += int(seconds * SECOND_NS)


class SetMarket(Market):
    """A market that moves only when a test sets a price: each `set` is one step."""

    def __init__(self, seed: int, start_ns: int) -> None:
        super().__init__(seed, start_ns, speed=0)
        self._set = {"BTC": 60_000 * UNIT, "ETH": 3_000 * UNIT, "SOL": 150 * UNIT}
        self._pending: list[dict[str, int]] = []

    def set(self, asset: str, price: int | str) -> None:
        last = self._pending[-1] if self._pending else self._set
        self._pending.append({**last, asset: int(Decimal(price) * UNIT)})

    def prices(self) -> dict[str, int]:
        return dict(self._set)

    def price(self, asset: str) -> int:
        return self._set[asset]

    def advance(self, now_ns: int) -> Iterator[int]:
        while self._pending:
            self._set = self._pending.pop(0)
            yield now_ns

    def checkpoint(self) -> dict[str, PathState]:
        return {}


class Trader:
    """One agent; every call returns the answer as parsed JSON, numbers as Decimal, or raises ApiError."""

    def __init__(self, venue: Venue, agent: Agent) -> None:
        self.venue = venue
        self.agent = agent
        self.agent_id = agent.agent_id

    def do(self, name: str, body: object = None, /, query: dict[str, str] | None = None, **path: str) -> Any:
        """Ask in the guides' words."""
        return self.ask(GUIDE.endpoint(name), body, query, **path)

    def live(self, name: str, body: object = None, /, query: dict[str, str] | None = None, **path: str) -> Any:
        """Ask in the words of the published code."""
        return self.ask(LIVE.endpoint(name), body, query, **path)

    def ask(self, endpoint: Endpoint, body: object = None, query: dict[str, str] | None = None, /, **path: str) -> Any:
        raw = body if isinstance(body, bytes) else json.dumps(body, default=str).encode() if body is not None else b""
        asked = {key: value.split(",") for key, value in (query or {}).items()}
        view = perform(self.venue, endpoint, Call(self.agent, path, asked, raw, "127.0.0.1"))
        return json.loads(encode(view), parse_float=Decimal, parse_int=Decimal)

    def account(self, service: str) -> str:
        """The id that a service of the published code knows the agent by."""
        return accounts.account_id(self.venue.db, service, self.agent_id)

    def order(self, asset: str, side: str, quantity: object, **more: object) -> Any:
        return self.do("trading.order", {"asset": asset, "side": side, "quantity": quantity, **more})

    def limit(self, asset: str, side: str, quantity: object, price: object) -> Any:
        return self.order(asset, side, quantity, order_type="limit", limit_price=price)

    def poll(self, order_id: str) -> Any:
        return self.do("trading.poll", order_id=order_id)

    def close(self, asset: str) -> Any:
        return self.do("trading.close", {"asset": asset})

    def positions(self) -> Any:
        return self.do("trading.positions")["positions"]

    def wallet(self) -> Any:
        return self.do("wallet.balance", wallet_id=self.agent.wallet_id)

    def dollars(self) -> Decimal:
        return self.wallet()["assets"]["USDC"]["available"]

    def hire(self, counterparty: str, amount: object = 100, **more: object) -> Any:
        body = {"amount_usd": amount, "counterparty_id": counterparty, "conditions": "research ETH", **more}
        return self.do("escrow.create", body)


class Desk:
    """A venue under a test's control."""

    def __init__(self, path: Path | str = ":memory:", *, set_prices: bool = True, **settings: Any) -> None:
        self.clock = ManualClock()
        settings.setdefault("fills", INSTANT)
        self.venue = Venue.open(Path(path), self.clock, VenueSettings(**settings))
        if set_prices:
            market = SetMarket(self.venue.seed, self.clock())
            self.venue = Venue(self.venue.db, self.clock, market, self.venue.settings)

    def timed_by(self, clock: Clock, **settings: Any) -> Venue:
        """The same venue under another clock."""
        return replace(self.venue, clock=clock, settings=replace(self.venue.settings, **settings))

    @property
    def market(self) -> SetMarket:
        assert isinstance(self.venue.market, SetMarket)
        return self.venue.market

    def trader(self, agent_id: str, *, funded: bool = True) -> Trader:
        opened = perform(
            self.venue, GUIDE.endpoint("faucet.register"), Call(body=json.dumps({"agent_id": agent_id}).encode())
        )
        trader = Trader(self.venue, Agent(agent_id, str(opened["wallet_id"])))
        if funded:
            trader.do("faucet.claim", {"agent_id": agent_id})
        return trader

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.venue.db.execute(query)]
