"""What becomes critical is told at once, to whom it concerns now, in the conversation that each of them has already."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from fleaglass.alerts.rules.model import Duration, Inhibition, Mute, Route
from fleaglass.hub.alerting.notify import actions
from fleaglass.hub.alerting.notify.senders.sender import Unreachable
from fleaglass.hub.alerting.tables import notification_groups
from fleaglass.hub.state import State
from tests.support.incidents import PAGER, Room, book_of, quick, seconds

HOUR = 3600


@pytest.fixture
def room(state: State) -> Room:
    """Everything goes to the team, what is critical to the pager only."""
    critical = Route(match={"severity": "critical"}, receivers=("pager",))
    return Room(state, book_of(quick(routes=(critical,))))


async def test_who_was_told_that_it_is_open_is_told_at_once_that_it_is_critical(state: State) -> None:
    room = Room(state, book_of(quick(receivers=("pager",), group_interval=Duration(HOUR))))
    first = room.fires(severity="warning")
    await room.after(20)
    room.escalates(first)
    await room.after(4)
    assert [each.action for each in room.pager.heard] == ["trigger"], "it waits for others, as an opening does"
    await room.after(1)
    trigger, escalate = room.pager.heard
    assert (trigger.severity, escalate.severity) == ("warning", "critical")
    assert (escalate.action, escalate.key) == ("escalate", trigger.key)
    assert escalate.title == "ESCALATED TO CRITICAL: slow-order on a-1"
    assert escalate.firing[0].escalated == "escalated from warning to critical because it got worse"
    await room.after(600, 5)
    room.resolves(first)
    await room.after(HOUR, 60)
    assert [each.action for each in room.pager.heard] == ["trigger", "escalate", "resolve"]
    assert [text for kind, text in room.activity(first) if kind == "told"] == [
        "pager: trigger",
        "pager: escalate",
        "pager: resolve",
    ]


async def test_routes_of_the_new_severity_hear_of_it_and_who_heard_before_hears_of_no_end(room: Room) -> None:
    first = room.fires(severity="warning")
    await room.after(20)
    assert (room.team.told(), room.pager.told()) == ([("trigger", [first], [])], [])
    room.escalates(first)
    await room.after(5)
    assert (room.team.told(), room.pager.told()) == ([("escalate", [first], [])], [("trigger", [first], [])])
    await room.after(600, 5)
    room.resolves(first)
    await room.after(61)
    assert (room.team.told(), room.pager.told()) == ([("resolve", [], [first])], [("resolve", [], [first])])


async def test_a_receiver_of_both_routes_has_one_conversation(state: State) -> None:
    routes = [Route(match={"severity": each}, receivers=("pager",)) for each in ("warning", "critical")]
    room = Room(state, book_of(quick(routes=tuple(routes))))
    first = room.fires(severity="warning")
    await room.after(20)
    room.escalates(first)
    await room.after(61)
    room.resolves(first)
    await room.after(61)
    assert [each.action for each in room.pager.heard] == ["trigger", "escalate", "resolve"]
    assert len({each.key for each in room.pager.heard}) == 1


async def test_what_escalates_before_anybody_heard_of_it_is_one_message(room: Room) -> None:
    first = room.fires(severity="warning")
    await room.after(1)
    room.escalates(first)
    await room.after(300, 5)
    assert (room.team.told(), room.pager.told()) == ([("trigger", [first], [])], [("trigger", [first], [])])


async def test_one_that_joins_a_group_by_escalating_is_told_at_once(room: Room) -> None:
    old = room.fires()
    await room.after(200, 5)
    room.pager.told()
    first = room.fires(severity="warning", labels={"agent": "a-2"})
    await room.after(7)
    room.escalates(first)
    await room.after(5)
    assert room.pager.told() == [("escalate", [old, first], [])]


async def test_a_storm_that_escalates_is_one_message_and_what_follows_waits_for_the_interval(room: Room) -> None:
    storm = [room.fires(severity="warning", labels={"agent": f"a-{agent}"}) for agent in range(50)]
    await room.after(20)
    room.team.told()
    room.escalates(*storm[:20])
    await room.after(2)
    room.escalates(*storm[20:40])
    await room.after(5)
    room.escalates(*storm[40:])
    await room.after(50)
    assert [each.action for each in room.team.heard] == ["escalate"]
    assert [each.action for each in room.pager.heard] == ["trigger"]
    assert len(room.team.heard[0].firing) + room.team.heard[0].firing_more == 50
    await room.after(60)
    assert [each.action for each in room.team.heard] == ["escalate", "escalate"]
    assert [each.action for each in room.pager.heard] == ["trigger", "escalate"]
    await room.after(600, 5)
    room.resolves(*storm)
    await room.after(61)
    assert [len(each.heard) for each in (room.team, room.pager)] == [3, 3]


async def test_another_one_later_is_told_at_once_again(room: Room) -> None:
    first, second = (room.fires(severity="warning", labels={"agent": each}) for each in ("a-1", "a-2"))
    await room.after(20)
    room.escalates(first)
    await room.after(90)
    room.team.told()
    room.escalates(second)
    await room.after(5)
    assert room.team.told() == [("escalate", [first, second], [])]


async def test_what_was_acknowledged_must_be_acknowledged_anew(state: State) -> None:
    room = Room(state, book_of(quick(receivers=("pager",))))
    first = room.fires(severity="warning")
    await room.after(6)
    with state.write() as connection:
        actions.acknowledge(connection, first, room.now_ns, actor="ada")
    await room.after(2)
    room.escalates(first)
    await room.after(HOUR + 60, 20)
    with state.write() as connection:
        actions.acknowledge(connection, first, room.now_ns, actor="ada")
    await room.after(2)
    told = [each[0] for each in room.pager.told()]
    assert told == ["trigger", "acknowledge", "escalate", "repeat", "acknowledge"]


async def test_a_muted_incident_escalates_unheard_and_is_told_when_the_mute_ends(room: Room) -> None:
    first = room.fires(severity="warning")
    await room.after(10)
    room.team.told()
    with room.state.write() as connection:
        actions.mute(connection, first, room.now_ns + seconds(HOUR), room.now_ns, actor="ada")
    room.escalates(first)
    await room.after(HOUR - 10, 10)
    assert (room.team.told(), room.pager.told()) == ([], [])
    await room.after(20)
    assert (room.team.told(), room.pager.told()) == ([("escalate", [first], [])], [("trigger", [first], [])])


async def test_hours_in_which_warnings_are_mute_are_not_so_for_what_has_become_critical(state: State) -> None:
    # The clock of tests begins on a Friday at 08:00 UTC.
    night = Mute(times=("fri 07:00-12:00",), match={"severity": "warning"})
    room = Room(state, book_of(quick(), mutes=(night,)))
    first = room.fires(severity="warning")
    await room.after(600, 10)
    assert room.team.told() == []
    room.escalates(first)
    await room.after(5)
    assert room.team.told() == [("trigger", [first], [])]


async def test_what_another_incident_stands_for_stays_so_when_it_escalates(state: State) -> None:
    rule = Inhibition(source={"rule": "crash"}, target={"rule": "absent"}, equal=("agent",))
    room = Room(state, book_of(quick(), inhibitions=(rule,)))
    room.fires("crash")
    absent = room.fires("absent", severity="warning")
    await room.after(10)
    room.escalates(absent)
    await room.after(300, 5)
    assert [each[0] for each in room.team.told()] == ["trigger"]


async def test_a_hub_that_was_killed_tells_of_an_escalation_once(room: Room) -> None:
    first = room.fires(severity="warning")
    await room.after(20)
    room.escalates(first)
    room.restart()
    await room.after(6)
    room.restart()
    await room.after(300, 5)
    assert [each.action for each in room.team.heard] == ["trigger", "escalate"]
    assert [each.action for each in room.pager.heard] == ["trigger"]


async def test_an_escalation_that_could_not_be_told_is_told_when_its_receiver_is_back(state: State) -> None:
    room = Room(state, book_of(quick(receivers=("pager",)), {"pager": PAGER}))
    first = room.fires(severity="warning")
    await room.after(20)
    room.pager.fails = Unreachable("ConnectError")
    room.escalates(first)
    await room.after(600, 5)
    room.pager.fails = None
    await room.after(310, 5)
    assert room.pager.told() == [("trigger", [first], []), ("escalate", [first], [])]


async def test_groups_that_an_earlier_version_left_go_on(room: Room) -> None:
    first = room.fires(severity="warning")
    await room.after(20)
    forget_who_was_told_of_escalation(room)
    room.escalates(first)
    await room.after(5)
    assert [each.action for each in room.team.heard] == ["trigger", "escalate"]


def forget_who_was_told_of_escalation(room: Room) -> None:
    groups = notification_groups
    with room.state.write() as connection:
        for key, told in connection.execute(select(groups.c.key, groups.c.told)).all():
            del told["escalated"]
            connection.execute(update(groups).where(groups.c.key == key).values(told=told))
