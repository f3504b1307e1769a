"""What people do with issues over the API, and what they get to see."""

from __future__ import annotations

from typing import Any

import pytest

from fleaglass.hub.releases.tables import release_projects, releases
from tests.unit.hub.api.issues.conftest import Hub
from tests.unit.hub.issues.events import HOUR, SECOND, T0, error

CHANGES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"action": "resolve"}, {"status": "resolved", "substatus": None}),
    ({"action": "resolve", "in": "next_release"}, {"status": "resolved", "substatus": None}),
    ({"action": "resolve", "in": "release", "release": "agent@2.0.0"}, {"status": "resolved", "substatus": None}),
    ({"action": "archive"}, {"status": "archived", "substatus": "until_escalating"}),
    ({"action": "archive", "until": "forever"}, {"status": "archived", "substatus": "forever"}),
    (
        {"action": "archive", "until": "condition", "events": 3},
        {"status": "archived", "substatus": "until_condition_met"},
    ),
    ({"action": "unresolve"}, {"status": "unresolved", "substatus": "new"}),
    ({"action": "assign", "assignee": "ana"}, {"assignee": "ana"}),
    ({"action": "assign", "assignee": None}, {"assignee": None}),
]


@pytest.mark.parametrize(("change", "shown"), CHANGES)
async def test_a_change_is_made_and_shown(hub: Hub, change: dict[str, Any], shown: dict[str, Any]) -> None:
    issue = hub.take(error(1, tags={"agent_id": "a-1"}))[0].issue
    row = await hub.put(f"issues/{issue}", change)
    assert {name: row[name] for name in shown} == shown
    assert (row["id"], row["agents"]) == (issue, ["a-1"])


async def test_many_issues_are_changed_at_once_or_not_at_all(hub: Hub) -> None:
    ids = [one.issue for one in hub.take(error(1, "place"), error(2, "cancel"))]
    change = {"ids": [*ids, 99], "change": {"action": "resolve"}}
    assert (await hub.refused("PUT", "issues", change))[:2] == (404, "unknown_issue")
    assert await hub.ids(status="resolved") == []
    change["ids"] = [*ids, ids[0]]
    assert [row["id"] for row in (await hub.put("issues", change))["issues"]][:2] == ids
    assert sorted(await hub.ids(status="resolved")) == ids


async def test_a_resolution_says_in_which_release_and_by_whom(hub: Hub) -> None:
    with hub.state.write() as connection:
        id_ = connection.execute(
            releases.insert().values(version="agent@1.0.0", status="open", added_ns=T0).returning(releases.c.id)
        ).scalar_one()
        connection.execute(release_projects.insert().values(release=id_, project=1))
    issue = hub.take(error(1, release="agent@1.0.0"))[0].issue
    await hub.put(f"issues/{issue}", {"action": "resolve", "in": "next_release"})
    detail = await hub(f"issues/{issue}")
    assert detail["resolution"] == {
        "kind": "next_release",
        "release": "agent@1.0.0",
        "at_ns": str(hub.now_ns),
        "actor": "owner",
    }
    assert detail["archive"] is None
    (taken,) = hub.take(error(2, at_s=3600, release="agent@1.1.0"))
    assert taken.regressed
    assert (await hub(f"issues/{issue}"))["resolution"] is None


async def test_an_archive_says_until_when(hub: Hub) -> None:
    issue = hub.take(error(1))[0].issue
    await hub.put(f"issues/{issue}", {"action": "archive", "until": "condition", "users": 2, "minutes": 60})
    assert (await hub(f"issues/{issue}"))["archive"] == {
        "kind": "until_condition_met",
        "events": None,
        "users": 2,
        "limit": None,
        "until_ns": str(hub.now_ns + HOUR),
        "at_ns": str(hub.now_ns),
        "actor": "owner",
    }
    await hub.put(f"issues/{issue}", {"action": "archive"})
    assert (await hub(f"issues/{issue}"))["archive"]["limit"] == 10


async def test_merged_issues_are_one_and_unmerged_they_are_two_again(hub: Hub) -> None:
    place, cancel = (one.issue for one in hub.take(error(1, "place", user="u1"), error(2, "cancel", 5, user="u1")))
    row = await hub.post(f"issues/{place}/merge", {"ids": [cancel]})
    assert (row["id"], row["events"], row["users"], row["title"]) == (place, 2, 1, "TradeError: cancel failed")
    assert await hub.ids() == [place]
    whole = await hub(f"issues/{cancel}")
    assert (whole["id"], [one["id"] for one in whole["merged_from"]]) == (place, [cancel])
    assert [group["home"] for group in whole["groups"]] == [place, cancel]
    assert len((await hub(f"issues/{place}/events"))["events"]) == 2

    (taken,) = hub.take(error(3, "cancel", 9))
    assert (taken.issue, taken.new) == (place, False)

    answer = await hub.post(f"issues/{place}/unmerge", {"hashes": [taken.hash]})
    assert [(one["id"], one["events"]) for one in answer["issues"]] == [(place, 1), (cancel, 2)]
    assert answer["issues"][0]["title"] == "TradeError: place failed"
    assert await hub.ids() == [cancel, place]
    assert [one["kind"] for one in (await hub(f"issues/{place}"))["activity"]][:2] == ["unmerged", "merged"]


REFUSED: list[tuple[str, str, Any, int, str]] = [
    ("PUT", "issues/1", {"action": "delete"}, 400, "Invalid value 'delete' - at `$.action`"),
    ("PUT", "issues/1", {"action": "resolve", "in": "time"}, 400, "Invalid enum value 'time' - at `$.in`"),
    ("PUT", "issues/1", {"action": "resolve", "in": "release"}, 400, "release goes with in = release"),
    ("PUT", "issues/1", {"action": "resolve", "release": "agent@1"}, 400, "release goes with in = release"),
    ("PUT", "issues/1", {"action": "resolve", "in": "release", "release": "a/b"}, 400, "may not hold '/'"),
    ("PUT", "issues/1", {"action": "archive", "until": "condition"}, 400, "which needs one of them"),
    ("PUT", "issues/1", {"action": "archive", "events": 5}, 400, "go with until = condition"),
    ("PUT", "issues/1", {"action": "archive", "until": "condition", "events": 0}, 400, "`int` >= 1 - at `$.events`"),
    ("PUT", "issues/1", {"action": "assign"}, 400, "missing required field `assignee`"),
    ("PUT", "issues/1", {"action": "unresolve", "now": 1}, 400, "unknown field `now`"),
    ("PUT", "issues/2", {"action": "unresolve"}, 404, "there is no issue 2"),
    ("PUT", "issues", {"ids": [], "change": {"action": "unresolve"}}, 400, "length >= 1 - at `$.ids`"),
    ("POST", "issues/1/comments", {"text": ""}, 400, "length >= 1 - at `$.text`"),
    ("POST", "issues/2/comments", {"text": "hm"}, 404, "there is no issue 2"),
    ("POST", "issues/1/merge", {"ids": [1]}, 400, "nothing to merge into issue 1"),
    ("POST", "issues/1/merge", {"ids": [2]}, 404, "there is no issue 2"),
    ("POST", "issues/1/unmerge", {}, 400, "nothing was merged into issue 1"),
    ("POST", "issues/1/unmerge", {"hashes": ["0" * 32]}, 400, "was not merged into issue 1"),
    ("POST", "issues/1/unmerge", {"hashes": ["x"]}, 400, "at `$.hashes[0]`"),
]


@pytest.mark.parametrize(("method", "path", "body", "status", "message"), REFUSED)
async def test_what_cannot_be_done_is_refused_in_words_and_changes_nothing(
    hub: Hub, method: str, path: str, body: Any, status: int, message: str
) -> None:
    assert hub.take(error(1))[0].issue == 1
    before = await hub("issues/1")
    found, _, said = await hub.refused(method, path, body)
    assert (found, message in said) == (status, True), said
    assert await hub("issues/1") == before


async def test_a_merged_issue_is_changed_where_it_is_part_of(hub: Hub) -> None:
    place, cancel = (one.issue for one in hub.take(error(1, "place"), error(2, "cancel", 5 * SECOND)))
    await hub.post(f"issues/{place}/merge", {"ids": [cancel]})
    status, _, message = await hub.refused("PUT", f"issues/{cancel}", {"action": "resolve"})
    assert (status, message) == (404, f"issue {cancel} is part of issue {place}")
