"""An incident becomes critical once: beyond its rule's worse limit, or when nobody acknowledges it for long enough."""

from __future__ import annotations

from typing import Any

import pytest

from fleaglass.hub.alerting.notify import actions
from tests.support.otlp import T0
from tests.unit.hub.alerting.conftest import Tell
from tests.unit.hub.alerting.story import SECOND, Story

RULE = '[[rule]]\nname = "slow"\nkind = "slow_span"\nspan = "pf.trade.execute"\nabove_ms = 2000\nkeep = "60s"\n'
WORSE = RULE + "critical_above_ms = 5000\n"
UNSEEN = RULE + 'window = "10m"\nescalate_after = "5m"\n'


def severities(story: Story) -> list[str]:
    return [each["severity"] for each in story.incidents()]


def escalated(story: Story) -> list[tuple[Any, ...]]:
    names = ("severity", "escalated_ns", "escalated_from", "escalated_why")
    return [tuple(each[name] for name in names) for each in story.incidents()]


def deeds(story: Story) -> list[str]:
    """What happened to the one incident, but that its value doubled."""
    assert {incident for incident, _ in story.activity()} == {1}
    return [kind for _, kind in story.activity() if kind != "worse"]


def acknowledge(story: Story) -> None:
    with story.state.write() as connection:
        actions.acknowledge(connection, 1, story.now_ns, actor="ada")


async def test_a_value_beyond_the_worse_limit_makes_it_critical_and_it_stays_so_until_it_is_resolved(
    tell: Tell,
) -> None:
    story = tell(WORSE)
    story.span(1, ms=3_000)
    await story.round(2)
    assert severities(story) == ["warning"]
    story.span(9, ms=5_000)
    await story.round(10)
    assert severities(story) == ["warning"], "the limit itself is not beyond it"
    story.span(11, ms=5_001)
    await story.round(12)
    why = "pf.trade.execute took 5,001.0 ms, more than 5000 ms"
    raised = ("critical", T0 + 12 * SECOND, "warning", why)
    assert escalated(story) == [raised]
    assert story.incidents()[0]["labels"]["severity"] == "critical"
    story.span(80, ms=3_000)
    for at in (81, 140, 150, 160):
        await story.round(at)
    assert escalated(story) == [raised], "less bad again, it is no less severe"
    await story.round(220)
    assert story.incidents()[0]["status"] == "resolved"
    assert escalated(story) == [raised]
    assert deeds(story) == ["fired", "escalated", "resolved"]


async def test_what_flaps_around_the_worse_limit_escalates_once(tell: Tell) -> None:
    story = tell(WORSE)
    for at in range(0, 1200, 120):
        story.span(at + 1, ms=6_000)
        await story.round(at + 2)
        story.span(at + 63, ms=3_000)
        await story.round(at + 64)
    assert deeds(story).count("escalated") == 1
    assert severities(story) == ["critical"]


async def test_what_is_beyond_the_worse_limit_at_once_fires_and_escalates_in_one_round(tell: Tell) -> None:
    story = tell(WORSE)
    story.span(1, ms=9_000)
    await story.round(2)
    assert deeds(story) == ["fired", "escalated"]
    assert escalated(story)[0][:3] == ("critical", T0 + 2 * SECOND, "warning")


async def test_what_does_not_fire_yet_does_not_escalate(tell: Tell) -> None:
    story = tell(WORSE + 'for = "30s"\n')
    story.span(1, ms=9_000)
    await story.round(2)
    assert story.incidents() == []
    await story.round(33)
    assert severities(story) == ["critical"]


async def test_the_next_incident_begins_as_the_rule_says(tell: Tell) -> None:
    story = tell(WORSE)
    story.span(1, ms=9_000)
    for at in (2, 70, 140):
        await story.round(at)
    story.span(150, ms=3_000)
    await story.round(151)
    assert severities(story) == ["critical", "warning"]


async def test_an_incident_that_nobody_acknowledges_becomes_critical_after_its_time(tell: Tell) -> None:
    story = tell(UNSEEN)
    story.span(1, ms=3_000)
    await story.round(2)
    await story.round(301.9)
    assert severities(story) == ["warning"]
    await story.round(302)
    why = "it is open for 300 s and nobody has acknowledged it"
    assert escalated(story) == [("critical", T0 + 302 * SECOND, "warning", why)]
    await story.round(500)
    await story.round(620)
    await story.round(700)
    assert deeds(story) == ["fired", "escalated", "resolved"]


async def test_an_acknowledged_incident_escalates_by_the_worse_limit_only_and_must_be_acknowledged_anew(
    tell: Tell,
) -> None:
    story = tell(WORSE + 'window = "10m"\nescalate_after = "5m"\n')
    story.span(1, ms=3_000)
    await story.round(2)
    acknowledge(story)
    await story.round(500)
    assert severities(story) == ["warning"]
    story.span(501, ms=6_000)
    await story.round(502)
    assert severities(story) == ["critical"]
    assert story.incidents()[0]["acknowledged_ns"] is None
    acknowledge(story)
    assert deeds(story) == ["fired", "acknowledged", "escalated", "acknowledged"]


async def test_what_is_good_again_and_only_waits_to_be_resolved_does_not_escalate_by_time(tell: Tell) -> None:
    story = tell(UNSEEN.replace('window = "10m"', 'window = "4m"').replace('keep = "60s"', 'keep = "10m"'))
    story.span(1, ms=3_000)
    for at in (2, 260, 302, 400):
        await story.round(at)
    assert severities(story) == ["warning"]
    story.span(401, ms=3_000)
    await story.round(402)
    assert severities(story) == ["critical"], "bad again, and still not seen"


@pytest.mark.parametrize("rules", [WORSE.replace('keep = "60s"', 'window = "10m"'), UNSEEN], ids=["limit", "time"])
async def test_a_hub_that_was_killed_goes_on_and_never_escalates_twice(tell: Tell, rules: str) -> None:
    story = tell(rules)
    story.span(1, ms=3_000)
    await story.round(2)
    story.start()
    story.span(3, ms=6_000)
    await story.round(303)
    once = escalated(story)
    assert once[0][0] == "critical"
    for at in (310, 320):
        story.start()
        await story.round(at)
    assert escalated(story) == once
    assert deeds(story) == ["fired", "escalated"]


async def test_a_rule_that_escalates_only_now_makes_open_incidents_critical(tell: Tell) -> None:
    story = tell(RULE)
    story.span(1, ms=6_000)
    await story.round(2)
    assert severities(story) == ["warning"]
    story.file.write_text("version = 1\n" + WORSE + "# changed\n")
    await story.round(12)
    assert severities(story) == ["critical"]


async def test_an_incident_that_a_person_has_resolved_does_not_escalate(tell: Tell) -> None:
    story = tell(UNSEEN)
    story.span(1, ms=3_000)
    await story.round(2)
    with story.state.write() as connection:
        actions.resolve(connection, 1, story.now_ns, actor="ada")
    await story.round(400)
    assert deeds(story) == ["fired", "resolved"]


async def test_an_incident_that_was_critical_before_its_rule_was_less_does_not_escalate(tell: Tell) -> None:
    story = tell(RULE + 'severity = "critical"\n')
    story.span(1, ms=6_000)
    await story.round(2)
    story.file.write_text("version = 1\n" + WORSE + "# changed\n")
    await story.round(12)
    assert escalated(story) == [("critical", None, None, None)]
