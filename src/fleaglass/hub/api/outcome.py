"""How a trace ended, from what is known of it: the one place that decides.

The engine groups traces by their Facts and counts them; each group's outcome is looked up here. So the list, its
counts, the filter and the statistics cannot disagree.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple, get_args

from fleaglass import semconv

__all__ = ["OUTCOMES", "Facts", "Outcome", "outcome", "reason"]

Outcome = Literal["traded", "skipped", "rejected", "failed", "flight", "unknown", "interrupted", "completed"]

OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)

_SAID: Final[dict[str, Outcome]] = {
    semconv.PF_CYCLE_OUTCOME_ORDER_PLACED: "traded",
    semconv.PF_CYCLE_OUTCOME_SKIPPED: "skipped",
    semconv.PF_CYCLE_OUTCOME_REJECTED: "rejected",
    semconv.PF_CYCLE_OUTCOME_FAILED: "failed",
    semconv.PF_CYCLE_OUTCOME_UNKNOWN: "unknown",
    semconv.PF_CYCLE_OUTCOME_COMPLETED: "completed",
    semconv.PF_CYCLE_OUTCOME_CANCELLED: "failed",
    semconv.PF_CYCLE_OUTCOME_INTERRUPTED: "interrupted",
}


class Facts(NamedTuple):
    """What decides a trace's outcome."""

    rooted: bool
    """Its root has arrived. Spans are sent when they end, so without it the cycle is still running."""
    said: str
    """The root's `pf.cycle_outcome`, or what its order says in its place (said.py), or empty."""
    error: bool
    """The root's status is ERROR."""
    unknown: bool
    """Some span holds an order whose state is unknown."""


def outcome(facts: Facts) -> Outcome:
    """The outcome of a trace.

    Money in doubt comes before everything that the agent says. An error that ended the root makes a failure of what
    would else be nothing to report; but a filled order never looks failed, and a no of the venue or of a risk check
    stays a no even where the agent's author raised it as an error.
    """
    if not facts.rooted:
        return "flight"
    said = _SAID.get(facts.said, "completed")
    if facts.unknown or said == "unknown":
        return "unknown"
    return "failed" if facts.error and said in ("completed", "skipped") else said


def reason(ended: Outcome, said: str | None, error_type: str | None, risk_check: str | None) -> str | None:
    """Why, in a few words: what the root said, else the risk check that failed, else the type of the error."""
    if said:
        return said
    if ended == "rejected" and risk_check:
        return f"risk {risk_check}"
    return error_type if ended in ("failed", "rejected") else None
