"""Swaps, by the published code: a quote, a swap, and a status to ask for; amounts are text."""

from __future__ import annotations

from fleaglass.sandbox import vault, wallet
from fleaglass.sandbox.errors import ApiError, NotFound
from fleaglass.sandbox.faces.face import Call, Endpoint
from fleaglass.sandbox.faces.live import fields
from fleaglass.sandbox.faces.live.refusal import Refused
from fleaglass.sandbox.faces.view import View
from fleaglass.sandbox.money import from_units
from fleaglass.sandbox.trading import orders
from fleaglass.sandbox.venue import Venue

__all__ = ["endpoints"]


def _quote(venue: Venue, call: Call) -> View:
    asked = {name: call.asked(name) for name in ("from_token", "to_token", "amount")}
    try:
        source, target, amount = _pair(asked)
        quoted = wallet.quote(venue, source, target, amount)
    except ApiError as error:
        raise Refused(400, "quote_failed", error.message) from error
    return {
        "quote": {
            "fromToken": source,
            "toToken": target,
            "fromAmount": _text(amount),
            "toAmount": _text(quoted),
        }
    }


def _swap(venue: Venue, call: Call) -> View:
    asked = fields.read(call)
    try:
        source, target, amount = _pair(asked)
        done = wallet.swap(venue, call.agent.agent_id, source, target, amount)
    except ApiError as error:
        raise Refused(400, "swap_failed", error.message) from error
    keys = vault.read(venue.db, call.agent.agent_id)
    return {
        "swap_id": done.order.order_id,
        "status": "completed",
        "input": {"token": source, "amount": _text(amount)},
        "output": {"token": target, "expected_amount": _text(done.quoted), "amount": _text(done.received)},
        "fee": {"amount_usd": from_units(done.order.fee)},
        "deposit": {"address": keys.addresses["base"] if keys else None, "amount": _text(amount)},
    }


def _status(venue: Venue, call: Call) -> View:
    try:
        order = orders.find(venue.db, call.agent.agent_id, call.path["swap_id"])
    except NotFound as error:
        raise Refused(400, "status_check_failed", error.message) from error
    return {"swap_id": order.order_id, "status": "completed" if order.filled else "failed"}


def _pair(asked: fields.Fields) -> tuple[str, str, int]:
    source = fields.text(asked, "from_token", "invalid_request", most=40)
    target = fields.text(asked, "to_token", "invalid_request", most=40)
    return source.upper(), target.upper(), fields.units(asked, "amount", "invalid_amount")


def _text(units: int) -> str:
    return f"{from_units(units):f}"


def endpoints(base: str) -> tuple[Endpoint, ...]:
    """Return what is served below the wallet's base."""
    return (
        Endpoint("wallet.quote", "GET", f"{base}/wallet/swap/quote", _quote),
        Endpoint("wallet.swap", "POST", f"{base}/wallet/swap", _swap),
        Endpoint("wallet.swap_status", "GET", f"{base}/wallet/swap/status/{{swap_id}}", _status),
    )
