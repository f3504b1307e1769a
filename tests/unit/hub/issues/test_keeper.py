"""Events become issues: once each, where they belong, and what they change is said."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, select

from fleaglass.hub.issues.actions import archive, resolve
from fleaglass.hub.issues.archive import Archive
from fleaglass.hub.issues.event import Event, Exc, Frame
from fleaglass.hub.issues.grouping import hashes
from fleaglass.hub.issues.keeper import Taken, take_events
from fleaglass.hub.issues.merging import merge, unmerge
from fleaglass.hub.issues.tables import activity, groups, issues, seen_events
from fleaglass.hub.state import State
from fleaglass.hub.state.schema import access
from tests.unit.hub.issues.events import HOUR, SECOND, T0, error


def row(connection: Connection, issue: int) -> Any:
    return connection.execute(select(issues).where(issues.c.id == issue)).one()


def did(taken: Taken) -> str:
    return next((name for name in ("new", "regressed", "escalated", "unarchived") if getattr(taken, name)), "")


def test_an_event_that_is_sent_again_is_counted_once(state: State) -> None:
    with state.write() as connection:
        taken = take_events(connection, [error(1), error(1), error(2)], T0)
        assert [(one.event.event_id, did(one)) for one in taken] == [(f"{1:032x}", "new"), (f"{2:032x}", "")]
        assert take_events(connection, [error(2), error(1)], T0) == []
        assert row(connection, taken[0].issue).events == 2


def test_the_same_id_in_another_project_is_another_event(state: State) -> None:
    with state.write() as connection:
        connection.execute(access.projects.insert().values(id=2, slug="more", name="More", added_ns=0))
        one, other = take_events(connection, [error(1), error(1, project=2)], T0)
        assert one.issue != other.issue
        assert one.hash == other.hash
        assert [did(one), did(other)] == ["new", "new"]


def test_nothing_comes_of_nothing(state: State) -> None:
    with state.write() as connection:
        assert take_events(connection, [], T0) == []


KINDS: list[tuple[dict[str, Any], str | None, str]] = [
    ({}, None, "error"),
    ({"exceptions": (), "message": "slow"}, None, "message"),
    ({}, "monitor", "monitor"),
]


@pytest.mark.parametrize(("said", "kind", "shown"), KINDS)
def test_an_issue_is_an_error_or_a_message_or_what_the_hub_says_of_a_monitor(
    state: State, said: dict[str, Any], kind: Any, shown: str
) -> None:
    with state.write() as connection:
        (taken,) = take_events(connection, [error(1, **said)], T0, kind=kind)
        assert row(connection, taken.issue).kind == shown


def test_an_older_event_that_comes_late_moves_first_seen_and_leaves_the_rest(state: State) -> None:
    late = error(2, at_s=-60, release="agent@0.9.0", exceptions=(*error(2).exceptions[:-1], error(2).exceptions[-1]))
    with state.write() as connection:
        (taken,) = take_events(connection, [error(1, level="fatal", release="agent@1.0.0")], T0)
        take_events(connection, [late], T0)
        found = row(connection, taken.issue)
    assert (found.first_seen_ns, found.first_release) == (T0 - 60 * SECOND, "agent@0.9.0")
    assert (found.last_seen_ns, found.last_release, found.level) == (T0, "agent@1.0.0", "fatal")


def stacked(number: int, app: str, library: str) -> Event:
    """An event whose in-app frames say `app` and whose whole stack says both."""
    frames = (Frame(function=library), Frame(function=app, in_app=True))
    return error(number, exceptions=(Exc(type="E", frames=frames),))


def test_an_event_belongs_to_the_issue_that_knows_any_of_its_hashes(state: State) -> None:
    one, same = stacked(1, "place", "httpx"), stacked(2, "place", "aiohttp")
    with state.write() as connection:
        first, second = (take_events(connection, [event], T0)[0] for event in (one, same))
        assert (second.issue, second.new) == (first.issue, False)
        assert len(set(connection.execute(select(groups.c.hash)).scalars())) == 3


def test_two_issues_that_an_event_belongs_to_both_are_one_from_then_on(state: State) -> None:
    marked = error(2, exceptions=(Exc(type="E", frames=(Frame(function="lib"), Frame(function="place"))),))
    bridge = stacked(3, "place", "lib")
    whole = stacked(1, "place", "other")
    with state.write() as connection:
        a, b = (take_events(connection, [event], T0)[0] for event in (whole, marked))
        assert a.issue != b.issue
        (c,) = take_events(connection, [bridge], T0)
        assert (c.issue, did(c)) == (min(a.issue, b.issue), "")
        assert row(connection, c.issue).events == 3
        assert row(connection, max(a.issue, b.issue)).merged_into == c.issue


def test_an_event_of_a_merged_issue_counts_where_it_was_merged_into(state: State) -> None:
    with state.write() as connection:
        place, cancel = (one.issue for one in take_events(connection, [error(1), error(2, "cancel", 5)], T0))
        merge(connection, place, [cancel], T0)
        (taken,) = take_events(connection, [error(3, "cancel", 9, user="u1")], T0)
        assert taken.issue == place
        found = row(connection, place)
        assert (found.events, found.users, found.title) == (3, 1, "TradeError: cancel failed")
        unmerge(connection, place, [taken.hash], T0)
        assert [row(connection, issue).events for issue in (place, cancel)] == [1, 2]
        assert [row(connection, issue).users for issue in (place, cancel)] == [0, 1]


def test_a_user_of_two_merged_groups_is_one_user(state: State) -> None:
    with state.write() as connection:
        taken = take_events(connection, [error(1, user="u1"), error(2, "cancel", user="u2")], T0)
        merge(connection, taken[0].issue, [taken[1].issue], T0)
        take_events(connection, [error(3, "cancel", user="u1")], T0)
        assert row(connection, taken[0].issue).users == 2


def test_a_project_that_there_is_not_is_an_error_and_nothing_is_taken(state: State) -> None:
    with pytest.raises(Exception, match=r"(?i)foreign key"), state.write() as connection:
        take_events(connection, [error(1, project=9)], T0)
    with state.read() as connection:
        assert connection.execute(select(seen_events)).all() == []


RESOLVED: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"how": "now"}, {"at_s": 60}, "regressed"),
    ({"how": "now"}, {"at_s": 9}, ""),  # it happened before somebody resolved it
    ({"how": "in_release", "release": "agent@2.0.0"}, {"at_s": 60, "release": "agent@1.9.0"}, ""),
    ({"how": "in_release", "release": "agent@2.0.0"}, {"at_s": 60, "release": "agent@2.0.0"}, "regressed"),
    ({"how": "in_next_release"}, {"at_s": 60, "release": "agent@1.0.0"}, ""),
    ({"how": "in_next_release"}, {"at_s": 60, "release": "agent@1.0.1"}, "regressed"),
    ({"how": "in_next_release"}, {"at_s": 60}, ""),
]


@pytest.mark.parametrize(("how", "event", "done"), RESOLVED)
def test_a_resolved_issue_comes_back_when_its_resolution_does_not_cover_the_release(
    state: State, how: dict[str, Any], event: dict[str, Any], done: str
) -> None:
    with state.write() as connection:
        (first,) = take_events(connection, [error(1, release="agent@1.0.0")], T0)
        resolve(connection, [first.issue], T0 + 10 * SECOND, **how)
        (taken,) = take_events(connection, [error(2, **event)], T0)
        found = row(connection, first.issue)
        told = connection.execute(select(activity.c.kind).order_by(activity.c.id)).scalars().all()
    assert did(taken) == done
    assert found.status == ("unresolved" if done else "resolved")
    assert found.substatus == (done or None)
    assert (found.resolution is None) == bool(done)
    assert found.active_at_ns == (T0 + 60 * SECOND if done else T0)
    assert told == ["resolved", *["regressed"] * bool(done)]
    assert found.events == 2


ARCHIVED: list[tuple[dict[str, Any], list[dict[str, Any]], list[str], str]] = [
    ({"until": "forever"}, [{}] * 30, [""] * 30, "forever"),
    ({"until": "until_condition_met", "events": 2}, [{}, {}, {}], ["", "unarchived", ""], "new"),
    ({"until": "until_condition_met", "events": 2}, [{"at_s": -5}, {"at_s": -6}, {}], [""] * 3, "until_condition_met"),
    (
        {"until": "until_condition_met", "users": 2},
        [{"user": "u1"}, {"user": "u1"}, {}, {"user": "u2"}],
        ["", "", "", "unarchived"],
        "new",
    ),
    ({"until": "until_escalating"}, [{}] * 10, [""] * 10, "until_escalating"),
    ({"until": "until_escalating"}, [{}] * 11, [*[""] * 10, "escalated"], "escalating"),
    ({"until": "until_escalating"}, [{}] * 9 + [{"at_s": 3600}] * 9, [""] * 18, "until_escalating"),
]


@pytest.mark.parametrize(("rule", "later", "done", "state_after"), ARCHIVED)
def test_an_archived_issue_comes_back_when_what_it_is_archived_for_comes_true(
    state: State, rule: dict[str, Any], later: list[dict[str, Any]], done: list[str], state_after: str
) -> None:
    with state.write() as connection:
        taken = take_events(connection, [error(1, at_s=-10, user="u0")], T0)
        archive(connection, [taken[0].issue], Archive(at_ns=T0, **rule))
        found = []
        for number, said in enumerate(later, 2):
            found += take_events(connection, [error(number, **({"at_s": 1} | said))], T0 + HOUR)
        assert [did(one) for one in found] == done
        assert row(connection, taken[0].issue).substatus == state_after


def test_a_burst_that_somebody_archived_in_its_midst_does_not_escalate_by_what_went_before(state: State) -> None:
    with state.write() as connection:
        taken = take_events(connection, [error(number) for number in range(50)], T0)
        archive(connection, [taken[0].issue], Archive(at_ns=T0))
        (one,) = take_events(connection, [error(99, at_s=1)], T0)
        assert did(one) == ""


def test_text_that_a_database_cannot_keep_is_kept_as_it_can(state: State) -> None:
    odd: dict[str, Any] = dict.fromkeys(("release", "environment", "user", "platform", "transaction"), "a\x00" * 300)
    event = error(1, exceptions=(Exc(type="T\0", value="v\0", frames=(Frame(function="f\0"),)),), **odd)
    with state.write() as connection:
        (taken,) = take_events(connection, [event], T0)
        found = row(connection, taken.issue)
        about = connection.execute(select(groups.c.about)).scalar_one()
    assert taken.hash == hashes(event)[0]
    assert (found.type, found.platform, found.users) == ("T\ufffd", "a\ufffd" * 32, 1)
    assert about == "grouped by stack: f\ufffd; type T\ufffd"
