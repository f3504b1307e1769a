"""What happens at the venue while time passes: planned fills fall due, limits are crossed, shorts are liquidated.

Nothing depends on when anybody looks. Each call walks the market's steps since the last one in order, so an order
that the market crossed a minute ago fills at that minute, whether or not a request came in between.
"""

from __future__ import annotations

from fleaglass.sandbox import escrow
from fleaglass.sandbox.db import transaction
from fleaglass.sandbox.domains import auctions
from fleaglass.sandbox.ledger import Overdrawn
from fleaglass.sandbox.trading import orders, positions
from fleaglass.sandbox.trading.closing import close, must_liquidate
from fleaglass.sandbox.trading.orders import Order
from fleaglass.sandbox.trading.settlement import settle_fill
from fleaglass.sandbox.venue import Venue

__all__ = ["fill_crossed", "settle_until_now"]


def settle_until_now(venue: Venue) -> None:
    """Bring the venue to the present, in a transaction of its own that a refused request does not undo."""
    now_ns = venue.clock()
    with transaction(venue.db):
        busy = bool(orders.living(venue.db) or positions.shorts(venue.db))
        for at_ns in venue.market.advance(now_ns):
            if busy:
                _planned_fills(venue, at_ns)
                fill_crossed(venue, at_ns)
                _liquidations(venue, at_ns)
        if busy:
            _planned_fills(venue, now_ns)
        escrow.refund_expired(venue, now_ns)
        auctions.settle_ended(venue, now_ns)


def _planned_fills(venue: Venue, until_ns: int) -> None:
    due = venue.db.execute(
        "SELECT f.order_id, f.part, f.due_ns, f.quantity, f.price, o.agent_id FROM planned_fill f "
        "JOIN trade_order o USING (order_id) WHERE f.due_ns <= ? ORDER BY f.due_ns, f.order_id, f.part",
        (until_ns,),
    ).fetchall()
    for row in due:
        # An earlier fill in this loop may have ended the order and dropped its plan.
        dropped = venue.db.execute(
            "DELETE FROM planned_fill WHERE order_id = ? AND part = ?", (row["order_id"], row["part"])
        )
        if dropped.rowcount:
            order = orders.find(venue.db, row["agent_id"], row["order_id"])
            _fill_or_end(venue, order, row["quantity"], row["price"], row["due_ns"])


def fill_crossed(venue: Venue, at_ns: int) -> None:
    """Fill, at their limits, the limit orders that the market's present prices reach."""
    for asset, price in venue.market.prices().items():
        crossed = venue.db.execute(
            "SELECT order_id, agent_id FROM trade_order "
            "WHERE status IN ('open', 'partially_filled') AND order_type = 'limit' AND asset = ?1 "
            "AND CASE side WHEN 'buy' THEN ?2 <= limit_price ELSE ?2 >= limit_price END ORDER BY created_ns, rowid",
            (asset, price),
        ).fetchall()
        for row in crossed:
            order = orders.find(venue.db, row["agent_id"], row["order_id"])
            if order.limit_price is not None:
                _fill_or_end(venue, order, order.remaining, order.limit_price, at_ns)


def _fill_or_end(venue: Venue, order: Order, quantity: int, price: int, at_ns: int) -> None:
    try:
        settle_fill(venue, order, quantity, price, at_ns)
    except Overdrawn:
        orders.end(venue.db, order, "cancelled" if order.filled else "rejected", "INSUFFICIENT_MARGIN", at_ns)


def _liquidations(venue: Venue, at_ns: int) -> None:
    for short in positions.shorts(venue.db):
        if must_liquidate(venue, short):
            close(venue, short, at_ns, "liquidation")
