"""Escrow, by the guides: any JSON as metadata comes back as it was."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from fleaglass.sandbox import bodies, escrow
from fleaglass.sandbox.clock import HOUR_NS, rfc3339
from fleaglass.sandbox.escrow import Escrow
from fleaglass.sandbox.faces.face import Call, Endpoint
from fleaglass.sandbox.faces.view import View, instant, seconds
from fleaglass.sandbox.money import UNIT, from_units
from fleaglass.sandbox.venue import Venue

__all__ = ["ENDPOINTS", "escrow_view"]

_LEAST, _LEAST_HOURS, _MOST_HOURS = Decimal("0.1"), Decimal("0.0001"), Decimal(720)


class EscrowBody(msgspec.Struct, frozen=True):
    """POST /escrow/create."""

    amount_usd: Decimal
    counterparty_id: str
    conditions: str
    timeout_hours: Decimal = Decimal(24)
    metadata: msgspec.Raw = msgspec.Raw(b"null")


class ReasonBody(msgspec.Struct, frozen=True):
    """POST /escrow/{id}/release, /complete, /dispute."""

    reason: str | None = None


def _create(venue: Venue, call: Call) -> View:
    body = bodies.decode(EscrowBody, call.body)
    hours = bodies.amount("timeout_hours", body.timeout_hours, least=_LEAST_HOURS, most=_MOST_HOURS)
    new = escrow.NewEscrow(
        counterparty_id=bodies.text("counterparty_id", body.counterparty_id, 200),
        amount=bodies.amount("amount_usd", body.amount_usd, least=_LEAST),
        conditions=bodies.text("conditions", body.conditions, 9_000),
        timeout_ns=hours * HOUR_NS // UNIT,
        metadata=bodies.metadata_text(body.metadata),
    )
    return escrow_view(escrow.create(venue, call.agent.agent_id, new))


def _list(venue: Venue, call: Call) -> View:
    role, status = call.asked("role"), call.asked("status")
    if role is not None:
        bodies.choice("role", role, ("creator", "counterparty"))
    if status is not None:
        bodies.choice("status", status, escrow.STATUSES)
    return {"escrows": [escrow_view(one) for one in escrow.listing(venue, call.agent.agent_id, role, status)]}


def _read(venue: Venue, call: Call) -> View:
    return escrow_view(escrow.read(venue, call.agent.agent_id, call.path["escrow_id"]))


def _complete(venue: Venue, call: Call) -> View:
    return escrow_view(escrow.complete(venue, call.agent.agent_id, call.path["escrow_id"]))


def _release(venue: Venue, call: Call) -> View:
    return escrow_view(escrow.release(venue, call.agent.agent_id, call.path["escrow_id"], _reason(call)))


def _dispute(venue: Venue, call: Call) -> View:
    return escrow_view(escrow.dispute(venue, call.agent.agent_id, call.path["escrow_id"], _reason(call)))


def _reason(call: Call) -> str | None:
    reason = bodies.decode(ReasonBody, call.body, optional=True).reason
    return None if reason is None else bodies.text("reason", reason, 1_000)


def escrow_view(held: Escrow) -> View:
    """An escrow; `net_usd` is what its end pays out, `metadata` the JSON that it was created with."""
    ended = held.settled_ns
    return {
        "escrow_id": held.escrow_id,
        "status": held.status,
        "amount_usd": from_units(held.amount),
        "fee_usd": from_units(held.fee),
        "net_usd": from_units(held.net),
        "creator_id": held.creator_id,
        "counterparty_id": held.counterparty_id,
        "conditions": held.conditions,
        "metadata": msgspec.Raw(held.metadata.encode()) if held.metadata is not None else None,
        "reason": held.reason,
        "timeout_hours": Decimal(held.timeout_ns) / HOUR_NS,
        "created_at": rfc3339(held.created_ns),
        "expires_at": rfc3339(held.expires_ns),
        "completed_at": instant(held.completed_ns),
        "disputed_at": instant(held.disputed_ns),
        "released_at": instant(ended if held.status == "released" else None),
        "refunded_at": instant(ended if held.status == "refunded" else None),
        "released_amount_usd": from_units(held.net) if held.status == "released" else None,
        "refunded_amount_usd": from_units(held.net) if held.status == "refunded" else None,
        "hold_duration_seconds": seconds(ended - held.created_ns) if ended is not None else None,
    }


ENDPOINTS = (
    Endpoint("escrow.create", "POST", "/escrow/create", _create, status=201),
    Endpoint("escrow.list", "GET", "/escrow", _list),
    Endpoint("escrow.read", "GET", "/escrow/{escrow_id}", _read),
    Endpoint("escrow.complete", "POST", "/escrow/{escrow_id}/complete", _complete),
    Endpoint("escrow.release", "POST", "/escrow/{escrow_id}/release", _release),
    Endpoint("escrow.dispute", "POST", "/escrow/{escrow_id}/dispute", _dispute),
)
