"""Three agents with one of everything, so that each operation finds what it asks for, at a sandbox in any place."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import count
from typing import Any

import httpx

from fleaglass.recorder import current_core
from fleaglass.sandbox.app import create_app
from fleaglass.sandbox.clock import HOUR_NS
from fleaglass.sandbox.injection import FaultBoard
from fleaglass.sandbox.ratelimit import RateLimiter
from fleaglass.sandbox.venue import Venue
from fleaglass.testing import TickingClock
from fleaglass.venue import LIVE, Access, PurpleFlea
from tests.unit.sandbox.desk import Desk, ManualClock
from tests.unit.venue.faults.line import Line
from tests.unit.venue.town import ROOT, Profile

__all__ = ["OUTSIDE", "Control", "Scene", "furnish", "open_scene"]

OUTSIDE = "0x52908400098527886E0F7030069857D2E4169EE7"
_numbers = count(1)
_furnished: dict[Profile, tuple[Venue, Scene]] = {}


@dataclass(frozen=True)
class Control:
    """The sandbox's own switches."""

    http: httpx.AsyncClient

    async def books(self) -> Any:
        """What is true, numbers as Decimal."""
        answer = await self.http.get("/_sandbox/books")
        return json.loads(answer.content, parse_float=Decimal, parse_int=Decimal)

    async def faults(self, *specs: str) -> None:
        """These faults and no others, from now on."""
        (await self.http.post("/_sandbox/faults", json={"faults": list(specs)})).raise_for_status()

    async def account(self, agent_id: str, credit_usd: int | None) -> Any:
        """A fresh account."""
        answer = await self.http.post("/_sandbox/accounts", json={"agent_id": agent_id, "credit_usd": credit_usd})
        answer.raise_for_status()
        return answer.json()


@dataclass
class Scene:
    """Accounts by the names ada, bob and poor, and what ada has."""

    control: Control
    profile: Profile
    accounts: dict[str, Any]
    known: dict[str, str]
    line: Line | None = None
    clock: ManualClock | None = None
    now_s: list[float] = field(default_factory=lambda: [0.0])

    def options(self, who: str) -> dict[str, Any]:
        """The arguments of a client in the scene's profile, of either face."""
        account = self.accounts[who]
        if self.profile == "guide":
            return {"api_key": account["api_key"], "base_url": account["base_url"]}
        services = {
            name: Access(api_key=one["api_key"], base_url=one["base_url"], account_id=one["account_id"])
            for name, one in account["live"].items()
        }
        return {"profile": LIVE, "services": services}

    def client(self, who: str, **options: Any) -> PurpleFlea:
        """A client on the scene's line and time."""

        async def sleep(seconds: float) -> None:
            self.now_s[0] += seconds

        clock = {"monotonic": lambda: self.now_s[0], "sleep": sleep}
        in_process = {"transport": self.line, "resolve_timeout": 1.0, **clock}
        return PurpleFlea(**{**(in_process if self.line else {}), **self.options(who), **options})

    def pass_time(self, seconds: float) -> None:
        """Let time pass, for the agent and for the venue."""
        if isinstance(ours := current_core().clock, TickingClock):
            ours.advance(seconds)
        if self.clock is not None:
            self.clock.advance(seconds)


async def furnish(control: Control, profile: Profile, line: Line | None = None) -> Scene:
    """Fresh accounts; in the guides' words, whatever the profile."""
    number = next(_numbers)
    accounts = {
        who: await control.account(f"{who}-{number}", credit)
        for who, credit in (("ada", 10_000), ("bob", 10_000), ("poor", None))
    }
    ada = {"authorization": f"Bearer {accounts['ada']['api_key']}"}

    async def post(path: str, body: dict[str, Any]) -> Any:
        answer = await control.http.post(accounts["ada"]["base_url"] + path, json=body, headers=ada)
        answer.raise_for_status()
        return answer.json()

    hired = {"amount_usd": 5, "counterparty_id": f"bob-{number}", "conditions": "work"}
    waiting = {"asset": "ETH", "side": "buy", "quantity": 0.2, "order_type": "limit", "limit_price": 5}
    await post("/orders/spot", {"asset": "BTC", "direction": "buy", "quantity": 0.01})
    await post("/orders/spot", {"asset": "ETH", "direction": "buy", "quantity": 0.03})
    await post("/domains/register", {"domain": f"mine{number}.com"})
    sale = await post("/domains/auctions", {"domain": f"mine{number}.com", "start_usd": 5})
    keys = (
        await control.http.post(
            accounts["ada"]["live"]["wallet"]["base_url"] + "/wallet/create",
            headers={"authorization": f"Bearer {accounts['ada']['live']['wallet']['api_key']}"},
        )
    ).json()
    by_guide = profile == "guide"
    known = {
        "profile": profile,
        "order_id": (await post("/trading/order", waiting))["order_id"],
        "escrow_id": (await post("/escrow/create", hired))["escrow_id"],
        "auction_id": sale["auction_id"],
        "wallet": accounts["ada"]["wallet_id"] if by_guide else keys["addresses"]["base"],
        "private_key": keys["private_keys"]["base"],
        "bob": f"bob-{number}" if by_guide else accounts["bob"]["live"]["casino"]["account_id"],
        "poor": f"poor-{number}" if by_guide else accounts["poor"]["live"]["faucet"]["account_id"],
        "outside": OUTSIDE,
        "newcomer": f"newcomer-{number}",
        "domain": f"flea{number}.ai",
    }
    return Scene(control, profile, accounts, known, line)


@asynccontextmanager
async def open_scene(profile: Profile, clock_ns: int | None = None) -> AsyncIterator[Scene]:
    """A scene at a sandbox of its own in this process, whose clock and prices stand still.

    Each is a copy of one that was furnished once per profile: opening accounts takes longer than most tests.
    """
    if profile not in _furnished:
        _furnished[profile] = await _furnish_first(profile)
    venue, first = _furnished[profile]
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.row_factory = sqlite3.Row
    venue.db.backup(db)
    clock = ManualClock(venue.clock() + HOUR_NS if clock_ns is None else clock_ns)
    app = httpx.ASGITransport(create_app(replace(venue, db=db, clock=clock), FaultBoard(7), RateLimiter(0, clock)))
    async with httpx.AsyncClient(transport=app, base_url=ROOT) as http:
        yield replace(first, control=Control(http), line=Line(app), clock=clock, now_s=[0.0])
    db.close()


async def _furnish_first(profile: Profile) -> tuple[Venue, Scene]:
    desk = Desk()
    desk.clock.now_ns = TickingClock().wall_ns() - 3 * HOUR_NS
    app = httpx.ASGITransport(create_app(desk.venue, FaultBoard(7), RateLimiter(0, desk.clock)))
    async with httpx.AsyncClient(transport=app, base_url=ROOT) as http:
        return desk.venue, await furnish(Control(http), profile)
