"""Closing: a position that is still open was not closed; one that is gone was, if its closing order is there too."""

from __future__ import annotations

from fleaglass import semconv
from fleaglass.venue.body import Body
from fleaglass.venue.reading_back.finding import ABSENT, UNCLEAR, Finding, found
from fleaglass.venue.reading_back.orders import OrderRow, the_order
from fleaglass.venue.reading_back.rows import same_word
from fleaglass.venue.reading_back.search import Search
from fleaglass.venue.spends import Spend

__all__ = ["look_for_closed"]


async def look_for_closed(search: Search) -> Finding:
    """The order that closed the position. Named by its id alone, it may have been in any asset."""
    held = await search.read("trading.positions", {})
    still_open = [_is_meant(item, search.spend) for item in held.items()]
    one = await the_order(search)
    if one is ABSENT and True in still_open:
        return ABSENT
    # Where no position is left, an order that filled since then closed one.
    if not isinstance(one, OrderRow) or any(answer is not False for answer in still_open):
        return UNCLEAR
    order = one.order
    as_closed = one.body.but(
        position_id=search.spend.fields.get("position_id"),
        exit_price=order.fill_price,
        quantity=order.filled_quantity,
    )
    return found(as_closed, semconv.PF_ORDER_STATE_FILLED, one.id)


def _is_meant(position: Body, spend: Spend) -> bool | None:
    """Whether this is the position that was to be closed."""
    if (position_id := spend.fields.get("position_id")) is not None:
        return same_word(position, "position_id", position_id)
    return same_word(position, "asset", spend.fields.get("asset"))
