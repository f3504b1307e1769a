"""How answers become models. `orders.py` does the same for orders, which need more."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from fleaglass.venue.body import Body
from fleaglass.venue.models import AssetBalance, Balance, Closed, Escrow, Market, Position
from fleaglass.venue.money import optional_decimal

__all__ = ["balance_from", "closed_from", "escrow_from", "market_from", "position_from"]


def position_from(body: Body) -> Position:
    """An open position."""
    return Position(
        position_id=body.text("position_id"),
        asset=body.text("asset"),
        side=body.text("side"),
        quantity=body.decimal("quantity"),
        entry_price=body.decimal("entry_price"),
        mark_price=body.decimal("mark_price"),
        unrealized_pnl_usd=body.decimal("unrealized_pnl_usd"),
    )


def closed_from(body: Body) -> Closed:
    """A closed position."""
    return Closed(
        position_id=body.text("position_id"),
        order_id=body.text("order_id"),
        asset=body.text("asset"),
        quantity=body.decimal("quantity"),
        entry_price=body.decimal("entry_price"),
        exit_price=body.decimal("exit_price"),
        realized_pnl_usd=body.decimal("realized_pnl_usd"),
        fee_usd=body.decimal("fee_usd"),
    )


def market_from(body: Body, asset: str) -> Market | None:
    """A market; ``None`` when the answer has no price, without which it is of no use."""
    if (price := body.decimal("price")) is None:
        return None
    return Market(
        asset=body.text("asset") or asset,
        price=price,
        timestamp=body.text("timestamp"),
        implied_vol=body.decimal("implied_vol"),
        realized_vol=body.decimal("realized_vol"),
        history=body.decimals("history"),
        implied_vol_history=body.decimals("implied_vol_history"),
        realized_vol_history=body.decimals("realized_vol_history"),
    )


def balance_from(body: Body, wallet_id: str) -> Balance | None:
    """A balance; ``None`` when any asset has no readable value, because half a balance sizes trades wrongly."""
    assets = body.get("assets")
    if not isinstance(assets, Mapping):
        return None
    found: dict[str, AssetBalance] = {}
    for name, fields in assets.items():
        value = optional_decimal(fields.get("usd_value")) if isinstance(fields, Mapping) else None
        if value is None:
            return None
        found[name] = AssetBalance(
            usd_value=value,
            amount=optional_decimal(fields.get("amount")),
            available=optional_decimal(fields.get("available")),
        )
    try:
        total_usd = sum((asset.usd_value for asset in found.values()), Decimal(0))
    except ArithmeticError:  # beyond what a Decimal can hold
        return None
    return Balance(wallet_id=wallet_id, total_usd=total_usd, assets=MappingProxyType(found))


def escrow_from(body: Body, escrow_id: str | None = None) -> Escrow:
    """An escrow."""
    metadata = body.get("metadata")
    return Escrow(
        escrow_id=body.text("escrow_id") or escrow_id,
        status=body.text("status"),
        amount_usd=body.decimal("amount_usd"),
        fee_usd=body.decimal("fee_usd"),
        creator_id=body.text("creator_id"),
        counterparty_id=body.text("counterparty_id"),
        conditions=body.text("conditions"),
        timeout_hours=body.decimal("timeout_hours"),
        metadata=metadata if isinstance(metadata, dict) else {},
        created_at=body.text("created_at"),
        released_amount_usd=body.decimal("released_amount_usd"),
        hold_duration_s=body.decimal("hold_duration_s"),
    )
