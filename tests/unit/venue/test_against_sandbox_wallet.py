"""Against the sandbox: balances, transfers and swaps agree with the venue's books, in both profiles."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from fleaglass.testing import Recording
from fleaglass.venue import InsufficientFundsError, NotFoundError, Rejected
from tests.unit.venue.town import Resident, Town, open_town

TO = "0x52908400098527886E0F7030069857D2E4169EE7"


async def keys(town: Town, resident: Resident) -> Any:
    """A new chain wallet, as its owner sees it once."""
    key = resident.account["live"]["wallet"]["api_key"]
    headers = {"authorization": f"Bearer {key}"}
    return (await town.http.post("/live/wallet/v1/wallet/create", headers=headers)).json()


async def test_by_the_guide(record: Recording) -> None:
    async with open_town() as town:
        ada = await town.resident("ada")
        wallet, wallet_id = ada.guide.wallet, ada.account["wallet_id"]
        with record.agent.cycle():
            before = await wallet.balance(wallet_id)
            quote = await wallet.quote(wallet_id, "USDC", "ETH", 300)
            swap = await wallet.swap(wallet_id, "USDC", "ETH", 300)
            transfer = await wallet.send(wallet_id, "USDC", "12.50", TO)
            after = await wallet.balance(wallet_id, max_age=60)
            with pytest.raises(InsufficientFundsError):
                await wallet.send(wallet_id, "USDC", 5_000, TO)
            with pytest.raises(NotFoundError):
                await wallet.balance("w_nobody")
        books = (await town.books("ada"))["agents"]["ada"]["wallet"]
    assert before.total_usd == 1_000
    assert after.total_usd == Decimal(books["total_usd"])
    assert after.assets["ETH"].amount == swap.received == Decimal(books["assets"]["ETH"]["amount"])
    assert quote.received is not None
    assert swap.quoted is not None
    sent = record.named("pf.wallet.send")
    assert [span.attributes.get("pf.tx_hash") for span in sent] == [transfer.tx_hash, None]
    assert sent[0].attributes["pf.network"] == transfer.network
    assert record.one("pf.wallet.swap").attributes["pf.fee_usd"] == float(swap.fee_usd or 0)


async def test_on_live(record: Recording) -> None:
    async with open_town() as town:
        ada = await town.resident("ada")
        wallet = ada.live.wallet
        secret = await keys(town, ada)
        address, private_key = secret["addresses"]["base"], secret["private_keys"]["base"]
        with record.agent.cycle():
            quote = await wallet.quote(address, "USDC", "ETH", 300)
            swap = await wallet.swap(address, "USDC", "ETH", 300)
            status = await wallet.swap_status(swap.swap_id or "")
            with pytest.raises(Rejected, match="status_check_failed"):
                await wallet.swap_status("swap_nowhere")
            balance = await wallet.balance(address)
            transfer = await wallet.send(address, "USDC", "12.50", TO, private_key=private_key)
            with pytest.raises(InsufficientFundsError):
                await wallet.send(address, "USDC", 5_000, TO, private_key=private_key)
            with pytest.raises(Rejected):
                await wallet.balance(address, network="atlantis")
        books = (await town.books("ada"))["agents"]["ada"]["wallet"]
    assert (status.swap_id, status.status) == (swap.swap_id, "completed")
    assert balance.assets["ETH"].amount == swap.received == Decimal(books["assets"]["ETH"]["amount"])
    assert balance.total_usd == balance.assets["ETH"].amount * 3_000
    assert quote.received is not None
    check = record.named("pf.wallet.balance_check")[0].attributes
    assert (check["pf.balance_usd"], check["pf.network"]) == (float(balance.total_usd), "base")
    sent, failed = record.named("pf.wallet.send")
    assert sent.attributes["pf.tx_hash"] == transfer.tx_hash
    assert failed.attributes["error.type"] == "InsufficientFundsError"
    recorded = repr([(span.name, span.attributes, span.events) for span in record.spans])
    assert private_key.removeprefix("0x") not in recorded
    assert TO not in recorded
