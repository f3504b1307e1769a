"""Rules about sessions, schedules, issues and money in flight: what they read of the facts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fleaglass.alerts.judge.facts import Death, Facts, InFlight, Issue, Schedule, of_facts
from fleaglass.alerts.rules.model import InFlightAtDeath, MissedSchedule, NewIssue, Rule, SessionCrash
from tests.unit.alerts.judge.rows import MINUTE, NOW, SECOND

CRASH = SessionCrash(name="r")
SCHEDULE = MissedSchedule(name="r")
ONE_SCHEDULE = MissedSchedule(name="r", monitors=("daily",))
ISSUE = NewIssue(name="r")
IN_FLIGHT = InFlightAtDeath(name="r")


def death(ago_s: float, *, agent: str = "a", is_latest: bool = True) -> Death:
    return Death(agent, "production", "a@1", NOW - round(ago_s * SECOND), is_latest, f"{agent}-{ago_s:g}")


def issue(after_release_s: float | None, ago_s: float = 1, level: str = "error") -> Issue:
    seen_ns = NOW - round(ago_s * SECOND)
    released_ns = None if after_release_s is None else seen_ns - round(after_release_s * SECOND)
    return Issue(7, "boom", level, "a@1", seen_ns, released_ns)


def read(rule: Rule, facts: Facts) -> list[tuple[dict[str, str], object, str]]:
    words = {(True, False): "breach", (False, True): "good", (False, False): "between"}
    readings = of_facts([rule], facts, NOW)["r"]
    return [(dict(each.group), each.value, words[each.is_breach, each.is_good]) for each in readings]


@pytest.mark.parametrize(
    ("rule", "facts", "expected"),
    [
        (CRASH, {"deaths": [death(60)]}, [({"agent": "a"}, 60, "between")]),
        (CRASH, {"deaths": [death(61)]}, [({"agent": "a"}, 61, "breach")]),
        (CRASH, {"deaths": [death(61, is_latest=False)]}, []),
        (CRASH, {"deaths": [death(10), death(90)]}, [({"agent": "a"}, 90, "breach")]),
        (
            SCHEDULE,
            {"schedules": [Schedule("daily", "production", "error"), Schedule("daily", "staging", "ok")]},
            [
                ({"monitor": "daily", "environment": "production"}, None, "breach"),
                ({"monitor": "daily", "environment": "staging"}, None, "good"),
            ],
        ),
        (
            SCHEDULE,
            {"schedules": [Schedule("new", "production", "active")]},
            [({"monitor": "new", "environment": "production"}, None, "between")],
        ),
        (ONE_SCHEDULE, {"schedules": [Schedule("hourly", "production", "error")]}, []),
        (ISSUE, {"issues": [issue(600)]}, [({"release": "a@1", "issue": "7"}, 600, "breach")]),
        (ISSUE, {"issues": [issue(0, ago_s=600)]}, [({"release": "a@1", "issue": "7"}, 0, "breach")]),
        (ISSUE, {"issues": [issue(601), issue(-1), issue(None), issue(5, ago_s=601), issue(5, level="warning")]}, []),
        (
            IN_FLIGHT,
            {
                "deaths": [death(60), death(500, is_latest=False), death(9, agent="b")],
                "in_flight": [
                    InFlight("a", NOW - MINUTE, "t1"),
                    InFlight("a", NOW - 2 * MINUTE, "t2"),
                    InFlight("a", NOW - 59 * SECOND, "t3"),
                    InFlight("c", NOW - 2 * MINUTE, "t4"),
                ],
            },
            [({"agent": "a"}, 2, "breach")],
        ),
    ],
)
def test_a_rule_reads_of_facts_what_its_kind_says(
    rule: Rule, facts: dict[str, Any], expected: list[tuple[dict[str, str], object, str]]
) -> None:
    assert read(rule, Facts(**facts)) == expected


def test_the_oldest_trace_in_flight_is_named_first() -> None:
    items = [
        InFlight("a", NOW - MINUTE, "t1"),
        InFlight("a", NOW - 2 * MINUTE, "t2"),
        InFlight("a", NOW - MINUTE, "t1"),
    ]
    (reading,) = of_facts([IN_FLIGHT], Facts(deaths=[death(60)], in_flight=items), NOW)["r"]
    assert (reading.value, reading.trace_ids) == (3, ("t2", "t1"))


@pytest.mark.parametrize(
    ("rule", "facts", "expected"),
    [
        (
            SessionCrash(name="r", group_by=()),
            {"deaths": [death(70, agent="b"), death(80), death(9)]},
            ("a-80", "b-70"),
        ),
        (CRASH, {"deaths": [death(9)]}, ()),  # it may still come back
        (
            MissedSchedule(name="r", group_by=()),
            {"schedules": [Schedule("b", "production", "error"), Schedule("a", "production", "ok")]},
            ("b production",),
        ),
        (NewIssue(name="r", group_by=("release",)), {"issues": [issue(60), replace(issue(9), id=3)]}, ("3", "7")),
        (
            IN_FLIGHT,
            {
                "deaths": [death(60)],
                "in_flight": [InFlight("a", NOW - MINUTE, "t1"), InFlight("a", NOW - MINUTE, "t1")],
            },
            ("a-60", "t1"),
        ),
    ],
)
def test_a_reading_names_what_it_rests_on_so_that_one_more_can_be_told(
    rule: Rule, facts: dict[str, Any], expected: tuple[str, ...]
) -> None:
    (reading,) = of_facts([rule], Facts(**facts), NOW)["r"]
    assert reading.rests_on == expected
