"""The state file: one SQLite database, its tables, and the one way to write to it.

All amounts are integers of 1e-8 units, all times integer nanoseconds. Tables are STRICT, so that an
amount which outgrew 64 bits is an error instead of a rounded float. The file is locked for the process's life: two
sandboxes on one file would each hold half of the truth in memory.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["LIST_LIMIT", "NO_LIMIT", "UnusableDatabase", "check", "open_database", "transaction"]

LIST_LIMIT = 500
"""Rows that a list tells an agent at most."""
NO_LIMIT = -1
"""The limit, in SQLite's words, of a list that must be whole."""

_APPLICATION_ID = 0x464C4541
_SCHEMA_VERSION = 2

_TABLES = """
CREATE TABLE agent (
  agent_id TEXT PRIMARY KEY, wallet_id TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
  created_ns INTEGER NOT NULL, actions INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE identity (
  service TEXT NOT NULL, account_id TEXT NOT NULL, agent_id TEXT NOT NULL REFERENCES agent,
  PRIMARY KEY (service, account_id), UNIQUE (agent_id, service)
) STRICT, WITHOUT ROWID;
CREATE TABLE api_key (
  key_hash TEXT PRIMARY KEY, service TEXT NOT NULL, agent_id TEXT NOT NULL REFERENCES agent
) STRICT, WITHOUT ROWID;
CREATE TABLE claim (
  claim_id TEXT PRIMARY KEY, agent_id TEXT NOT NULL UNIQUE REFERENCES agent,
  amount INTEGER NOT NULL, at_ns INTEGER NOT NULL, client TEXT NOT NULL
) STRICT;

CREATE TABLE account (
  account TEXT NOT NULL, unit TEXT NOT NULL, balance INTEGER NOT NULL DEFAULT 0, may_owe INTEGER NOT NULL,
  PRIMARY KEY (account, unit), CHECK (may_owe OR balance >= 0)
) STRICT, WITHOUT ROWID;
CREATE TABLE entry (
  entry_id INTEGER PRIMARY KEY, at_ns INTEGER NOT NULL, kind TEXT NOT NULL, reference TEXT NOT NULL
) STRICT;
CREATE TABLE posting (
  entry_id INTEGER NOT NULL REFERENCES entry, account TEXT NOT NULL, unit TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount != 0),
  PRIMARY KEY (entry_id, account, unit), FOREIGN KEY (account, unit) REFERENCES account
) STRICT, WITHOUT ROWID;

CREATE TABLE trade_order (
  order_id TEXT PRIMARY KEY, agent_id TEXT NOT NULL REFERENCES agent, number INTEGER NOT NULL,
  asset TEXT NOT NULL, side TEXT NOT NULL, order_type TEXT NOT NULL, quantity INTEGER NOT NULL CHECK (quantity > 0),
  limit_price INTEGER, expected_price INTEGER NOT NULL, status TEXT NOT NULL, reason TEXT,
  filled INTEGER NOT NULL DEFAULT 0 CHECK (filled <= quantity), value INTEGER NOT NULL DEFAULT 0,
  fee INTEGER NOT NULL DEFAULT 0, realized INTEGER NOT NULL DEFAULT 0, committed INTEGER NOT NULL,
  created_ns INTEGER NOT NULL, updated_ns INTEGER NOT NULL
) STRICT;
CREATE INDEX order_by_agent ON trade_order (agent_id, created_ns);
CREATE INDEX order_alive ON trade_order (agent_id, asset) WHERE status IN ('open', 'partially_filled');
CREATE TABLE planned_fill (
  order_id TEXT NOT NULL REFERENCES trade_order, part INTEGER NOT NULL, due_ns INTEGER NOT NULL,
  quantity INTEGER NOT NULL, price INTEGER NOT NULL, PRIMARY KEY (order_id, part)
) STRICT, WITHOUT ROWID;
CREATE INDEX planned_fill_due ON planned_fill (due_ns);

CREATE TABLE position (
  position_id TEXT PRIMARY KEY, agent_id TEXT NOT NULL REFERENCES agent, asset TEXT NOT NULL,
  quantity INTEGER NOT NULL, cost INTEGER NOT NULL, realized INTEGER NOT NULL DEFAULT 0,
  opened_ns INTEGER NOT NULL, closed_ns INTEGER
) STRICT;
CREATE UNIQUE INDEX position_open ON position (agent_id, asset) WHERE closed_ns IS NULL;

CREATE TABLE escrow (
  escrow_id TEXT PRIMARY KEY, creator_id TEXT NOT NULL REFERENCES agent, counterparty_id TEXT NOT NULL REFERENCES agent,
  amount INTEGER NOT NULL, fee INTEGER NOT NULL, conditions TEXT NOT NULL, metadata TEXT,
  status TEXT NOT NULL, reason TEXT,
  timeout_ns INTEGER NOT NULL, created_ns INTEGER NOT NULL, expires_ns INTEGER NOT NULL,
  completed_ns INTEGER, disputed_ns INTEGER, disputer_id TEXT, settled_ns INTEGER
) STRICT;
CREATE INDEX escrow_by_creator ON escrow (creator_id, status);
CREATE INDEX escrow_by_counterparty ON escrow (counterparty_id, status);
CREATE INDEX escrow_alive ON escrow (expires_ns) WHERE status IN ('funded', 'completed', 'disputed');

CREATE TABLE bet (
  bet_id TEXT PRIMARY KEY, agent_id TEXT NOT NULL REFERENCES agent, number INTEGER NOT NULL, game TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount > 0), multiplier INTEGER NOT NULL, payout INTEGER NOT NULL,
  params TEXT NOT NULL, created_ns INTEGER NOT NULL
) STRICT;
CREATE INDEX bet_by_agent ON bet (agent_id, created_ns);

CREATE TABLE domain (
  domain_id TEXT PRIMARY KEY, domain TEXT NOT NULL UNIQUE, agent_id TEXT NOT NULL REFERENCES agent,
  cost INTEGER NOT NULL, created_ns INTEGER NOT NULL, expires_ns INTEGER NOT NULL
) STRICT;
CREATE INDEX domain_by_agent ON domain (agent_id);
CREATE TABLE auction (
  auction_id TEXT PRIMARY KEY, domain TEXT NOT NULL REFERENCES domain (domain),
  seller_id TEXT NOT NULL REFERENCES agent,
  start INTEGER NOT NULL, status TEXT NOT NULL, created_ns INTEGER NOT NULL, ends_ns INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX auction_open ON auction (domain) WHERE status = 'open';
CREATE TABLE bid (
  bid_id TEXT PRIMARY KEY, auction_id TEXT NOT NULL REFERENCES auction, agent_id TEXT NOT NULL REFERENCES agent,
  amount INTEGER NOT NULL, status TEXT NOT NULL, created_ns INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX bid_ahead ON bid (auction_id) WHERE status IN ('leading', 'won');

CREATE TABLE vault (agent_id TEXT PRIMARY KEY REFERENCES agent, secret TEXT NOT NULL) STRICT;
CREATE TABLE chain_address (
  address TEXT PRIMARY KEY, chain TEXT NOT NULL, agent_id TEXT NOT NULL REFERENCES agent
) STRICT;

CREATE TABLE market_path (asset TEXT PRIMARY KEY, seed INTEGER NOT NULL, state TEXT NOT NULL) STRICT;
"""


class UnusableDatabase(Exception):
    """The file cannot hold the sandbox's state: not ours, of another version, locked, or not writable."""


def open_database(path: Path) -> sqlite3.Connection:
    """Open or create the state file, in WAL mode, locked for this process. Raises UnusableDatabase."""
    try:
        db = sqlite3.connect(path, isolation_level=None, timeout=0.5)
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.execute("PRAGMA journal_mode = WAL")
        # A power cut may lose the last trades of play money; each commit is still atomic.
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA foreign_keys = ON")
        _create_or_check(db, path)
    except sqlite3.Error as error:
        raise UnusableDatabase(f"{path}: {_explain(error)}") from error
    return db


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """Everything written inside is kept together, or, after any exception, not at all."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def _create_or_check(db: sqlite3.Connection, path: Path) -> None:
    with transaction(db):
        if db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 0:
            for statement in _TABLES.split(";"):
                db.execute(statement)
            db.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
            db.execute(f"PRAGMA user_version = {_SCHEMA_VERSION}")
            return
    check(db, path)


def check(db: sqlite3.Connection, path: Path) -> None:
    """Raise UnusableDatabase unless it is a sandbox's, of this version."""
    found = db.execute("PRAGMA application_id").fetchone()[0], db.execute("PRAGMA user_version").fetchone()[0]
    if found[0] != _APPLICATION_ID:
        raise UnusableDatabase(f"{path}: not a sandbox database")
    if found[1] != _SCHEMA_VERSION:
        raise UnusableDatabase(f"{path}: sandbox database of version {found[1]}, this one reads {_SCHEMA_VERSION}")


def _explain(error: sqlite3.Error) -> str:
    return "in use by another sandbox" if "locked" in str(error) else str(error)
