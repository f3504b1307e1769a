"""Escrow: payments held between two agents, and the context that travels with them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from fleaglass import semconv
from fleaglass.recorder import Handoff, Operation
from fleaglass.venue.body import Body
from fleaglass.venue.calls import Calls, at_stake
from fleaglass.venue.errors import VenueError
from fleaglass.venue.models import Escrow as EscrowState
from fleaglass.venue.money import Number, amount
from fleaglass.venue.reading import escrow_from

__all__ = ["Escrow"]

_SERVICE: Final = semconv.PF_SERVICE_ESCROW
CONTEXT_KEY: Final = "trace_context"
"""Where in the metadata the OpenTelemetry integration guide puts a hand-off's carrier."""


class Escrow:
    """The escrow service. Reached as ``flea.escrow``.

    Every method may raise ``AuthError`` and ``Unreachable``; those that change an escrow also ``ConflictError`` when
    its status does not allow it, and ``OutcomeUnknown`` when the answer is lost.
    """

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def create(
        self,
        amount_usd: Number,
        counterparty_id: str,
        conditions: str,
        timeout_hours: int = 24,
        metadata: Mapping[str, Any] | None = None,
        *,
        record_conditions: bool = False,
    ) -> EscrowState:
        """Put an amount into escrow for a counterparty.

        Args:
            amount_usd: the amount; the venue's fee comes off it.
            counterparty_id: agent id of the other side.
            conditions: what is to be done for it. Free text, so recorded only with ``record_conditions``.
            timeout_hours: hours after which the venue settles it.
            metadata: any JSON; a hand-off's carrier goes under ``trace_context``. Not changed.
            record_conditions: whether the conditions go on the span.

        Raises:
            InsufficientFundsError: the account holds too little.
        """
        value = amount("amount_usd", amount_usd)
        with self._calls.operation(
            semconv.SPAN_PF_ESCROW_CREATE,
            _SERVICE,
            {
                semconv.PF_AMOUNT_USD: value,
                semconv.PF_COUNTERPARTY: counterparty_id,
                semconv.PF_TIMEOUT_HOURS: timeout_hours,
                semconv.PF_FEE_PCT: self._calls.profile.escrow_fee_pct,
                semconv.PF_CONDITIONS: conditions if record_conditions else None,
            },
        ) as span:
            span.event(semconv.EVENT_ESCROW_INITIATED)
            body = await self._change(
                span,
                "escrow.create",
                body={
                    "amount_usd": value,
                    "counterparty_id": counterparty_id,
                    "conditions": conditions,
                    "timeout_hours": timeout_hours,
                    "metadata": metadata,
                },
            )
            escrow = escrow_from(body)
            span.record({semconv.PF_ESCROW_ID: escrow.escrow_id, semconv.PF_FEE_USD: self._fee_usd(escrow, value)})
            if escrow.escrow_id is not None:
                span.event(semconv.EVENT_ESCROW_CREATED, {semconv.FIELD_ESCROW_ID: escrow.escrow_id})
            await self._note_handoff(span, body, escrow, metadata)
            return escrow

    async def complete(self, escrow_id: str) -> EscrowState:
        """As the counterparty: report the work as done."""
        return await self._end(semconv.SPAN_PF_ESCROW_COMPLETE, "escrow.complete", escrow_id, None)

    async def release(self, escrow_id: str, reason: str | None = None) -> EscrowState:
        """As the creator: let the counterparty be paid. ``reason`` is a short phrase, recorded and sent."""
        return await self._end(semconv.SPAN_PF_ESCROW_RELEASE, "escrow.release", escrow_id, reason)

    async def dispute(self, escrow_id: str, reason: str | None = None) -> EscrowState:
        """Object to the settlement. ``reason`` is a short phrase, recorded and sent."""
        return await self._end(semconv.SPAN_PF_ESCROW_DISPUTE, "escrow.dispute", escrow_id, reason)

    async def read(self, escrow_id: str) -> EscrowState:
        """Read one escrow. `NotFoundError`."""
        with self._calls.operation(semconv.SPAN_PF_ESCROW_READ, _SERVICE, {semconv.PF_ESCROW_ID: escrow_id}) as span:
            body = await self._calls.read(span, "escrow.read", path={"escrow_id": escrow_id})
            escrow = escrow_from(body, escrow_id)
            span.record(
                {
                    semconv.PF_ESCROW_STATUS: escrow.status,
                    semconv.PF_AMOUNT_USD: escrow.amount_usd,
                    semconv.PF_COUNTERPARTY: escrow.counterparty_id,
                }
            )
            return escrow

    async def list(self, *, role: str | None = None, status: str | None = None) -> tuple[EscrowState, ...]:
        """Escrows of this agent, which is how a hired agent finds its work.

        Args:
            role: ``creator`` or ``counterparty``; both by default.
            status: ``funded``, ``completed``, ``released``, ``disputed`` or ``refunded``; all by default.
        """
        query = {name: value for name, value in (("role", role), ("status", status)) if value is not None}
        with self._calls.operation(semconv.SPAN_PF_ESCROW_LIST, _SERVICE, {semconv.PF_ESCROW_STATUS: status}) as span:
            body = await self._calls.read(span, "escrow.list", query=query)
            return tuple(escrow_from(item) for item in body.items())

    def _fee_usd(self, escrow: EscrowState, amount_usd: Decimal) -> Decimal:
        """The fee as the venue says it, or else as its published rate makes it."""
        if escrow.fee_usd is not None:
            return escrow.fee_usd
        return amount_usd * Decimal(str(self._calls.profile.escrow_fee_pct)) / 100

    async def _end(self, span_name: str, name: str, escrow_id: str, reason: str | None) -> EscrowState:
        """The three changes that need no more than an id and a reason."""
        attribute, event = _ENDS[name]
        with self._calls.operation(
            span_name, _SERVICE, {semconv.PF_ESCROW_ID: escrow_id, **({attribute: reason} if attribute else {})}
        ) as span:
            body = await self._change(span, name, path={"escrow_id": escrow_id}, body={"reason": reason})
            escrow = escrow_from(body, escrow_id)
            if name == "escrow.release":
                span.record(
                    {
                        semconv.PF_HOLD_DURATION_S: escrow.hold_duration_s,
                        semconv.PF_RELEASED_AMOUNT: escrow.released_amount_usd,
                        semconv.PF_FEE_USD: escrow.fee_usd,
                    }
                )
            span.event(event, {semconv.FIELD_ESCROW_ID: escrow_id})
            return escrow

    async def _change(
        self,
        span: Operation,
        name: str,
        *,
        path: Mapping[str, str] | None = None,
        body: Mapping[str, object],
    ) -> Body:
        with at_stake(span, semconv.PF_ESCROW_STATUS):
            answer = await self._calls.spend(span, name, path=path, body=body)
        span.record({semconv.PF_ESCROW_STATUS: answer.text("status")})
        return answer

    async def _note_handoff(
        self, span: Operation, body: Body, escrow: EscrowState, metadata: Mapping[str, Any] | None
    ) -> None:
        """Record whether the context survived, here and on the hand-off around this.

        A venue may accept metadata and drop it. Where the answer does not show it, it is read back.
        """
        sent = metadata.get(CONTEXT_KEY) if isinstance(metadata, Mapping) else None
        propagated: bool | None = None
        if sent and escrow.escrow_id is not None:
            kept: object = escrow.metadata if body.has("metadata") else await self._metadata_of(span, escrow.escrow_id)
            propagated = None if kept is None else isinstance(kept, Mapping) and kept.get(CONTEXT_KEY) == sent
        facts = {semconv.PF_ESCROW_ID: escrow.escrow_id, semconv.PF_PROPAGATED: propagated}
        span.record(facts)
        if (handoff := span.within(Handoff)) is not None:
            handoff.record({**facts, semconv.PF_COUNTERPARTY: escrow.counterparty_id})

    async def _metadata_of(self, span: Operation, escrow_id: str) -> Mapping[str, Any] | None:
        """The metadata the venue kept; ``None`` when that cannot be found out. The escrow exists, so nothing raises."""
        try:
            body = await self._calls.read(span, "escrow.read", path={"escrow_id": escrow_id}, attempts=1)
        except (VenueError, ValueError):  # the second for an id that cannot stand in an address
            return None
        return escrow_from(body).metadata


_ENDS: Final[Mapping[str, tuple[str | None, str]]] = {
    "escrow.complete": (None, semconv.EVENT_ESCROW_COMPLETED),
    "escrow.release": (semconv.PF_RELEASE_REASON, semconv.EVENT_ESCROW_RELEASED),
    "escrow.dispute": (semconv.PF_DISPUTE_REASON, semconv.EVENT_ESCROW_DISPUTED),
}
