"""Closing: a position that is still open was not closed; one that is gone was, if its closing order is there too."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, cast

from fleaglass import semconv
from fleaglass.recorder import Operation
from fleaglass.venue.calls import Calls
from fleaglass.venue.models import Position
from fleaglass.venue.observe import OPERATIONS
from fleaglass.venue.observe.orders import UNKNOWN_ORDER
from fleaglass.venue.reading_back.finding import ABSENT, UNCLEAR, Finding, found
from fleaglass.venue.reading_back.orders import candidates
from fleaglass.venue.spends import Spend

__all__ = ["look_for_closed"]

_BOTH_SIDES: Final = (semconv.PF_SIDE_SELL, semconv.PF_SIDE_BUY)


async def look_for_closed(calls: Calls, span: Operation, spend: Spend) -> Finding:
    """The order that closed the position."""
    listing = OPERATIONS["trading.positions"]
    body = await calls.read(span, listing, {}, attempts=1)
    held = cast("tuple[Position, ...]", listing.answered(span, {}, body, calls.profile))
    asset, position_id = spend.fields.get("asset"), spend.fields.get("position_id")
    is_open = any(one.position_id == position_id if position_id is not None else one.asset == asset for one in held)
    if asset is None:  # nothing is known by which to tell the order that closed it
        return ABSENT if is_open else UNCLEAR
    wanted = replace(UNKNOWN_ORDER, asset=str(asset))
    rows = [
        row
        for side in _BOTH_SIDES
        for row in await candidates(calls, span, spend, replace(wanted, side=side), None)
        if row[0].filled
    ]
    if is_open and not rows:
        return ABSENT
    # Where no position is left, an order that filled since then closed one.
    if is_open or len(rows) != 1 or rows[0][0].order_id is None or calls.spends.has_alike(spend):
        return UNCLEAR
    order, row_body = rows[0]
    as_closed = row_body.but(position_id=position_id, exit_price=order.fill_price, quantity=order.filled_quantity)
    return found(as_closed, semconv.PF_ORDER_STATE_FILLED, order.order_id)
