"""Wallets, by the guides: every asset with its value in USD."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

import msgspec

from fleaglass.sandbox import bodies, wallet
from fleaglass.sandbox.errors import InvalidRequest
from fleaglass.sandbox.faces.face import Call, Endpoint
from fleaglass.sandbox.faces.view import View
from fleaglass.sandbox.money import from_units
from fleaglass.sandbox.venue import Venue
from fleaglass.sandbox.wallet import Holding, Swap, Transfer

__all__ = ["ENDPOINTS", "balance_view"]


class SendBody(msgspec.Struct, frozen=True):
    """POST /wallet/{id}/send."""

    asset: str
    amount: Decimal
    to: str


class SwapBody(msgspec.Struct, frozen=True, rename={"source": "from", "target": "to"}):
    """POST /wallet/{id}/swap."""

    source: str
    target: str
    amount: Decimal


def _balance(venue: Venue, call: Call) -> View:
    wallet.own(call.agent, call.path["wallet_id"])
    return balance_view(call.agent.wallet_id, wallet.holdings(venue, call.agent.agent_id))


def _send(venue: Venue, call: Call) -> View:
    wallet.own(call.agent, call.path["wallet_id"])
    body = bodies.decode(SendBody, call.body)
    asset = bodies.choice("asset", body.asset, (wallet.DOLLAR,))
    transfer = wallet.send(venue, call.agent.agent_id, bodies.amount("amount", body.amount), body.to)
    return _transfer_view(transfer, asset)


def _swap(venue: Venue, call: Call) -> View:
    wallet.own(call.agent, call.path["wallet_id"])
    body = bodies.decode(SwapBody, call.body)
    units = bodies.amount("amount", body.amount)
    done = wallet.swap(venue, call.agent.agent_id, body.source, body.target, units)
    return _swap_view(done, body.source, body.target, units)


def _quote(venue: Venue, call: Call) -> View:
    wallet.own(call.agent, call.path["wallet_id"])
    try:
        asked = Decimal(call.asked("amount") or "")
    except InvalidOperation as error:
        raise InvalidRequest("amount", "must be a number") from error
    source, target = call.asked("from") or "", call.asked("to") or ""
    units = bodies.amount("amount", asked)
    quoted = from_units(wallet.quote(venue, source, target, units))
    return {"from": source, "to": target, "amount": from_units(units), "quote": quoted}


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


def _transfer_view(transfer: Transfer, asset: str) -> View:
    return {
        "tx_hash": transfer.tx_hash,
        "network": transfer.network,
        "asset": asset,
        "amount": from_units(transfer.amount),
        "to": transfer.to,
        "status": "confirmed",
    }


def _swap_view(swap: Swap, source: str, target: str, amount: int) -> View:
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


ENDPOINTS = (
    Endpoint("wallet.balance", "GET", "/wallet/{wallet_id}/balance", _balance),
    Endpoint("wallet.send", "POST", "/wallet/{wallet_id}/send", _send),
    Endpoint("wallet.swap", "POST", "/wallet/{wallet_id}/swap", _swap),
    Endpoint("wallet.quote", "GET", "/wallet/{wallet_id}/quote", _quote),
)
