"""Orders: looked for among those placed since just before ours was sent, by everything that ours asked for."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from fleaglass import semconv
from fleaglass.recorder import Operation
from fleaglass.venue.body import Body
from fleaglass.venue.calls import Calls
from fleaglass.venue.models import Order
from fleaglass.venue.money import optional_decimal
from fleaglass.venue.observe.trading import wanted_order
from fleaglass.venue.reading_back.finding import ABSENT, UNCLEAR, Finding, found, since
from fleaglass.venue.services.lookup import read_order, read_rows
from fleaglass.venue.spends import Spend

__all__ = ["candidates", "look_for_cancelled", "look_for_order"]

_SIZE_TOLERANCE: Final = Decimal("0.05")
"""An order sized in USD fills at its own price and in whole steps of the asset, so its value is not what was asked."""


async def look_for_order(calls: Calls, span: Operation, spend: Spend) -> Finding:
    """The one order that asks for the same and is not known to be another."""
    order_type = semconv.PF_ORDER_TYPE_LIMIT if spend.observed.name == "trading.limit" else None
    wanted = wanted_order(spend.fields, order_type or semconv.PF_ORDER_TYPE_MARKET)
    rows = await candidates(calls, span, spend, wanted, optional_decimal(spend.fields.get("size_usd")))
    if not rows:
        return ABSENT
    order, body = rows[0]
    if len(rows) > 1 or order.order_id is None or calls.spends.has_alike(spend):
        return UNCLEAR
    return found(body.but(state=_said(calls, order.state)), order.state, order.order_id)


async def look_for_cancelled(calls: Calls, span: Operation, spend: Spend) -> Finding:
    """The order itself tells: it is cancelled, or it is not."""
    order_id = str(spend.fields["order_id"])
    row = await read_order(calls, span, order_id)
    if row is None:
        return UNCLEAR
    order, body = row
    if order.state == semconv.PF_ORDER_STATE_CANCELLED:
        return found(body.but(state=_said(calls, order.state)), order.state, order.order_id)
    if order.state == semconv.PF_ORDER_STATE_UNKNOWN:
        return UNCLEAR
    return ABSENT


async def candidates(
    calls: Calls, span: Operation, spend: Spend, wanted: Order, size_usd: Decimal | None
) -> list[tuple[Order, Body]]:
    """The orders that may be what the spend led to; one without an id may be, too."""
    rows = await read_rows(calls, span, since(calls, spend), attempts=1)
    return [
        (order, body)
        for order, body in rows
        if _asks_for(order, body, wanted, size_usd)
        and (order.order_id is None or not calls.spends.is_another(order.order_id, spend))
    ]


def _asks_for(order: Order, body: Body, wanted: Order, size_usd: Decimal | None) -> bool:
    return (
        (order.asset or "").upper() == (wanted.asset or "").upper()
        and order.side == wanted.side
        and (wanted.order_type is None or order.order_type in {None, wanted.order_type})
        and (wanted.limit_price is None or order.limit_price in {None, wanted.limit_price})
        and _is_as_large(order, body, wanted, size_usd)
    )


def _is_as_large(order: Order, body: Body, wanted: Order, size_usd: Decimal | None) -> bool:
    value = body.decimal("size_usd")
    if size_usd is not None and value is not None:
        return abs(value - size_usd) <= size_usd * _SIZE_TOLERANCE
    return wanted.quantity is None or order.quantity == wanted.quantity


def _said(calls: Calls, state: str) -> str:
    """A status as the venue would say it."""
    return next((theirs for theirs, ours in calls.profile.order_states.items() if ours == state), state)
