"""Who is told of what, and when, from incidents in the state to receivers that listen."""

from __future__ import annotations

import pytest

from fleaglass.alerts.rules.model import Duration, Inhibition, LogLine, Mute, Route, Slack
from fleaglass.hub.alerting.notify import actions
from fleaglass.hub.alerting.notify.messages import Message
from fleaglass.hub.alerting.notify.senders.sender import Refused, Unreachable
from fleaglass.hub.state import State
from tests.support.incidents import PAGER, SLACK, Listener, Room, book_of, quick, seconds

HOUR = 3600


@pytest.fixture
def room(state: State) -> Room:
    return Room(state, book_of(quick()))


async def test_a_group_waits_for_others_before_its_first_message(room: Room) -> None:
    first = room.fires()
    await room.after(3)
    second = room.fires(labels={"agent": "a-2"})
    await room.after(1)
    assert room.team.told() == []
    await room.after(1)
    assert room.team.told() == [("trigger", [first, second], [])]


async def test_the_wait_counts_from_when_the_incident_fired(room: Room) -> None:
    first = room.fires()
    room.now_ns += seconds(20)  # the hub was down
    await room.after(1)
    assert room.team.told() == [("trigger", [first], [])]


async def test_what_joins_or_leaves_a_group_is_told_at_its_next_interval(room: Room) -> None:
    first = room.fires()
    await room.after(5)
    room.team.told()
    second = room.fires(labels={"agent": "a-2"})
    await room.after(59)
    assert room.team.told() == []
    await room.after(1)
    assert room.team.told() == [("update", [first, second], [])]
    room.resolves(first)
    await room.after(60)
    assert room.team.told() == [("update", [second], [first])]
    room.resolves(second)
    await room.after(60)
    assert room.team.told() == [("resolve", [], [second])]


async def test_what_goes_on_is_repeated_and_what_was_acknowledged_is_not(room: Room) -> None:
    first = room.fires()
    await room.after(5)
    room.team.told()
    await room.after(HOUR - 1, 60)
    assert room.team.told() == []
    await room.after(60, 10)
    assert room.team.told() == [("repeat", [first], [])]
    with room.state.write() as connection:
        actions.acknowledge(connection, first, room.now_ns, actor="ada")
    await room.after(3 * HOUR, 60)
    assert room.team.told() == []


async def test_whoever_wants_no_ends_is_told_of_none(state: State) -> None:
    quiet = {"team": Slack(url=SLACK.url, send_resolved=False)}
    room = Room(state, book_of(quick(), quiet))
    first, second = room.fires(), room.fires(labels={"agent": "a-2"})
    await room.after(5)
    assert room.team.told() == [("trigger", [first, second], [])]
    room.resolves(first)
    await room.after(60)
    room.resolves(second)
    await room.after(120, 5)
    assert room.team.told() == []
    again = room.fires()
    await room.after(5)
    assert room.team.told() == [("trigger", [again], [])]


async def test_what_is_over_before_anybody_was_told_is_never_told(room: Room) -> None:
    first = room.fires()
    await room.after(3)
    room.resolves(first)
    await room.after(120, 5)
    assert room.team.told() == []
    assert room.outbox() == []


async def test_what_ends_and_fires_again_before_anybody_heard_is_no_news(room: Room) -> None:
    first = room.fires()
    await room.after(5)
    room.team.told()
    for _ in range(9):
        room.resolves(first)
        await room.after(1)
        first = room.fires()
        await room.after(20)
    assert room.team.told() == []
    room.resolves(first)
    await room.after(60)
    assert room.team.told() == [("resolve", [], [first])]


async def test_a_storm_over_fifty_agents_is_one_message(room: Room) -> None:
    for agent in range(50):
        room.fires(labels={"agent": f"a-{agent}"})
    await room.after(60)
    [message] = room.team.heard
    assert (message.action, len(message.firing), message.firing_more) == ("trigger", 5, 45)


async def test_a_group_and_its_key_are_the_same_from_first_to_last_message_and_for_the_next_time(state: State) -> None:
    room = Room(state, book_of(quick(receivers=("pager",))))
    for _ in range(2):
        first = room.fires()
        await room.after(5)
        room.resolves(first)
        await room.after(61)
    assert [each.action for each in room.pager.heard] == ["trigger", "resolve"] * 2
    assert len({each.key for each in room.pager.heard}) == 1
    assert len({each.delivery for each in room.pager.heard}) == 4


async def test_an_acknowledgement_reaches_the_pager_once_and_at_once(state: State) -> None:
    room = Room(state, book_of(quick(receivers=("pager", "team"))))
    first, second = room.fires(), room.fires(labels={"agent": "a-2"})
    await room.after(5)
    for incident in (first, second):
        assert [each[0] for each in room.pager.told()] == (["trigger"] if incident == first else [])
        with state.write() as connection:
            actions.acknowledge(connection, incident, room.now_ns, actor="ada")
        await room.after(1)
    assert room.pager.told() == [("acknowledge", [first, second], [])]
    await room.after(300, 5)
    assert (room.pager.told(), [each[0] for each in room.team.told()]) == ([], ["trigger"])


# --- silence ---------------------------------------------------------------------------------------------------------


async def test_a_muted_incident_is_told_when_the_mute_ends_if_it_still_fires(room: Room) -> None:
    first, second = room.fires(), room.fires("other")
    with room.state.write() as connection:
        for incident in (first, second):
            actions.mute(connection, incident, room.now_ns + seconds(600), room.now_ns, actor="ada")
    await room.after(500, 5)
    room.resolves(second)
    assert room.team.told() == []
    await room.after(160, 5)
    assert room.team.told() == [("trigger", [first], [])]


async def test_the_end_of_what_was_told_is_not_held_back_by_its_own_mute(room: Room) -> None:
    first = room.fires()
    await room.after(5)
    with room.state.write() as connection:
        actions.mute(connection, first, room.now_ns + seconds(10 * HOUR), room.now_ns)
    room.resolves(first)
    await room.after(60)
    assert room.team.told() == [("trigger", [first], []), ("resolve", [], [first])]


async def test_hours_of_silence_hold_back_beginnings_and_ends(state: State) -> None:
    # The clock of tests begins on a Friday at 08:00 UTC.
    night = Mute(times=("fri 08:10-08:30",), match={"severity": "warning"})
    room = Room(state, book_of(quick(), mutes=(night,)))
    before = room.fires("before", severity="warning")
    await room.after(10 * 60, 20)
    during, brief = room.fires("during", severity="warning"), room.fires("brief", severity="warning")
    loud = room.fires("loud")
    await room.after(5 * 60, 20)
    room.resolves(before, brief)
    await room.after(14 * 60, 20)
    assert room.team.told() == [("trigger", [before], []), ("trigger", [loud], [])]
    await room.after(6 * 60, 20)
    assert sorted(room.team.told()) == [("resolve", [], [before]), ("trigger", [during], [])]


async def test_an_inhibited_incident_is_told_when_what_stands_for_it_is_over(state: State) -> None:
    rule = Inhibition(source={"rule": "crash"}, target={"severity": "warning"}, equal=("agent",))
    room = Room(state, book_of(quick(), inhibitions=(rule,)))
    crash = room.fires("crash")
    same = room.fires("absent", severity="warning")
    other = room.fires("absent", severity="warning", labels={"agent": "a-2"})
    await room.after(5)
    assert sorted(room.team.told()) == [("trigger", [crash], []), ("trigger", [other], [])]
    room.resolves(crash)
    await room.after(60)
    assert sorted(room.team.told()) == [("resolve", [], [crash]), ("update", [same, other], [])]


# --- receivers that fail ---------------------------------------------------------------------------------------------


async def test_a_receiver_that_was_down_for_an_hour_hears_what_is_true_and_in_one_message_what_has_passed(
    room: Room,
) -> None:
    room.team.fails = Unreachable("ConnectError")
    came_and_went = [room.fires(f"brief-{number}") for number in range(3)]
    await room.after(600, 5)
    room.resolves(*came_and_went)
    lasting = room.fires("lasting")
    await room.after(3000, 10)
    assert room.team.heard == []
    room.team.fails = None
    await room.after(310, 5)
    assert room.team.told() == [("trigger", [lasting], []), ("passed", [], came_and_went)]
    assert [kind for kind, _ in room.activity(came_and_went[0])] == ["not_told", "told"]
    room.resolves(lasting)
    await room.after(60)
    assert room.team.told() == [("resolve", [], [lasting])]
    assert {row["status"] for row in room.outbox()} == {"sent", "dropped"}


async def test_a_dead_receiver_is_asked_now_and_then_however_much_waits(room: Room) -> None:
    attempts = 0

    class Dead:
        async def send(self, _: object) -> None:
            nonlocal attempts
            attempts += 1
            raise Unreachable("ConnectError")

    room.listeners["team"] = Dead()  # type: ignore[assignment]
    for number in range(20):
        room.fires(f"rule-{number}")
    await room.after(HOUR, 10)
    assert attempts <= 20


async def test_a_message_at_which_its_receiver_always_fails_holds_up_no_other(room: Room) -> None:
    class Poisoned(Listener):
        async def send(self, message: Message) -> None:
            if message.labels["topic"] == "poison":
                raise Unreachable("it answered 500")
            await super().send(message)

    room.listeners["team"] = Poisoned()
    room.fires("poison")
    await room.after(60, 5)
    fine = [room.fires(f"fine-{number}") for number in range(3)]
    await room.after(10)
    assert room.team.told() == [("trigger", [each], []) for each in fine]


async def test_a_fault_in_a_sender_is_told_by_its_kind_for_its_text_may_have_a_secret(room: Room) -> None:
    room.fires()
    room.team.fails = ValueError("no good: https://hooks.example/private")
    await room.after(6)
    assert room.outbox()[0]["problem"] == "a fault of the hub's own: ValueError in send"


async def test_a_receiver_that_says_when_to_come_back_is_obeyed(room: Room) -> None:
    room.fires()
    room.team.fails = Unreachable("it answered 429", retry_after_s=90)
    await room.after(6)
    room.team.fails = None
    await room.after(88)
    assert room.team.told() == []
    await room.after(1)
    assert len(room.team.told()) == 1


async def test_a_refused_message_is_dead_with_its_reason_and_a_person_can_send_it_again(room: Room) -> None:
    first = room.fires()
    room.team.fails = Refused("it answered 404: no_service")
    await room.after(120, 5)
    [row] = room.outbox()
    assert (row["status"], row["problem"], row["attempts"]) == ("dead", "it answered 404: no_service", 1)
    assert room.activity(first) == [("not_told", "team: it answered 404: no_service")]
    room.team.fails = None
    with room.state.write() as connection:
        actions.resend(connection, row["id"], room.now_ns, actor="ada")
    await room.after(1)
    assert room.team.told() == [("trigger", [first], [])]
    await room.after(HOUR / 2, 10)
    assert room.team.told() == []
    room.resolves(first)
    await room.after(60)
    assert room.team.told() == [("resolve", [], [first])]


async def test_a_dead_message_that_is_sent_again_says_what_is_true_by_then(room: Room) -> None:
    first = room.fires()
    room.team.fails = Refused("it answered 404")
    await room.after(10)
    room.resolves(first)
    await room.after(60)
    room.team.fails = None
    with room.state.write() as connection:
        actions.resend(connection, room.outbox()[0]["id"], room.now_ns)
    await room.after(2)
    assert room.team.told() == [("resolve", [], [first])]


async def test_a_message_is_given_up_after_a_day(room: Room) -> None:
    room.fires()
    room.team.fails = Unreachable("ConnectError")
    await room.after(24 * HOUR - 60, 300)
    assert [row["status"] for row in room.outbox()] == ["waiting"]
    await room.after(600, 60)
    [row] = room.outbox()
    assert (row["status"], row["problem"]) == ("dead", "given up after 24 h: ConnectError")


async def test_what_waits_for_a_receiver_that_is_no_longer_in_the_rules_is_dead(room: Room) -> None:
    room.fires()
    room.team.fails = Unreachable("ConnectError")
    await room.after(10)
    room.book = book_of(Route(receivers=("log",), group_wait=Duration(1)), {"log": LogLine()})
    room.listeners["team"].fails = Refused("the rules file has no receiver team")
    await room.after(60)
    assert [(row["receiver"], row["status"]) for row in room.outbox()] == [("team", "dead"), ("log", "sent")]


async def test_a_receiver_that_comes_back_into_the_rules_hears_no_beginning_twice_but_the_end(room: Room) -> None:
    first, book = room.fires(), room.book
    await room.after(5)
    room.book = book_of(quick(receivers=("log",)), {"log": LogLine()})
    await room.after(300, 5)
    room.book = book
    await room.after(300, 5)
    room.resolves(first)
    await room.after(60)
    assert room.team.told() == [("trigger", [first], []), ("resolve", [], [first])]


async def test_a_hub_that_was_killed_neither_forgets_nor_repeats(state: State) -> None:
    room = Room(state, book_of(quick(receivers=("pager",))))
    first = room.fires()
    for _ in range(4):
        await room.after(30)
        room.restart()
    room.resolves(first)
    room.restart()
    await room.after(120, 5)
    assert room.pager.told() == [("trigger", [first], []), ("resolve", [], [first])]


async def test_a_pager_that_may_have_heard_hears_the_end(state: State) -> None:
    """The answer got lost, so nobody knows whether somebody was woken."""
    room = Room(state, book_of(quick(receivers=("pager",)), {"pager": PAGER}))
    first = room.fires()
    room.pager.fails = Unreachable("ReadTimeout")
    await room.after(20)
    room.resolves(first)
    await room.after(20)
    room.pager.fails = None
    await room.after(300, 5)
    assert [each[0] for each in room.pager.told()] == ["resolve"]


async def test_an_incident_that_leaves_its_group_is_over_there(room: Room) -> None:
    first = room.fires()
    await room.after(5)
    room.book = book_of(quick(receivers=("log",)))
    await room.after(120, 5)
    assert [each[0] for each in room.team.told()] == ["trigger", "resolve"]
    assert room.listener("log").told() == [("trigger", [first], [])]


async def test_one_receiver_that_hangs_holds_up_no_other(state: State) -> None:
    room = Room(state, book_of(quick(receivers=("team", "pager"))))
    room.team.fails = Unreachable("ReadTimeout")
    room.fires()
    await room.after(6)
    assert len(room.pager.told()) == 1


async def test_a_fault_in_the_rules_is_told_once_and_ends_nothing(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    first, book = room.fires(), room.book
    room.book = book_of(quick(), mutes=(Mute(times=("never",)),))
    await room.after(10)
    room.book = book
    await room.after(5)
    assert room.team.told() == [("trigger", [first], [])]
    assert [each.split(":")[0] for each in caplog.messages] == [
        "telling people of incidents fails",
        "telling people of incidents works again",
    ]
