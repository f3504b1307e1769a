"""What closing a position records, and how positions and markets are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fleaglass import semconv
from fleaglass.recorder import Operation
from fleaglass.venue.body import Body
from fleaglass.venue.models import Closed, Market, Position
from fleaglass.venue.money import quotient, slippage_bps, total
from fleaglass.venue.observe.operation import Fields
from fleaglass.venue.observe.said import number, text
from fleaglass.venue.profile import Profile

__all__ = ["asked_close", "begin_close", "closed_from", "market_from", "positions_in"]


def asked_close(fields: Fields) -> Mapping[str, object]:
    """The attributes of a close that are known before it."""
    return {semconv.PF_ASSET: fields.get("asset"), semconv.PF_POSITION_ID: fields.get("position_id")}


def begin_close(span: Operation, fields: Fields) -> None:
    """Tell the cycle which asset it is about."""
    span.tell(lambda story: story.about(text(fields, "asset")))


_CLOSING_SIDES: Final[Mapping[str, str]] = {
    "buy": semconv.PF_SIDE_BUY,
    "sell": semconv.PF_SIDE_SELL,
    "long": semconv.PF_SIDE_SELL,  # the position's side, not the closing order's
    "short": semconv.PF_SIDE_BUY,
}


def closed_from(span: Operation, fields: Fields, body: Body, profile: Profile) -> Closed:
    """A closed position, recorded. Its slippage is against the price in the fields where the answer names none."""
    exit_price, size_usd = body.decimal("exit_price"), body.decimal("size_usd")
    entry_price, expected_price = body.decimal("entry_price"), body.decimal("expected_price")
    expected_price = expected_price or number(fields, "expected_price")
    side = _CLOSING_SIDES.get(body.text("side") or "")
    closed = Closed(
        position_id=body.text("position_id") or text(fields, "position_id"),
        order_id=body.text("order_id"),
        asset=body.text("asset") or text(fields, "asset"),
        side=side,
        quantity=body.decimal("quantity") or quotient(size_usd, entry_price),
        entry_price=entry_price,
        exit_price=exit_price,
        realized_pnl_usd=body.decimal("realized_pnl_usd"),
        fee_usd=body.decimal("fee_usd"),
        expected_price=expected_price,
        slippage_bps=slippage_bps(side, exit_price, expected_price) if side else None,
    )
    _note_closed(span, closed)
    return closed


def _note_closed(span: Operation, closed: Closed) -> None:
    span.record(
        {
            semconv.PF_ASSET: closed.asset,
            semconv.PF_POSITION_ID: closed.position_id,
            semconv.PF_ORDER_ID: closed.order_id,
            semconv.PF_SIDE: closed.side,
            semconv.PF_QUANTITY: closed.quantity,
            semconv.PF_ORDER_STATE: semconv.PF_ORDER_STATE_FILLED,
            semconv.PF_EXPECTED_PRICE: closed.expected_price,
            semconv.PF_ENTRY_PRICE: closed.entry_price,
            semconv.PF_EXIT_PRICE: closed.exit_price,
            semconv.PF_FEE_USD: closed.fee_usd,
            semconv.PF_PNL_USD: closed.realized_pnl_usd,
            semconv.PF_SLIPPAGE_BPS: closed.slippage_bps,
        }
    )
    span.tell(lambda story: story.order(closed.order_id, semconv.PF_ORDER_STATE_FILLED, closed.quantity))
    span.tell(lambda story: story.about(closed.asset))
    if (pnl_usd := closed.realized_pnl_usd) is not None:
        span.earned(pnl_usd)


def positions_in(span: Operation, fields: Fields, body: Body, profile: Profile) -> tuple[Position, ...]:
    """Open positions."""
    positions = tuple(_position(item) for item in body.items())
    span.core.state.learn(open_positions=len(positions))
    if (unrealized_usd := total(position.unrealized_pnl_usd for position in positions)) is not None:
        span.core.money.stands_to_earn(unrealized_usd)
    return positions


def _position(body: Body) -> Position:
    entry_price = body.decimal("entry_price")
    return Position(
        position_id=body.text("position_id"),
        asset=body.text("asset"),
        side=body.text("side"),
        quantity=body.decimal("quantity") or quotient(body.decimal("size_usd"), entry_price),
        entry_price=entry_price,
        mark_price=body.decimal("mark_price"),
        unrealized_pnl_usd=body.decimal("unrealized_pnl_usd"),
    )


def market_from(span: Operation, fields: Fields, body: Body, profile: Profile) -> Market | None:
    """``None`` when the answer has no price, without which it is of no use."""
    if (price := body.decimal("price")) is None:
        return None
    return Market(
        asset=body.text("asset") or str(fields.get("asset")),
        price=price,
        timestamp=body.text("timestamp"),
        implied_vol=body.decimal("implied_vol"),
        realized_vol=body.decimal("realized_vol"),
        history=body.decimals("history"),
        implied_vol_history=body.decimals("implied_vol_history"),
        realized_vol_history=body.decimals("realized_vol_history"),
    )
