"""Before anything is sent it is in the ledger, and afterwards what came of it."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import httpx
import pytest

from fleaglass import semconv
from fleaglass.testing import Recording
from fleaglass.venue import InsufficientMarginError, OutcomeUnknown, Unreachable
from tests.unit.venue.fake import API_KEY, FakeVenue, order
from tests.unit.venue.ledgering.pages import Pages

ORDER = "POST /trading/order"
pytestmark = pytest.mark.parametrize("mode", ["on", "strict"])


async def test_an_order_is_an_intent_and_an_outcome(venue: FakeVenue, record: Recording, pages: Pages) -> None:
    venue.on(ORDER, order())
    async with venue.client() as flea:
        await flea.trading.execute("BTC", "buy", Decimal("0.010"), signal_confidence=0.75)
    intent, outcome = pages.read()
    assert (intent.kind, intent.op, outcome.kind, outcome.op) == ("intent", "trading.order", "outcome", "trading.order")
    assert dict(intent.attributes) == {
        "asset": "BTC",
        "side": "buy",
        "quantity": "0.010",
        "order_type": "market",
        "signal_confidence": "0.75",
    }
    assert outcome.ref == intent.id
    assert dict(outcome.attributes) == {
        "state": "filled",
        "order_id": "ord_1",
        "filled_quantity": "0.01",
        "fill_price": "68027.2",
        "expected_price": "68000",
        "fee_usd": "0.37",
    }
    assert (intent.agent, intent.strategy, intent.release) == ("test-agent", "momentum", "agent@1.2.3")


async def test_the_span_says_where_in_the_ledger_it_is(venue: FakeVenue, record: Recording, pages: Pages) -> None:
    venue.on(ORDER, order())
    with record.agent.cycle():
        async with venue.client() as flea:
            await flea.trading.execute("BTC", "buy", Decimal("0.01"))
    (span,) = [span for span in record.spans if span.name == semconv.SPAN_PF_TRADE_EXECUTE]
    (intent, _) = pages.read()
    assert span.attributes[semconv.PF_LEDGER_INDEX] == 0
    assert span.attributes[semconv.PF_LEDGER_ORIGIN] == "fleaglass.ledger/test-agent"
    assert len(str(span.attributes[semconv.PF_LEDGER_LEAF_HASH])) == 64
    assert (intent.trace, intent.span, intent.parent) == (span.trace_id, span.span_id, span.parent_span_id)


async def test_the_intent_is_written_before_the_request_is_sent(venue: FakeVenue, pages: Pages) -> None:
    seen: list[bytes] = []

    def look(_: httpx.Request) -> dict[str, object]:
        seen.extend(path.read_bytes() for path in pages.layout.state.glob("wal-*"))
        return order()

    venue.on(ORDER, look)
    async with venue.client() as flea:
        await flea.trading.execute("BTC", "buy", Decimal("0.01"))
    assert b'"kind":"intent"' in b"".join(seen)
    assert b'"kind":"outcome"' not in b"".join(seen)


@pytest.mark.parametrize(
    ("answer", "error", "state"),
    [
        (
            httpx.Response(400, json={"code": "INSUFFICIENT_MARGIN", "message": "no"}),
            InsufficientMarginError,
            "rejected",
        ),
        (httpx.ConnectError("refused"), Unreachable, "not_placed"),
        (httpx.ReadTimeout("late"), OutcomeUnknown, "unknown"),
        (b"<html>", OutcomeUnknown, "unknown"),
    ],
)
async def test_what_came_of_it_is_said_as_far_as_it_is_known(
    venue: FakeVenue, pages: Pages, answer: object, error: type[Exception], state: str
) -> None:
    venue.on(ORDER, answer)  # type: ignore[arg-type]
    async with venue.client() as flea:
        with pytest.raises(error):
            await flea.trading.execute("BTC", "buy", Decimal("0.01"))
    intent, outcome = pages.read()
    assert (outcome.ref, outcome.attributes["state"]) == (intent.id, state)
    assert outcome.attributes["error"] == error.__name__


async def test_an_order_whose_task_is_cancelled_is_unknown(venue: FakeVenue, pages: Pages) -> None:
    venue.on(ORDER, asyncio.CancelledError)
    async with venue.client() as flea:
        with pytest.raises(asyncio.CancelledError):
            await flea.trading.execute("BTC", "buy", Decimal("0.01"))
    (_, outcome) = pages.read()
    assert dict(outcome.attributes) == {"state": "unknown", "error": "CancelledError"}


async def test_a_fill_that_is_told_later_is_observed(venue: FakeVenue, pages: Pages) -> None:
    venue.on(ORDER, {"order_id": "ord_1", "status": "open"})
    venue.on("GET /trading/order/ord_1", {"order_id": "ord_1", "status": "open"}, order())
    async with venue.client() as flea:
        await flea.trading.execute("BTC", "buy", Decimal("0.01"))
    intent, outcome, fill = pages.read()
    assert outcome.attributes["state"] == "open"
    assert (fill.kind, fill.ref, fill.op) == ("observe", intent.id, "trading.order")
    assert dict(fill.attributes) == {
        "state": "filled",
        "order_id": "ord_1",
        "quantity": "0.01",
        "filled_quantity": "0.01",
        "fill_price": "68027.2",
        "fee_usd": "0.37",
    }


async def test_an_order_in_a_state_without_a_name_is_resolved_by_its_fill(venue: FakeVenue, pages: Pages) -> None:
    venue.on(ORDER, {"order_id": "ord_1", "status": "on its way"})
    venue.on("GET /trading/order/ord_1", order())
    async with venue.client() as flea:
        await flea.trading.execute("BTC", "buy", Decimal("0.01"))
    intent, outcome, fill = pages.read()
    assert (outcome.attributes["state"], outcome.attributes["order_id"]) == ("unknown", "ord_1")
    assert (fill.kind, fill.ref, fill.attributes["how"]) == ("resolution", intent.id, "found")


async def test_who_gets_the_money_and_why_is_only_committed_to(venue: FakeVenue, pages: Pages) -> None:
    venue.on("POST /escrow/create", {"escrow_id": "esc_1", "status": "funded", "counterparty_id": "agent-b"})
    venue.on("POST /wallet/w_1/send", {"tx_hash": "0x" + "ab" * 32})
    async with venue.client() as flea:
        await flea.escrow.create(Decimal(50), "agent-b", "a report on volatility", metadata={"note": "for Bob"})
        await flea.wallet.send("w_1", "ETH", Decimal("0.5"), "0x" + "cd" * 20)
    held, _, sent, gone = pages.read()
    assert dict(held.attributes) == {"amount_usd": "50", "timeout_hours": "24"} | _ahead(held.attributes)
    assert set(held.commitments) == {"account", "counterparty_id", "conditions", "metadata"}
    assert pages.disclosed(held)["conditions"] == "a report on volatility"
    assert pages.disclosed(held)["metadata"] == '{"note":"for Bob"}'
    assert set(sent.commitments) == {"wallet_id", "to"}
    assert sent.attributes["account_as"] == held.id
    assert gone.attributes["tx_hash"] == "0x" + "ab" * 32
    log = b"".join(path.read_bytes() for path in pages.layout.log.rglob("*") if path.is_file())
    for hidden in (b"agent-b", b"volatility", b"Bob", b"cd" * 20, b"w_1"):
        assert hidden not in log


async def test_no_key_is_anywhere_in_the_ledger(venue: FakeVenue, pages: Pages) -> None:
    private_key = "0x" + "e1" * 32
    venue.on("POST /wallet/v1/wallet/send", {"tx_hash": "0x" + "ab" * 32})
    async with venue.live() as flea:
        await flea.wallet.send("0x" + "12" * 20, "ETH", Decimal(1), "0x" + "cd" * 20, private_key=private_key)
    assert len(pages.read()) == 2
    kept = b"".join(path.read_bytes() for path in pages.layout.folder.rglob("*") if path.is_file())
    assert private_key.encode() not in kept
    assert b"e1" * 32 not in kept
    assert API_KEY.encode() not in kept


async def test_each_bet_of_a_batch_is_said(venue: FakeVenue, pages: Pages) -> None:
    venue.on("POST /casino/bets", {"results": [{"bet_id": "b1", "won": True, "payout_usd": 2}, {"bet_id": "b2"}]})
    async with venue.client() as flea:
        await flea.casino.batch([{"game": "dice", "amount_usd": 1, "over": 50}, {"game": "slots", "amount_usd": 2}])
    asked, told = pages.read()
    said = {name: value for name, value in asked.attributes.items() if name.startswith("bets")}
    assert said == {
        "bets.0.game": "dice",
        "bets.0.amount_usd": "1",
        "bets.1.game": "slots",
        "bets.1.amount_usd": "2",
    }
    assert set(asked.commitments) == {"account", "bets.0.params"}
    assert told.attributes["results.0.bet_id"] == "b1"
    assert told.attributes["results.0.payout_usd"] == "2"
    assert told.attributes["state"] == "done"


def _ahead(attributes: object) -> dict[str, str]:
    """How far the venue's clock is ahead, which is no concern of this test."""
    return {name: value for name, value in dict(attributes).items() if name.startswith("venue_ahead")}  # type: ignore[call-overload]
