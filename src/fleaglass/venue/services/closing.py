"""Closing a position, which realises its profit or loss."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, cast

from fleaglass import semconv
from fleaglass.recorder import Operation
from fleaglass.venue.calls import Calls
from fleaglass.venue.errors import ConflictError, NotFoundError, VenueError
from fleaglass.venue.models import Closed, Position
from fleaglass.venue.observe import OPERATIONS, Fields
from fleaglass.venue.services.pricing import reference_price, wants_reference

__all__ = ["close"]

_LONGEST_WAIT_S: Final = 2.0


async def close(calls: Calls, fields: Fields, *, reference: bool | None) -> Closed:
    """Close the position that ``asset`` or ``position_id`` names; ``expected_price`` measures the slippage."""
    observed = OPERATIONS["trading.close"]
    with calls.begin(observed, fields) as span:
        if fields.get("position_id") is None and calls.profile.closes_by == "position_id":
            fields = await _looked_up(calls, span, fields)
        if wants_reference(calls, observed, fields, reference):
            fields = await _priced(calls, span, fields)
        body = await calls.spend(span, observed, fields)
        return cast("Closed", observed.answered(span, fields, body, calls.profile))


async def _priced(calls: Calls, span: Operation, fields: Fields) -> Fields:
    """The fields with the price before the close; without, where it cannot be had soon."""
    asset, price = fields.get("asset"), None
    if asset is None:
        held = await _held(calls, span, fields["position_id"])
        if held is None or held.asset is None:
            return fields
        asset, price = held.asset, held.mark_price
        span.record({semconv.PF_ASSET: asset})
        if calls.profile.closes_by == "position_id":  # elsewhere it would be sent, and a position is named once
            fields = {**fields, "asset": asset}
    return {**fields, "expected_price": price or await reference_price(calls, span, str(asset))}


async def _held(calls: Calls, span: Operation, position_id: object) -> Position | None:
    """The open position with this id; ``None`` when it cannot be had soon."""
    try:
        held = await _positions(calls, span, attempts=1, timeout_s=_LONGEST_WAIT_S)
    except VenueError:
        return None
    return next((position for position in held if position.position_id == position_id), None)


async def _positions(
    calls: Calls, span: Operation, *, attempts: int = 3, timeout_s: float | None = None
) -> tuple[Position, ...]:
    listing = OPERATIONS["trading.positions"]
    body = await calls.read(span, listing, {}, attempts=attempts, timeout_s=timeout_s)
    return cast("tuple[Position, ...]", listing.answered(span, {}, body, calls.profile))


async def _looked_up(calls: Calls, span: Operation, fields: Fields) -> Fields:
    """The fields with the id of the only open position in the asset. Nothing is sent that moves money."""
    held = await _positions(calls, span)
    found = [position for position in held if position.asset == fields["asset"] and position.position_id is not None]
    asked = calls.asked(span, OPERATIONS["trading.close"], fields)
    if not found:
        raise asked.error(NotFoundError, f"no position in {fields['asset']} is open")
    if len(found) > 1:
        raise asked.error(ConflictError, f"{len(found)} positions in {fields['asset']} are open: name one by its id")
    span.record({semconv.PF_POSITION_ID: found[0].position_id})
    price: Decimal | None = found[0].mark_price
    return {**fields, "position_id": found[0].position_id, "expected_price": fields.get("expected_price") or price}
