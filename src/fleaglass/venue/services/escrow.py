"""Escrow: payments held between two agents, and the context that travels with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, cast

from fleaglass import semconv
from fleaglass.recorder import Operation
from fleaglass.recorder.carrier import to_text, trace_headers
from fleaglass.venue.calls import Calls
from fleaglass.venue.errors import ConflictError, DisputeError, EscrowTimeoutError, Rejected, VenueError
from fleaglass.venue.ledgering import hand_out, take_in
from fleaglass.venue.models.escrow import Escrow as EscrowState
from fleaglass.venue.money import Number, amount
from fleaglass.venue.observe import OPERATIONS, Fields
from fleaglass.venue.observe.escrow import escrow_from, note_settled
from fleaglass.venue.observe.propagation import kept, note_propagated

__all__ = ["SAID_BY_STATUS", "Escrow"]

_READ: Final = OPERATIONS["escrow.read"]
_LONGEST_WAIT_S: Final = 2.0
SAID_BY_STATUS: Final[Mapping[str | None, tuple[type[Rejected], str]]] = {
    semconv.PF_ESCROW_STATUS_REFUNDED: (EscrowTimeoutError, "it ran out of time, and its creator was refunded"),
    semconv.PF_ESCROW_STATUS_DISPUTED: (DisputeError, "it is disputed"),
}
"""Why an escrow cannot be released any more."""


class Escrow:
    """The escrow service. Reached as ``flea.escrow``.

    Every method may raise ``AuthError`` and ``Unreachable``. Those that change an escrow also raise
    ``EscrowTimeoutError`` when it ran out of time, ``DisputeError`` when it is disputed, ``ConflictError`` when its
    status does not allow the change (after a lost answer: it is done already), and ``OutcomeUnknown`` when the answer
    is lost: then ``read`` it.
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

        A hand-off's carrier goes into ``metadata``, under ``trace_context`` or as it is. Where the venue drops
        metadata, the trace goes as a mark at the end of the conditions, and all else in the metadata is lost. Either
        way ``pf.context.propagated`` says whether the venue kept it: read back, where its answer does not show it.
        Beside it goes the newest checkpoint of the agent's ledger, as ``ledger_checkpoint`` (docs/ledger.md).

        Args:
            amount_usd: the amount; the venue's fee comes off it.
            counterparty_id: agent id of the other side.
            conditions: what is to be done for it. Free text, so recorded only with ``record_conditions``.
            timeout_hours: hours after which the venue settles it.
            metadata: any JSON. Not changed.
            record_conditions: whether the conditions go on the span.

        Raises:
            InsufficientBalanceError: the account holds too little.
        """
        context = trace_headers(metadata)
        fields: dict[str, Any] = {
            "amount_usd": amount("amount_usd", amount_usd),
            "counterparty_id": counterparty_id,
            "conditions": conditions + self._mark(context, len(conditions)),
            "timeout_hours": timeout_hours,
            "metadata": metadata,
        }
        more = {semconv.PF_CONDITIONS: conditions if record_conditions else None}
        observed = OPERATIONS["escrow.create"]
        with self._calls.begin(observed, fields, more=more) as span:
            if self._calls.profile.escrow_context == "metadata":
                fields["metadata"] = await hand_out(self._calls.core, metadata, self._calls.wait)
            body = await self._calls.spend(span, observed, fields)
            escrow = cast("EscrowState", observed.answered(span, fields, body, self._calls.profile))
            if context and escrow.escrow_id is not None and not body.has("metadata"):
                held = await self._as_held(span, escrow.escrow_id)
                note_propagated(span, None if held is None else kept(context, held))
            return escrow

    async def complete(self, escrow_id: str) -> EscrowState:
        """As the counterparty: report the work as done."""
        return await self._change("escrow.complete", {"escrow_id": escrow_id})

    async def release(self, escrow_id: str, reason: str | None = None) -> EscrowState:
        """As the creator: let the counterparty be paid.

        How long the amount was held is in the answer, or else between the escrow's own times, which are then read.

        Args:
            escrow_id: the escrow.
            reason: a short phrase, recorded and sent.
        """
        return await self._change("escrow.release", {"escrow_id": escrow_id, "reason": reason})

    async def dispute(self, escrow_id: str, reason: str | None = None) -> EscrowState:
        """Object to the settlement. ``reason`` is a short phrase, recorded and sent."""
        return await self._change("escrow.dispute", {"escrow_id": escrow_id, "reason": reason})

    async def read(self, escrow_id: str) -> EscrowState:
        """Read one escrow; a status of ``refunded`` says that it ran out of time. `NotFoundError`."""
        escrow = cast("EscrowState", await self._calls.perform("escrow.read", {"escrow_id": escrow_id}))
        take_in(self._calls.core, (escrow,))
        return escrow

    async def list(self, *, role: str | None = None, status: str | None = None) -> tuple[EscrowState, ...]:
        """Escrows of this agent, which is how a hired agent finds its work.

        Args:
            role: ``creator`` or ``counterparty``; both by default.
            status: ``funded``, ``completed``, ``released``, ``disputed`` or ``refunded``; all by default.

        Raises:
            ValueError: the profile lists none; keep the ids, or have them sent.
        """
        if not self._calls.has("escrow.list"):
            raise ValueError(f"profile {self._calls.profile.name} lists no escrows: read them by their ids")
        fields = {"role": role, "status": status}
        escrows = cast("tuple[EscrowState, ...]", await self._calls.perform("escrow.list", fields))
        take_in(self._calls.core, escrows)
        return escrows

    def _mark(self, context: Mapping[str, str], chars: int) -> str:
        """What carries the context in the conditions, where the metadata cannot; nothing that makes them too long."""
        profile = self._calls.profile
        if profile.escrow_context != "description":
            return ""
        mark, limit = to_text(context), profile.escrow_conditions_chars
        return mark if limit is None or chars + len(mark) <= limit else ""

    async def _change(self, name: str, fields: Fields) -> EscrowState:
        """The three changes that need no more than an id and a reason."""
        observed, profile = OPERATIONS[name], self._calls.profile
        with self._calls.begin(observed, fields) as span:
            try:
                body = await self._calls.spend(span, observed, fields)
            except ConflictError as error:
                raise await self._explained(span, name, fields, error) from error
            escrow = cast("EscrowState", observed.answered(span, fields, body, profile))
            if name == "escrow.release" and escrow.hold_duration_s is None:
                return await self._timed(span, escrow)
            return escrow

    async def _explained(self, span: Operation, name: str, fields: Fields, error: ConflictError) -> VenueError:
        """Why the status does not allow it, where the refusal itself does not tell."""
        if type(error) is not ConflictError:
            return error
        held = await self._as_held(span, str(fields["escrow_id"]))
        if held is None or held.status not in SAID_BY_STATUS:
            return error
        span.record({semconv.PF_ESCROW_STATUS: held.status})
        kind, detail = SAID_BY_STATUS[held.status]
        return self._calls.asked(span, OPERATIONS[name], fields).error(kind, detail, error.status, error.code)

    async def _timed(self, span: Operation, escrow: EscrowState) -> EscrowState:
        """The released escrow, with what its own record adds to an answer that said little."""
        held = await self._as_held(span, escrow.escrow_id or "")
        if held is None:
            return escrow
        known = {name: getattr(held, name) for name in _FILLED_IN if getattr(escrow, name) is None}
        escrow = replace(escrow, **known)
        note_settled(span, escrow)
        return escrow

    async def _as_held(self, span: Operation, escrow_id: str) -> EscrowState | None:
        """The escrow as the venue shows it; ``None`` when that cannot be found out.

        The escrow is created or changed by now, or was refused, so nothing here raises in its place.
        """
        fields = {"escrow_id": escrow_id}
        try:
            body = await self._calls.read(span, _READ, fields, attempts=1, timeout_s=_LONGEST_WAIT_S)
            return escrow_from(body, fields)
        except (VenueError, ValueError):  # the second for an id that cannot stand in an address
            return None


_FILLED_IN: Final = (
    "amount_usd",
    "fee_usd",
    "creator_id",
    "counterparty_id",
    "conditions",
    "timeout_hours",
    "created_at",
    "due_at",
    "settled_at",
    "hold_duration_s",
)
