"""The orders table: one row per order, from acceptance to its end.

::

    open ──▶ partially_filled ──▶ filled
      │              │
      ├──────────────┴──────────▶ cancelled   by the agent, by closing the position, or the rest became unaffordable
      └─────────────────────────▶ rejected    nothing filled, and when its turn came the account could not pay
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace

from fleaglass.sandbox.db import LIST_LIMIT
from fleaglass.sandbox.errors import Conflict, NotFound
from fleaglass.sandbox.money import average_price, divide

__all__ = ["ALIVE", "Order", "committed", "end", "find", "insert", "living", "recent", "update"]

ALIVE = ("open", "partially_filled")
_COLUMNS = (
    "order_id, agent_id, number, asset, side, order_type, quantity, expected_price, created_ns, updated_ns, "
    "limit_price, committed, status, reason, filled, value, fee, realized"
)


@dataclass(frozen=True, slots=True)
class Order:
    """One order; amounts in units, times in ns."""

    order_id: str
    agent_id: str
    number: int
    asset: str
    side: str
    order_type: str
    quantity: int
    expected_price: int
    """The market's price when the order came in; for a limit order that had to wait, its limit."""
    created_ns: int
    updated_ns: int
    limit_price: int | None = None
    committed: int = 0
    """What the whole order may still take from spendable cash when nothing of it is filled."""
    status: str = "open"
    reason: str | None = None
    filled: int = 0
    value: int = 0
    """USD value of what was filled."""
    fee: int = 0
    realized: int = 0
    """P&L of what this order closed, before fees."""

    @property
    def remaining(self) -> int:
        """The quantity not yet filled, in units."""
        return self.quantity - self.filled

    @property
    def fill_price(self) -> int | None:
        """The average price of what was filled, in units."""
        return average_price(self.value, self.filled) if self.filled else None

    @property
    def alive(self) -> bool:
        """Whether it can still fill."""
        return self.status in ALIVE


def insert(db: sqlite3.Connection, order: Order) -> None:
    """Add a new order."""
    values = tuple(getattr(order, column.strip()) for column in _COLUMNS.split(","))
    db.execute(f"INSERT INTO trade_order ({_COLUMNS}) VALUES ({', '.join('?' * len(values))})", values)


def update(db: sqlite3.Connection, order: Order) -> None:
    """Write what can change in an order's life."""
    db.execute(
        "UPDATE trade_order SET status = ?, reason = ?, filled = ?, value = ?, fee = ?, realized = ?, updated_ns = ? "
        "WHERE order_id = ?",
        (
            order.status,
            order.reason,
            order.filled,
            order.value,
            order.fee,
            order.realized,
            order.updated_ns,
            order.order_id,
        ),
    )


def find(db: sqlite3.Connection, agent_id: str, order_id: str) -> Order:
    """Return one of an agent's own orders. Raises NotFound, also for somebody else's."""
    query = f"SELECT {_COLUMNS} FROM trade_order WHERE order_id = ? AND agent_id = ?"
    row = db.execute(query, (order_id, agent_id)).fetchone()
    if row is None:
        raise NotFound("order", order_id)
    return Order(*row)


def recent(db: sqlite3.Connection, agent_id: str, since_ns: int = 0, limit: int = LIST_LIMIT) -> list[Order]:
    """Return an agent's last orders accepted at or after an instant, oldest first."""
    query = (
        f"SELECT {_COLUMNS} FROM trade_order WHERE agent_id = ? AND created_ns >= ? "
        "ORDER BY created_ns DESC, number DESC LIMIT ?"
    )
    return [Order(*row) for row in db.execute(query, (agent_id, since_ns, limit))][::-1]


def living(db: sqlite3.Connection, agent_id: str | None = None, asset: str | None = None) -> list[Order]:
    """Return orders that can still fill, oldest first, of one agent and asset if given."""
    query = (
        f"SELECT {_COLUMNS} FROM trade_order WHERE status IN ('open', 'partially_filled') "
        "AND (?1 IS NULL OR agent_id = ?1) AND (?2 IS NULL OR asset = ?2) ORDER BY created_ns, rowid"
    )
    return [Order(*row) for row in db.execute(query, (agent_id, asset))]


def committed(db: sqlite3.Connection, agent_id: str) -> int:
    """Return the USD units that an agent's living orders may still take from its cash."""
    return sum(divide(order.committed * order.remaining, order.quantity) for order in living(db, agent_id))


def end(db: sqlite3.Connection, order: Order, status: str, reason: str, at_ns: int) -> Order:
    """End a living order and drop its planned fills. Raises Conflict INVALID_STATUS for one that has ended."""
    if not order.alive:
        raise Conflict(f"order {order.order_id} is {order.status} already")
    db.execute("DELETE FROM planned_fill WHERE order_id = ?", (order.order_id,))
    ended = replace(order, status=status, reason=reason, updated_ns=at_ns)
    update(db, ended)
    return ended
