"""Escrows: one agent's money held for another until it is released, or refunded.

::

    funded ──▶ completed ──▶ released      complete: the counterparty; release: the creator
      │  └─────────┼───────▲
      ├────────────┴──▶ disputed           either party
      └── timeout, from each of these three ──▶ refunded

The venue keeps 1 % of the amount however the escrow ends: a release pays the counterparty, and a timeout refunds
the creator, the amount minus that fee. Metadata is kept as the JSON text it came as.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from fleaglass.sandbox import accounts, ledger
from fleaglass.sandbox.db import LIST_LIMIT
from fleaglass.sandbox.errors import Conflict, Forbidden, InsufficientBalance, InvalidRequest, NotFound
from fleaglass.sandbox.ledger import USD, Movement
from fleaglass.sandbox.money import divide, from_units
from fleaglass.sandbox.trading.placing import spendable
from fleaglass.sandbox.venue import Venue

__all__ = [
    "STATUSES",
    "Escrow",
    "NewEscrow",
    "complete",
    "create",
    "dispute",
    "find",
    "listing",
    "read",
    "refund_expired",
    "release",
]

STATUSES = ("funded", "completed", "released", "disputed", "refunded")
_COLUMNS = (
    "escrow_id, creator_id, counterparty_id, amount, fee, conditions, metadata, status, reason, "
    "timeout_ns, created_ns, expires_ns, completed_ns, disputed_ns, disputer_id, settled_ns"
)


@dataclass(frozen=True, slots=True)
class NewEscrow:
    """What a creator asks for, checked: amount in units of USD, timeout in ns, metadata as JSON text."""

    counterparty_id: str
    amount: int
    conditions: str
    timeout_ns: int
    metadata: str | None = None


@dataclass(frozen=True, slots=True)
class Escrow:
    """One escrow; amounts in units of USD, times in ns. `settled_ns` is when it was released or refunded."""

    escrow_id: str
    creator_id: str
    counterparty_id: str
    amount: int
    fee: int
    conditions: str
    metadata: str | None
    status: str
    reason: str | None
    timeout_ns: int
    created_ns: int
    expires_ns: int
    completed_ns: int | None
    disputed_ns: int | None
    disputer_id: str | None
    settled_ns: int | None

    @property
    def net(self) -> int:
        """What whoever gets the money gets, in units."""
        return self.amount - self.fee


def create(venue: Venue, creator_id: str, new: NewEscrow) -> Escrow:
    """Take the amount from the creator and hold it. Raises InvalidRequest, NotFound, InsufficientBalance."""
    if new.counterparty_id == creator_id:
        raise InvalidRequest("counterparty_id", "must be somebody else")
    if accounts.find(venue.db, new.counterparty_id) is None:
        raise NotFound("counterparty", new.counterparty_id)
    available = max(0, spendable(venue, creator_id))
    if new.amount > available:
        message = f"the escrow needs {from_units(new.amount)} USD, {from_units(available)} USD is available"
        raise InsufficientBalance(message, {"balance": from_units(available)})
    now_ns = venue.clock()
    escrow_id, _ = venue.next_id("esc_", creator_id)
    venue.db.execute(
        f"INSERT INTO escrow ({_COLUMNS}) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, 'funded', NULL, ?, ?, ?, NULL, NULL, NULL, NULL)",
        (
            *(
                escrow_id,
                creator_id,
                new.counterparty_id,
                new.amount,
                divide(new.amount, 100),
                new.conditions,
                new.metadata,
            ),
            *(new.timeout_ns, now_ns, now_ns + new.timeout_ns),
        ),
    )
    deposit = [Movement(ledger.cash(creator_id), USD, -new.amount), Movement(ledger.escrow(escrow_id), USD, new.amount)]
    ledger.post(venue.db, now_ns, "escrow_create", escrow_id, deposit)
    return find(venue.db, escrow_id)


def read(venue: Venue, agent_id: str, escrow_id: str) -> Escrow:
    """Return an escrow to one of its two parties. Raises NotFound, Forbidden."""
    found = find(venue.db, escrow_id)
    if agent_id not in (found.creator_id, found.counterparty_id):
        raise Forbidden("only the two parties of an escrow may read or change it")
    return found


def find(db: sqlite3.Connection, escrow_id: str) -> Escrow:
    """Return an escrow, whoever asks. Raises NotFound."""
    row = db.execute(f"SELECT {_COLUMNS} FROM escrow WHERE escrow_id = ?", (escrow_id,)).fetchone()
    if row is None:
        raise NotFound("escrow", escrow_id)
    return Escrow(*row)


def listing(
    venue: Venue, agent_id: str, role: str | None = None, status: str | None = None, limit: int = LIST_LIMIT
) -> list[Escrow]:
    """Return an agent's last escrows, oldest first; of one role (creator, counterparty) and status if given."""
    query = (
        f"SELECT {_COLUMNS} FROM escrow WHERE ((creator_id = ?1 AND ?2 IS NOT 'counterparty') "
        "OR (counterparty_id = ?1 AND ?2 IS NOT 'creator')) AND (?3 IS NULL OR status = ?3) "
        "ORDER BY created_ns DESC, rowid DESC LIMIT ?4"
    )
    return [Escrow(*row) for row in venue.db.execute(query, (agent_id, role, status, limit))][::-1]


def complete(venue: Venue, agent_id: str, escrow_id: str) -> Escrow:
    """The counterparty says that its work is done. Raises NotFound, Forbidden, Conflict."""
    found = read(venue, agent_id, escrow_id)
    if agent_id != found.counterparty_id:
        raise Forbidden("only the counterparty may complete an escrow")
    _require_status(found, "complete", ("funded",))
    return _change(venue.db, escrow_id, "status = 'completed', completed_ns = ?", venue.clock())


def release(venue: Venue, agent_id: str, escrow_id: str, reason: str | None) -> Escrow:
    """The creator pays the counterparty. Raises NotFound, Forbidden, Conflict."""
    found = read(venue, agent_id, escrow_id)
    if agent_id != found.creator_id:
        raise Forbidden("only the creator may release an escrow")
    _require_status(found, "release", ("funded", "completed"))
    now_ns = venue.clock()
    _pay_out(venue, found, found.counterparty_id, "escrow_release", now_ns)
    return _change(venue.db, escrow_id, "status = 'released', settled_ns = ?, reason = ?", now_ns, reason)


def dispute(venue: Venue, agent_id: str, escrow_id: str, reason: str | None) -> Escrow:
    """Either party stops the release; the timeout still refunds. Raises NotFound, Forbidden, Conflict."""
    found = read(venue, agent_id, escrow_id)
    _require_status(found, "dispute", ("funded", "completed"))
    assignments = "status = 'disputed', disputed_ns = ?, disputer_id = ?, reason = ?"
    return _change(venue.db, escrow_id, assignments, venue.clock(), agent_id, reason)


def refund_expired(venue: Venue, now_ns: int) -> None:
    """Refund every escrow whose time ran out, at the instant it did."""
    query = (
        f"SELECT {_COLUMNS} FROM escrow WHERE status IN ('funded', 'completed', 'disputed') "
        "AND expires_ns <= ? ORDER BY expires_ns, rowid"
    )
    for row in venue.db.execute(query, (now_ns,)).fetchall():
        expired = Escrow(*row)
        _pay_out(venue, expired, expired.creator_id, "escrow_refund", expired.expires_ns)
        _change(venue.db, expired.escrow_id, "status = 'refunded', settled_ns = ?", expired.expires_ns)


def _pay_out(venue: Venue, held: Escrow, payee_id: str, kind: str, at_ns: int) -> None:
    movements = [
        Movement(ledger.escrow(held.escrow_id), USD, -held.amount),
        Movement(ledger.cash(payee_id), USD, held.net),
        Movement("fees", USD, held.fee),
    ]
    ledger.post(venue.db, at_ns, kind, held.escrow_id, movements)


def _require_status(found: Escrow, verb: str, allowed: tuple[str, ...]) -> None:
    if found.status not in allowed:
        code = {"refunded": "ESCROW_TIMEOUT", "disputed": "DISPUTED"}.get(found.status, "INVALID_STATUS")
        raise Conflict(f"cannot {verb} an escrow that is {found.status}", code)


def _change(db: sqlite3.Connection, escrow_id: str, assignments: str, *values: object) -> Escrow:
    db.execute(f"UPDATE escrow SET {assignments} WHERE escrow_id = ?", (*values, escrow_id))
    return find(db, escrow_id)
