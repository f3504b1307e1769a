"""What escrow operations record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from fleaglass import semconv
from fleaglass.recorder import Handoff, Operation
from fleaglass.recorder.carrier import trace_headers
from fleaglass.venue.body import Body
from fleaglass.venue.models.escrow import Escrow
from fleaglass.venue.observe.operation import Fields, Observed
from fleaglass.venue.observe.propagation import kept, note_propagated
from fleaglass.venue.observe.said import number, text
from fleaglass.venue.profile import Profile
from fleaglass.venue.times import instant

__all__ = ["OPERATIONS", "escrow_from", "note_settled"]

_SERVICE: Final = semconv.PF_SERVICE_ESCROW
_REFUNDED: Final = semconv.PF_ESCROW_STATUS_REFUNDED
_SETTLED: Final = frozenset({semconv.PF_ESCROW_STATUS_RELEASED, _REFUNDED})


def escrow_from(body: Body, fields: Fields) -> Escrow:
    """The escrow as this answer has it."""
    metadata = body.get("metadata")
    created_at = body.text("created_at")
    settled_at = body.text("released_at") or body.text("refunded_at")
    hold_s = body.decimal("hold_duration_s")
    return Escrow(
        escrow_id=body.text("escrow_id") or text(fields, "escrow_id"),
        status=body.text("status"),
        amount_usd=body.decimal("amount_usd"),
        fee_usd=body.decimal("fee_usd"),
        creator_id=body.text("creator_id"),
        counterparty_id=body.text("counterparty_id"),
        conditions=body.text("conditions"),
        timeout_hours=body.decimal("timeout_hours"),
        metadata=metadata if isinstance(metadata, dict) else {},
        created_at=created_at,
        due_at=body.text("due_at"),
        settled_at=settled_at,
        released_amount_usd=body.decimal("released_amount_usd"),
        hold_duration_s=_seconds_between(created_at, settled_at) if hold_s is None else hold_s,
    )


def _seconds_between(start: str | None, end: str | None) -> Decimal | None:
    """``None`` unless both are moments, in this order."""
    began, ended = instant(start), instant(end)
    if began is None or ended is None or ended < began:
        return None
    return Decimal((ended - began) // dt.timedelta(microseconds=1)) / 1_000_000


# Creating -------------------------------------------------------------------------------------------------------------


def _asked_create(fields: Fields) -> Mapping[str, object]:
    return {
        semconv.PF_AMOUNT_USD: number(fields, "amount_usd"),
        semconv.PF_COUNTERPARTY: text(fields, "counterparty_id"),
        semconv.PF_TIMEOUT_HOURS: fields.get("timeout_hours"),
    }


def _begin_create(span: Operation, fields: Fields) -> None:
    span.event(semconv.EVENT_ESCROW_INITIATED)


def _created(span: Operation, fields: Fields, body: Body, profile: Profile) -> Escrow:
    escrow = escrow_from(body, fields)
    span.record(
        {
            semconv.PF_ESCROW_ID: escrow.escrow_id,
            semconv.PF_ESCROW_STATUS: escrow.status,
            semconv.PF_FEE_PCT: profile.escrow_fee_pct,
            semconv.PF_FEE_USD: _fee_usd(escrow, fields, profile),
        }
    )
    if escrow.escrow_id is not None:
        span.event(semconv.EVENT_ESCROW_CREATED, {semconv.FIELD_ESCROW_ID: escrow.escrow_id})
    if (handoff := span.within(Handoff)) is not None:
        counterparty = escrow.counterparty_id or text(fields, "counterparty_id")
        handoff.record({semconv.PF_ESCROW_ID: escrow.escrow_id, semconv.PF_COUNTERPARTY: counterparty})
    if body.has("metadata") and (sent := trace_headers(fields.get("metadata"))):
        note_propagated(span, kept(sent, escrow))
    return escrow


def _fee_usd(escrow: Escrow, fields: Fields, profile: Profile) -> Decimal | None:
    """The fee as the venue says it, or else as its published rate makes it."""
    amount_usd = number(fields, "amount_usd")
    if escrow.fee_usd is not None or amount_usd is None:
        return escrow.fee_usd
    try:
        return amount_usd * Decimal(str(profile.escrow_fee_pct)) / 100
    except ArithmeticError:
        return None


# Ending ---------------------------------------------------------------------------------------------------------------


def _asked_one(fields: Fields) -> Mapping[str, object]:
    return {semconv.PF_ESCROW_ID: text(fields, "escrow_id")}


def _note(span: Operation, escrow: Escrow) -> None:
    span.record(
        {
            semconv.PF_ESCROW_STATUS: escrow.status,
            semconv.PF_AMOUNT_USD: escrow.amount_usd,
            semconv.PF_COUNTERPARTY: escrow.counterparty_id,
        }
    )


def note_settled(span: Operation, escrow: Escrow) -> None:
    """Record what it came to."""
    _note(span, escrow)
    span.record(
        {
            semconv.PF_HOLD_DURATION_S: escrow.hold_duration_s,
            semconv.PF_RELEASED_AMOUNT: escrow.released_amount_usd,
            semconv.PF_FEE_USD: escrow.fee_usd,
        }
    )


def _completed(span: Operation, fields: Fields, body: Body, profile: Profile) -> Escrow:
    escrow = escrow_from(body, fields)
    _note(span, escrow)
    span.event(semconv.EVENT_ESCROW_COMPLETED, {semconv.FIELD_ESCROW_ID: escrow.escrow_id})
    return escrow


def _asked_release(fields: Fields) -> Mapping[str, object]:
    return {**_asked_one(fields), semconv.PF_RELEASE_REASON: text(fields, "reason")}


def _released(span: Operation, fields: Fields, body: Body, profile: Profile) -> Escrow:
    escrow = escrow_from(body, fields)
    note_settled(span, escrow)
    span.event(semconv.EVENT_ESCROW_RELEASED, {semconv.FIELD_ESCROW_ID: escrow.escrow_id})
    return escrow


def _asked_dispute(fields: Fields) -> Mapping[str, object]:
    return {**_asked_one(fields), semconv.PF_DISPUTE_REASON: text(fields, "reason")}


def _disputed(span: Operation, fields: Fields, body: Body, profile: Profile) -> Escrow:
    escrow = escrow_from(body, fields)
    _note(span, escrow)
    span.event(semconv.EVENT_ESCROW_DISPUTED, {semconv.FIELD_ESCROW_ID: escrow.escrow_id})
    return escrow


# Reading --------------------------------------------------------------------------------------------------------------


def _read(span: Operation, fields: Fields, body: Body, profile: Profile) -> Escrow:
    escrow = escrow_from(body, fields)
    if escrow.status in _SETTLED:
        note_settled(span, escrow)
    else:
        _note(span, escrow)
    if escrow.status == _REFUNDED:
        span.event(semconv.EVENT_ESCROW_REFUNDED, {semconv.FIELD_ESCROW_ID: escrow.escrow_id})
    return escrow


def _listed(span: Operation, fields: Fields, body: Body, profile: Profile) -> tuple[Escrow, ...]:
    return tuple(escrow_from(item, {}) for item in body.items())


OPERATIONS: Final = (
    Observed(
        name="escrow.create",
        service=_SERVICE,
        span=semconv.SPAN_PF_ESCROW_CREATE,
        phase="escrow_creation",
        spends=True,
        asked=_asked_create,
        answered=_created,
        begins=_begin_create,
        state=semconv.PF_ESCROW_STATUS,
        confirms={"escrow_id": Body.word},
    ),
    Observed(
        name="escrow.complete",
        service=_SERVICE,
        span=semconv.SPAN_PF_ESCROW_COMPLETE,
        phase="escrow_completion",
        spends=True,
        eases=True,
        asked=_asked_one,
        answered=_completed,
        state=semconv.PF_ESCROW_STATUS,
        confirms={"status": Body.word, "escrow_id": Body.word},
    ),
    Observed(
        name="escrow.release",
        service=_SERVICE,
        span=semconv.SPAN_PF_ESCROW_RELEASE,
        phase="escrow_release",
        spends=True,
        eases=True,
        asked=_asked_release,
        answered=_released,
        state=semconv.PF_ESCROW_STATUS,
        confirms={"status": Body.word, "escrow_id": Body.word},
    ),
    Observed(
        name="escrow.dispute",
        service=_SERVICE,
        span=semconv.SPAN_PF_ESCROW_DISPUTE,
        phase="escrow_dispute",
        spends=True,
        eases=True,
        asked=_asked_dispute,
        answered=_disputed,
        state=semconv.PF_ESCROW_STATUS,
        confirms={"status": Body.word, "escrow_id": Body.word},
    ),
    Observed(
        name="escrow.read",
        service=_SERVICE,
        span=semconv.SPAN_PF_ESCROW_READ,
        phase="escrow_polling",
        spends=False,
        asked=_asked_one,
        answered=_read,
        confirms={"status": Body.word, "escrow_id": Body.word},
    ),
    Observed(
        name="escrow.list",
        service=_SERVICE,
        span=semconv.SPAN_PF_ESCROW_LIST,
        phase="escrow_polling",
        spends=False,
        asked=lambda fields: {semconv.PF_ESCROW_STATUS: text(fields, "status")},
        answered=_listed,
        confirms={"items": Body.listed},
        lines={"escrow_id": Body.word},
    ),
)
