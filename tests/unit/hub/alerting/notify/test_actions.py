"""What people do with incidents and messages, and the line that each deed leaves."""

from __future__ import annotations

import pytest

from fleaglass.hub.alerting.notify import actions
from fleaglass.hub.alerting.notify.actions import ActionError, NoSuchIncident
from fleaglass.hub.alerting.notify.senders.sender import Refused
from fleaglass.hub.state import State
from tests.support.incidents import Room, book_of, quick, seconds


@pytest.fixture
def room(state: State) -> Room:
    return Room(state, book_of(quick()))


def test_what_people_do_is_written_down(room: Room) -> None:
    first = room.fires()
    with room.state.write() as connection:
        actions.acknowledge(connection, first, room.now_ns, actor="ada")
        actions.acknowledge(connection, first, room.now_ns, actor="bob")
        actions.mute(connection, first, room.now_ns + seconds(3600), room.now_ns, actor="ada")
        actions.mute(connection, first, room.now_ns, room.now_ns, actor="ada")
        actions.add_note(connection, first, " the venue is down \n", room.now_ns, actor="ada")
    assert room.activity(first) == [
        ("acknowledged", ""),
        ("muted", "until 2027-01-15 09:00:00 UTC"),
        ("muted", "no longer"),
        ("note", "the venue is down"),
    ]


def test_what_is_over_can_only_be_noted_on(room: Room) -> None:
    first = room.fires()
    room.resolves(first)
    with room.state.write() as connection:
        with pytest.raises(ActionError, match=f"incident {first} is over: it cannot be acknowledged"):
            actions.acknowledge(connection, first, room.now_ns)
        with pytest.raises(ActionError, match=f"incident {first} is over: it cannot be muted"):
            actions.mute(connection, first, room.now_ns + 1, room.now_ns)
        actions.add_note(connection, first, "it was the venue", room.now_ns)
        with pytest.raises(ActionError, match="a note needs a text"):
            actions.add_note(connection, first, " ", room.now_ns)


def test_what_there_is_not_cannot_be_acted_on(room: Room) -> None:
    with room.state.write() as connection:
        with pytest.raises(NoSuchIncident, match="there is no incident 9"):
            actions.add_note(connection, 9, "?", room.now_ns)
        with pytest.raises(NoSuchIncident, match="there is no message 9"):
            actions.resend(connection, 9, room.now_ns)


async def test_only_a_dead_message_is_sent_again(room: Room) -> None:
    first = room.fires()
    await room.after(5)
    room.team.fails = Refused("it answered 400")
    room.fires(labels={"agent": "a-2"})
    await room.after(60)
    with room.state.write() as connection:
        sent, dead = (row["id"] for row in room.outbox())
        with pytest.raises(ActionError, match=f"message {sent} is not dead: it is sent"):
            actions.resend(connection, sent, room.now_ns)
        actions.resend(connection, dead, room.now_ns, actor="ada")
        with pytest.raises(ActionError, match=f"message {dead} is not dead: it is waiting"):
            actions.resend(connection, dead, room.now_ns)
    assert room.activity(first)[-1] == ("note", f"message {dead} to team is sent again")
