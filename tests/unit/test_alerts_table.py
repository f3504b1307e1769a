"""The table of docs/alerts.md calls a rule exact only if it was measured to be."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec import structs

from fleaglass.alerts.rules import default_rules
from fleaglass.alerts.rules.model import RuleBook
from scripts.agreement import Agreement, read, write
from scripts.generate_alerts_table import BEGIN, END, complaints, table, with_table
from tests.support.agreement.turns import FIRES, RESOLVES, Turns, steps_apart

GOOD = Agreement(histories=20, turns=72, agreed=20, most_steps_apart=1)
RULES = {rule.name: rule for rule in default_rules().rules}
GROUP = frozenset({("agent_id", "a")})


def book(*names: str) -> RuleBook:
    return RuleBook(version=1, rules=tuple(RULES[name] for name in names))


def test_a_rule_that_was_measured_to_agree_may_be_called_exact() -> None:
    assert list(complaints(book("slow-trade", "key-refused"), {"slow-trade": GOOD})) == []


@pytest.mark.parametrize(
    ("agreement", "complaint"),
    [
        (None, "slow-trade is called exact for Prometheus, and was not measured"),
        (
            structs.replace(GOOD, agreed=19),
            "slow-trade is called exact for Prometheus, and was measured to agree in 19 of 20 histories, 72 turns",
        ),
        (
            structs.replace(GOOD, histories=19, agreed=19),
            "slow-trade is called exact for Prometheus, and was measured to agree in 19 of 19 histories, 72 turns",
        ),
        (
            structs.replace(GOOD, turns=19),
            "slow-trade is called exact for Prometheus, and was measured to agree in 20 of 20 histories, 19 turns",
        ),
    ],
    ids=["never measured", "one history differs", "too few histories", "too few turns"],
)
def test_a_rule_that_is_called_exact_without_enough_evidence_is_named(
    agreement: Agreement | None, complaint: str
) -> None:
    measured = {} if agreement is None else {"slow-trade": agreement}
    assert list(complaints(book("slow-trade"), measured)) == [complaint]


def test_evidence_stands_behind_the_verdict_and_each_reason_once_below() -> None:
    measured = {"slow-trade": GOOD, "anomaly": structs.replace(GOOD, agreed=3)}
    assert table(book("slow-trade", "agent-errors", "anomaly"), measured | {"agent-errors": GOOD}).splitlines() == [
        "| rule | Prometheus | Grafana | Sentry |",
        "| --- | --- | --- | --- |",
        "| `slow-trade` | exact: 20 of 20 histories, 72 turns | approximate (1) | approximate (2) |",
        "| `agent-errors` | exact: 20 of 20 histories, 72 turns | approximate (1, 3) | approximate (4, 2) |",
        "| `anomaly` | approximate (5): 3 of 20 histories, 72 turns | approximate (5) | impossible (6) |",
        "",
        "1. evaluated every 10 s",
        "2. all agents of the project are judged together",
        "3. a group with too few spans may be resolved",
        "4. Sentry's failure rate counts by its own statuses",
        "5. durations are known by their buckets alone, the slowest and the median alike",
        "6. Sentry learns a baseline of its own, and of a whole project",
    ]


def test_only_the_place_of_the_table_changes_on_its_page() -> None:
    page = f"before\n{BEGIN}\nold\n\n{END}after\n"
    assert with_table(page, "new\n") == f"before\n{BEGIN}\nnew\n\n{END}after\n"


@pytest.mark.parametrize("page", ["", BEGIN, END, END + BEGIN])
def test_a_page_without_a_place_for_the_table_is_refused(page: str) -> None:
    with pytest.raises(ValueError, match=re.escape("alerts.md has no place for the table")):
        with_table(page, "new\n")


def test_what_was_measured_is_written_a_line_for_each_rule_and_read_again(tmp_path: Path) -> None:
    measured = {"slow-trade": GOOD, "anomaly": structs.replace(GOOD, agreed=3)}
    write(measured, tmp_path / "found.json")
    assert read(tmp_path / "found.json") == measured
    assert (tmp_path / "found.json").read_text().splitlines()[1] == (
        '  "slow-trade": {"histories": 20, "turns": 72, "agreed": 20, "most_steps_apart": 1},'
    )


def turns(fires: Sequence[int], resolves: Sequence[int]) -> Turns:
    return {(GROUP, FIRES): fires, (GROUP, RESOLVES): resolves}


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ({}, {}, 0),
        (turns([3, 9], [5]), turns([3, 9], [5]), 0),
        (turns([3, 9], [5]), turns([3, 10], [5]), 1),
        (turns([3], [5]), turns([3], [8]), 3),
        (turns([3], [99]), turns([3], []), 1),
        (turns([3], [5]), {}, 97),
        (turns([3], []), {(frozenset({("agent_id", "b")}), FIRES): [3]}, 97),
    ],
    ids=["nothing", "the same", "a step later", "three", "too late to see", "never", "another agent"],
)
def test_two_accounts_are_as_far_apart_as_the_turn_that_differs_most(one: Turns, other: Turns, apart: int) -> None:
    assert steps_apart(one, other, 100) == steps_apart(other, one, 100) == apart
