"""A value that flaps around its threshold, from judging to telling: with the default rules it begins once and ends once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fleaglass.alerts.rules import default_text, parse
from tests.support.incidents import Room
from tests.support.otlp import T0
from tests.unit.hub.alerting.conftest import Tell
from tests.unit.hub.alerting.story import SECOND, Story

MINUTES, STEP_S = 15, 10


def orders(story: Story, minute: int) -> None:
    """Slow in the first seconds of each minute, and quick in the others."""
    for second, ms in ((5, 2_500), (20, 100), (40, 100)):
        story.span(minute * 60 + second, ms)


def reads(story: Story, minute: int) -> None:
    """A share that is 3.6 % or 5.4 % of the last five minutes, by turns."""
    failed = 0 if minute % 2 else 9
    for number in range(100):
        story.span(minute * 60 + number / 2, name="pf.market.read", status=2 if number < failed else 1)


@pytest.mark.parametrize(("rule", "happens"), [("slow-trade", orders), ("agent-errors", reads)])
async def test_a_flapping_value_is_two_messages(tell: Tell, rule: str, happens: Callable[[Story, int], None]) -> None:
    story = tell("")
    story.file.write_text(default_text())
    room = Room(story.state, parse(default_text()))
    was_good = False
    for at in range(STEP_S, 2 * MINUTES * 60, STEP_S):
        if at % 60 == STEP_S and at < MINUTES * 60:
            happens(story, at // 60)
        await story.round(at)
        was_good |= any(each["rule"] == rule and each["good_ns"] is not None for each in story.standings())
        room.now_ns = story.now_ns
        await room.notifier.round()
        await room.notifier.settled()
    told = [(each.action, [item.rule for item in (*each.firing, *each.over)]) for each in room.listener("log").heard]
    print(told)
    assert [action for action, rules in told if rules == [rule]] == ["trigger", "resolve"]
    assert was_good
