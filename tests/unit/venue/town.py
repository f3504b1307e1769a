"""The sandbox in this process, and clients of it in both profiles: what the client records, held against the books."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

import httpx

from fleaglass.sandbox.app import create_app
from fleaglass.sandbox.injection import FaultBoard
from fleaglass.sandbox.ratelimit import RateLimiter
from fleaglass.venue import LIVE, Access, PurpleFlea
from tests.unit.sandbox.desk import Desk

__all__ = ["PROFILES", "Profile", "Resident", "Town", "open_town"]

Profile = Literal["guide", "live"]
PROFILES: tuple[Profile, ...] = ("guide", "live")
ROOT = "http://127.0.0.1:8400"


@dataclass
class Resident:
    """An agent with accounts everywhere."""

    agent_id: str
    account: dict[str, Any]
    guide: PurpleFlea
    live: PurpleFlea

    def by(self, profile: Profile) -> PurpleFlea:
        """Its client of a profile."""
        return self.guide if profile == "guide" else self.live

    def known_as(self, profile: Profile) -> str:
        """The id by which others deal with it."""
        account_id: str = self.account["live"]["casino"]["account_id"]
        return self.agent_id if profile == "guide" else account_id


@dataclass
class Town:
    """A sandbox whose clock and prices stand still until a test moves them."""

    desk: Desk
    transport: httpx.ASGITransport
    http: httpx.AsyncClient

    async def resident(self, agent_id: str, credit_usd: int | None = 1_000) -> Resident:
        """Open an account with money in it."""
        asked = {"agent_id": agent_id, "credit_usd": credit_usd}
        account = (await self.http.post("/_sandbox/accounts", json=asked)).json()
        services = {
            name: Access(api_key=one["api_key"], base_url=one["base_url"], account_id=one["account_id"])
            for name, one in account["live"].items()
        }
        guide = PurpleFlea(account["api_key"], base_url=account["base_url"], transport=self.transport)
        return Resident(agent_id, account, guide, PurpleFlea(profile=LIVE, services=services, transport=self.transport))

    async def books(self, agent_id: str) -> Any:
        """What the venue knows to be true, numbers as Decimal."""
        answer = await self.http.get("/_sandbox/books", params={"agent_id": agent_id})
        return json.loads(answer.content, parse_float=Decimal)

    async def journal(self, agent_id: str, kind: str) -> list[Decimal]:
        """The movements of an agent's cash, of one kind or of all that begin with it."""
        entries = (await self.books(agent_id))["agents"][agent_id]["journal"]
        return [Decimal(entry["amount_usd"]) for entry in entries if entry["kind"].startswith(kind)]


@asynccontextmanager
async def open_town(**settings: Any) -> AsyncIterator[Town]:
    """A town for one test."""
    desk = Desk(**settings)
    transport = httpx.ASGITransport(create_app(desk.venue, FaultBoard(7), RateLimiter(0, desk.clock)))
    async with httpx.AsyncClient(transport=transport, base_url=ROOT) as http:
        yield Town(desk, transport, http)
    desk.venue.db.close()
