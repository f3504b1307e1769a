"""Accepting an order: can the account pay for it, and when will it fill?"""

from __future__ import annotations

from dataclasses import dataclass, replace

from fleaglass.sandbox import ledger
from fleaglass.sandbox.errors import InsufficientMargin
from fleaglass.sandbox.ledger import Overdrawn
from fleaglass.sandbox.market import ASSETS
from fleaglass.sandbox.money import from_units, notional, trade_fee
from fleaglass.sandbox.trading import orders, positions
from fleaglass.sandbox.trading.fills import INSTANT, Part, plan_fill
from fleaglass.sandbox.trading.orders import Order
from fleaglass.sandbox.trading.settlement import settle_fill
from fleaglass.sandbox.venue import Venue

__all__ = ["NewOrder", "place", "spendable"]


@dataclass(frozen=True, slots=True)
class NewOrder:
    """What an agent asks for, checked; quantity and limit price in units, no limit price for a market order."""

    asset: str
    side: str
    quantity: int
    limit_price: int | None = None
    at_once: bool = False
    """Fill within the request instead of by the venue's fill style."""
    resting: bool = False
    """A limit order that waits unseen: nothing is set aside for it, and it first meets the market in the book."""


def spendable(venue: Venue, agent_id: str) -> int:
    """Return the USD units that an agent can spend: its cash minus what its living orders may still take."""
    return ledger.balance(venue.db, ledger.cash(agent_id)) - orders.committed(venue.db, agent_id)


def place(venue: Venue, agent_id: str, new: NewOrder) -> Order:
    """Accept an order and execute what fills at once. Raises InsufficientMargin."""
    now_ns = venue.clock()
    order_id, number = venue.next_id("ord_", agent_id)
    mid = venue.market.price(new.asset)
    parts = _parts(venue, agent_id, number, new, mid)
    worst_price = max((part.price for part in parts), default=new.limit_price or mid)
    committed = 0 if new.resting else _require_margin(venue, agent_id, new, worst_price)
    order = Order(
        order_id=order_id,
        agent_id=agent_id,
        number=number,
        asset=new.asset,
        side=new.side,
        order_type="market" if new.limit_price is None else "limit",
        quantity=new.quantity,
        limit_price=new.limit_price,
        expected_price=mid if parts or new.limit_price is None else new.limit_price,
        committed=committed,
        created_ns=now_ns,
        updated_ns=now_ns,
    )
    orders.insert(venue.db, order)
    return _start(venue, order, parts, now_ns)


def _parts(venue: Venue, agent_id: str, number: int, new: NewOrder, mid: int) -> list[Part]:
    """Plan the fill; a limit order that the market does not cross yet has no parts, it waits in the book."""
    if new.limit_price is not None and (new.resting or not _crosses(new.side, new.limit_price, mid)):
        return []
    style = INSTANT if new.at_once or new.limit_price is not None else venue.settings.fills
    parts = plan_fill(ASSETS[new.asset], new.side, new.quantity, mid, style, venue.seed, (agent_id, number))
    if new.limit_price is None:
        return parts
    no_worse = min if new.side == "buy" else max
    return [replace(part, price=no_worse(part.price, new.limit_price)) for part in parts]


def _crosses(side: str, limit_price: int, price: int) -> bool:
    return price <= limit_price if side == "buy" else price >= limit_price


def _require_margin(venue: Venue, agent_id: str, new: NewOrder, price: int) -> int:
    """Return the USD units that the order may take from cash: what it opens, since what it closes pays for itself."""
    held = positions.open_of(venue.db, agent_id, new.asset)
    closable = held.size if held is not None and (held.quantity < 0) == (new.side == "buy") else 0
    living = orders.living(venue.db, agent_id, new.asset)
    closable -= sum(order.remaining for order in living if order.side == new.side)
    opening_value = notional(new.quantity - max(0, min(new.quantity, closable)), price)
    required = opening_value + trade_fee(opening_value)
    available = spendable(venue, agent_id)
    if required > available:
        message = (
            f"{new.side} {from_units(new.quantity)} {new.asset} needs {from_units(required)} USD of margin, "
            f"{from_units(max(0, available))} USD is available"
        )
        extra = {"required_usd": from_units(required), "available_usd": from_units(max(0, available))}
        raise InsufficientMargin(message, extra)
    return required


def _start(venue: Venue, order: Order, parts: list[Part], now_ns: int) -> Order:
    for number, part in enumerate(parts):
        if part.delay_ns:
            venue.db.execute(
                "INSERT INTO planned_fill VALUES (?, ?, ?, ?, ?)",
                (order.order_id, number, now_ns + part.delay_ns, part.quantity, part.price),
            )
            continue
        try:
            order = settle_fill(venue, order, part.quantity, part.price, now_ns)
        except Overdrawn as error:
            raise InsufficientMargin(f"the fill at {from_units(part.price)} costs more than is available") from error
    return order
