"""GET /losses: what clients dropped, and what the hub could not read, of the last day."""

from __future__ import annotations

import httpx
from fastapi import FastAPI

from fleaglass.hub.api.losses import loss_routes
from fleaglass.hub.state import State
from fleaglass.hub.state.tables import client_reports

HOUR = 496_700
NOW = HOUR * 3_600_000_000_000 + 1


async def test_what_was_lost_in_the_last_day_is_told_the_most_first(state: State) -> None:
    rows = [
        (HOUR, "error", "queue_overflow", 3),
        (HOUR - 5, "error", "queue_overflow", 4),
        (HOUR - 23, "profile", "unknown_type", 9),
        (HOUR - 24, "error", "network_error", 100),
    ]
    with state.write() as connection:
        for hour, category, reason, quantity in rows:
            connection.execute(
                client_reports.insert().values(
                    project=1, hour=hour, category=category, reason=reason, quantity=quantity
                )
            )
    app = FastAPI()
    app.include_router(loss_routes(state, lambda: NOW))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://hub") as client:
        answer = (await client.get("/api/v1/losses")).json()
        refused = await client.get("/api/v1/losses?hours=3")
    assert answer == {
        "since_ns": str((HOUR - 23) * 3_600_000_000_000),
        "losses": [
            {"project": 1, "category": "profile", "reason": "unknown_type", "quantity": 9},
            {"project": 1, "category": "error", "reason": "queue_overflow", "quantity": 7},
        ],
    }
    assert refused.status_code == 400
