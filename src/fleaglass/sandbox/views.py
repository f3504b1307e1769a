"""Answers: how each thing of the venue looks as JSON.

Amounts are JSON numbers with their exact decimal text, times RFC 3339 in UTC, absent values null. Field names follow
the integration guides where they name them.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from fleaglass.sandbox.accounts import Claim, Registration
from fleaglass.sandbox.clock import HOUR_NS, SECOND_NS, rfc3339
from fleaglass.sandbox.escrow import Escrow
from fleaglass.sandbox.market import Quote
from fleaglass.sandbox.money import from_units
from fleaglass.sandbox.trading.closing import Closed
from fleaglass.sandbox.trading.orders import Order
from fleaglass.sandbox.trading.positions import Position
from fleaglass.sandbox.wallet import Holding, Swap, Transfer

__all__ = [
    "View",
    "balance_view",
    "claim_view",
    "closed_view",
    "encode",
    "escrow_view",
    "market_view",
    "order_view",
    "position_view",
    "registration_view",
    "swap_view",
    "transfer_view",
]

View = dict[str, object]
_encoder = msgspec.json.Encoder(decimal_format="number")


def encode(view: Mapping[str, object]) -> bytes:
    """Return the JSON text of a view."""
    return _encoder.encode(view)


def order_view(order: Order) -> View:
    """What every call about one order returns; `fill_price` is null until something filled."""
    return {
        "order_id": order.order_id,
        "asset": order.asset,
        "side": order.side,
        "order_type": order.order_type,
        "quantity": from_units(order.quantity),
        "limit_price": _optional(order.limit_price),
        "status": order.status,
        "reason": order.reason,
        "filled_quantity": from_units(order.filled),
        "remaining_quantity": from_units(order.remaining),
        "fill_price": _optional(order.fill_price),
        "expected_price": from_units(order.expected_price),
        "fee_usd": from_units(order.fee),
        "realized_pnl_usd": from_units(order.realized),
        "created_at": rfc3339(order.created_ns),
        "updated_at": rfc3339(order.updated_ns),
    }


def closed_view(closed: Closed) -> View:
    """The end of a position; `realized_pnl_usd` is before `fee_usd`, the fee of the closing trade."""
    order = closed.order
    return {
        "position_id": closed.position.position_id,
        "order_id": order.order_id,
        "asset": order.asset,
        "side": order.side,
        "quantity": from_units(order.filled),
        "entry_price": from_units(closed.position.entry_price),
        "exit_price": _optional(order.fill_price),
        "expected_price": from_units(order.expected_price),
        "realized_pnl_usd": from_units(order.realized),
        "fee_usd": from_units(order.fee),
        "status": "closed",
        "opened_at": rfc3339(closed.position.opened_ns),
        "closed_at": rfc3339(order.updated_ns),
    }


def position_view(position: Position, price: int) -> View:
    """An open position against the current price; quantity without sign, `side` long or short."""
    return {
        "position_id": position.position_id,
        "asset": position.asset,
        "side": position.side,
        "quantity": from_units(position.size),
        "entry_price": from_units(position.entry_price),
        "mark_price": from_units(price),
        "unrealized_pnl_usd": from_units(position.unrealized(price)),
        "realized_pnl_usd": from_units(position.realized),
        "opened_at": rfc3339(position.opened_ns),
    }


def market_view(quote: Quote, now_ns: int) -> View:
    """A market's price, volatilities per year (0.55 is 55 %) and last 64 values, the current ones last."""
    implied = [_six_places(value) for value in quote.implied_vols]
    realized = [_six_places(value) for value in quote.realized_vols]
    return {
        "asset": quote.asset,
        "price": from_units(quote.price),
        "timestamp": rfc3339(now_ns),
        "implied_vol": implied[-1],
        "realized_vol": realized[-1],
        "history": [from_units(price) for price in quote.prices],
        "implied_vol_history": implied,
        "realized_vol_history": realized,
    }


def balance_view(wallet_id: str, holdings: list[Holding]) -> View:
    """A wallet: the `usd_value` of all assets adds up to what the agent is worth, debts of shorts counted."""
    return {
        "wallet_id": wallet_id,
        "assets": {
            line.asset: {
                "amount": from_units(line.amount),
                "usd_value": from_units(line.usd_value),
                "available": from_units(line.available),
            }
            for line in holdings
        },
        "total_usd": from_units(sum(line.usd_value for line in holdings)),
    }


def transfer_view(transfer: Transfer, asset: str) -> View:
    """A payment out of a wallet."""
    return {
        "tx_hash": transfer.tx_hash,
        "network": transfer.network,
        "asset": asset,
        "amount": from_units(transfer.amount),
        "to": transfer.to,
        "status": "confirmed",
    }


def swap_view(swap: Swap, source: str, target: str, amount: int) -> View:
    """A finished swap; `amount` is what was asked for, `quote` and `received` count units of `to`."""
    return {
        "swap_id": swap.order.order_id,
        "from": source,
        "to": target,
        "amount": from_units(amount),
        "quote": from_units(swap.quoted),
        "received": from_units(swap.received),
        "fee_usd": from_units(swap.order.fee),
        "status": "completed",
    }


def escrow_view(escrow: Escrow) -> View:
    """An escrow; `net_usd` is what its end pays out, `metadata` the JSON that it was created with."""
    ended = escrow.settled_ns
    return {
        "escrow_id": escrow.escrow_id,
        "status": escrow.status,
        "amount_usd": from_units(escrow.amount),
        "fee_usd": from_units(escrow.fee),
        "net_usd": from_units(escrow.net),
        "creator_id": escrow.creator_id,
        "counterparty_id": escrow.counterparty_id,
        "conditions": escrow.conditions,
        "metadata": msgspec.Raw(escrow.metadata.encode()) if escrow.metadata is not None else None,
        "reason": escrow.reason,
        "timeout_hours": Decimal(escrow.timeout_ns) / HOUR_NS,
        "created_at": rfc3339(escrow.created_ns),
        "expires_at": rfc3339(escrow.expires_ns),
        "completed_at": _instant(escrow.completed_ns),
        "disputed_at": _instant(escrow.disputed_ns),
        "released_at": _instant(ended if escrow.status == "released" else None),
        "refunded_at": _instant(ended if escrow.status == "refunded" else None),
        "released_amount_usd": from_units(escrow.net) if escrow.status == "released" else None,
        "hold_duration_seconds": _seconds(ended - escrow.created_ns) if ended is not None else None,
    }


def registration_view(registration: Registration) -> View:
    """A new account with its key."""
    agent = registration.agent
    return {"agent_id": agent.agent_id, "api_key": registration.api_key, "wallet_id": agent.wallet_id}


def claim_view(claim: Claim) -> View:
    """A credited faucet claim."""
    return {"claim_id": claim.claim_id, "credited_usd": from_units(claim.amount)}


def _optional(units: int | None) -> Decimal | None:
    return None if units is None else from_units(units)


def _instant(at_ns: int | None) -> str | None:
    return None if at_ns is None else rfc3339(at_ns)


def _seconds(duration_ns: int) -> Decimal:
    return round(Decimal(duration_ns) / SECOND_NS, 6).normalize()


def _six_places(value: float) -> float:
    return round(value, 6)
