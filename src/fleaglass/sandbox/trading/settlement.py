"""One fill, settled: the postings, the position and the order it changes.

A fill first closes what the agent holds on the other side, then opens with what is left of it.

::

    close a long    venue → cash                 the proceeds
    open a long     cash → venue                 the cost, paid in full (no leverage)
    open a short    cash → margin                collateral worth as much as was sold
                    venue → margin               the proceeds stay with the collateral
    close a short   margin → cash                the closed part's share of the margin
                    cash → venue                 the cost of buying back
    always          cash → fees
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from fleaglass.sandbox import ledger
from fleaglass.sandbox.ledger import USD, Movement
from fleaglass.sandbox.money import divide, notional, trade_fee
from fleaglass.sandbox.trading import orders, positions
from fleaglass.sandbox.trading.orders import Order
from fleaglass.sandbox.trading.positions import Position
from fleaglass.sandbox.venue import Venue

__all__ = ["settle_fill"]


@dataclass(frozen=True, slots=True)
class _Legs:
    """A fill split into what it closes and what it opens; sizes and USD values in units."""

    closing: int
    opening: int
    closing_value: int
    opening_value: int

    @property
    def fee(self) -> int:
        return trade_fee(self.closing_value + self.opening_value)

    @property
    def value(self) -> int:
        return self.closing_value + self.opening_value


def settle_fill(venue: Venue, order: Order, quantity: int, price: int, at_ns: int, *, insured: bool = False) -> Order:
    """Execute `quantity` units of an order at `price` and return the order as it is then.

    Raises Overdrawn, with nothing written, when the agent cannot pay; `insured` fills (closing a position) cannot fail:
    the venue's insurance pays what is missing.
    """
    held = positions.open_of(venue.db, order.agent_id, order.asset)
    legs = _split(held, order.side, quantity, price)
    movements = _movements(venue, order, held, legs)
    if insured:
        movements += _insurance(venue, order.agent_id, movements)
    ledger.post(venue.db, at_ns, "fill", order.order_id, movements)
    realized = _change_position(venue, order, held, legs, at_ns)
    return _record(venue, order, quantity, legs, realized, at_ns)


def _split(held: Position | None, side: str, quantity: int, price: int) -> _Legs:
    opposite = held is not None and (held.quantity < 0) == (side == "buy")
    closing = min(quantity, held.size) if held is not None and opposite else 0
    opening = quantity - closing
    return _Legs(closing, opening, notional(closing, price), notional(opening, price))


def _movements(venue: Venue, order: Order, held: Position | None, legs: _Legs) -> list[Movement]:
    cash, margin = ledger.cash(order.agent_id), ledger.margin(order.agent_id, order.asset)
    signed = legs.closing + legs.opening if order.side == "buy" else -(legs.closing + legs.opening)
    movements = [
        Movement(ledger.position(order.agent_id), order.asset, signed),
        Movement("venue", order.asset, -signed),
        Movement(cash, USD, -legs.fee),
        Movement("fees", USD, legs.fee),
    ]
    if order.side == "buy":
        movements += [Movement(cash, USD, -legs.value), Movement("venue", USD, legs.value)]
        if legs.closing and held is not None:
            released = divide(ledger.balance(venue.db, margin) * legs.closing, held.size)
            movements += [Movement(margin, USD, -released), Movement(cash, USD, released)]
        return movements
    return [
        *movements,
        Movement("venue", USD, -legs.value),
        Movement(cash, USD, legs.closing_value - legs.opening_value),
        Movement(margin, USD, 2 * legs.opening_value),
    ]


def _insurance(venue: Venue, agent_id: str, movements: list[Movement]) -> list[Movement]:
    cash = ledger.cash(agent_id)
    after = ledger.balance(venue.db, cash) + sum(m.amount for m in movements if m.account == cash)
    missing = max(0, -after)
    return [Movement("insurance", USD, -missing), Movement(cash, USD, missing)]


def _change_position(venue: Venue, order: Order, held: Position | None, legs: _Legs, at_ns: int) -> int:
    realized = 0
    if legs.closing and held is not None:
        realized = positions.decrease(venue.db, held, legs.closing, legs.closing_value, at_ns)
    if legs.opening:
        change = legs.opening if order.side == "buy" else -legs.opening
        positions.increase(venue, order.agent_id, order.asset, change, legs.opening_value, at_ns)
    return realized


def _record(venue: Venue, order: Order, quantity: int, legs: _Legs, realized: int, at_ns: int) -> Order:
    filled = order.filled + quantity
    settled = replace(
        order,
        status="filled" if filled == order.quantity else "partially_filled",
        filled=filled,
        value=order.value + legs.value,
        fee=order.fee + legs.fee,
        realized=order.realized + realized,
        updated_ns=at_ns,
    )
    orders.update(venue.db, settled)
    return settled
