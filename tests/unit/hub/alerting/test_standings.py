"""What a round changes, and what it leaves alone."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from fleaglass.alerts.judge.machine import Standing
from fleaglass.alerts.judge.reading import Reading
from fleaglass.alerts.rules.model import Count, Duration, Selector
from fleaglass.hub.alerting.standings import Kept, moves

GROUP = (("agent", "a"),)
SECOND = 1_000_000_000
NOW = 1_000 * SECOND
RULE = Count(name="r", of=Selector())


def kept(value: float = 3, *, good_ns: int | None = None, changed_ns: int = NOW, rule: str = "r") -> Kept:
    return Kept(rule, "h", GROUP, Standing(5, good_ns, value, True), incident=1, worst=value, changed_ns=changed_ns)


def bad(value: float) -> Reading:
    return Reading(GROUP, value, True, False)


def test_what_is_good_and_was_never_bad_is_no_move() -> None:
    assert moves([RULE], [], {"r": [Reading(GROUP, 0, False, True)]}, NOW) == []


def test_what_is_as_it_was_is_no_move() -> None:
    assert moves([RULE], [kept(3)], {"r": [bad(3)]}, NOW + 60 * SECOND) == []


def test_a_value_that_moves_is_a_move_each_half_minute() -> None:
    assert moves([RULE], [kept(3)], {"r": [bad(4)]}, NOW + 30 * SECOND - 1) == []
    (move,) = moves([RULE], [kept(3)], {"r": [bad(4)]}, NOW + 30 * SECOND)
    assert (move.fires, move.after and move.after.value) == (False, 4)


def test_an_amount_is_compared_as_it_is_kept() -> None:
    assert moves([RULE], [kept(9.99)], {"r": [Reading(GROUP, Decimal("9.99"), True, False)]}, NOW + 60 * SECOND) == []


def test_one_that_is_new_fires_and_has_the_same_hash_each_time() -> None:
    (one,) = moves([RULE], [], {"r": [bad(4)]}, NOW)
    (again,) = moves([RULE], [], {"r": [bad(9)]}, NOW + 1)
    (other,) = moves([RULE], [], {"r": [Reading((("agent", "b"),), 4, True, False)]}, NOW)
    assert one.fires
    assert one.group_hash == again.group_hash != other.group_hash
    assert len(one.group_hash) == 32


def test_an_empty_window_is_the_beginning_of_good() -> None:
    (move,) = moves([RULE], [kept()], {"r": []}, NOW)
    assert (move.after and move.after.good_ns, move.reason) == (NOW, None)


def test_a_rule_that_was_not_read_leaves_everything_as_it_is() -> None:
    assert moves([RULE], [kept()], {}, NOW) == []


def test_what_stands_for_a_rule_that_is_gone_or_off_or_groups_otherwise_is_over_with_the_reason() -> None:
    off, otherwise = Count(name="r", of=Selector(), enabled=False), Count(name="r", of=Selector(), group_by=("span",))
    reasons = [[move.reason for move in moves(rules, [kept()], {}, NOW)] for rules in ([], [off], [otherwise])]
    assert reasons == [["the rule is gone"], ["the rule is gone"], ["the rule groups by other labels now"]]


def test_a_standing_of_an_earlier_version_learns_what_it_rests_on_and_fires_nothing() -> None:
    (move,) = moves([RULE], [kept(3)], {"r": [Reading(GROUP, 3, True, False, rests_on=("d1",))]}, NOW)
    assert (move.fires, move.after and move.after.rests_on) == (False, ("d1",))


def test_what_is_quiet_and_as_it_was_is_no_move_whatever_its_value() -> None:
    assert moves([RULE], [replace(kept(3), is_quiet=True)], {"r": [bad(9)]}, NOW + 60 * SECOND) == []


def test_another_breach_of_what_is_quiet_waits_for_as_long_as_for_asks_and_has_no_incident_yet() -> None:
    rule = Count(name="r", of=Selector(), for_=Duration(10))
    quiet = replace(kept(3), is_quiet=True)
    (move,) = moves([rule], [quiet], {"r": [Reading(GROUP, 3, True, False, rests_on=("d1",))]}, NOW)
    assert (move.fires, move.before and move.before.incident) == (False, None)
    assert move.after == Standing(NOW, None, 3, False, ("d1",))
