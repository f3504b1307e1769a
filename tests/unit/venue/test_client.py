"""A client records for the agent whose it is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from decimal import Decimal

import httpx
import pytest

from fleaglass.testing import Recording, recording
from fleaglass.venue import InsufficientMarginError, NotPlacedError, OutcomeUnknown, PurpleFlea, sync
from tests.unit.venue.fake import API_KEY, BASE_URL, FakeVenue

REFUSED = httpx.Response(400, json={"code": "INSUFFICIENT_MARGIN", "message": "no"})


def buy(flea: PurpleFlea) -> Awaitable[object]:
    return flea.trading.execute("BTC", "buy", Decimal("0.01"))


def test_the_agent_it_is_given(record: Recording, venue: FakeVenue) -> None:
    """Whoever is at work."""
    venue.on("POST /trading/order", REFUSED)

    async def trade(other: Recording) -> None:
        async with venue.client(agent=other.agent) as flea:
            with record.agent.session(), pytest.raises(InsufficientMarginError):
                await buy(flea)

    with recording("other", strategy="carry", release="other@1") as other:
        other.agent.breadcrumb("note", "other's")
        asyncio.run(trade(other))
        (event,) = other.events
        assert (event["tags"]["agent_id"], event["tags"]["strategy"]) == ("other", "carry")
        assert event["breadcrumbs"]["values"][0]["message"] == "other's"
        assert [span.name for span in other.spans] == ["POST /trading/order", "pf.trade.execute"]
    assert record.events == []
    assert record.spans == []


def test_the_agent_of_the_session_it_is_used_in(record: Recording, venue: FakeVenue) -> None:
    """A start-up order, outside of cycles."""
    venue.on("POST /trading/order", REFUSED)

    async def trade(other: Recording) -> None:
        async with other.agent.session(), venue.client() as flea:
            with pytest.raises(InsufficientMarginError):
                await buy(flea)

    with recording("other", release="other@1") as other:
        asyncio.run(trade(other))
        (event,) = other.events
        assert (event["user"]["id"], event["release"]) == ("other", "other@1")
        assert [session.errors for session in other.sessions] == [0, 1]
    assert record.events == []
    assert record.spans == []


def test_what_is_looked_up_later_is_the_given_agents_too(record: Recording, venue: FakeVenue) -> None:
    venue.on("POST /trading/order", httpx.ReadError("reset"))
    venue.on("GET /trading/orders", {"orders": []})
    venue.on("GET /trading/positions", {"positions": []})

    async def trade(flea: PurpleFlea) -> None:
        with pytest.raises(OutcomeUnknown) as lost:
            await buy(flea)
        with pytest.raises(NotPlacedError):
            await flea.resolve(lost.value)

    with recording("other") as other:
        asyncio.run(trade(venue.client(agent=other.agent, resolve_timeout=0)))
        assert len(other.named("pf.trade.reconcile")) == 1
    assert record.spans == []


@pytest.mark.parametrize("kind", [PurpleFlea, sync.PurpleFlea])
def test_its_key_is_not_the_agents_id(
    record: Recording, caplog: pytest.LogCaptureFixture, kind: Callable[..., object]
) -> None:
    with recording(API_KEY) as other:
        kind(API_KEY, agent=other.agent, base_url=BASE_URL)
    assert "rename it" in caplog.text
