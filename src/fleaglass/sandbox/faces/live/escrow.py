"""Escrow, by the published code: public to read, paid from the casino's balance, and without a place for metadata.

A field that is not asked for is dropped without a word: what should reach the counterparty must be in `description`.
"""

from __future__ import annotations

from decimal import Decimal

from fleaglass.sandbox import accounts, escrow
from fleaglass.sandbox.clock import HOUR_NS, SECOND_NS, rfc3339
from fleaglass.sandbox.escrow import Escrow
from fleaglass.sandbox.faces.face import Call, Endpoint
from fleaglass.sandbox.faces.live import fields
from fleaglass.sandbox.faces.live.fields import Fields
from fleaglass.sandbox.faces.live.refusal import Refused
from fleaglass.sandbox.faces.view import View, instant
from fleaglass.sandbox.money import UNIT, from_units, to_units
from fleaglass.sandbox.venue import Venue

__all__ = ["ENDPOINTS"]

_LEAST = Decimal("0.1")
_HOURS, _LEAST_HOURS, _MOST_HOURS = Decimal(24), Decimal(1), Decimal(720)
_CREATED = frozenset(
    (
        *("escrow_id", "amount_usd", "commission_usd", "net_to_counterparty", "creator_id", "counterparty_id"),
        *("status", "auto_release_at"),
    )
)
"""What the answer to a creation has of an escrow."""


def _create(venue: Venue, call: Call) -> View:
    asked = fields.read(call, lenient=True)
    amount = fields.units(asked, "amount_usd", "invalid_amount", least=_LEAST)
    description = fields.text(asked, "description", "invalid_description", least=3)
    account = fields.text(asked, "counterparty_agent_id", "invalid_counterparty", most=200)
    if account == accounts.account_id(venue.db, "casino", call.agent.agent_id):
        raise Refused(400, "self_escrow", "Creator and counterparty must differ")
    counterparty = accounts.holder(venue.db, "casino", account)
    if counterparty is None:
        raise Refused(404, "counterparty_not_found")
    new = escrow.NewEscrow(counterparty.agent_id, amount, description, _timeout_ns(asked))
    created = escrow.create(venue, call.agent.agent_id, new)
    return {name: value for name, value in _view(venue, created).items() if name in _CREATED}


def _timeout_ns(asked: Fields) -> int:
    hours = fields.number(asked.get("timeout_hours")) or _HOURS
    return to_units(min(_MOST_HOURS, max(_LEAST_HOURS, hours))) * HOUR_NS // UNIT


def _complete(venue: Venue, call: Call) -> View:
    done = escrow.complete(venue, call.agent.agent_id, call.path["escrow_id"])
    return {"escrow_id": done.escrow_id, "status": done.status, "auto_release_at": _milliseconds(done.expires_ns)}


def _release(venue: Venue, call: Call) -> View:
    released = escrow.release(venue, call.agent.agent_id, call.path["escrow_id"], None)
    return {
        "escrow_id": released.escrow_id,
        "status": released.status,
        "amount_released": from_units(released.net),
        "commission": from_units(released.fee),
        "referral_commission": 0,
    }


def _dispute(venue: Venue, call: Call) -> View:
    reason = fields.read(call, lenient=True).get("reason")
    told = reason[:1_000] if isinstance(reason, str) else None
    disputed = escrow.dispute(venue, call.agent.agent_id, call.path["escrow_id"], told)
    return {"escrow_id": disputed.escrow_id, "status": disputed.status}


def _read(venue: Venue, call: Call) -> View:
    held = escrow.find(venue.db, call.path["escrow_id"])
    if call.agent.agent_id in (held.creator_id, held.counterparty_id):
        return {**_view(venue, held), "events": _events(venue, held)}
    return _view(venue, held)


def _view(venue: Venue, held: Escrow) -> View:
    """An escrow as anybody may read it. `auto_release_at` is when the creator gets the money back, minus the fee."""
    settled = held.settled_ns
    return {
        "escrow_id": held.escrow_id,
        "status": held.status,
        "amount_usd": from_units(held.amount),
        "commission_usd": from_units(held.fee),
        "net_to_counterparty": from_units(held.net),
        "creator_id": accounts.account_id(venue.db, "casino", held.creator_id),
        "counterparty_id": accounts.account_id(venue.db, "casino", held.counterparty_id),
        "description": held.conditions,
        "auto_release_at": _milliseconds(held.expires_ns),
        "created_at": _seconds(held.created_ns),
        "completed_at": _seconds(held.completed_ns),
        "disputed_at": _seconds(held.disputed_ns),
        "released_at": _seconds(settled if held.status == "released" else None),
        "refunded_at": _seconds(settled if held.status == "refunded" else None),
    }


def _events(venue: Venue, held: Escrow) -> list[View]:
    ended = held.status if held.status in ("released", "refunded") else ""
    happened = (
        ("created", held.creator_id, None, held.created_ns),
        ("completed", held.counterparty_id, None, held.completed_ns),
        ("disputed", held.disputer_id, held.reason, held.disputed_ns),
        (ended, held.creator_id if ended == "released" else None, None, held.settled_ns),
    )
    return [
        {
            "event": event,
            "actor_id": accounts.account_id(venue.db, "casino", actor) if actor else "system",
            "note": note,
            "created_at": at_ns // SECOND_NS,
        }
        for event, actor, note, at_ns in happened
        if at_ns is not None
    ]


def _milliseconds(at_ns: int) -> str:
    return f"{rfc3339(at_ns)[:-4]}Z"


def _seconds(at_ns: int | None) -> str | None:
    """The services keep whole seconds of everything that happened."""
    whole = None if at_ns is None else at_ns // SECOND_NS * SECOND_NS
    return instant(whole)


ENDPOINTS = tuple(
    Endpoint(f"escrow.{verb}", method, f"/escrow/escrow/{path}", handler, status, keyless, "casino", per_minute)
    for verb, method, path, handler, status, keyless, per_minute in (
        ("create", "POST", "create", _create, 201, False, 20),
        ("complete", "POST", "complete/{escrow_id}", _complete, 200, False, 30),
        ("release", "POST", "release/{escrow_id}", _release, 200, False, 30),
        ("dispute", "POST", "dispute/{escrow_id}", _dispute, 200, False, 30),
        ("read", "GET", "{escrow_id}", _read, 200, True, None),
    )
)
