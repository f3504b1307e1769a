"""Which spans make their trace one that is kept for long, as conditions on a row of `spans`.

Money is never sampled and never thinned: whatever trades, holds in escrow or spends, or names an order, an escrow,
profit or a fee. Neither is trouble: errors, interruptions, doubt, and what an issue tells of.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from fleaglass import semconv
from fleaglass.hub.store.tables import MAPS, TYPED_COLUMNS, column

__all__ = ["IDLE", "MATTERS", "OF_ISSUES"]

_SPENDS: Final = (
    semconv.SPAN_PF_WALLET_SEND,
    semconv.SPAN_PF_WALLET_SWAP,
    semconv.SPAN_PF_CASINO_BET,
    semconv.SPAN_PF_CASINO_BATCH,
    semconv.SPAN_PF_CASINO_RECONCILE,
    semconv.SPAN_PF_DOMAIN_REGISTER,
    semconv.SPAN_PF_DOMAIN_BID,
    semconv.SPAN_PF_DOMAIN_RECONCILE,
    semconv.SPAN_PF_FAUCET_CLAIM,
)
_TELLING: Final = (
    semconv.PF_ORDER_ID,
    semconv.PF_ORDER_STATE,
    semconv.PF_ESCROW_ID,
    semconv.PF_PNL_USD,
    semconv.PF_FEE_USD,
    semconv.PF_BET_ID,
    semconv.PF_BID_ID,
    semconv.PF_POSITION_ID,
    semconv.PF_INTERRUPTED,
    semconv.SENTRY_EVENT_ID,
)
"""Attributes that make a span matter, whatever their value and type."""

_GRAVE: Final = (
    semconv.PF_CYCLE_OUTCOME_ORDER_PLACED,
    semconv.PF_CYCLE_OUTCOME_FAILED,
    semconv.PF_CYCLE_OUTCOME_UNKNOWN,
    semconv.PF_CYCLE_OUTCOME_CANCELLED,
    semconv.PF_CYCLE_OUTCOME_INTERRUPTED,
)
_ERROR: Final = 2
"""OTLP's STATUS_CODE_ERROR (trace/v1, Status.StatusCode)."""


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _matters() -> str:
    held = [f"isNotNull({column(name)})" for name in _TELLING if name in TYPED_COLUMNS]
    loose = [  # as another type than the schema says
        f"hasAny({held_in}.keys, [{_quoted(_TELLING)}])" for held_in in MAPS.values()
    ]
    return " OR ".join(
        [
            f"status_code = {_ERROR}",
            "startsWith(name, 'pf.trade.')",
            "startsWith(name, 'pf.escrow.')",
            f"name IN ({_quoted(_SPENDS)})",
            f"ifNull({column(semconv.PF_CYCLE_OUTCOME)} IN ({_quoted(_GRAVE)}), 0)",
            *held,
            *loose,
        ]
    )


MATTERS: Final = f"({_matters()})"
"""A span matters by itself; never NULL."""

OF_ISSUES: Final = "SELECT toFixedString(unhex(trace_id), 16) FROM events WHERE length(trace_id) = 32"
"""The traces in which an issue's events happened."""

IDLE: Final = (
    f"parent_span_id = toFixedString('', 8) AND name = '{semconv.SPAN_AGENT_DECISION_CYCLE}'"
    f" AND {column(semconv.PF_CYCLE_OUTCOME)} = '{semconv.PF_CYCLE_OUTCOME_SKIPPED}'"
)
"""A span is the root of a cycle that only skipped."""
