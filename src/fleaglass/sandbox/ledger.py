"""Double entry: money and assets only ever move between accounts, and every journal entry sums to zero per unit.

::

    cash/{agent}              USD an agent can spend                       never below zero
    margin/{agent}/{asset}    USD behind a short: proceeds + collateral    never below zero
    position/{agent}          assets held; below zero is a short
    escrow/{escrow_id}        USD waiting for a release or refund          never below zero
    auction/{auction_id}      USD behind an auction's leading bid          never below zero
    fees                      what the venue earned                        never below zero
    registrar                 what domains were sold for                   never below zero
    venue                     the other side of every trade
    casino                    the other side of every bet
    insurance                 what liquidated shorts could not pay
    faucet                    where play money comes from
    outside                   where withdrawals go and deposits come from

Since all entries balance, the sum over all accounts is zero in every unit, always.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

__all__ = [
    "USD",
    "Movement",
    "Overdrawn",
    "Unbalanced",
    "auction",
    "balance",
    "cash",
    "escrow",
    "margin",
    "position",
    "post",
    "trial_balance",
]

USD = "USD"
_MAY_OWE = frozenset({"position", "venue", "casino", "insurance", "faucet", "outside"})


class Movement(NamedTuple):
    """One side of a journal entry: `amount` units of `unit` into (or, negative, out of) `account`."""

    account: str
    unit: str
    amount: int


class Overdrawn(Exception):
    """An entry would have taken an account below zero; nothing was written."""

    def __init__(self, account: str, unit: str, missing: int) -> None:
        """Name the account and how many units it lacks."""
        super().__init__(f"{account} lacks {missing} units of {unit}")
        self.account = account
        self.missing = missing


class Unbalanced(AssertionError):
    """BUG: an entry whose movements do not sum to zero; nothing was written."""


def cash(agent_id: str) -> str:
    """Return the name of an agent's cash account."""
    return f"cash/{agent_id}"


def margin(agent_id: str, asset: str) -> str:
    """Return the name of the account that backs an agent's short in one asset."""
    return f"margin/{agent_id}/{asset}"


def position(agent_id: str) -> str:
    """Return the name of the account of the assets an agent holds (one balance per asset)."""
    return f"position/{agent_id}"


def escrow(escrow_id: str) -> str:
    """Return the name of the account that holds one escrow's money."""
    return f"escrow/{escrow_id}"


def auction(auction_id: str) -> str:
    """Return the name of the account that holds an auction's leading bid."""
    return f"auction/{auction_id}"


def balance(db: sqlite3.Connection, account: str, unit: str = USD) -> int:
    """Return an account's balance in units; 0 for one that was never used."""
    row = db.execute("SELECT balance FROM account WHERE account = ? AND unit = ?", (account, unit)).fetchone()
    return row[0] if row else 0


def post(db: sqlite3.Connection, at_ns: int, kind: str, reference: str, movements: Iterable[Movement]) -> None:
    """Write one journal entry, inside the caller's transaction.

    Movements of one account and unit are added up first, zero sums left out. Raises Overdrawn before anything is
    written, and Unbalanced for our own mistakes.
    """
    net: dict[tuple[str, str], int] = defaultdict(int)
    for account, unit, amount in movements:
        net[account, unit] += amount
    changes = [Movement(account, unit, amount) for (account, unit), amount in net.items() if amount]
    _must_balance(changes)
    for account, unit, amount in changes:
        after = balance(db, account, unit) + amount
        if after < 0 and not _may_owe(account):
            raise Overdrawn(account, unit, -after)
    _write(db, at_ns, kind, reference, changes)


def trial_balance(db: sqlite3.Connection) -> dict[str, int]:
    """Return, per unit, the sum of all accounts: zero each, or the ledger is broken."""
    return dict(db.execute("SELECT unit, sum(balance) FROM account GROUP BY unit ORDER BY unit").fetchall())


def _may_owe(account: str) -> bool:
    return account.partition("/")[0] in _MAY_OWE


def _must_balance(changes: list[Movement]) -> None:
    sums: dict[str, int] = defaultdict(int)
    for change in changes:
        sums[change.unit] += change.amount
    if any(sums.values()):
        raise Unbalanced(f"BUG: journal entry does not balance: {dict(sums)}")


def _write(db: sqlite3.Connection, at_ns: int, kind: str, reference: str, changes: list[Movement]) -> None:
    entry_id = db.execute(
        "INSERT INTO entry (at_ns, kind, reference) VALUES (?, ?, ?)", (at_ns, kind, reference)
    ).lastrowid
    for account, unit, amount in changes:
        db.execute(
            "INSERT INTO account (account, unit, balance, may_owe) VALUES (?, ?, 0, ?) ON CONFLICT DO NOTHING",
            (account, unit, _may_owe(account)),
        )
        db.execute("UPDATE account SET balance = balance + ? WHERE account = ? AND unit = ?", (amount, account, unit))
        db.execute("INSERT INTO posting VALUES (?, ?, ?, ?)", (entry_id, account, unit, amount))
