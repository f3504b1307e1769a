"""While a breaker is open, nothing that spends is sent; what gets an agent out of the market always is."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from fleaglass.recorder import Breaker
from fleaglass.testing import Recording, recording
from fleaglass.venue import BreakerOpen, OrderRejectedError, TradingError, sync
from fleaglass.venue.observe import OPERATIONS
from tests.unit.venue.fake import API_KEY, BASE_URL, FakeVenue, order


@pytest.fixture
def breaker(record: Recording) -> Breaker:
    return record.agent.breaker("trading")


def test_what_a_breaker_stops_is_every_spend_but_those_that_ease() -> None:
    spends = {name for name, observed in OPERATIONS.items() if observed.spends}
    eases = {name for name, observed in OPERATIONS.items() if observed.eases}
    assert eases == {
        *("trading.close", "trading.cancel", "escrow.complete", "escrow.release", "escrow.dispute"),
        *("faucet.register", "faucet.claim"),
    }
    assert spends - eases == {
        *("trading.order", "trading.limit", "trading.spot", "escrow.create", "wallet.send", "wallet.swap"),
        *("casino.bet", "casino.batch", "domains.register", "domains.bid"),
    }


async def test_nothing_is_sent_and_the_error_says_why(record: Recording, venue: FakeVenue, breaker: Breaker) -> None:
    breaker.open("p99-order: too slow")
    async with venue.client() as flea:
        with pytest.raises(BreakerOpen) as caught:
            await flea.trading.execute("BTC", "buy", Decimal("0.01"))
    assert venue.asked == []
    error = caught.value
    assert isinstance(error, TradingError)
    assert str(error) == "trading.order: stopped by a breaker, nothing was sent: trading: p99-order: too slow"
    assert (error.operation, error.asset, error.service) == ("trading.order", "BTC", "trading")
    assert error.intent["quantity"] == Decimal("0.01")
    assert record.named("pf.trade.execute") == []


@pytest.mark.parametrize(
    ("service", "operation", "arguments"),
    [
        ("trading", "execute", ("BTC", "buy", 1)),
        ("escrow", "create", (25, "research-1", "a report")),
        ("wallet", "send", ("w_1", "USDC", 1, "0xabc")),
        ("wallet", "swap", ("w_1", "USDC", "ETH", 1)),
        ("casino", "bet", ("dice", 1)),
        ("domains", "register", ("flea.ai",)),
        ("domains", "bid", ("auc_1", 5)),
    ],
)
async def test_every_way_to_spend_is_stopped(
    venue: FakeVenue, breaker: Breaker, service: str, operation: str, arguments: tuple[Any, ...]
) -> None:
    breaker.open()
    async with venue.client() as flea:
        with pytest.raises(BreakerOpen):
            await getattr(getattr(flea, service), operation)(*arguments)
    assert venue.asked == []


async def test_a_cycle_that_is_stopped_is_a_refusal_and_no_issue(
    record: Recording, venue: FakeVenue, breaker: Breaker
) -> None:
    breaker.open()
    async with venue.client() as flea:
        with pytest.raises(BreakerOpen), record.agent.cycle():
            await flea.trading.execute("BTC", "buy", 1)
    cycle = record.one("agent.decision_cycle")
    assert (cycle.attributes["pf.cycle_outcome"], cycle.attributes["error.type"]) == ("rejected", "BreakerOpen")
    assert record.events == []


async def test_what_closes_withdraws_settles_or_reads_is_never_stopped(
    record: Recording, venue: FakeVenue, breaker: Breaker
) -> None:
    escrow = {"escrow_id": "esc_1", "amount_usd": 25}
    venue.on("POST /trading/position/close", {"exit_price": 68000, "quantity": 0.01, "realized_pnl_usd": 1.5})
    venue.on("DELETE /trading/order/ord_1", order(status="cancelled"))
    venue.on("POST /escrow/esc_1/complete", escrow | {"status": "completed"})
    venue.on("POST /escrow/esc_1/release", escrow | {"status": "released"})
    venue.on("POST /escrow/esc_1/dispute", escrow | {"status": "disputed"})
    venue.on("POST /faucet/claim", {"claim_id": "clm_1", "credited_usd": 1})
    venue.on("GET /wallet/w_1/balance", {"assets": {"USDC": {"usd_value": 5}}})
    breaker.open()
    async with venue.client() as flea:
        await flea.trading.close(asset="BTC")
        await flea.trading.cancel("ord_1")
        await flea.escrow.complete("esc_1")
        await flea.escrow.release("esc_1")
        await flea.escrow.dispute("esc_1", "no work")
        await flea.faucet.claim("ag_1")
        await flea.wallet.balance("w_1")
    assert set(venue.asked) >= set(venue.answers)


async def test_a_rule_of_the_file_opens_it_and_a_good_order_closes_it(tmp_path: Path) -> None:
    rules = tmp_path / "alerts.toml"
    rules.write_text(
        'version = 1\n[[rule]]\nname = "rejected"\nkind = "count"\n'
        'of = { span = ["pf.trade.execute"], error = ["OrderRejectedError"] }\n'
    )
    with recording(rules=str(rules)) as record:
        venue = FakeVenue(record.clock)
        refused = httpx.Response(400, json={"code": "ORDER_REJECTED", "message": "no"})
        venue.on("POST /trading/order", refused, order())
        breaker = record.agent.breaker("trading", opens_on="rejected", half_open_after_s=30)
        async with venue.client() as flea:
            with pytest.raises(OrderRejectedError):
                await flea.trading.execute("BTC", "buy", 1)
            assert breaker.state == "open"
            with pytest.raises(BreakerOpen, match="rejected: 1 in the window"):
                await flea.trading.execute("BTC", "buy", 1)
            record.clock.advance(30)
            await flea.trading.execute("BTC", "buy", 1)
        assert breaker.state == "closed"
    assert venue.asked.count("POST /trading/order") == 2


def test_the_blocking_client_is_stopped_as_well(record: Recording, venue: FakeVenue, breaker: Breaker) -> None:
    breaker.open()
    flea = sync.PurpleFlea(API_KEY, base_url=BASE_URL, transport=httpx.MockTransport(venue._answer))
    with flea, pytest.raises(BreakerOpen):
        flea.trading.execute("BTC", "buy", 1)
    assert venue.asked == []
