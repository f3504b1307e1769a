"""How a trace ended: every case there is."""

from __future__ import annotations

from itertools import product

import pytest

from fleaglass import semconv
from fleaglass.hub.api.outcome import OUTCOMES, Facts, Outcome, outcome, reason

SAID = ("", *semconv.ATTRIBUTES[semconv.PF_CYCLE_OUTCOME].values)
ALL_FACTS = [Facts(*facts) for facts in product((True, False), SAID, (True, False), (True, False))]

PLAIN: dict[str, tuple[Outcome, Outcome]] = {
    # what the root said: (its status is not ERROR, it is ERROR)
    "": ("completed", "failed"),
    "completed": ("completed", "failed"),
    "skipped": ("skipped", "failed"),
    "order_placed": ("traded", "traded"),  # a filled order never looks failed
    "rejected": ("rejected", "rejected"),
    "failed": ("failed", "failed"),
    "cancelled": ("failed", "failed"),
    "interrupted": ("interrupted", "interrupted"),
    "unknown": ("unknown", "unknown"),
}


def test_the_table_knows_all_that_a_cycle_can_say() -> None:
    assert set(PLAIN) == set(SAID)


@pytest.mark.parametrize("facts", ALL_FACTS)
def test_every_combination_of_facts(facts: Facts) -> None:
    if not facts.rooted:
        expected: Outcome = "flight"
    elif facts.unknown:
        expected = "unknown"
    else:
        expected = PLAIN[facts.said][facts.error]
    assert outcome(facts) == expected
    assert expected in OUTCOMES


@pytest.mark.parametrize(
    ("ended", "said", "error_type", "risk_check", "expected"),
    [
        ("skipped", "low_confidence", None, None, "low_confidence"),
        ("rejected", "risk net_vega", "RiskError", "daily_loss", "risk net_vega"),
        ("rejected", None, "RejectedError", "net_vega", "risk net_vega"),
        ("rejected", None, "RejectedError", None, "RejectedError"),
        ("failed", None, "TimeoutError", "net_vega", "TimeoutError"),
        ("failed", "", None, None, None),
        ("traded", None, "TimeoutError", "net_vega", None),
        ("completed", None, None, None, None),
    ],
)
def test_the_reason(
    ended: Outcome, said: str | None, error_type: str | None, risk_check: str | None, expected: str | None
) -> None:
    assert reason(ended, said, error_type, risk_check) == expected
