"""Of what nobody is told for now, and why."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from fleaglass.alerts.rules.model import Inhibition, Mute
from fleaglass.hub.alerting.notify.groups import Subject
from fleaglass.hub.alerting.notify.mutes import is_muted_at
from fleaglass.hub.alerting.notify.silence import silence_at
from tests.support.incidents import book_of

NIGHTS = Mute(times=("mon-fri 22:00-06:00",), timezone="Europe/Berlin")


def subject(number: int, *, is_open: bool = True, muted_until_ns: int | None = None, **labels: str) -> Subject:
    return Subject(number, labels, is_open, fired_ns=0, muted_until_ns=muted_until_ns)


def moment(text: str, zone: str = "Europe/Berlin", fold: int = 0) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp()) * 10**9


@pytest.mark.parametrize(
    ("at", "is_muted"),
    [
        ("2026-11-30T21:59:59", False),  # Monday
        ("2026-11-30T22:00", True),
        ("2026-12-01T05:59:59", True),
        ("2026-12-01T06:00", False),
        ("2026-12-05T05:00", True),  # Saturday morning is Friday's night
        ("2026-12-05T22:00", False),
        ("2026-12-07T05:00", False),  # Monday morning is Sunday's
        ("2026-12-07T22:00", True),
    ],
)
def test_a_window_over_midnight_belongs_to_the_day_on_which_it_begins(at: str, is_muted: bool) -> None:
    assert is_muted_at(NIGHTS, moment(at)) is is_muted


@pytest.mark.parametrize(
    ("at", "fold", "is_muted"),
    [
        ("2026-10-25T01:59", 0, False),
        ("2026-10-25T02:30", 0, True),  # clocks go back at 03:00: this comes twice
        ("2026-10-25T02:30", 1, True),
        ("2026-10-25T03:00", 0, False),
        ("2026-03-29T01:59", 0, False),
        ("2026-03-29T03:00", 0, False),  # 02:00-03:00 does not come at all
    ],
)
def test_hours_are_those_on_the_wall_when_clocks_change(at: str, fold: int, is_muted: bool) -> None:
    mute = Mute(times=("sun 02:00-03:00",), timezone="Europe/Berlin")
    assert is_muted_at(mute, moment(at, fold=fold)) is is_muted


@pytest.mark.parametrize(
    ("source", "target", "is_silent"),
    [
        ({"rule": "crash", "agent": "a-1"}, {"rule": "absent", "agent": "a-1"}, True),
        ({"rule": "crash", "agent": "a-1"}, {"rule": "absent", "agent": "a-2"}, False),
        ({"rule": "other", "agent": "a-1"}, {"rule": "absent", "agent": "a-1"}, False),
        ({"rule": "crash", "agent": "a-1"}, {"rule": "other", "agent": "a-1"}, False),
        ({"rule": "crash"}, {"rule": "absent"}, True),
        ({"rule": "crash"}, {"rule": "absent", "agent": ""}, True),
        ({"rule": "crash", "agent": "a-1"}, {"rule": "absent"}, False),
    ],
    ids=["equal", "another agent", "no source", "no target", "both without", "empty is as without", "one without"],
)
def test_an_incident_is_inhibited_by_one_with_equal_labels(
    source: dict[str, str], target: dict[str, str], is_silent: bool
) -> None:
    book = book_of(inhibitions=(Inhibition(source={"rule": "crash"}, target={"rule": "absent"}, equal=("agent",)),))
    both = [subject(1, **source), subject(2, **target)]
    assert (silence_at(book, both, 0)(both[1]) is not None) is is_silent
    assert silence_at(book, both, 0)(both[0]) is None


def test_nobody_is_inhibited_by_what_is_over() -> None:
    book = book_of(inhibitions=(Inhibition(source={"rule": "crash"}, target={"rule": "absent"}),))
    both = [subject(1, is_open=False, rule="crash"), subject(2, rule="absent")]
    assert silence_at(book, both, 0)(both[1]) is None


def test_what_is_source_and_target_is_inhibited_by_neither_itself_nor_its_like() -> None:
    everything = Inhibition(source={"team": "x"}, target={"team": "x"})
    both = [subject(1, team="x"), subject(2, team="x")]
    assert [silence_at(book_of(inhibitions=(everything,)), both, 0)(each) for each in both] == [None, None]


@pytest.mark.parametrize(("until_ns", "is_silent"), [(None, False), (5, False), (6, True)])
def test_a_mute_of_its_own_ends_by_itself(until_ns: int | None, is_silent: bool) -> None:
    each = subject(1, muted_until_ns=until_ns)
    assert (silence_at(book_of(), [each], 5)(each) is not None) is is_silent


def test_the_reason_names_the_incident_that_stands_for_it() -> None:
    book = book_of(inhibitions=(Inhibition(source={"rule": "crash"}, target={"rule": "absent"}),))
    both = [subject(17, rule="crash"), subject(18, rule="absent")]
    assert silence_at(book, both, 0)(both[1]) == "incident 17 (crash) stands for it"
