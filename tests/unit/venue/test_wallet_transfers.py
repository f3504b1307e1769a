"""What leaves a wallet: sent once, recorded with its transaction, and never with the key that signed it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import httpx
import pytest

from fleaglass.testing import Recording
from fleaglass.venue import (
    InsufficientFundsError,
    OutcomeUnknown,
    Rejected,
    Unreachable,
)
from tests.unit.venue.fake import FakeVenue, body_of

ADDRESS = "0x52908400098527886E0F7030069857D2E4169EE7"
OTHER = "0x8617E340B3D01FA5F11F306F4090FD50E238070D"
PRIVATE_KEY = "0x" + "4c0883a69102937d6231471b5dbb6204" * 2
TX_HASH = "0x" + "5c504ed432cb51138bcf09aa5e8a410d" * 2
SEND = "POST /wallet/v1/wallet/send"
BALANCE = f"GET /wallet/v1/wallet/balance/{ADDRESS}"
PRICE = "GET /wallet/v1/wallet/price"


def native(amount: object, symbol: object = "ETH") -> dict[str, Any]:
    return {"address": ADDRESS, "chain": "base", "balance": {"native": {"symbol": symbol, "amount": amount}}}


# Balances on live -----------------------------------------------------------------------------------------------------


async def test_a_balance_without_a_value_is_valued_by_its_price(record: Recording, venue: FakeVenue) -> None:
    venue.on(BALANCE, native("1.10"))
    venue.on(PRICE, {"symbol": "ETH", "price_usd": 3000.03})
    with record.agent.cycle():
        balance = await venue.live().wallet.balance(ADDRESS)
    assert dict(venue.requests[0].url.params) == {"chain": "base"}
    assert dict(venue.requests[1].url.params) == {"symbol": "ETH"}
    assert (balance.total_usd, balance.network) == (Decimal("3300.0330"), "base")
    assert balance.assets["ETH"].amount == Decimal("1.10")
    span = record.one("pf.wallet.balance_check")
    assert {name: value for name, value in span.attributes.items() if "latency" not in name} == {
        "pf.service": "wallet",
        "pf.wallet_id": ADDRESS,
        "pf.wallet_type": "self_custody",
        "pf.network": "base",
        "pf.cache_hit": False,
        "pf.balance_usd": 3300.033,
        "pf.assets_count": 1,
    }
    assert [child.name for child in record.spans if child.kind == "client"] == [
        "GET /wallet/balance/{wallet_id}",
        "GET /wallet/price",
    ]


async def test_networks_do_not_mix_in_the_cache(venue: FakeVenue) -> None:
    venue.on(BALANCE, native("1"), native("2"))
    venue.on(PRICE, {"price_usd": 10})
    wallet = venue.live().wallet
    assert (await wallet.balance(ADDRESS, max_age=60)).total_usd == 10
    assert (await wallet.balance(ADDRESS, max_age=60, network="ethereum")).total_usd == 20
    assert (await wallet.balance(ADDRESS, max_age=60)).total_usd == 10
    assert len(venue.requests) == 4


@pytest.mark.parametrize(
    ("balance", "price"),
    [
        (native("1"), {}),
        (native("1"), {"price_usd": "soon"}),
        (native(None), {"price_usd": 1}),
        (native("1", None), {"price_usd": 1}),
        ({}, {"price_usd": 1}),
        ({"balance": {"native": "none"}}, {"price_usd": 1}),
        (native("1." + "1" * 60), {"price_usd": "1." + "1" * 60}),
    ],
)
async def test_half_a_balance_is_no_balance(venue: FakeVenue, balance: dict[str, Any], price: dict[str, Any]) -> None:
    venue.on(BALANCE, balance)
    venue.on(PRICE, price)
    with pytest.raises(Unreachable, match="no value for some asset"):
        await venue.live().wallet.balance(ADDRESS)


# Sending --------------------------------------------------------------------------------------------------------------


async def test_sending_by_the_guide(record: Recording, venue: FakeVenue) -> None:
    venue.on("POST /wallet/w_1/send", {"tx_hash": TX_HASH, "network": "base", "asset": "USDC"})
    with record.agent.cycle():
        transfer = await venue.client().wallet.send("w_1", "USDC", "12.50", OTHER)
    assert body_of(venue.requests[0]) == {"asset": "USDC", "amount": 12.5, "to": OTHER}
    assert (transfer.tx_hash, transfer.network, transfer.amount) == (TX_HASH, "base", Decimal("12.50"))
    span = record.one("pf.wallet.send")
    assert {name: value for name, value in span.attributes.items() if "latency" not in name} == {
        "pf.service": "wallet",
        "pf.wallet_id": "w_1",
        "pf.wallet_type": "custodial",
        "pf.asset": "USDC",
        "pf.quantity": 12.5,
        "pf.tx_hash": TX_HASH,
        "pf.network": "base",
    }


async def test_sending_on_live_takes_the_key_and_records_it_nowhere(record: Recording, venue: FakeVenue) -> None:
    venue.on(SEND, {"tx_hash": TX_HASH, "chain": "base", "from": ADDRESS, "to": OTHER, "amount": "0.5"})
    with record.agent.cycle():
        transfer = await venue.live().wallet.send(ADDRESS, "ETH", "5e-1", OTHER, private_key=PRIVATE_KEY)
    assert body_of(venue.requests[0]) == {
        "amount": "0.5",
        "to": OTHER,
        "private_key": PRIVATE_KEY,
        "chain": "base",
    }
    assert transfer.tx_hash == TX_HASH
    recorded = repr([(span.name, span.attributes, span.events, span.status) for span in record.spans])
    assert PRIVATE_KEY.removeprefix("0x") not in recorded
    assert OTHER not in recorded
    assert record.one("pf.wallet.send").attributes["pf.tx_hash"] == TX_HASH


async def test_a_key_in_the_venues_words_is_scrubbed(record: Recording, venue: FakeVenue) -> None:
    """Also where a transaction's hash belongs, which is the one value of that shape that is recorded."""
    bare = PRIVATE_KEY.removeprefix("0x")
    venue.on(SEND, {"tx_hash": bare}, httpx.Response(400, json={"error": "send_failed", "message": f"bad key {bare}"}))
    with record.agent.cycle():
        wallet = venue.live().wallet
        await wallet.send(ADDRESS, "ETH", 1, OTHER, private_key=PRIVATE_KEY)
        with pytest.raises(Rejected) as caught:
            await wallet.send(ADDRESS, "ETH", 1, OTHER, private_key=PRIVATE_KEY)
    assert bare not in str(caught.value)
    assert bare not in repr(caught.value.intent)
    assert bare not in repr([(span.attributes, span.events) for span in record.spans])


async def test_a_key_goes_only_where_it_is_asked_for(venue: FakeVenue) -> None:
    with pytest.raises(ValueError, match="private_key must be left out"):
        await venue.client().wallet.send("w_1", "ETH", 1, OTHER, private_key=PRIVATE_KEY)
    with pytest.raises(ValueError, match="private_key must be given"):
        await venue.live().wallet.send(ADDRESS, "ETH", 1, OTHER)
    with pytest.raises(ValueError, match="network must be left out"):
        await venue.client().wallet.balance("w_1", network="base")
    with pytest.raises(ValueError, match="amount_sent"):
        await venue.client().wallet.send("w_1", "ETH", 0, OTHER)
    assert venue.requests == []


async def test_a_transfer_whose_answer_is_lost_is_sent_once_and_unknown(record: Recording, venue: FakeVenue) -> None:
    venue.on("POST /wallet/w_1/send", httpx.ReadTimeout("lost"))
    with record.agent.cycle(), pytest.raises(OutcomeUnknown) as caught:
        await venue.client().wallet.send("w_1", "USDC", 1, OTHER)
    assert len(venue.requests) == 1
    assert caught.value.asset == "USDC"
    assert record.one("pf.wallet.send").attributes["pf.order.state"] == "unknown"
    assert record.one("agent.decision_cycle").attributes["pf.cycle_outcome"] == "unknown"


async def test_sending_makes_the_balance_old(venue: FakeVenue) -> None:
    venue.on("GET /wallet/w_1/balance", {"assets": {"USDC": {"usd_value": 5}}}, {"assets": {"USDC": {"usd_value": 4}}})
    venue.on("POST /wallet/w_1/send", {"tx_hash": TX_HASH})
    wallet = venue.client().wallet
    await wallet.balance("w_1", max_age=60)
    await wallet.send("w_1", "USDC", 1, OTHER)
    assert (await wallet.balance("w_1", max_age=60)).total_usd == 4


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [(402, "insufficient_funds", InsufficientFundsError), (502, "rpc_error", OutcomeUnknown)],
)
async def test_refusals_are_typed_and_say_which_network(
    record: Recording, venue: FakeVenue, status: int, error: str, kind: type[Exception]
) -> None:
    venue.on(SEND, httpx.Response(status, json={"error": error}))
    with record.agent.cycle(), pytest.raises(kind):
        await venue.live().wallet.send(ADDRESS, "SOL", 1, OTHER, private_key=PRIVATE_KEY, network="solana")
    attributes = record.one("pf.wallet.send").attributes
    assert (attributes["pf.network"], attributes["pf.wallet_type"]) == ("solana", "self_custody")


# Swapping -------------------------------------------------------------------------------------------------------------


async def test_swapping_by_the_guide(record: Recording, venue: FakeVenue) -> None:
    venue.on("GET /wallet/w_1/quote", {"quote": 0.0004})
    venue.on(
        "POST /wallet/w_1/swap",
        {"swap_id": "ord_1", "quote": 0.0004, "received": 0.00039, "fee_usd": 0.02, "status": "completed"},
    )
    with record.agent.cycle():
        wallet = venue.client().wallet
        quote = await wallet.quote("w_1", "USDC", "BTC", 27)
        swap = await wallet.swap("w_1", "USDC", "BTC", 27)
    assert dict(venue.requests[0].url.params) == {"from": "USDC", "to": "BTC", "amount": "27"}
    assert body_of(venue.requests[1]) == {"from": "USDC", "to": "BTC", "amount": 27}
    assert quote.received == Decimal("0.0004")
    assert (swap.quoted, swap.received, swap.fee_usd) == (Decimal("0.0004"), Decimal("0.00039"), Decimal("0.02"))
    assert record.one("pf.wallet.quote").attributes["pf.received"] == 0.0004
    attributes = record.one("pf.wallet.swap").attributes
    assert (attributes["pf.asset"], attributes["pf.to_asset"], attributes["pf.quantity"]) == ("USDC", "BTC", 27.0)
    assert (attributes["pf.received"], attributes["pf.fee_usd"]) == (0.00039, 0.02)


async def test_swapping_on_live_names_both_networks_and_where_to_pay(record: Recording, venue: FakeVenue) -> None:
    venue.on("GET /wallet/v1/wallet/swap/quote", {"quote": {"toAmount": "0.0004"}})
    venue.on(
        "POST /wallet/v1/wallet/swap",
        {
            "swap_id": "swap_1",
            "status": "awaiting_deposit",
            "deposit": {"address": OTHER, "amount": "27"},
            "output": {"expected_amount": "0.0004"},
            "fee": {"amount_usd": 0.02},
        },
    )
    with record.agent.cycle():
        wallet = venue.live().wallet
        quote = await wallet.quote(ADDRESS, "USDC", "BTC", 27, to_network="bitcoin")
        swap = await wallet.swap(ADDRESS, "USDC", "BTC", 27, to_network="bitcoin", to="bc1q")
    asked = {"amount": "27", "from_token": "USDC", "to_token": "BTC", "from_chain": "base", "to_chain": "bitcoin"}
    assert dict(venue.requests[0].url.params) == asked
    assert body_of(venue.requests[1]) == asked | {"to_address": "bc1q"}
    assert quote.received == Decimal("0.0004")
    assert (swap.status, swap.received, swap.deposit_amount) == ("awaiting_deposit", Decimal("0.0004"), Decimal(27))
    assert swap.deposit_address == OTHER
    attributes = record.one("pf.wallet.swap").attributes
    assert (attributes["pf.network"], attributes["pf.swap_id"]) == ("base", "swap_1")
    assert attributes["pf.swap_status"] == "awaiting_deposit"


async def test_a_swap_that_begins_with_a_deposit_can_be_followed(record: Recording, venue: FakeVenue) -> None:
    status = "GET /wallet/v1/wallet/swap/status/swap_1"
    venue.on(status, httpx.Response(503), {"swap_id": "swap_1", "status": "completed", "output": {"amount": "0.0004"}})
    held = {"chain": "base", "balance": {"native": {"symbol": "ETH", "amount": "1"}}}
    venue.on(f"GET /wallet/v1/wallet/balance/{ADDRESS}", held)
    venue.on("GET /wallet/v1/wallet/price", {"price_usd": 3000})
    with record.agent.cycle():
        wallet = venue.live().wallet
        await wallet.balance(ADDRESS, max_age=60)
        swap = await wallet.swap_status("swap_1")
        await wallet.balance(ADDRESS, max_age=60)  # it may have come meanwhile
    assert (swap.swap_id, swap.status, swap.received) == ("swap_1", "completed", Decimal("0.0004"))
    assert (swap.from_asset, swap.amount, swap.fee_usd) == (None, None, None)
    attributes = record.one("pf.wallet.swap_status").attributes
    assert {name: value for name, value in attributes.items() if name.startswith(("pf.swap", "pf.rec"))} == {
        "pf.swap_id": "swap_1",
        "pf.swap_status": "completed",
        "pf.received": 0.0004,
    }
    assert [span.attributes["pf.cache_hit"] for span in record.named("pf.wallet.balance_check")] == [False, False]


async def test_by_the_guide_a_swap_is_done_when_it_is_answered(venue: FakeVenue) -> None:
    with pytest.raises(ValueError, match="profile guide settles a swap at once"):
        await venue.client().wallet.swap_status("swap_1")
    assert venue.requests == []


@pytest.mark.parametrize(
    "answer", [{}, {"tx_hash": 5, "network": [], "received": "much", "quote": None, "fee_usd": {}}]
)
async def test_answers_that_say_nothing_are_none(record: Recording, venue: FakeVenue, answer: dict[str, Any]) -> None:
    """What left a wallet without a word of confirmation may have arrived."""
    for what in ("POST /wallet/w_1/send", "POST /wallet/w_1/swap", "GET /wallet/w_1/quote"):
        venue.on(what, answer)
    venue.on("POST /wallet/v1/wallet/swap", answer | {"output": 5, "deposit": [], "fee": None})
    with record.agent.cycle():
        wallet = venue.client().wallet
        for spend in (
            wallet.send("w_1", "USDC", 1, OTHER),
            wallet.swap("w_1", "USDC", "BTC", 1),
            venue.live().wallet.swap(ADDRESS, "USDC", "BTC", 1),
        ):
            with pytest.raises(OutcomeUnknown):
                await spend
        with pytest.raises(Unreachable, match="the answer has no readable received"):
            await wallet.quote("w_1", "USDC", "BTC", 1)
