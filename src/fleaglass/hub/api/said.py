"""What a root says of how its trace ended, in the words of `pf.cycle_outcome`.

A decision cycle says it itself. An order that no cycle surrounds, of an agent that was never changed for example, is a
decision of its own, and its state says it. Of anything else only that its answer was lost is said.
"""

from __future__ import annotations

from typing import Final

from fleaglass import semconv

__all__ = ["DECIDES", "SAID"]

_ORDER: Final = f"s.name IN ('{semconv.SPAN_PF_TRADE_EXECUTE}', '{semconv.SPAN_PF_TRADE_CLOSE}')"
_LOST: Final = (
    f"s.pf_escrow_status = '{semconv.PF_ESCROW_STATUS_UNKNOWN}'"
    f" OR s.pf_bet_outcome = '{semconv.PF_BET_OUTCOME_UNKNOWN}'"
)


def _in_state(*states: str) -> str:
    listed = ", ".join(f"'{state}'" for state in states)
    return f"{_ORDER} AND s.pf_order_state IN ({listed})"


_PLACED: Final = _in_state(
    semconv.PF_ORDER_STATE_OPEN, semconv.PF_ORDER_STATE_PARTIALLY_FILLED, semconv.PF_ORDER_STATE_FILLED
)
_REFUSED: Final = _in_state(semconv.PF_ORDER_STATE_REJECTED)

SAID: Final = (
    f"multiIf(isNotNull(s.pf_cycle_outcome), ifNull(s.pf_cycle_outcome, ''),"
    f" {_LOST}, '{semconv.PF_CYCLE_OUTCOME_UNKNOWN}',"
    f" {_PLACED}, '{semconv.PF_CYCLE_OUTCOME_ORDER_PLACED}',"
    f" {_REFUSED}, '{semconv.PF_CYCLE_OUTCOME_REJECTED}', '')"
)
"""SQL: a value of `pf.cycle_outcome`, or empty."""

DECIDES: Final = f"(s.name = '{semconv.SPAN_AGENT_DECISION_CYCLE}' OR isNotNull(s.pf_cycle_outcome) OR {_ORDER})"
"""Condition: a root that is a decision, and not a job, a marker, a read or somebody else's work."""
