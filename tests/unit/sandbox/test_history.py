"""The history of an account is all that it did, as the tables have it, whoever's client did it."""

from __future__ import annotations

import json
import sqlite3
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fleaglass.sandbox.db import UnusableDatabase
from fleaglass.sandbox.history import NoSuchAccount, account_history, read_history
from tests.unit.sandbox.api import Api
from tests.unit.sandbox.desk import START_NS, Desk


def lines(desk: Desk, account: str | None) -> list[dict[str, Any]]:
    rows = [json.loads(row) for row in account_history(desk.venue.db, account).splitlines()]
    return [row for row in rows if "kind" in row]


def said(line: dict[str, Any], *names: str) -> tuple[Any, ...]:
    return tuple(line.get(name) for name in names)


def test_an_order_is_told_with_all_its_digits(desk: Desk) -> None:
    placed = desk.trader("ada").order("BTC", "buy", "0.01234567")
    (_, line) = sorted(lines(desk, None), key=lambda line: str(line["kind"]))
    assert said(line, "kind", "id", "at_ns", "by", "asset", "side", "state") == (
        *("order", placed["order_id"], START_NS, "agent", "BTC", "buy", "filled"),
    )
    for theirs, ours in (("fill_price", "fill_price"), ("fee_usd", "fee_usd"), ("filled_quantity", "quantity")):
        assert Decimal(line[theirs]) == placed[ours]
    assert Decimal(line["size_usd"]) == round(placed["fill_price"] * placed["quantity"], 8)


def test_what_the_venue_does_by_itself_is_told_from_what_the_agent_does(desk: Desk) -> None:
    ada = desk.trader("ada")
    mine, theirs = (ada.limit("BTC", "buy", "0.001", 100)["order_id"] for _ in range(2))
    ada.do("trading.cancel", order_id=mine)
    ada.order("BTC", "buy", "0.001")
    ada.close("BTC")
    cancelled = {line["id"]: line["by"] for line in lines(desk, "ada") if line["kind"] == "cancel"}
    assert cancelled == {mine: "agent", theirs: "venue"}


def test_a_forced_close_is_the_venues_doing(desk: Desk) -> None:
    ada = desk.trader("ada")
    ada.order("ETH", "sell", 1)
    desk.market.set("ETH", 9_000)
    ada.positions()
    assert [line["by"] for line in lines(desk, "ada") if line["kind"] == "order"] == ["agent", "venue"]


def test_each_party_of_an_escrow_has_what_it_did(desk: Desk) -> None:
    ada, bob = desk.trader("ada"), desk.trader("bob")
    first, second = (ada.hire("bob")["escrow_id"] for _ in range(2))
    bob.do("escrow.complete", escrow_id=first)
    ada.do("escrow.release", escrow_id=first)
    bob.do("escrow.dispute", {"reason": "no"}, escrow_id=second)
    acts = {
        name: sorted((line["kind"], line["id"]) for line in lines(desk, name) if line["kind"] != "claim")
        for name in ("ada", "bob")
    }
    assert acts == {
        "ada": sorted([("escrow", first), ("escrow", second), ("escrow_release", first)]),
        "bob": sorted([("escrow_complete", first), ("escrow_dispute", second)]),
    }


def test_a_counterparty_is_called_what_the_account_itself_is_called(desk: Desk) -> None:
    ada, bob = desk.trader("ada"), desk.trader("bob")
    ada.hire("bob")
    names = {
        account: next(line["counterparty_id"] for line in lines(desk, account) if line["kind"] == "escrow")
        for account in ("ada", ada.account("casino"))
    }
    assert names == {"ada": "bob", ada.account("casino"): bob.account("casino")}


def test_a_domain_that_was_sold_is_still_what_was_registered(desk: Desk) -> None:
    ada, bob = desk.trader("ada"), desk.trader("bob")
    bought = ada.do("domains.register", {"domain": "mine.com"})
    auction = ada.do("domains.auction", {"domain": "mine.com", "start_usd": 50, "hours": 2})
    bid = bob.do("domains.bid", {"amount_usd": 60}, auction_id=auction["auction_id"])
    desk.clock.advance(3 * 3_600)
    assert bob.do("domains.list")["domains"]
    (domain,) = [line for line in lines(desk, "ada") if line["kind"] == "domain"]
    assert said(domain, "id", "asset", "amount_usd") == (bought["domain_id"], "mine.com", str(bought["cost_usd"]))
    (line,) = [line for line in lines(desk, "bob") if line["kind"] in ("domain", "bid")]
    assert said(line, "kind", "id", "asset", "amount_usd") == ("bid", bid["bid_id"], "mine.com", "60")


def test_transfers_swaps_bets_and_claims_are_told(desk: Desk) -> None:
    ada, bob = desk.trader("ada"), desk.trader("bob")
    wallet = {"wallet_id": ada.agent.wallet_id}
    sent = ada.do("wallet.send", {"asset": "USDC", "amount": "12.5", "to": bob.agent.wallet_id}, **wallet)
    swapped = ada.do("wallet.swap", {"from": "USDC", "to": "BTC", "amount": 100}, **wallet)
    bet = ada.do("casino.bet", {"game": "coin_flip", "amount_usd": 3, "params": {"side": "heads"}})
    told = {line["kind"]: line for line in lines(desk, "ada")}
    assert said(told["transfer"], "id", "quantity") == (sent["tx_hash"], "12.5")
    assert told["order"]["id"] == swapped["swap_id"]
    assert said(told["bet"], "id", "asset", "amount_usd", "payout_usd") == (
        *(bet["bet_id"], "coin_flip", "3"),
        str(bet["payout_usd"]),
    )
    assert told["claim"]["amount_usd"] == "10000"
    assert [line["kind"] for line in lines(desk, "bob")] == ["claim"]  # what came in is not its doing


def test_an_account_must_be_there_and_be_named_among_several(desk: Desk) -> None:
    with pytest.raises(NoSuchAccount, match="there is no account"):
        account_history(desk.venue.db, None)
    for name in ("ada", "bob"):
        desk.trader(name)
    for account in (None, "eve"):
        with pytest.raises(NoSuchAccount, match="there are the accounts ada, bob"):
            account_history(desk.venue.db, account)


def test_a_file_is_read_only_when_no_sandbox_runs_on_it(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.db"
    desk = Desk(path)
    desk.trader("ada")
    with pytest.raises(UnusableDatabase, match=r"a sandbox runs on it; stop that, or ask it for /_sandbox/history"):
        read_history(path, "ada")
    told = account_history(desk.venue.db, "ada")
    desk.venue.db.close()
    assert read_history(path, "ada") == told


def test_another_database_is_none_of_a_sandbox(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE t (a)")
    db.close()
    with pytest.raises(UnusableDatabase, match="not a sandbox database"):
        read_history(path, None)


async def test_a_running_sandbox_tells_the_same(venue_api: Api) -> None:
    ada = await venue_api.account("ada", 100)
    await ada.guide("POST", "/casino/bet", {"game": "coin_flip", "amount_usd": 3, "params": {"side": "heads"}})
    told = await venue_api.http.get("/_sandbox/history", params={"account": "ada"})
    assert (told.status_code, told.headers["content-type"]) == (200, "application/jsonl")
    assert told.content == account_history(venue_api.desk.venue.db, "ada")
    unknown = await venue_api.http.get("/_sandbox/history", params={"account": "eve"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "ACCOUNT_NOT_FOUND")
