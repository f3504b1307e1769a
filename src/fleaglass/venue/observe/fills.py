"""Fills: told once for each order, where it is placed if it fills at once, else where its fill is read.

A limit order fills when nobody looks, and so does a market order that nobody could ask for in time. What it cost and
brought is then told by the read that finds it settled, if the agent knew it as open: because it placed it, or read it
by its id. Orders that it only saw in a list may be another agent's, who tells of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from fleaglass import semconv
from fleaglass.recorder import Operation
from fleaglass.venue.ledgering import note_settled
from fleaglass.venue.models import Order
from fleaglass.venue.money import difference
from fleaglass.venue.observe.orders import figures

__all__ = ["note_fill", "note_listed", "note_read", "note_waiting"]

_NOTHING: Final = Decimal(0)


def note_waiting(span: Operation, order: Order) -> None:
    """Remember an order that may still fill."""
    if order.order_id is not None and not _is_known(order):
        span.core.open_orders.waits(order.order_id)


def note_fill(span: Operation, order: Order) -> None:
    """What an order came to that is just placed: the moment of the fill, and what it realised so far."""
    told: Decimal | None = None
    if _is_known(order):
        note_settled(span, order)
    if order.order_id is not None:
        orders, pnl_usd = span.core.open_orders, order.realized_pnl_usd or _NOTHING
        told = orders.settle(order.order_id) if _is_known(order) else orders.tell(order.order_id, pnl_usd)
    if order.filled:
        _tell(span, order, told or _NOTHING)


def note_read(span: Operation, order: Order) -> None:
    """What a read tells of an order: its state, and what it came to if it was open when it was last known."""
    span.record({semconv.PF_ORDER_STATE: order.state})
    note_waiting(span, order)
    if (told := _news(span, order)) is not None:
        _tell_late(span, order, told)


def note_listed(span: Operation, orders: Iterable[Order]) -> None:
    """What a list tells: each order that was open and is filled has an operation of its own, inside the list's."""
    for order in orders:
        if (told := _news(span, order)) is None:
            continue
        about = {
            semconv.PF_ACCOUNT_ID: span.attributes.get(semconv.PF_ACCOUNT_ID),
            semconv.PF_ORDER_ID: order.order_id,
            semconv.PF_ORDER_STATE: order.state,
        }
        with Operation(
            span.core, semconv.SPAN_PF_TRADE_READ, semconv.PF_SERVICE_TRADING, about, phase=span.phase
        ) as one:
            _tell_late(one, order, told)


def _is_known(order: Order) -> bool:
    """Whether what it came to is known and final. Some answers say ``cancelled`` and not how much was filled before."""
    return order.settled and (order.filled or order.filled_quantity is not None)


def _news(span: Operation, order: Order) -> Decimal | None:
    """The profit that was told before of an order that was open and is now filled; ``None`` for any other."""
    if order.order_id is None or not _is_known(order):
        return None
    note_settled(span, order)
    told = span.core.open_orders.settle(order.order_id)
    return told if order.filled else None


def _tell_late(span: Operation, order: Order, told_usd: Decimal) -> None:
    span.record({semconv.PF_ASSET: order.asset, semconv.PF_SIDE: order.side, **figures(order)})
    _tell(span, order, told_usd)


def _tell(span: Operation, order: Order, told_usd: Decimal) -> None:
    if order.fill_price is not None and order.filled_quantity is not None:
        span.event(
            semconv.EVENT_ORDER_FILLED,
            {
                semconv.FIELD_FILL_PRICE: order.fill_price,
                semconv.FIELD_QUANTITY: order.filled_quantity,
                semconv.FIELD_FEE_USD: order.fee_usd,
            },
        )
    pnl_usd = difference(order.realized_pnl_usd, told_usd)
    if pnl_usd:  # an order that only opens a position realises nothing, not 0
        span.record({semconv.PF_PNL_USD: pnl_usd})
        span.earned(pnl_usd)
