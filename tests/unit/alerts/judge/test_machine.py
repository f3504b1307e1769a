"""From readings to states: when a rule fires, and when it is over."""

from __future__ import annotations

import pytest

from fleaglass.alerts.judge.machine import Standing, is_another, step, step_quiet, without_reading
from fleaglass.alerts.judge.reading import Reading
from fleaglass.alerts.rules.model import Count, Duration, ErrorRate, Selector

GROUP = (("agent", "a"),)
READINGS = {
    "b": Reading(GROUP, 1.0, True, False),
    "g": Reading(GROUP, 0.0, False, True),
    "-": Reading(GROUP, 0.5, False, False),
    " ": None,
}
TEN_S = 10_000_000_000


@pytest.mark.parametrize(
    ("for_s", "keep_s", "readings", "states"),
    [
        (0, 20, "bggg", "FFF."),
        (20, 20, "bbbb", "PPFF"),
        (20, 20, "bbgb", "PP.P"),
        (20, 20, "b-bb", "P.PP"),
        (0, 20, "bgbgg", "FFFFF"),
        (0, 20, "bg-ggg", "FFFFF."),
        (0, 0, "bg", "F."),
        (0, 20, "b      ", "FFFFFFF"),
        (0, 20, "bg  ", "FFF."),
        (20, 0, "b  b", "PPPF"),
        (0, 20, "gg--", "...."),
    ],
)
def test_a_group_fires_after_for_and_is_over_after_keep(for_s: int, keep_s: int, readings: str, states: str) -> None:
    """One reading each 10 s: breach, good, between, none. P waits, F fires, a dot is nothing."""
    rule = ErrorRate(name="r", for_=Duration(for_s), keep=Duration(keep_s))
    standing, seen = None, ""
    for number, letter in enumerate(readings):
        standing = step(rule, standing, READINGS[letter], number * TEN_S)
        seen += "." if standing is None else "F" if standing.is_firing else "P"
    assert seen == states


def test_an_incident_remembers_since_when_it_is_bad_and_since_when_good() -> None:
    rule = ErrorRate(name="r", keep=Duration(60))
    bad = step(rule, None, READINGS["b"], TEN_S)
    good = step(rule, bad, READINGS["g"], 2 * TEN_S)
    assert (bad and bad.began_ns, good and good.began_ns, good and good.good_ns) == (TEN_S, TEN_S, 2 * TEN_S)


def test_no_span_means_no_slow_one_but_says_nothing_of_a_share() -> None:
    assert without_reading(Count(name="c", of=Selector()), GROUP) == Reading(GROUP, None, False, True)
    assert without_reading(ErrorRate(name="e"), GROUP) is None


@pytest.mark.parametrize(
    ("readings", "states"),
    [
        ("bbbb", "QQQQ"),  # the same breach
        ("b-bg", "QQQ."),  # good once
        ("b   ", "QQQ."),  # nothing known for as long as `keep`
        ("b  b ", "QQQQQ"),
    ],
)
def test_what_a_person_has_resolved_is_quiet_while_the_same_breach_goes_on(readings: str, states: str) -> None:
    rule = ErrorRate(name="r", keep=Duration(20))
    quiet: Standing | None = Standing(0, None, 1.0, True)
    seen = ""
    for number, letter in enumerate(readings):
        assert quiet is not None
        quiet = step_quiet(rule, quiet, READINGS[letter], number * TEN_S)
        seen += "." if quiet is None else "Q"
    assert seen == states


@pytest.mark.parametrize(
    ("rests_on", "reading", "expected"),
    [
        (("d1",), Reading(GROUP, 1.0, True, False, rests_on=("d1",)), False),
        (("d1", "t1"), Reading(GROUP, 1.0, True, False, rests_on=("d1",)), False),  # one less is nothing new
        (("d1",), Reading(GROUP, 1.0, True, False, rests_on=("d1", "t1")), True),
        (("d1",), Reading(GROUP, 1.0, True, False, rests_on=("d2",)), True),
        (("d1",), Reading(GROUP, 1.0, False, False, rests_on=("d2",)), False),  # not yet beyond the threshold
        ((), READINGS["b"], False),  # a kind that turns good by itself
        (("d1",), None, False),
    ],
)
def test_a_breach_that_rests_on_something_new_is_another(
    rests_on: tuple[str, ...], reading: Reading | None, expected: bool
) -> None:
    assert is_another(Standing(0, None, 1.0, True, rests_on), reading) is expected
