"""A log of what the client returned agrees with the sandbox's own tables, and with its lists, in both profiles."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal
from typing import Any

import pytest

from fleaglass.ledger.reconcile import History, claims_of, decode, reconcile
from fleaglass.ledger.reconcile.findings import Reconciliation
from fleaglass.sandbox.history import account_history
from fleaglass.venue.history import read_history
from tests.unit.ledger.reconcile.book import Log
from tests.unit.venue.town import PROFILES, Profile, Resident, Town, open_town

_NAMES = (
    *("order_id", "asset", "side", "quantity", "filled_quantity", "fill_price", "limit_price", "fee_usd", "state"),
    *("realized_pnl_usd", "exit_price", "escrow_id", "amount_usd", "counterparty_id", "bet_id", "game", "payout_usd"),
    *("domain_id", "domain", "cost_usd", "bid_id", "swap_id", "tx_hash", "claim_id", "credited_usd"),
)


class Diary:
    """Writes an intent before each call, and after it an outcome of what the client returned."""

    def __init__(self, town: Town, agent_id: str) -> None:
        self.town = town
        self.log = Log(agent_id)

    async def wrote(self, op: str, call: Callable[[], Awaitable[Any]], **asked: object) -> Any:
        fields = {name: str(value) for name, value in asked.items()}
        ref = self.log.intent(op, self.town.desk.clock(), **fields)
        got = await call()
        self.log.outcome(ref, **{"state": "done", **told(got, asked)})
        self.town.desk.clock.advance(1)
        return got


def told(got: object, asked: Mapping[str, object]) -> dict[str, str]:
    """What an answer says, by our names; an order of the live profile has no quantity of its own."""
    said = {name: getattr(got, name, None) for name in _NAMES}
    if "size_usd" in asked:
        said |= {"quantity": None, "filled_quantity": None}
    return {name: str(value) for name, value in said.items() if value is not None}


async def spend(town: Town, one: Resident, other: Resident, profile: Profile) -> Log:
    """Something of each sort that the profile has."""
    flea, diary = one.by(profile), Diary(town, one.agent_id)
    wrote, sized = diary.wrote, {"size_usd": "60"} if profile == "live" else {}
    bought = Decimal("0.001")
    about = {"asset": "BTC", "side": "buy", "quantity": bought, **sized}
    await wrote("trading.order", lambda: flea.trading.execute("BTC", "buy", bought), **about)
    limited = {**about, "limit_price": 50_000}
    order = await wrote(
        "trading.limit", lambda: flea.trading.limit("BTC", "buy", bought, limit_price=50_000), **limited
    )
    await wrote("trading.cancel", lambda: flea.trading.cancel(order.order_id), order_id=order.order_id)
    await wrote("trading.close", lambda: flea.trading.close(asset="BTC"), asset="BTC")
    payee = other.known_as(profile)
    conditions = "a report on BTC"
    held = {"amount_usd": 50, "counterparty_id": payee, "conditions": conditions}
    escrow = await wrote("escrow.create", lambda: flea.escrow.create(50, payee, conditions), **held)
    await other.by(profile).escrow.complete(escrow.escrow_id)
    await wrote("escrow.release", lambda: flea.escrow.release(escrow.escrow_id), escrow_id=escrow.escrow_id)
    await wrote("casino.bet", lambda: flea.casino.bet("coin_flip", 1, side="heads"), game="coin_flip", amount_usd=1)
    await wrote("domains.register", lambda: flea.domains.register("fleaglass-test.com"), domain="fleaglass-test.com")
    return diary.log


async def both(town: Town, one: Resident, profile: Profile, log: Log) -> tuple[Reconciliation, Reconciliation]:
    """Beside the tables, and beside what the client reads."""
    claims = claims_of(log.entries)
    escrows = {claim.id: "creator" for claim in claims if claim.op == "escrow.create" and claim.id}
    listed = await read_history(one.by(profile), escrows, town.desk.clock())  # type: ignore[arg-type]
    assert listed.troubles == ()
    return reconcile(claims, tables(town, one, profile)), reconcile(claims, listed.history)


def tables(town: Town, one: Resident, profile: Profile) -> History:
    return decode(account_history(town.desk.venue.db, one.known_as(profile)))


@pytest.mark.parametrize("profile", PROFILES)
async def test_what_the_client_returned_agrees_with_the_sandbox(profile: Profile) -> None:
    async with open_town() as town:
        one, other = await town.resident("agent-1"), await town.resident("agent-2")
        log = await spend(town, one, other, profile)
        in_tables, in_lists = await both(town, one, profile, log)
    assert in_tables.counts == {"matched": 8}, in_tables.findings
    assert in_lists.counts == {"matched": 8}, in_lists.findings


async def test_what_no_list_of_the_guides_has_agrees_with_the_tables() -> None:
    async with open_town() as town:
        one, other = await town.resident("agent-1"), await town.resident("agent-2")
        flea, diary = one.guide, Diary(town, one.agent_id)
        wallet, payee = one.account["wallet_id"], other.account["wallet_id"]
        await diary.wrote("faucet.claim", lambda: flea.faucet.claim(one.agent_id), agent_id=one.agent_id)
        pair = {"asset": "USDC", "to_asset": "BTC", "amount": 100}
        await diary.wrote("wallet.swap", lambda: flea.wallet.swap(wallet, "USDC", "BTC", 100), **pair)
        sent = {"asset": "USDC", "amount": "12.5", "to": payee}
        await diary.wrote("wallet.send", lambda: flea.wallet.send(wallet, "USDC", "12.5", payee), **sent)
        in_tables, in_lists = await both(town, one, "guide", diary.log)
    assert in_tables.counts == {"matched": 3}, in_tables.findings
    assert in_lists.counts == {"not_listed": 2, "matched": 1}, in_lists.findings


@pytest.mark.parametrize("profile", PROFILES)
async def test_what_another_program_did_with_the_same_key_was_never_logged(profile: Profile) -> None:
    async with open_town() as town:
        one, other = await town.resident("agent-1"), await town.resident("agent-2")
        log = await spend(town, one, other, profile)
        await one.by(profile).trading.execute("ETH", "buy", "0.01")
        await one.by(profile).casino.bet("coin_flip", 2, side="heads")
        in_tables, in_lists = await both(town, one, profile, log)
    for found in (in_tables, in_lists):
        assert found.counts == {"venue_only": 2, "matched": 8}
        assert [one.lines[0].kind for one in found.findings[:2]] == ["bet", "order"]
