"""The list of issues: what it says of each, which it shows, in which order."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.hub.api.issues.conftest import Hub
from tests.unit.hub.issues.events import HOUR, T0, error


def three(hub: Hub) -> tuple[int, int, int]:
    """Three issues: `place` of one agent, twice; `cancel` of another, fatal; `poll`, a warning, long before."""
    taken = hub.take(
        error(
            1,
            "place",
            0,
            release="agent@1.0.0",
            environment="live",
            user="u1",
            tags={"agent_id": "a-1", "asset": "BTC"},
        ),
        error(2, "place", 60, release="agent@1.1.0", user="u2", tags={"agent_id": "a-1", "asset": "ETH"}),
        error(3, "cancel", 30, level="fatal", tags={"agent_id": "a-2", "asset": "BTC"}),
        error(4, "poll", -7200, level="warning", release="agent@0.9.0"),
    )
    return taken[0].issue, taken[2].issue, taken[3].issue


async def test_a_row_says_what_breaks_how_often_and_since_when(hub: Hub) -> None:
    place, _, _ = three(hub)
    (row,) = (await hub("issues", q="place"))["issues"]
    assert row == {
        "id": place,
        "project": 1,
        "kind": "error",
        "title": "TradeError: place failed",
        "culprit": "place(agent)",
        "type": "TradeError",
        "value": "place failed",
        "level": "error",
        "platform": "python",
        "status": "unresolved",
        "substatus": "new",
        "priority": "medium",
        "events": 2,
        "users": 2,
        "first_seen_ns": str(T0),
        "last_seen_ns": str(T0 + 60_000_000_000),
        "first_release": "agent@1.0.0",
        "last_release": "agent@1.1.0",
        "assignee": None,
        "agents": ["a-1"],
        "hourly": [0] * 23 + [2],
    }


async def test_a_day_is_told_by_the_hour(hub: Hub) -> None:
    three(hub)
    hub.now_ns += HOUR
    (row,) = (await hub("issues", q="poll"))["issues"]
    assert row["hourly"] == [0] * 20 + [1, 0, 0, 0]


FILTERS: list[tuple[dict[str, Any], str]] = [
    ({}, "place cancel poll"),
    ({"q": "TRADEERROR"}, "place cancel poll"),
    ({"q": "cancel f"}, "cancel"),
    ({"q": "%"}, ""),
    ({"level": "fatal"}, "cancel"),
    ({"level": "warning"}, "poll"),
    ({"release": "agent@1.1.0"}, "place"),
    ({"first_release": "agent@1.1.0"}, ""),
    ({"first_release": "agent@1.0.0"}, "place"),
    ({"environment": "live"}, "place"),
    ({"environment": "live", "release": "agent@1.1.0"}, ""),
    ({"agent": "a-2"}, "cancel"),
    ({"agent": "a-3"}, ""),
    ({"tag": "asset:BTC"}, "place cancel"),
    ({"tag": ["asset:BTC", "agent_id:a-1"]}, "place"),
    ({"tag": "asset:XRP"}, ""),
    ({"project": 1}, "place cancel poll"),
    ({"project": 2}, ""),
    ({"assignee": "none"}, "place cancel poll"),
    ({"assignee": "ana"}, ""),
    ({"range": "1h"}, "place cancel"),
    ({"to": T0}, "poll"),
    ({"status": "new"}, "place cancel poll"),
    ({"status": "unresolved"}, "place cancel poll"),
    ({"status": "resolved"}, ""),
    ({"status": "archived"}, ""),
    ({"status": "regressed"}, ""),
    ({"sort": "first_seen"}, "cancel place poll"),
    ({"sort": "events"}, "place cancel poll"),
    ({"sort": "users"}, "place cancel poll"),
    ({"sort": "priority"}, "cancel place poll"),
]


@pytest.mark.parametrize(("query", "shown"), FILTERS)
async def test_a_list_shows_what_was_asked_for_in_its_order(hub: Hub, query: dict[str, Any], shown: str) -> None:
    names = dict(zip(three(hub), ("place", "cancel", "poll"), strict=True))
    assert [names[issue] for issue in await hub.ids(**query)] == shown.split()


@pytest.mark.parametrize("sort", ["last_seen", "first_seen", "events", "users", "priority"])
async def test_pages_have_every_issue_once(hub: Hub, sort: str) -> None:
    hub.take(*(error(number, f"f{number}", at_s=number // 3) for number in range(10)))
    whole = await hub.ids(sort=sort)
    assert len(whole) == 10
    found: list[int] = []
    cursor: dict[str, str] | None = {}
    while cursor is not None:
        page = await hub("issues", sort=sort, limit=3, **cursor)
        found += [issue["id"] for issue in page["issues"]]
        cursor = {"cursor": page["next_cursor"]} if page["next_cursor"] else None
    assert found == whole


async def test_counts_tell_of_each_state_whatever_is_shown(hub: Hub) -> None:
    place, cancel, _ = three(hub)
    await hub.put(f"issues/{place}", {"action": "resolve"})
    await hub.put(f"issues/{cancel}", {"action": "archive"})
    everything = {
        "all": 3,
        "unresolved": 1,
        "resolved": 1,
        "archived": 1,
        "new": 1,
        "ongoing": 0,
        "escalating": 0,
        "regressed": 0,
    }
    assert (await hub("issues", status="resolved"))["counts"] == everything
    assert await hub.ids(status="archived") == [cancel]


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"status": "open"}, "status must be one of unresolved, resolved"),
    ({"level": "bad"}, "level must be one of fatal"),
    ({"sort": "name"}, "sort must be one of last_seen"),
    ({"project": "agents"}, "project must be a project's number"),
    ({"tag": "asset"}, "tag must be name:value"),
    ({"tag": ["a:b"] * 11}, "tag must be given at most 10 times"),
    ({"cursor": "AAAA"}, "cursor must be a next_cursor of the same list"),
    ({"q": "a\0"}, "q must be text without the character U+0000"),
    ({"name": "x"}, "there is no parameter 'name' here"),
]


@pytest.mark.parametrize(("query", "message"), REFUSED)
async def test_what_cannot_be_asked_is_refused_in_words(hub: Hub, query: dict[str, Any], message: str) -> None:
    status, _, said = await hub.refused("GET", "issues", **query)
    assert status == 400
    assert said.startswith(message)
