"""How many messages episodes would have been: as the notifier groups, waits and repeats."""

from __future__ import annotations

import pytest
from msgspec import structs

from fleaglass.alerts.judge.replay import Episode
from fleaglass.alerts.rules.model import Duration, LogLine, Route, RuleBook, SlowSpan
from fleaglass.hub.alerting.notify.forecast import messages

SECOND = 1_000_000_000
RULE = SlowSpan(name="slow", span="order.pipeline", above_ms=2000)
END = 100_000


def episode(fired: int, resolved: int | None, agent: str = "a", escalated: int | None = None) -> Episode:
    end_ns = None if resolved is None else resolved * SECOND
    critical_ns = None if escalated is None else escalated * SECOND
    return Episode((("agent", agent),), fired * SECOND, fired * SECOND, end_ns, "", (), 1.0, critical_ns)


def book(group_by: tuple[str, ...] = ("rule",), *, send_resolved: bool = True) -> RuleBook:
    route = Route(
        receivers=("log",),
        group_by=group_by,
        group_wait=Duration(5),
        group_interval=Duration(300),
        repeat_interval=Duration(3600),
    )
    return RuleBook(version=1, route=route, receivers={"log": LogLine(send_resolved=send_resolved)})


@pytest.mark.parametrize(
    ("episodes", "expected"),
    [
        ([], 0),
        ([episode(0, 400)], 2),  # it fires, it is over
        ([episode(0, 3)], 0),  # over before anybody was told
        ([episode(0, None)], 1 + END // 3600),  # told again each hour
        ([episode(n, 200, f"a{n}") for n in range(5)], 2),  # a storm within the wait
        ([episode(0, 700), episode(100, 700, "b")], 3),  # one joins at the next flush
        ([episode(0, 100), episode(10_000, 10_100)], 4),  # two groups, one after the other
        ([episode(0, 100), episode(200, 250)], 2),  # nor is what came and went between two flushes
        ([episode(0, 100), episode(200, 700)], 2),  # it fires again before its end was told
        ([episode(0, 400, escalated=100)], 3),  # it becomes critical
        ([episode(0, 400, escalated=2)], 2),  # nobody had heard of it when it did
        ([episode(0, 400, escalated=100), episode(0, 400, "b", escalated=102)], 3),  # a storm does
        ([episode(0, 900, escalated=100), episode(0, 900, "b", escalated=110)], 4),  # one waits for the interval
        ([episode(0, 900, escalated=100), episode(0, 900, "b", escalated=410)], 4),  # one does much later
    ],
)
def test_messages_are_counted_as_the_notifier_sends_them(episodes: list[Episode], expected: int) -> None:
    assert messages(book(), RULE, episodes, END * SECOND) == expected


def test_groups_are_told_apart_and_ends_are_left_out_where_nobody_wants_them() -> None:
    storm = [episode(0, 200, agent) for agent in "abc"]
    assert messages(book(("agent",)), RULE, storm, END * SECOND) == 6
    assert messages(book(("agent",), send_resolved=False), RULE, storm, END * SECOND) == 3


def test_who_hears_of_it_only_once_it_is_critical_has_a_message_of_its_own() -> None:
    pages = Route(match={"severity": "critical"}, receivers=("pager",))
    told = structs.replace(book(), route=structs.replace(book().route, routes=(pages,)))
    told = structs.replace(told, receivers={"log": LogLine(), "pager": LogLine()})
    assert messages(told, RULE, [episode(0, 400)], END * SECOND) == 2
    assert messages(told, RULE, [episode(0, 400, escalated=100)], END * SECOND) == 3 + 2


def test_what_would_come_after_the_end_of_history_is_not_counted() -> None:
    assert messages(book(), RULE, [episode(0, 400)], 300 * SECOND) == 1
