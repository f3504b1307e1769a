"""A test notification goes where an incident of the rule would go, is marked, and leaves nothing open."""

from __future__ import annotations

import pytest
from msgspec import structs

from fleaglass.alerts.rules.model import Route, SlowSpan
from fleaglass.hub.alerting.notify.actions import ActionError, resend
from fleaglass.hub.alerting.notify.senders.sender import Refused, Unreachable
from fleaglass.hub.alerting.notify.trial import Trial, fire
from fleaglass.hub.state import State
from tests.support.incidents import HUB, Room, book_of

RULE = SlowSpan(
    name="slow-order", span="order.pipeline", above_ms=2000, severity="critical", summary="Orders are slow."
)


@pytest.fixture
def room(state: State) -> Room:
    pages = Route(receivers=("pager",), match={"severity": "critical"}, continue_=True)
    return Room(state, book_of(Route(receivers=("log",), routes=(pages, Route(receivers=("team",))))))


async def test_it_is_marked_and_a_pager_hears_its_end_too(room: Room) -> None:
    assert await fire(room.state, room.book, RULE, room.listener, HUB, room.now_ns) == [
        Trial("pager", None),
        Trial("team", None),
    ]
    [heard] = room.team.heard
    assert (heard.title, heard.is_test) == ("[TEST] CRITICAL: slow-order", True)
    assert heard.firing[0].summary == "This is a test. Orders are slow."
    assert [(each.action, each.key) for each in room.pager.heard] == [
        ("trigger", room.pager.heard[0].key),
        ("resolve", room.pager.heard[0].key),
    ]
    assert room.pager.heard[0].key != heard.key


async def test_who_would_hear_of_it_only_once_it_is_critical_gets_the_test_too(room: Room) -> None:
    rule = structs.replace(RULE, severity="warning")
    assert await fire(room.state, room.book, rule, room.listener, HUB, room.now_ns) == [Trial("team", None)]
    rule = structs.replace(rule, critical_above_ms=9000)
    fired = await fire(room.state, room.book, rule, room.listener, HUB, room.now_ns)
    assert fired == [Trial("team", None), Trial("pager", None)]
    assert room.team.heard[1].title == "[TEST] WARNING: slow-order"


async def test_what_became_of_it_is_told_and_kept(room: Room) -> None:
    room.pager.fails, room.team.fails = Refused("it answered 400"), Unreachable("ConnectError")
    assert await fire(room.state, room.book, RULE, room.listener, HUB, room.now_ns) == [
        Trial("pager", "it answered 400"),
        Trial("team", "ConnectError"),
    ]
    assert [(row["status"], row["is_test"], row["problem"]) for row in room.outbox()] == [
        ("dead", True, "it answered 400"),
        ("dead", True, "ConnectError"),
    ]
    await room.after(10)
    assert [row["attempts"] for row in room.outbox()] == [1, 1]
    with room.state.write() as connection, pytest.raises(ActionError, match="fire another one"):
        resend(connection, room.outbox()[0]["id"], room.now_ns)
