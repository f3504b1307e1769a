"""Who had ended as it should at a moment of the past is not missed then."""

from __future__ import annotations

from fleaglass.hub.alerting.endings import Endings, Run


def test_an_agent_has_ended_between_its_runs_and_not_while_one_goes_on() -> None:
    endings = Endings([Run("a", "live", 10, 20), Run("a", "live", 30, None), Run("b", "live", 5, 40)])
    told = [dict(endings.heard(now).ended) for now in (9, 19, 20, 29, 30, 40)]
    assert told == [{}, {}, {"a": 20}, {"a": 20}, {}, {"b": 40}]


def test_it_must_have_ended_in_each_of_its_environments() -> None:
    endings = Endings([Run("a", "live", 10, 20), Run("a", "paper", 15, 50)])
    assert [dict(endings.heard(now).ended) for now in (20, 49, 50)] == [{}, {}, {"a": 50}]


def test_the_end_of_an_earlier_run_says_nothing_of_a_later_one() -> None:
    endings = Endings([Run("a", "live", 10, 40), Run("a", "live", 30, None)])
    assert [dict(endings.heard(now).ended) for now in (30, 40)] == [{}, {}]
