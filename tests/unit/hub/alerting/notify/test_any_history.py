"""Whatever happens, a receiver hears of each group's beginning once and of its end once, in that order."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from fleaglass.hub.alerting.notify import actions
from fleaglass.hub.alerting.notify.senders.sender import Unreachable
from tests.support.incidents import PAGER, SLACK, Listener, Room, book_of, quick, seconds
from tests.support.state import empty_state

LETTERS = {
    "trigger": "t",
    "escalate": "u",
    "update": "u",
    "repeat": "u",
    "acknowledge": "a",
    "resolve": "r",
    "passed": "",
}

steps = st.one_of(
    st.tuples(st.just("fires"), st.sampled_from(["one", "two"]), st.sampled_from(["a-1", "a-2", "a-3"])),
    st.tuples(st.just("resolves"), st.integers(0, 5), st.just("")),
    st.tuples(st.sampled_from(["restart", "down", "up"]), st.just(0), st.just("")),
    st.tuples(st.sampled_from(["acknowledge", "mute", "escalate"]), st.integers(0, 5), st.just("")),
    st.tuples(st.just("wait"), st.sampled_from([1, 4, 30, 61, 300]), st.just("")),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(steps, max_size=25))
def test_of_each_group_a_receiver_hears_one_beginning_then_one_end(history: list[tuple[str, int, str]]) -> None:
    with TemporaryDirectory() as folder:
        asyncio.run(live(Path(folder), history))


async def live(folder: Path, history: list[tuple[str, int, str]]) -> None:
    state = empty_state("sqlite", folder)
    room = Room(state, book_of(quick(receivers=("team", "pager")), {"team": SLACK, "pager": PAGER}))
    now: list[int] = []
    try:
        for step, what, agent in history:
            await happen(room, step, what, agent, now)
        room.team.fails = room.pager.fails = None
        await room.after(420, 20)  # what waited is told
        room.resolves(*now)
        await room.after(420, 20)
        assert_tells_a_whole_story(room.team, r"(tu*r)*")
        # A pager that could not be reached may have heard all the same, so it hears the end.
        assert_tells_a_whole_story(room.pager, r"(t[ua]*r|r)*")
        assert {row["status"] for row in room.outbox()} <= {"sent", "dropped"}
    finally:
        state.close()


async def happen(room: Room, step: str, what: int | str, agent: str, now: list[int]) -> None:
    match step:
        case "fires":
            now.append(room.fires(str(what), labels={"agent": agent}))
        case "resolves" if now:
            room.resolves(now.pop(int(what) % len(now)))
        case "escalate" if now:
            room.escalates(now[int(what) % len(now)])
        case "restart":
            room.restart()
        case "down" | "up":
            room.team.fails = room.pager.fails = Unreachable("ConnectError") if step == "down" else None
        case "acknowledge" | "mute" if now:
            with room.state.write() as connection:
                incident = now[int(what) % len(now)]
                if step == "acknowledge":
                    actions.acknowledge(connection, incident, room.now_ns)
                else:
                    actions.mute(connection, incident, room.now_ns + seconds(45), room.now_ns)
        case "wait":
            await room.after(float(what), 1 if float(what) < 30 else 15)


def assert_tells_a_whole_story(listener: Listener, whole: str) -> None:
    by_key: dict[str, str] = {}
    for message in listener.heard:
        by_key[message.key] = by_key.get(message.key, "") + LETTERS[message.action]
    for story in by_key.values():
        assert re.fullmatch(whole, story), story
    assert len({message.delivery for message in listener.heard}) == len(listener.heard)
