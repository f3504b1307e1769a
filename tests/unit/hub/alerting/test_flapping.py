"""A value that flaps around its threshold, from judging to telling: by the default rules it begins and ends once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from fleaglass.alerts.rules import default_text, parse
from tests.support.incidents import Room
from tests.support.otlp import T0, traces
from tests.unit.hub.alerting.conftest import Tell
from tests.unit.hub.alerting.story import MS, SECOND, Story

FLAPS, MINUTES, STEP_S = 8, 18, 20
"""So many minutes it flaps, and then goes on well."""


def orders(minute: int, is_bad: bool) -> Iterator[dict[str, Any]]:
    """One in each minute, slow or quick."""
    yield span(minute * 60 + 5, 2_500 if is_bad else 100)


def reads(minute: int, is_bad: bool) -> Iterator[dict[str, Any]]:
    """Where every other minute is bad, 6 % or 4 % of those of five minutes fail, by turns."""
    for number in range(20):
        failed = is_bad and number < 2
        yield span(minute * 60 + number / 4, 10, name="pf.market.read", status=2 if failed else 1)


def span(ended_s: float, ms: float, **more: Any) -> dict[str, Any]:
    """One that ended so long after T0."""
    end_ns = T0 + round(ended_s * SECOND)
    times = {"start_time_unix_nano": end_ns - round(ms * MS), "end_time_unix_nano": end_ns}
    number = round(ended_s * 4) + 1
    return {"name": "pf.trade.execute", "id": number, "trace": number, **times, **more}


@pytest.mark.parametrize(("rule", "happens"), [("slow-trade", orders), ("agent-errors", reads)])
async def test_a_flapping_value_is_two_messages(
    tell: Tell, rule: str, happens: Callable[[int, bool], Iterator[dict[str, Any]]]
) -> None:
    story, flaps = tell(""), 0
    story.file.write_text(default_text())
    room = Room(story.state, parse(default_text()))
    for at in range(STEP_S, MINUTES * 60, STEP_S):
        if at % 60 == STEP_S:
            minute = at // 60
            spans = happens(minute, minute < FLAPS and minute % 2 == 0)
            story.engine.insert("traces", traces(*spans, resource={"pf.agent_id": "a"}).SerializeToString())
        before = goodness(story, rule)
        await story.round(at)
        flaps += before is False and goodness(story, rule) is True
        room.now_ns = story.now_ns
        await room.notifier.round()
        await room.notifier.settled()
    assert flaps > 2
    heard = room.listener("log").heard
    told = [each.action for each in heard if rule in {item.rule for item in (*each.firing, *each.over)}]
    assert told == ["trigger", "resolve"]


def goodness(story: Story, rule: str) -> bool | None:
    """Whether it is good again at the moment; None if nothing stands."""
    return next((each["good_ns"] is not None for each in story.standings() if each["rule"] == rule), None)
