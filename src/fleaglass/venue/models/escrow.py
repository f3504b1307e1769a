"""Payments held between two agents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from fleaglass.recorder.carrier import from_text, trace_headers

__all__ = ["Escrow"]

_CONTEXT_KEY: Final = "trace_context"
"""Where in the metadata the OpenTelemetry integration guide puts a hand-off's carrier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Escrow:
    """A payment held between two agents.

    ``status`` as the venue says it: funded, completed, released, disputed, refunded. ``conditions`` and ``metadata``
    are the creator's, which for the counterparty is a stranger. ``released_amount_usd`` and ``hold_duration_s`` are
    known once it is settled; times are the venue's own text. ``due_at`` is when the venue settles it by itself.
    """

    escrow_id: str | None
    status: str | None
    amount_usd: Decimal | None
    fee_usd: Decimal | None
    creator_id: str | None
    counterparty_id: str | None
    conditions: str | None
    timeout_hours: Decimal | None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    created_at: str | None = None
    due_at: str | None = None
    settled_at: str | None = None
    released_amount_usd: Decimal | None = None
    hold_duration_s: Decimal | None = None

    @property
    def carrier(self) -> Any:
        """The context that came with it, for ``agent.take_over``, from wherever the venue kept it; ``{}`` if none.

        In the metadata it is any JSON that a stranger chose, under ``trace_context`` or beside the rest; in the
        conditions a mark that is well formed.
        """
        if _CONTEXT_KEY in self.metadata:
            return self.metadata[_CONTEXT_KEY]
        return trace_headers(self.metadata) or from_text(self.conditions)
