"""The positions table: one open position per agent and asset, long or short, at average cost.

`cost` is the exact USD value of what opened the position, so the P&L realised over a position's life is exactly what
its closing trades brought minus what its opening trades cost.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from fleaglass.sandbox.errors import NotFound
from fleaglass.sandbox.money import average_price, divide, notional
from fleaglass.sandbox.venue import Venue

__all__ = ["Position", "all_open", "decrease", "find", "increase", "open_of", "shorts"]

_COLUMNS = "position_id, agent_id, asset, quantity, cost, realized, opened_ns"


@dataclass(frozen=True, slots=True)
class Position:
    """An open position; quantity is below zero for a short. Amounts in units, before fees."""

    position_id: str
    agent_id: str
    asset: str
    quantity: int
    cost: int
    realized: int
    opened_ns: int

    @property
    def size(self) -> int:
        """The quantity without its sign."""
        return abs(self.quantity)

    @property
    def side(self) -> str:
        """long or short."""
        return "long" if self.quantity > 0 else "short"

    @property
    def entry_price(self) -> int:
        """The average price of what is still open, in units."""
        return average_price(self.cost, self.size)

    def unrealized(self, price: int) -> int:
        """Return the P&L, before fees, of closing everything at `price`."""
        gain = notional(self.size, price) - self.cost
        return gain if self.quantity > 0 else -gain


def open_of(db: sqlite3.Connection, agent_id: str, asset: str) -> Position | None:
    """Return an agent's open position in an asset, if it has one."""
    query = f"SELECT {_COLUMNS} FROM position WHERE agent_id = ? AND asset = ? AND closed_ns IS NULL"
    row = db.execute(query, (agent_id, asset)).fetchone()
    return Position(*row) if row else None


def find(db: sqlite3.Connection, agent_id: str, position_id: str) -> Position:
    """Return one of an agent's open positions. Raises NotFound, also for a closed one."""
    query = f"SELECT {_COLUMNS} FROM position WHERE agent_id = ? AND position_id = ? AND closed_ns IS NULL"
    row = db.execute(query, (agent_id, position_id)).fetchone()
    if row is None:
        raise NotFound("position", position_id)
    return Position(*row)


def all_open(db: sqlite3.Connection, agent_id: str) -> list[Position]:
    """Return an agent's open positions by asset."""
    query = f"SELECT {_COLUMNS} FROM position WHERE agent_id = ? AND closed_ns IS NULL ORDER BY asset"
    return [Position(*row) for row in db.execute(query, (agent_id,))]


def shorts(db: sqlite3.Connection) -> list[Position]:
    """Return everybody's open shorts, oldest first."""
    query = f"SELECT {_COLUMNS} FROM position WHERE quantity < 0 AND closed_ns IS NULL ORDER BY opened_ns, rowid"
    return [Position(*row) for row in db.execute(query)]


def increase(venue: Venue, agent_id: str, asset: str, change: int, value: int, at_ns: int) -> None:
    """Open a position or add to it: `change` units (below zero: short) for `value` USD units."""
    grown = venue.db.execute(
        "UPDATE position SET quantity = quantity + ?, cost = cost + ? "
        "WHERE agent_id = ? AND asset = ? AND closed_ns IS NULL",
        (change, value, agent_id, asset),
    )
    if grown.rowcount == 0:
        position_id, _ = venue.next_id("pos_", agent_id)
        venue.db.execute(
            f"INSERT INTO position ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, 0, ?)",
            (position_id, agent_id, asset, change, value, at_ns),
        )


def decrease(db: sqlite3.Connection, position: Position, size: int, value: int, at_ns: int) -> int:
    """Close `size` units of a position for `value` USD units; return the realised P&L in units, before fees."""
    whole = size == position.size
    cost = position.cost if whole else divide(position.cost * size, position.size)
    gain = value - cost if position.quantity > 0 else cost - value
    left = position.size - size
    db.execute(
        "UPDATE position SET quantity = ?, cost = ?, realized = realized + ?, closed_ns = ? WHERE position_id = ?",
        (
            left if position.quantity > 0 else -left,
            position.cost - cost,
            gain,
            at_ns if whole else None,
            position.position_id,
        ),
    )
    return gain
