"""What people do with issues, and what the hub does when a monitor recovers."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, select

from fleaglass.hub.issues.actions import ActionError, archive, assign, comment, resolve, resolve_by_hash, unresolve
from fleaglass.hub.issues.archive import Archive
from fleaglass.hub.issues.keeper import take_events
from fleaglass.hub.issues.kept import archived_in, resolved_in
from fleaglass.hub.issues.lookup import NoSuchIssue
from fleaglass.hub.issues.merging import MergeError, merge, unmerge
from fleaglass.hub.issues.tables import activity, issues
from fleaglass.hub.releases.tables import release_projects, releases
from fleaglass.hub.state import State
from fleaglass.hub.state.schema import access
from tests.unit.hub.issues.events import HOUR, T0, error

LATER = T0 + HOUR


def row(connection: Connection, issue: int) -> dict[str, Any]:
    return connection.execute(select(issues).where(issues.c.id == issue)).one()._asdict()


def told(connection: Connection, issue: int) -> list[tuple[str, str | None, Any]]:
    query = select(activity).where(activity.c.issue == issue).order_by(activity.c.id)
    return [(one.kind, one.actor, one.detail) for one in connection.execute(query)]


def known(connection: Connection, **dates: int) -> None:
    """Releases of project 1: agent@1_0_0=3 is agent@1.0.0, three hours after T0."""
    for name, hours in dates.items():
        version = name.replace("__", "@").replace("_", ".")
        added = releases.insert().values(version=version, status="open", added_ns=T0 + hours * HOUR)
        id_ = connection.execute(added.returning(releases.c.id)).scalar_one()
        connection.execute(release_projects.insert().values(release=id_, project=1))


CURRENT: list[tuple[list[str], dict[str, int], str, str]] = [
    ([], {}, "", ""),
    (["agent@1.0.0"], {}, "agent@1.0.0", ""),
    (["agent@1.10.0", "agent@1.9.0"], {"agent__1_9_0": 5, "agent__1_10_0": 1}, "agent@1.10.0", "agent@1.9.0"),
    (["agent@abc", "agent@def"], {"agent__abc": 5, "agent__def": 1}, "agent@abc", "agent@abc"),
    (["agent@abc"], {"agent__abc": 1, "agent__def": 5}, "agent@abc", "agent@def"),
]


@pytest.mark.parametrize(("seen", "dates", "current", "newest"), CURRENT)
def test_in_next_release_means_the_one_after_the_newest_in_which_it_was_seen(
    state: State, seen: list[str], dates: dict[str, int], current: str, newest: str
) -> None:
    with state.write() as connection:
        known(connection, **dates)
        events = [error(number, release=release) for number, release in enumerate(seen or [""])]
        issue = take_events(connection, events, T0)[0].issue
        resolve(connection, [issue], LATER, how="in_next_release", actor="ana")
        resolved = resolved_in(row(connection, issue))
    assert resolved is not None
    assert (resolved.rule.release, resolved.rule.newest_release, resolved.actor) == (current, newest, "ana")


def test_each_action_leaves_a_line_with_who_did_it(state: State) -> None:
    with state.write() as connection:
        issue = take_events(connection, [error(1)], T0)[0].issue
        assign(connection, [issue], "ben", LATER, actor="ana")
        assign(connection, [issue], "ben", LATER, actor="ana")  # nothing changes
        comment(connection, issue, "look", LATER, actor="ben")
        archive(connection, [issue], Archive(at_ns=LATER, until="until_condition_met", users=5), actor="ana")
        unresolve(connection, [issue], LATER, actor="ben")
        unresolve(connection, [issue], LATER, actor="ben")  # nothing changes
        resolve(connection, [issue], LATER, how="in_release", release="agent@2.0.0", actor="ben")
        assert told(connection, issue) == [
            ("assigned", "ana", {"assignee": "ben"}),
            ("comment", "ben", {"text": "look"}),
            ("archived", "ana", {"until": "until_condition_met", "users": 5}),
            ("unresolved", "ben", {}),
            ("resolved", "ben", {"in": "in_release", "release": "agent@2.0.0"}),
        ]


def test_what_was_meant_before_is_forgotten_with_the_next_action(state: State) -> None:
    with state.write() as connection:
        issue = take_events(connection, [error(1)], T0)[0].issue
        resolve(connection, [issue], LATER)
        archive(connection, [issue], Archive(at_ns=LATER))
        found = row(connection, issue)
        assert (found["resolution"], archived_in(found) is not None) == (None, True)
        resolve(connection, [issue], LATER)
        found = row(connection, issue)
        assert (resolved_in(found) is not None, found["archive"]) == (True, None)
        unresolve(connection, [issue], LATER)
        found = row(connection, issue)
        assert (found["resolution"], found["archive"], found["active_at_ns"]) == (None, None, LATER)


def test_a_release_that_cannot_be_is_refused(state: State) -> None:
    with state.write() as connection:
        issue = take_events(connection, [error(1)], T0)[0].issue
        with pytest.raises(ActionError, match="reserved"):
            resolve(connection, [issue], LATER, how="in_release", release="latest")


def test_an_issue_that_there_is_not_is_said_to_be_missing(state: State) -> None:
    with state.write() as connection:
        place, cancel = (one.issue for one in take_events(connection, [error(1), error(2, "cancel")], T0))
        with pytest.raises(NoSuchIssue, match="no issue 99"):
            assign(connection, [place, 99], "ana", LATER)
        merge(connection, place, [cancel], LATER)
        with pytest.raises(NoSuchIssue, match=f"issue {cancel} is part of issue {place}"):
            resolve(connection, [cancel], LATER)


def test_a_monitor_that_recovers_resolves_what_is_open(state: State) -> None:
    with state.write() as connection:
        (taken,) = take_events(connection, [error(1)], T0, kind="monitor")
        assert resolve_by_hash(connection, 1, taken.hash, LATER, "it checked in again") == taken.issue
        assert row(connection, taken.issue)["status"] == "resolved"
        assert told(connection, taken.issue) == [("resolved", None, {"in": "now", "reason": "it checked in again"})]
        assert resolve_by_hash(connection, 1, taken.hash, LATER, "again") is None
        assert resolve_by_hash(connection, 1, "0" * 32, LATER, "unknown") is None
        archive(connection, [taken.issue], Archive(at_ns=LATER, until="forever"))
        assert resolve_by_hash(connection, 1, taken.hash, LATER, "out of sight") is None


def test_merging_what_cannot_be_one_is_refused(state: State) -> None:
    with state.write() as connection:
        connection.execute(access.projects.insert().values(id=2, slug="more", name="More", added_ns=0))
        place, other = (one.issue for one in take_events(connection, [error(1), error(2, project=2)], T0))
        with pytest.raises(MergeError, match="another project"):
            merge(connection, place, [other], LATER)
        with pytest.raises(MergeError, match="nothing to merge"):
            merge(connection, place, [place], LATER)
        with pytest.raises(MergeError, match="nothing was merged"):
            unmerge(connection, place, [], LATER)


def test_issues_that_were_merged_one_after_the_other_all_go_home(state: State) -> None:
    with state.write() as connection:
        a, b, c = (one.issue for one in take_events(connection, [error(n, f"f{n}", n) for n in range(3)], T0))
        merge(connection, b, [c], LATER)
        merge(connection, a, [b], LATER)
        assert [row(connection, issue)["merged_into"] for issue in (a, b, c)] == [None, a, a]
        assert row(connection, a)["events"] == 3
        assert unmerge(connection, a, [], LATER) == [b, c]
        assert [row(connection, issue)["merged_into"] for issue in (a, b, c)] == [None] * 3
        assert [row(connection, issue)["events"] for issue in (a, b, c)] == [1] * 3
