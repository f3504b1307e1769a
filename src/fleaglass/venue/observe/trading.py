"""What trading operations record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from fleaglass import semconv
from fleaglass.recorder import Operation
from fleaglass.venue.body import Body
from fleaglass.venue.models import Order
from fleaglass.venue.money import quotient
from fleaglass.venue.observe.fills import note_fill, note_listed, note_read
from fleaglass.venue.observe.operation import Fields, Observed
from fleaglass.venue.observe.orders import UNKNOWN_ORDER, note_order, order_from, rows_in
from fleaglass.venue.observe.positions import asked_close, begin_close, closed_from, market_from, positions_in
from fleaglass.venue.observe.said import number, text
from fleaglass.venue.profile import Profile

__all__ = ["CONFIRM", "OPERATIONS", "wanted_order"]

_SERVICE: Final = semconv.PF_SERVICE_TRADING


def wanted_order(fields: Fields, order_type: str = semconv.PF_ORDER_TYPE_MARKET) -> Order:
    """The order that these fields ask for, before the venue has said anything about it."""
    return replace(
        UNKNOWN_ORDER,
        order_id=text(fields, "order_id"),
        asset=text(fields, "asset"),
        side=text(fields, "side"),
        order_type=text(fields, "order_type") or order_type,
        quantity=number(fields, "quantity"),
        limit_price=number(fields, "limit_price"),
        expected_price=number(fields, "expected_price"),
    )


def _asked_order(fields: Fields, order_type: str = semconv.PF_ORDER_TYPE_MARKET) -> Mapping[str, object]:
    wanted = wanted_order(fields, order_type)
    return {
        semconv.PF_ASSET: wanted.asset,
        semconv.PF_SIDE: wanted.side,
        semconv.PF_QUANTITY: wanted.quantity,
        semconv.PF_SIZE_USD: fields.get("size_usd"),
        semconv.PF_ORDER_TYPE: wanted.order_type,
        semconv.PF_LIMIT_PRICE: wanted.limit_price,
        semconv.PF_EXPECTED_PRICE: wanted.expected_price,
        semconv.PF_SIGNAL_CONFIDENCE: fields.get("signal_confidence"),
    }


def _asked_limit(fields: Fields) -> Mapping[str, object]:
    return _asked_order(fields, semconv.PF_ORDER_TYPE_LIMIT)


def _implied_limit(fields: Fields, profile: Profile) -> Fields:
    """Sized in USD, it is for as much as that buys at its limit."""
    return {"quantity": quotient(number(fields, "size_usd"), number(fields, "limit_price"))}


def _begin_order(span: Operation, fields: Fields) -> None:
    said = fields.get("signal_confidence")
    confidence = float(said) if isinstance(said, int | float) else None
    span.tell(lambda story: story.about(text(fields, "asset"), confidence))


def _placed(span: Operation, fields: Fields, body: Body, profile: Profile) -> Order:
    order = order_from(body, profile, wanted_order(fields))
    note_order(span, order)
    note_fill(span, order)
    return order


def _placed_limit(span: Operation, fields: Fields, body: Body, profile: Profile) -> Order:
    return _placed(span, {"order_type": semconv.PF_ORDER_TYPE_LIMIT, **fields}, body, profile)


def _asked_about(fields: Fields) -> Mapping[str, object]:
    return {semconv.PF_ORDER_ID: fields.get("order_id")}


def _read(span: Operation, fields: Fields, body: Body, profile: Profile) -> Order:
    order = order_from(body, profile, replace(UNKNOWN_ORDER, order_id=text(fields, "order_id")))
    note_read(span, order)
    return order


def _listed(span: Operation, fields: Fields, body: Body, profile: Profile) -> tuple[Order, ...]:
    orders = tuple(order for order, _ in rows_in(body, profile))
    note_listed(span, orders)
    return orders


def _listed_limits(span: Operation, fields: Fields, body: Body, profile: Profile) -> tuple[Order, ...]:
    """A list of limit orders may only simulate what becomes of them: a fill is told by the list of executions."""
    return tuple(order for order, _ in rows_in(body, profile))


_LISTS: Final = dict.fromkeys(("items", "executed", "pending", "filled", "cancelled"), Body.listed)

_LINES: Final = {"order_id": Body.word, "asset": Body.word}


def _nothing_known(fields: Fields) -> Mapping[str, object]:
    return {}


_ORDER: Final = Observed(
    name="trading.order",
    service=_SERVICE,
    span=semconv.SPAN_PF_TRADE_EXECUTE,
    phase="order_placement",
    spends=True,
    asked=_asked_order,
    answered=_placed,
    begins=_begin_order,
    lost=semconv.EVENT_ORDER_UNKNOWN,
    refused={semconv.PF_ORDER_STATE: semconv.PF_ORDER_STATE_REJECTED},
    confirms={"order_id": Body.word, "state": Body.word},
)
_POLL: Final = Observed(
    name="trading.poll",
    service=_SERVICE,
    span=semconv.SPAN_PF_TRADE_READ,
    phase="order_polling",
    spends=False,
    asked=_asked_about,
    answered=_read,
    confirms={"order_id": Body.word, "state": Body.word, "filled_quantity": Body.decimal},
)

CONFIRM: Final = replace(_POLL, span=semconv.SPAN_PF_TRADE_CONFIRMATION_POLL)
"""Reading an order until it settles: the same request, inside the order's own operation."""

OPERATIONS: Final = (
    _ORDER,
    replace(_ORDER, name="trading.limit", asked=_asked_limit, answered=_placed_limit, implied=_implied_limit),
    replace(_ORDER, name="trading.spot"),
    _POLL,
    Observed(
        name="trading.cancel",
        service=_SERVICE,
        span=semconv.SPAN_PF_TRADE_CANCEL,
        phase="order_cancellation",
        spends=True,
        eases=True,
        asked=_asked_about,
        answered=_read,
        confirms={"state": Body.word},
    ),
    Observed(
        name="trading.orders",
        service=_SERVICE,
        span=semconv.SPAN_PF_TRADE_LIST,
        phase="order_polling",
        spends=False,
        asked=_nothing_known,
        answered=_listed,
        confirms=_LISTS,
        lines=_LINES,
    ),
    Observed(
        name="trading.limits",
        service=_SERVICE,
        span=semconv.SPAN_PF_TRADE_LIST,
        phase="order_polling",
        spends=False,
        asked=_nothing_known,
        answered=_listed_limits,
        confirms=_LISTS,
        lines=_LINES,
    ),
    Observed(
        name="trading.positions",
        service=_SERVICE,
        span=semconv.SPAN_PF_TRADE_POSITIONS,
        phase="position_polling",
        spends=False,
        asked=_nothing_known,
        answered=positions_in,
        confirms={"items": Body.listed},
        lines={"asset": Body.word},
    ),
    Observed(
        name="trading.close",
        service=_SERVICE,
        span=semconv.SPAN_PF_TRADE_CLOSE,
        phase="position_closing",
        spends=True,
        eases=True,
        asked=asked_close,
        answered=closed_from,
        begins=begin_close,
        lost=semconv.EVENT_ORDER_UNKNOWN,
        confirms={"order_id": Body.word, "exit_price": Body.decimal, "realized_pnl_usd": Body.decimal},
    ),
    Observed(
        name="trading.market",
        service=_SERVICE,
        span=semconv.SPAN_PF_MARKET_READ,
        phase="market_polling",
        spends=False,
        asked=lambda fields: {semconv.PF_ASSET: fields.get("asset")},
        answered=market_from,
    ),
)
