"""A person resolves an incident: its rule is quiet until the group has been good once, or something new happens."""

from __future__ import annotations

import pytest

from fleaglass.alerts.rules.model import Duration, Route
from fleaglass.hub.alerting.notify import actions
from fleaglass.hub.state.schema import issues, releases, sessions
from tests.support.incidents import PAGER, Room, book_of
from tests.support.otlp import T0
from tests.unit.hub.alerting.conftest import Tell
from tests.unit.hub.alerting.story import SECOND, Story, an_issue

SLOW = """
[[rule]]
kind = "slow_span"
name = "slow"
span = "pf.trade.execute"
above_ms = 2000
window = "60s"
keep = "30s"
"""
SHARE = """
[[rule]]
kind = "error_rate"
name = "errors"
above = 0.5
window = "60s"
minimum = 2
keep = "30s"
"""
FLOOR = """
[[rule]]
kind = "wallet_floor"
name = "floor"
below_usd = "100"
resolve_at_usd = "150"
"""
SILENT = """
[[rule]]
kind = "absence"
name = "silent"
within = "60s"
of = {span = ["pf.trade.execute"]}
"""
CRASH = """
[[rule]]
kind = "session_crash"
name = "crash"
"""
IN_FLIGHT = """
[[rule]]
kind = "in_flight_at_death"
name = "in-flight"
"""
NEW_ISSUE = """
[[rule]]
kind = "new_issue"
name = "new"
group_by = ["release"]
"""
LOST = {"attributes": {"pf.order.state": "unknown"}}


def resolve(story: Story, incident: int = 1) -> None:
    with story.state.write() as connection:
        actions.resolve(connection, incident, story.now_ns, actor="ann")


def session(story: Story, number: int, status: str, started: int, seen: int) -> None:
    times = {"started_ns": T0 + started * SECOND, "seen_ns": T0 + seen * SECOND}
    place = {"project": 1, "sid": f"{number}" * 32, "release": "a@1", "environment": "production", "user": "a"}
    row = {**place, **times, "status": status, "inferred": False, "errors": 0}
    with story.state.write() as connection:
        connection.execute(sessions.sessions.insert().values(row))


def statuses(story: Story) -> list[str]:
    return [each["status"] for each in story.incidents()]


async def test_it_ends_then_and_says_by_whom(tell: Tell) -> None:
    story = tell(SLOW)
    story.span(1, 2500)
    await story.round(2)
    resolve(story)
    (incident,) = story.incidents()
    told = (incident["status"], incident["resolved_ns"], incident["resolved_by"])
    assert told == ("resolved", T0 + 2 * SECOND, "ann")
    assert story.activity() == [(1, "fired"), (1, "resolved")]


async def test_the_same_breach_fires_no_other_also_after_the_hub_was_killed(tell: Tell) -> None:
    story = tell(SLOW)
    story.span(1, 2500)
    await story.round(2)
    resolve(story)
    await story.round(4)
    story.span(5, 4500)
    story.start()
    for at in (6, 36, 60):
        await story.round(at)
    assert statuses(story) == ["resolved"]
    assert story.activity() == [(1, "fired"), (1, "resolved")]


async def test_once_it_has_been_good_for_a_moment_the_next_breach_is_another_incident(tell: Tell) -> None:
    story = tell(SLOW)
    story.span(1, 2500)
    await story.round(2)
    resolve(story)
    await story.round(70)
    assert story.standings() == []
    story.span(71, 2500)
    await story.round(72)
    assert statuses(story) == ["resolved", "open"]


async def test_a_share_of_which_nothing_was_known_for_long_enough_is_another_when_it_is_bad_again(tell: Tell) -> None:
    story = tell(SHARE)
    for ended in (1, 1.5):
        story.span(ended, status=2)
    await story.round(2)
    resolve(story)
    for at in (60, 70, 99):
        await story.round(at)
    assert len(story.standings()) == 1
    await story.round(100)
    assert story.standings() == []
    for ended in (101, 101.5):
        story.span(ended, status=2)
    await story.round(102)
    assert statuses(story) == ["resolved", "open"]


async def test_a_balance_is_quiet_until_it_was_at_the_mark_where_it_is_good(tell: Tell) -> None:
    story = tell(FLOOR)
    for at, balance in ((1, 90.0), (10, 120.0), (20, 80.0)):
        story.span(at, name="pf.wallet.balance_check", attributes={"pf.balance_usd": balance})
        await story.round(at + 1)
        if at == 1:
            resolve(story)
    assert statuses(story) == ["resolved"]
    for at, balance in ((30, 150.0), (40, 80.0)):
        story.span(at, name="pf.wallet.balance_check", attributes={"pf.balance_usd": balance})
        await story.round(at + 1)
    assert statuses(story) == ["resolved", "open"]


async def test_who_was_missed_is_missed_again_once_it_was_heard_of(tell: Tell) -> None:
    story = tell(SILENT)
    await story.round(0)
    story.span(1)
    for at in (30, 62):
        await story.round(at)
    resolve(story)
    for at in (100, 150):
        await story.round(at)
    assert statuses(story) == ["resolved"]
    story.span(151)
    for at in (152, 200, 212):
        await story.round(at)
    assert statuses(story) == ["resolved", "open"]


async def test_an_agent_that_stays_dead_is_told_once_and_its_next_death_again(tell: Tell) -> None:
    story = tell(CRASH)
    story.span(-10)
    session(story, 1, "crashed", -60, -5)
    await story.round(60)
    resolve(story)
    story.start()
    for at in (70, 130):
        await story.round(at)
    assert statuses(story) == ["resolved"]
    session(story, 2, "crashed", 131, 132)  # between two rounds it came back and died
    for at in (140, 200):
        await story.round(at)
    assert statuses(story) == ["resolved", "open"]


async def test_an_order_that_nobody_can_look_up_is_told_once(tell: Tell) -> None:
    story = tell(IN_FLIGHT)
    story.span(-10, **LOST)
    session(story, 1, "crashed", -60, -5)
    await story.round(2)
    resolve(story)
    story.start()
    for at in (10, 600, 86_400):
        await story.round(at)
    assert statuses(story) == ["resolved"]


@pytest.mark.parametrize("what", ["another order", "another death"])
async def test_what_happens_after_that_is_another_incident(tell: Tell, what: str) -> None:
    story = tell(IN_FLIGHT)
    story.span(-10, **LOST)
    session(story, 1, "crashed", -60, -5)
    await story.round(2)
    resolve(story)
    await story.round(10)
    if what == "another order":
        story.span(-9, **LOST)  # of which its journal told late
    else:
        session(story, 2, "crashed", 12, 13)
    await story.round(20)
    assert statuses(story) == ["resolved", "open"]
    assert [(each["incident"], len(each["rests_on"])) for each in story.standings()] == [
        (2, 3 if what == "another order" else 2)
    ]
    await story.round(30)
    assert len(story.incidents()) == 2


async def test_another_issue_of_a_release_is_another_incident(tell: Tell) -> None:
    story = tell(NEW_ISSUE)
    with story.state.write() as connection:
        connection.execute(releases.releases.insert().values(id=1, version="a@1", status="open", added_ns=T0))

    async def appears(number: int) -> None:
        with story.state.write() as connection:
            connection.execute(issues.issues.insert().values(an_issue(number, T0 + number * SECOND)))
        await story.round(number * 10)

    await appears(1)
    resolve(story)
    await story.round(15)
    assert statuses(story) == ["resolved"]
    await appears(2)
    assert statuses(story) == ["resolved", "open"]


async def test_receivers_hear_of_the_end_once_and_of_the_next_breach(tell: Tell) -> None:
    story = tell(SLOW)
    times = {"group_wait": Duration(0), "group_interval": Duration(10), "repeat_interval": Duration(3600)}
    room = Room(story.state, book_of(Route(receivers=("pager",), **times), {"pager": PAGER}))

    async def rounds(*moments: int) -> None:
        for at in moments:
            await story.round(at)
            room.now_ns = story.now_ns
            await room.notifier.round()
            await room.notifier.settled()

    story.span(1, 2500)
    await rounds(2, 4)
    resolve(story)
    await rounds(20, 40, 60, 70)
    assert room.pager.told() == [("trigger", [1], []), ("resolve", [], [1])]
    story.span(71, 2500)
    await rounds(72, 90)
    assert room.pager.told() == [("trigger", [2], [])]
