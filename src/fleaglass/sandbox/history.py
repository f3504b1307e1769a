"""What the venue knows of one account, a row for each thing that happened: read from the tables, and from nothing else.

The rows have the form that `fleaglass ledger reconcile` reads (docs/ledger.md): amounts in full, times in ns. So an
agent's log can be held against the truth of the sandbox without any client of the venue in between.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import msgspec

from fleaglass.sandbox import ledger
from fleaglass.sandbox.db import UnusableDatabase, check
from fleaglass.sandbox.money import average_price, from_units

__all__ = ["NoSuchAccount", "account_history", "read_history"]

_Row: TypeAlias = dict[str, object]


class NoSuchAccount(LookupError):
    """Nobody has an account of this id."""


def read_history(path: Path, account: str | None) -> bytes:
    """The history in a state file that no sandbox holds at the moment, a row of JSON a line.

    Args:
        path: the file.
        account: whose, by the id at any service; ``None`` where the file has one account only.

    Raises:
        UnusableDatabase: the file is none of a sandbox, or a sandbox runs on it.
        NoSuchAccount: there is no such account, or there are several to choose from.
    """
    try:
        db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=0.5)
        try:
            db.row_factory = sqlite3.Row
            check(db, path)
            return account_history(db, account)
        finally:
            db.close()
    except sqlite3.Error as error:
        in_use = f"a sandbox runs on it; stop that, or ask it for /_sandbox/history (SQLite: {error})"
        raise UnusableDatabase(f"{path}: {in_use if 'locked' in str(error) else error}") from error


def account_history(db: sqlite3.Connection, account: str | None) -> bytes:
    """The same from an open database. `NoSuchAccount`."""
    agent_id, is_live = _whose(db, account)
    return b"".join(msgspec.json.encode(row) + b"\n" for row in _rows(db, agent_id, is_live=is_live))


def _rows(db: sqlite3.Connection, agent_id: str, *, is_live: bool) -> Iterator[_Row]:
    """First how far each list reaches, which is all the way; then what happened."""
    for kind in ("order", "cancel", "transfer", "escrow", "escrow_complete", "escrow_release", "escrow_dispute"):
        yield {"list": kind}
    for kind in ("bet", "domain", "bid", "claim"):
        yield {"list": kind}
    yield {"list": "swap", "note": "among the orders"}
    for rows in (_orders, _transfers, _bets, _domains, _bids, _claims):
        yield from rows(db, agent_id)
    yield from _escrows(db, agent_id, is_live=is_live)


def _whose(db: sqlite3.Connection, account: str | None) -> tuple[str, bool]:
    """The agent's id, and whether it is meant by the id of a service of the published code."""
    agents = [row[0] for row in db.execute("SELECT agent_id FROM agent ORDER BY rowid")]
    if account is None and len(agents) == 1:
        return agents[0], False
    if account is not None and account in agents:
        return account, False
    row = db.execute("SELECT agent_id FROM identity WHERE account_id = ?", (account,)).fetchone()
    if row is not None:
        return row[0], True
    raise NoSuchAccount(f"there are the accounts {', '.join(agents)}" if agents else "there is no account")


def _orders(db: sqlite3.Connection, agent_id: str) -> Iterator[_Row]:
    for row in db.execute("SELECT * FROM trade_order WHERE agent_id = ? ORDER BY created_ns, number", (agent_id,)):
        yield {
            "kind": "order",
            "id": row["order_id"],
            "at_ns": row["created_ns"],
            "by": "venue" if row["order_type"] == "liquidation" else "agent",
            "asset": row["asset"],
            "side": row["side"],
            "quantity": from_units(row["quantity"]),
            "filled_quantity": from_units(row["filled"]),
            "limit_price": None if row["limit_price"] is None else from_units(row["limit_price"]),
            "fill_price": from_units(average_price(row["value"], row["filled"])) if row["filled"] else None,
            "size_usd": from_units(row["value"]),
            "realized_pnl_usd": from_units(row["realized"]),
            "fee_usd": from_units(row["fee"]),
            "state": row["status"],
        }
        if row["status"] == "cancelled":
            by = "agent" if row["reason"] == "CANCELLED_BY_AGENT" else "venue"
            yield {"kind": "cancel", "id": row["order_id"], "at_ns": row["updated_ns"], "by": by}


def _transfers(db: sqlite3.Connection, agent_id: str) -> Iterator[_Row]:
    rows = db.execute(
        "SELECT reference, at_ns, amount FROM entry JOIN posting USING (entry_id) "
        "WHERE kind = 'wallet_send' AND account = ? AND amount < 0 ORDER BY entry_id",
        (ledger.cash(agent_id),),
    )
    for reference, at_ns, amount in rows:
        yield {"kind": "transfer", "id": reference, "at_ns": at_ns, "quantity": from_units(-amount)}


def _bets(db: sqlite3.Connection, agent_id: str) -> Iterator[_Row]:
    for row in db.execute("SELECT * FROM bet WHERE agent_id = ? ORDER BY created_ns, number", (agent_id,)):
        yield {
            "kind": "bet",
            "id": row["bet_id"],
            "at_ns": row["created_ns"],
            "asset": row["game"],
            "amount_usd": from_units(row["amount"]),
            "payout_usd": from_units(row["payout"]),
        }


def _domains(db: sqlite3.Connection, agent_id: str) -> Iterator[_Row]:
    """What the agent registered, whoever holds it now."""
    rows = db.execute(
        "SELECT reference, at_ns, amount, domain FROM entry JOIN posting USING (entry_id) "
        "JOIN domain ON domain_id = reference WHERE kind = 'domain_register' AND account = ? ORDER BY entry_id",
        (ledger.cash(agent_id),),
    )
    for domain_id, at_ns, amount, domain in rows:
        yield {"kind": "domain", "id": domain_id, "at_ns": at_ns, "asset": domain, "amount_usd": from_units(-amount)}


def _bids(db: sqlite3.Connection, agent_id: str) -> Iterator[_Row]:
    rows = db.execute(
        "SELECT bid_id, bid.created_ns, amount, domain FROM bid JOIN auction USING (auction_id) "
        "WHERE agent_id = ? ORDER BY bid.created_ns, bid.rowid",
        (agent_id,),
    )
    for bid_id, at_ns, amount, domain in rows:
        yield {"kind": "bid", "id": bid_id, "at_ns": at_ns, "asset": domain, "amount_usd": from_units(amount)}


def _claims(db: sqlite3.Connection, agent_id: str) -> Iterator[_Row]:
    for claim_id, at_ns, amount in db.execute(
        "SELECT claim_id, at_ns, amount FROM claim WHERE agent_id = ?", (agent_id,)
    ):
        yield {"kind": "claim", "id": claim_id, "at_ns": at_ns, "amount_usd": from_units(amount)}


def _escrows(db: sqlite3.Connection, agent_id: str, *, is_live: bool) -> Iterator[_Row]:
    """What the agent did with escrows. Agents call each other by their own ids, or by those of the published code."""
    rows = db.execute(
        "SELECT escrow.*, account_id FROM escrow "
        "LEFT JOIN identity ON identity.agent_id = counterparty_id AND service = 'casino' "
        "WHERE ? IN (creator_id, counterparty_id, disputer_id) ORDER BY created_ns, escrow.rowid",
        (agent_id,),
    )
    for row in rows:
        escrow_id = row["escrow_id"]
        if row["creator_id"] == agent_id:
            yield {
                "kind": "escrow",
                "id": escrow_id,
                "at_ns": row["created_ns"],
                "amount_usd": from_units(row["amount"]),
                "fee_usd": from_units(row["fee"]),
                "counterparty_id": row["account_id"] if is_live else row["counterparty_id"],
            }
            if row["status"] == "released":
                yield {"kind": "escrow_release", "id": escrow_id, "at_ns": row["settled_ns"]}
        elif row["completed_ns"] is not None:
            yield {"kind": "escrow_complete", "id": escrow_id, "at_ns": row["completed_ns"]}
        if row["disputer_id"] == agent_id:
            yield {"kind": "escrow_dispute", "id": escrow_id, "at_ns": row["disputed_ns"]}
