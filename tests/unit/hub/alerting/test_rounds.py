"""From a span that ends to an incident, and to its end, through a real store."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import event

from tests.support.otlp import T0
from tests.unit.hub.alerting.story import SECOND, Story

Tell = Callable[[str], Story]

SLOW = """
[[rule]]
kind = "slow_span"
name = "slow"
severity = "critical"
span = "pf.trade.execute"
above_ms = 2000
labels = {team = "trading"}
keep = "30s"
window = "60s"
"""
SILENT = """
[[rule]]
kind = "absence"
name = "silent"
within = "60s"
keep = "10s"
of = {span = ["pf.trade.execute"], status = "ok"}
"""


async def test_a_slow_span_is_an_incident_and_over_once_it_has_been_good_for_long_enough(tell: Tell) -> None:
    story = tell(SLOW)
    story.span(1, 100)
    await story.round(2)
    assert story.incidents() == []
    story.span(3, 2500)
    await story.round(4)
    (incident,) = story.incidents()
    assert incident["labels"] == {
        "topic": "slow",
        "rule": "slow",
        "severity": "critical",
        "kind": "slow_span",
        "team": "trading",
        "agent": "a",
    }
    assert incident["summary"] == "a: pf.trade.execute took 2,500.0 ms, more than 2000 ms"
    assert (incident["status"], incident["value"], incident["threshold"], incident["unit"]) == (
        "open",
        2500,
        2000,
        "ms",
    )
    assert incident["evidence"]["traces"] == [f"{2:032x}"]
    await story.round(60)
    await story.round(70)
    await story.round(99)
    assert [each["status"] for each in story.incidents()] == ["open"]
    await story.round(100)
    (incident,) = story.incidents()
    assert (incident["status"], incident["resolved_ns"], incident["resolved_by"]) == (
        "resolved",
        T0 + 100 * SECOND,
        None,
    )
    assert story.standings() == []
    assert story.activity() == [(1, "fired"), (1, "resolved")]


async def test_a_span_that_is_sent_again_is_no_new_incident(tell: Tell) -> None:
    story = tell(
        SLOW.replace('"slow_span"', '"count"')
        .replace("above_ms = 2000", "above = 1")
        .replace('span = "pf.trade.execute"', 'of = {span = ["pf.trade.execute"]}')
    )
    span = story.span(1)
    await story.round(2)
    for at in (3, 4, 70):
        story.send(span)
        await story.round(at)
    assert story.incidents() == []


async def test_each_group_has_its_own_incident(tell: Tell) -> None:
    story = tell(SLOW)
    await story.round(0)
    for agent in ("a", "b", "c"):
        story.span(1, 3000, agent=agent)
    await story.round(2)
    await story.round(4)
    assert sorted(each["labels"]["agent"] for each in story.incidents()) == ["a", "b", "c"]


async def test_a_span_that_comes_minutes_late_is_judged_where_it_ended(tell: Tell) -> None:
    story = tell(SLOW.replace('window = "60s"', 'window = "10m"'))
    for at in (0, 62, 124):
        await story.round(at)
    story.span(20, 2500)
    await story.round(186)
    assert [each["fired_ns"] for each in story.incidents()] == [T0 + 186 * SECOND]


async def test_a_hub_that_was_killed_goes_on_where_it_was(tell: Tell) -> None:
    story = tell(SLOW)
    story.span(1, 2500)
    await story.round(2)
    story.start()
    await story.round(5)
    await story.round(62)
    story.start()
    await story.round(70)
    assert [each["status"] for each in story.incidents()] == ["open"]
    story.start()
    await story.round(100)
    assert story.activity() == [(1, "fired"), (1, "resolved")]


async def test_a_hub_that_starts_knows_what_came_before(tell: Tell) -> None:
    story = tell(SILENT + 'forget = "2h"\n')
    story.span(-4000)
    await story.round(0)
    assert story.incidents() == [], "nobody listened"
    for at in (30, 61):
        await story.round(at)
    assert [(each["rule"], each["value"]) for each in story.incidents()] == [("silent", 4061)]


async def test_nothing_is_written_while_nothing_changes(tell: Tell) -> None:
    story = tell(SLOW)
    story.span(1, 2500)
    await story.round(2)
    writes = []
    event.listen(story.state._engine, "before_cursor_execute", lambda *told: writes.append(told[2]))
    await story.round(4)
    assert [each for each in writes if not each.startswith(("SELECT", "BEGIN"))] == []


async def test_a_value_that_moves_is_told_each_half_minute_and_the_worst_is_kept(tell: Tell) -> None:
    story = tell(SLOW)
    story.span(1, 2500)
    await story.round(2)
    story.span(3, 9000)
    await story.round(4)
    assert story.incidents()[0]["value"] == 2500
    await story.round(32)
    assert (story.incidents()[0]["value"], story.incidents()[0]["worst"]) == (9000, 9000)
    assert story.activity() == [(1, "fired"), (1, "worse")]
    story.span(62, 3000)
    await story.round(66)
    assert (story.incidents()[0]["value"], story.incidents()[0]["worst"]) == (3000, 9000)
    assert story.activity() == [(1, "fired"), (1, "worse")]


async def test_rules_are_in_force_as_soon_as_their_file_says_so(tell: Tell) -> None:
    story = tell(SLOW.replace("2000", "5000"))
    story.span(1, 2500)
    await story.round(2)
    story.file.write_text("version = 1\n" + SLOW)
    await story.round(4)
    assert [each["rule"] for each in story.incidents()] == ["slow"]


async def test_an_incident_whose_rule_is_gone_is_over_and_says_why(tell: Tell) -> None:
    story = tell(SLOW)
    story.span(1, 2500)
    await story.round(2)
    story.file.write_text("version = 1\n")
    await story.round(4)
    assert [(each["status"], each["resolved_by"]) for each in story.incidents()] == [("resolved", "the rule is gone")]
    assert story.standings() == []


async def test_a_value_must_stay_beyond_the_threshold_for_as_long_as_for_asks(tell: Tell) -> None:
    story = tell(SLOW + 'for = "10s"\n')
    story.span(1, 2500)
    await story.round(2)
    assert (len(story.standings()), story.incidents()) == (1, [])
    story.start()
    await story.round(12)
    (incident,) = story.incidents()
    assert (incident["began_ns"], incident["fired_ns"]) == (T0 + 2 * SECOND, T0 + 12 * SECOND)


async def test_a_clock_that_is_set_back_begins_anew(tell: Tell) -> None:
    story = tell(SLOW)
    await story.round(7200)
    story.span(3, 2500)
    await story.round(4)
    assert [each["fired_ns"] for each in story.incidents()] == [T0 + 4 * SECOND]


async def test_a_store_that_fails_is_told_once_and_once_that_it_works_again(
    tell: Tell, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    story = tell(SLOW)
    story.engine.query("RENAME TABLE spans TO away")
    try:
        with caplog.at_level(logging.WARNING):
            await story.round(2)
            await story.round(4)
    finally:
        story.engine.query("RENAME TABLE away TO spans")
    story.span(1, 2500)
    await story.round(6)
    assert len(story.incidents()) == 1
    assert [record.message.split(":")[0] for record in caplog.records] == [
        "judging the alert rules fails",
        "judging the alert rules works again",
    ]
