"""Ending a position at the market: asked for by its agent, or forced when a short's margin runs low."""

from __future__ import annotations

from dataclasses import dataclass

from fleaglass.sandbox import ledger
from fleaglass.sandbox.market import ASSETS
from fleaglass.sandbox.money import notional
from fleaglass.sandbox.trading import orders
from fleaglass.sandbox.trading.fills import slipped_price
from fleaglass.sandbox.trading.orders import Order
from fleaglass.sandbox.trading.positions import Position
from fleaglass.sandbox.trading.settlement import settle_fill
from fleaglass.sandbox.venue import Venue

__all__ = ["Closed", "close", "must_liquidate"]


@dataclass(frozen=True, slots=True)
class Closed:
    """A position that ended, and the order that ended it (its `realized` is before fees)."""

    position: Position
    order: Order


def close(venue: Venue, position: Position, at_ns: int, order_type: str = "close") -> Closed:
    """Close a whole position within the request. Never refused: insurance pays what the agent cannot.

    The agent's living orders in that asset are cancelled first, so that nothing reopens the position right after.
    """
    for order in orders.living(venue.db, position.agent_id, position.asset):
        orders.end(venue.db, order, "cancelled", "POSITION_CLOSED", at_ns)
    order_id, number = venue.next_id("ord_", position.agent_id)
    side = "sell" if position.quantity > 0 else "buy"
    mid = venue.market.price(position.asset)
    asset = ASSETS[position.asset]
    price = slipped_price(asset, side, position.size, mid, venue.seed, (position.agent_id, number, 0))
    order = Order(
        order_id=order_id,
        agent_id=position.agent_id,
        number=number,
        asset=position.asset,
        side=side,
        order_type=order_type,
        quantity=position.size,
        expected_price=mid,
        created_ns=at_ns,
        updated_ns=at_ns,
    )
    orders.insert(venue.db, order)
    return Closed(position, settle_fill(venue, order, position.size, price, at_ns, insured=True))


def must_liquidate(venue: Venue, short: Position) -> bool:
    """Return whether a short's margin has fallen below 1.25 times what buying it back costs now."""
    held = ledger.balance(venue.db, ledger.margin(short.agent_id, short.asset))
    return 4 * held < 5 * notional(short.size, venue.market.price(short.asset))
