"""An order whose answer is lost, and what the venue's list then shows."""

from __future__ import annotations

import pickle
from decimal import Decimal
from typing import Any

import httpx

from fleaglass.testing import Recording
from fleaglass.venue import OutcomeUnknown, memory
from tests.unit.venue.fake import FakeVenue, order

__all__ = [
    "EARLIER",
    "LOST",
    "ORDERS",
    "PLACE",
    "TIMEOUT",
    "buy",
    "in_another_process",
    "just_now",
    "listed",
    "showing",
    "spends",
    "unfolded",
]

LOST = httpx.ReadError("reset")
"""The venue is done with the request."""
TIMEOUT = httpx.ReadTimeout("no answer")
"""The venue may still be at it."""
ORDERS, PLACE = "GET /trading/orders", "POST /trading/order"
EARLIER = {"created_at": "2026-11-20T09:00:00Z"}


def listed(**changes: Any) -> dict[str, Any]:
    """An order in the venue's list, filled."""
    return order(asset="BTC", side="buy", order_type="market", quantity=0.01, realized_pnl_usd=0) | changes


def just_now(venue: FakeVenue) -> dict[str, str]:
    """When something came about that the venue shows now."""
    return {"created_at": venue.now().isoformat()}


def showing(venue: FakeVenue, *orders: Any) -> Any:
    """The venue's list, of orders placed just now where they do not say otherwise."""
    return lambda request: {"orders": [just_now(venue) | one if isinstance(one, dict) else one for one in orders]}


def spends(venue: FakeVenue) -> list[str]:
    """What was sent that may move money."""
    return [request for request in venue.asked if not request.startswith("GET")]


def in_another_process(error: OutcomeUnknown) -> OutcomeUnknown:
    """The error as a process that knows nothing else gets it."""
    kept: OutcomeUnknown = pickle.loads(pickle.dumps(error))
    memory._memories.clear()
    return kept


def unfolded(venue: FakeVenue, *orders: Any) -> None:
    """An order's answer is lost, and the list is this."""
    venue.on(PLACE, LOST)
    venue.on(ORDERS, showing(venue, *orders))
    venue.on("GET /trading/order/ord_1", order())


async def buy(record: Recording, venue: FakeVenue, **options: Any) -> Any:
    """Buy 0.01 BTC in a cycle."""
    async with venue.client(**{"resolve_timeout": 10, **options}) as flea:
        with record.agent.cycle():
            return await flea.trading.execute("BTC", "buy", Decimal("0.01"))
