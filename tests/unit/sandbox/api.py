"""The application without a socket: a client per account, and the seams behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import httpx

from fleaglass.sandbox.app import create_app
from fleaglass.sandbox.clock import PutForward
from fleaglass.sandbox.faults import parse_fault
from fleaglass.sandbox.injection import FaultBoard
from fleaglass.sandbox.ratelimit import RateLimiter
from tests.unit.sandbox.desk import Desk, ManualClock

ROOT = "http://127.0.0.1:8400"


@dataclass
class Account:
    """What POST /_sandbox/accounts gave."""

    http: httpx.AsyncClient
    given: dict[str, Any]

    async def guide(self, method: str, path: str, body: object = None) -> httpx.Response:
        return await self._send(method, f"{self.given['base_url']}{path}", self.given["api_key"], body)

    async def live(self, service: str, method: str, path: str, body: object = None, **headers: str) -> httpx.Response:
        access = self.given["live"][service]
        return await self._send(method, f"{access['base_url']}{path}", access["api_key"], body, headers)

    def id_at(self, service: str) -> str:
        account_id: str = self.given["live"][service]["account_id"]
        return account_id

    async def _send(
        self, method: str, url: str, key: str | None, body: object, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        auth = {"authorization": f"Bearer {key}"} if key else {}
        content = body if isinstance(body, bytes) else None
        json = None if isinstance(body, bytes) else body
        return await self.http.request(method, url, json=json, content=content, headers={**auth, **(headers or {})})


@dataclass
class Api:
    """One application; `limit` 0 turns every rate limit off."""

    limit: int = 0
    desk: Desk = field(default_factory=Desk)
    board: FaultBoard = field(default_factory=lambda: FaultBoard(7))

    def __post_init__(self) -> None:
        self.clock = PutForward(ManualClock(self.desk.clock()))
        self.desk.venue = self.desk.timed_by(self.clock, one_claim_per_address=self.limit > 0)

        async def sleep(_: float) -> None:
            return None

        app = create_app(self.desk.venue, self.board, RateLimiter(self.limit, self.clock), sleep, self.clock.skip)
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ROOT)

    def fault(self, *specs: str) -> None:
        self.board.replace([parse_fault(spec) for spec in specs])

    async def account(self, agent_id: str, credit_usd: object = None) -> Account:
        body = {"agent_id": agent_id, "credit_usd": credit_usd}
        return Account(self.http, (await self.http.post("/_sandbox/accounts", json=body)).json())

    async def books(self, agent_id: str) -> Any:
        return (await self.http.get("/_sandbox/books", params={"agent_id": agent_id})).json()

    async def close(self) -> None:
        await self.http.aclose()
        self.desk.venue.db.close()
