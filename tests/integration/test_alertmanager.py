"""The same incidents, told by the hub and by a real Alertmanager: the same messages to the same receivers.

Alertmanager lives through all histories at once, in 16 s; the hub, whose clock is the test's, in no time. Incidents
begin and end at even seconds and groups are flushed at odd ones, so both know the same at each flush.

They differ where groups.py says so: these histories leave that out.
"""

from __future__ import annotations

import asyncio
import json
import random
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

import httpx
import pytest
import yaml

from fleaglass.alerts.rules.model import Duration, Inhibition, Receiver, Route, RuleBook, Secret, Slack
from tests.support.incidents import Room
from tests.support.receivers import recording
from tests.support.state import empty_state

ALERTMANAGER: Final = shutil.which("prometheus-alertmanager")
pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(ALERTMANAGER is None, reason="Debian's prometheus-alertmanager is not installed"),
]

LASTS_S: Final = 16
RECEIVERS: Final = ("root", "chat", "pager", "desk", "quiet")


class Turn(NamedTuple):
    """At a second, incidents of these labels begin or end. All have the label `case`."""

    at_s: int
    fires: bool
    labels: Mapping[str, str]


class Told(NamedTuple):
    """One message: of which group, who fires and who is over."""

    group: str
    firing: tuple[str, ...]
    over: tuple[str, ...]


def case(name: str, receiver: str = "root", routes: tuple[Route, ...] = (), **more: Any) -> Route:
    return Route(match={"case": name}, receivers=(receiver,), routes=routes, **more)


TREE: Final = (
    Route(match={"severity": "critical"}, receivers=("pager",), group_by=("rule", "agent"), continue_=True),
    Route(match={"severity": ("critical", "error")}, receivers=("chat",)),
    Route(match={"team": ""}, receivers=("desk",), routes=(Route(match={"agent": "a-2"}, receivers=("chat",)),)),
)
BOOK: Final = RuleBook(
    version=1,
    receivers={name: Slack(url=Secret(env="URL"), send_resolved=name != "quiet") for name in RECEIVERS},
    route=Route(
        receivers=("root",),
        group_by=("case", "rule"),
        group_wait=Duration(1),
        group_interval=Duration(2),
        repeat_interval=Duration(5),
        routes=(
            case("tree", routes=TREE),
            case("by severity", group_by=("case", "severity", "nothing has this")),
            case("one by one", group_by=("...",)),
            case("quiet", "quiet"),
            case("seldom", group_interval=Duration(6)),
        ),
    ),
    inhibitions=(
        Inhibition(source={"rule": "crash"}, target={"rule": "absent"}, equal=("case", "agent")),
        Inhibition(source={"severity": "critical"}, target={"severity": "warning", "rule": "loss"}, equal=("case",)),
        Inhibition(source={"rule": "both"}, target={"rule": "both"}, equal=("case",)),
    ),
)


def turns(name: str, *said: tuple[int, bool, str], **labels: str) -> list[Turn]:
    """Turns from seconds, whether it fires, and `rule agent severity` of each."""
    found = []
    for at_s, fires, text in said:
        rule, agent, severity = [*text.split(), *("a-1", "critical")[len(text.split()) - 1 :]]
        named = {"topic": rule, "rule": rule}
        found.append(Turn(at_s, fires, {"case": name, **named, "agent": agent, "severity": severity, **labels}))
    return found


def by_chance(seed: int) -> list[Turn]:
    """Incidents that come and go as they like, over three rules and three agents."""
    chance, open_now, found = random.Random(seed), set[str](), list[Turn]()
    things = [f"{rule} {agent}" for rule in ("slow", "absent", "crash") for agent in ("a-1", "a-2", "a-3")]
    for at_s in range(0, LASTS_S - 2, 2):
        for thing in chance.sample(things, chance.randint(0, 3)):
            # The end of what was told and then silenced is where they differ.
            if thing in open_now and thing.startswith("absent"):
                continue
            found += turns(f"chance {seed}", (at_s, thing not in open_now, thing))
            open_now ^= {thing}
    return found


HISTORIES: Final = {
    "a storm is one message": turns("storm", *[(0, True, f"slow a-{n}") for n in range(5)], (4, False, "slow a-0")),
    "what joins, and what leaves": turns(
        "joins", (0, True, "slow"), (2, True, "slow a-2"), (4, False, "slow"), (6, False, "slow a-2")
    ),
    "what goes on is repeated": turns("repeats", (0, True, "slow")),
    "what comes again": turns("again", (0, True, "slow"), (4, False, "slow"), (8, True, "slow"), (12, False, "slow")),
    "each rule is a group": turns("rules", (0, True, "slow"), (0, True, "fast"), (2, True, "slow a-2")),
    "by severity": turns(
        "by severity", (0, True, "slow a-1 error"), (0, True, "fast a-1 error"), (0, True, "slow a-2 warning")
    ),
    "one by one": turns("one by one", (0, True, "slow"), (0, True, "slow a-2"), (4, False, "slow")),
    "seldom": turns("seldom", (0, True, "slow"), (2, True, "slow a-2"), (4, True, "slow a-3"), (8, False, "slow")),
    "nobody asked for ends": turns(
        "quiet",
        (0, True, "slow"),
        (0, True, "slow a-2"),
        (4, False, "slow"),
        (8, False, "slow a-2"),
        (12, True, "slow"),
    ),
    "critical goes two ways": turns("tree", (0, True, "slow a-1 critical"), (0, True, "slow a-2 critical")),
    "an error goes one": turns("tree", (0, True, "late a-1 error"), (4, False, "late a-1 error")),
    "a warning goes down the tree": turns("tree", (0, True, "odd a-1 warning"), (0, True, "odd a-2 warning")),
    "a label that is there is not empty": turns("tree", (0, True, "odd a-1 warning"), team="x"),
    "a crash stands for absence": turns(
        "inhibit", (0, True, "crash"), (0, True, "absent"), (0, True, "absent a-2"), (6, False, "crash")
    ),
    "what is over meanwhile": turns(
        "meanwhile", (0, True, "crash"), (2, True, "absent"), (4, False, "absent"), (8, False, "crash")
    ),
    "told, then inhibited, then free": turns(
        "free", (0, True, "absent"), (4, True, "crash"), (12, False, "crash"), (12, True, "absent a-2")
    ),
    "the worse stands for the lesser": turns(
        "worse", (0, True, "loss a-1 critical"), (0, True, "loss a-2 warning"), (4, False, "loss a-1 critical")
    ),
    "nothing stands for its like": turns("like", (0, True, "both"), (0, True, "both a-2")),
    **{f"by chance {seed}": by_chance(seed) for seed in range(8)},
}


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Told]]:
    """What Alertmanager told, by receiver and group."""
    return asyncio.run(lived_by_alertmanager(tmp_path_factory.mktemp("alertmanager")))


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Told]]:
    """What the hub told, by receiver and group."""
    return asyncio.run(lived_by_the_hub(tmp_path_factory.mktemp("hub")))


@pytest.mark.parametrize("history", HISTORIES)
def test_the_hub_tells_what_alertmanager_tells(
    history: str, ours: dict[str, list[Told]], theirs: dict[str, list[Told]]
) -> None:
    groups = concerned(HISTORIES[history], ours) | concerned(HISTORIES[history], theirs)
    assert groups, "neither told anything"
    assert {group: ours.get(group) for group in groups} == {group: theirs.get(group) for group in groups}


def concerned(history: Sequence[Turn], told: Mapping[str, list[Told]]) -> set[str]:
    """The groups that told of any incident of a history."""
    named = {named_by(turn.labels) for turn in history}
    return {group for group, heard in told.items() if any(named & {*each.firing, *each.over} for each in heard)}


def named_by(labels: Mapping[str, str]) -> str:
    return " ".join(labels.get(name, "") for name in ("case", "rule", "agent", "severity", "team")).strip()


def all_turns() -> dict[int, list[Turn]]:
    found: dict[int, list[Turn]] = {}
    for turn in (turn for history in HISTORIES.values() for turn in history):
        found.setdefault(turn.at_s, []).append(turn)
    return found


# --- the hub ---------------------------------------------------------------------------------------------------------


async def lived_by_the_hub(folder: Path) -> dict[str, list[Told]]:
    room, known, open_now = Room(empty_state("sqlite", folder), BOOK), dict[int, str](), dict[str, int]()
    turns_at = all_turns()
    for at_s in range(0, LASTS_S, 2):
        for turn in turns_at.get(at_s, ()):
            name = named_by(turn.labels)
            if turn.fires:
                open_now[name] = room.fires(turn.labels["rule"], severity=turn.labels["severity"], labels=turn.labels)
                known[open_now[name]] = name
            else:
                room.resolves(open_now.pop(name))
        await room.after(2, 0.25)
    told: dict[str, list[Told]] = {}
    for receiver in RECEIVERS:
        for message in room.listener(receiver).heard:
            firing, over = (sorted(known[item.id] for item in items) for items in (message.firing, message.over))
            add(told, receiver, message.labels, firing, over)
    room.state.close()
    return told


def add(
    told: dict[str, list[Told]], receiver: str, labels: Mapping[str, str], firing: Sequence[str], over: Sequence[str]
) -> None:
    group = f"{receiver} {json.dumps({name: labels[name] for name in sorted(labels) if name != 'kind'})}"
    told.setdefault(group, []).append(Told(group, tuple(firing), tuple(over)))


# --- Alertmanager ----------------------------------------------------------------------------------------------------


async def lived_by_alertmanager(folder: Path) -> dict[str, list[Told]]:
    async with recording() as recorder, httpx.AsyncClient() as client:
        with alertmanager(folder, recorder.url) as url:
            await until_ready(client, url)
            began = time.monotonic()
            for at_s, now in sorted(all_turns().items()):
                await asyncio.sleep(began + at_s - time.monotonic())
                (await client.post(f"{url}/api/v2/alerts", json=[alert(turn) for turn in now])).raise_for_status()
            await asyncio.sleep(began + LASTS_S - time.monotonic())
            posts = list(recorder.posts)
    told: dict[str, list[Told]] = {}
    for post in posts:
        names: dict[str, list[str]] = {"firing": [], "resolved": []}
        for each in post.json["alerts"]:
            names[each["status"]].append(named_by(each["labels"]))
        add(told, post.path.strip("/"), post.json["groupLabels"], sorted(names["firing"]), sorted(names["resolved"]))
    return told


def alert(turn: Turn) -> dict[str, Any]:
    """What begins is kept alive for longer than the test; what ends does so now."""
    now = datetime.now(UTC)
    ends = now + timedelta(hours=1) if turn.fires else now
    began = {"startsAt": now.isoformat()} if turn.fires else {}
    return {"labels": {**turn.labels, "kind": "slow_span"}, "endsAt": ends.isoformat(), **began}


@contextmanager
def alertmanager(folder: Path, receivers: str) -> Iterator[str]:
    """A running one, until the block ends."""
    assert ALERTMANAGER is not None
    (folder / "config.yml").write_text(yaml.safe_dump(config(receivers)))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = {
        "config.file": folder / "config.yml",
        "storage.path": folder / "data",
        "web.listen-address": f"127.0.0.1:{port}",
        "cluster.listen-address": "",
        "log.level": "error",
    }
    process = subprocess.Popen([ALERTMANAGER, *(f"--{name}={value}" for name, value in options.items())])
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


async def until_ready(client: httpx.AsyncClient, url: str) -> None:
    for _ in range(200):
        try:
            if (await client.get(f"{url}/-/ready")).is_success:
                return
        except httpx.TransportError:
            pass
        await asyncio.sleep(0.05)
    raise AssertionError("Alertmanager did not start")


def config(receivers: str) -> dict[str, Any]:
    """The book in Alertmanager's words."""
    return {
        "route": route(BOOK.route),
        "receivers": [receiver(name, each, receivers) for name, each in BOOK.receivers.items()],
        "inhibit_rules": [
            {
                "source_matchers": matchers(each.source),
                "target_matchers": matchers(each.target),
                "equal": list(each.equal),
            }
            for each in BOOK.inhibitions
        ],
    }


def receiver(name: str, each: Receiver, address: str) -> dict[str, Any]:
    return {"name": name, "webhook_configs": [{"url": f"{address}/{name}", "send_resolved": each.send_resolved}]}


def route(said: Route) -> dict[str, Any]:
    times = {
        "group_wait": said.group_wait,
        "group_interval": said.group_interval,
        "repeat_interval": said.repeat_interval,
    }
    found: dict[str, Any] = {name: f"{float(each):.0f}s" for name, each in times.items() if isinstance(each, float)}
    if isinstance(said.group_by, tuple):
        found["group_by"] = [label.replace(" ", "_") for label in said.group_by]
    if said.match:
        found["matchers"] = matchers(said.match)
    children = [route(each) for each in said.routes]
    return {**found, "receiver": said.receivers[0], "continue": said.continue_, "routes": children}


def matchers(match: Mapping[str, str | tuple[str, ...]]) -> list[str]:
    return [
        f'{name}="{value}"' if isinstance(value, str) else f'{name}=~"{"|".join(value)}"'
        for name, value in match.items()
    ]
