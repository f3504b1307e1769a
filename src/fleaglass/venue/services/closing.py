"""Closing a position, which realises its profit or loss."""

from __future__ import annotations

from decimal import Decimal
from typing import cast

from fleaglass import semconv
from fleaglass.recorder import Operation
from fleaglass.venue.calls import Calls
from fleaglass.venue.errors import ConflictError, NotFoundError
from fleaglass.venue.models import Closed, Position
from fleaglass.venue.observe import OPERATIONS, Fields
from fleaglass.venue.services.pricing import reference_price

__all__ = ["close"]


async def close(calls: Calls, fields: Fields, *, reference: bool) -> Closed:
    """Close the position that ``asset`` or ``position_id`` names; ``expected_price`` measures the slippage."""
    observed = OPERATIONS["trading.close"]
    with calls.begin(observed, fields) as span:
        if fields.get("position_id") is None and calls.profile.closes_by == "position_id":
            fields = await _looked_up(calls, span, fields)
        names_price = "expected_price" in calls.profile.endpoints[observed.name].receives
        if fields.get("expected_price") is None and fields.get("asset") and reference and not names_price:
            fields = {**fields, "expected_price": await reference_price(calls, span, str(fields["asset"]))}
        body = await calls.spend(span, observed, fields)
        return cast("Closed", observed.answered(span, fields, body, calls.profile))


async def _looked_up(calls: Calls, span: Operation, fields: Fields) -> Fields:
    """The fields with the id of the only open position in the asset. Nothing is sent that moves money."""
    listing = OPERATIONS["trading.positions"]
    body = await calls.read(span, listing, {})
    held: tuple[Position, ...] = listing.answered(span, {}, body, calls.profile)
    found = [position for position in held if position.asset == fields["asset"] and position.position_id is not None]
    asked = calls.asked(span, OPERATIONS["trading.close"], fields)
    if not found:
        raise asked.error(NotFoundError, f"no position in {fields['asset']} is open")
    if len(found) > 1:
        raise asked.error(ConflictError, f"{len(found)} positions in {fields['asset']} are open: name one by its id")
    span.record({semconv.PF_POSITION_ID: found[0].position_id})
    price: Decimal | None = found[0].mark_price
    return {**fields, "position_id": found[0].position_id, "expected_price": fields.get("expected_price") or price}
