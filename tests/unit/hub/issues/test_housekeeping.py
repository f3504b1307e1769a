"""What time alone does to issues."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, select

from fleaglass.hub.issues.actions import archive, resolve
from fleaglass.hub.issues.archive import Archive
from fleaglass.hub.issues.housekeeping import SEEN_NS, refresh
from fleaglass.hub.issues.keeper import take_events
from fleaglass.hub.issues.kept import archived_in
from fleaglass.hub.issues.states import NEW_NS
from fleaglass.hub.issues.tables import activity, issues, seen_events
from fleaglass.hub.state import State
from tests.unit.hub.issues.events import HOUR, SECOND, T0, error

DAY = 24 * HOUR


def row(connection: Connection, issue: int) -> dict[str, Any]:
    return connection.execute(select(issues).where(issues.c.id == issue)).one()._asdict()


def kinds(connection: Connection) -> list[str]:
    return list(connection.execute(select(activity.c.kind).order_by(activity.c.id)).scalars())


@pytest.mark.parametrize(("after_ns", "shown"), [(NEW_NS - 1, "new"), (NEW_NS, "ongoing")])
def test_an_issue_is_new_for_a_week(state: State, after_ns: int, shown: str) -> None:
    with state.write() as connection:
        (taken,) = take_events(connection, [error(1)], T0)
        refresh(connection, T0 + after_ns)
        assert row(connection, taken.issue)["substatus"] == shown
        assert kinds(connection) == ["ongoing"] * (shown == "ongoing")


@pytest.mark.parametrize(("after_ns", "shown"), [(NEW_NS - 1, "regressed"), (NEW_NS, "ongoing")])
def test_an_issue_that_came_back_is_said_to_for_a_week(state: State, after_ns: int, shown: str) -> None:
    with state.write() as connection:
        (taken,) = take_events(connection, [error(1, at_s=-3600)], T0)
        resolve(connection, [taken.issue], T0 - SECOND)
        take_events(connection, [error(2)], T0)
        refresh(connection, T0 + after_ns)
        assert row(connection, taken.issue)["substatus"] == shown


def test_what_is_resolved_or_archived_is_not_made_ongoing(state: State) -> None:
    with state.write() as connection:
        place, cancel = (one.issue for one in take_events(connection, [error(1), error(2, "cancel")], T0))
        resolve(connection, [place], T0)
        archive(connection, [cancel], Archive(at_ns=T0, until="forever"))
        refresh(connection, T0 + 100 * DAY)
        assert [row(connection, issue)["substatus"] for issue in (place, cancel)] == [None, "forever"]


@pytest.mark.parametrize(
    ("rule", "after_ns", "shown"),
    [
        ({"duration_ns": HOUR}, HOUR - 1, "until_condition_met"),
        ({"duration_ns": HOUR}, HOUR, "new"),
        ({"duration_ns": 8 * DAY}, 8 * DAY, "ongoing"),
        ({"events": 1}, 100 * DAY, "until_condition_met"),
    ],
)
def test_an_issue_that_was_archived_for_a_while_comes_back_after_it(
    state: State, rule: dict[str, int], after_ns: int, shown: str
) -> None:
    with state.write() as connection:
        (taken,) = take_events(connection, [error(1)], T0)
        archive(connection, [taken.issue], Archive(at_ns=T0, until="until_condition_met", **rule))
        refresh(connection, T0 + after_ns)
        assert row(connection, taken.issue)["substatus"] == shown


def test_the_limit_of_an_archived_issue_follows_what_it_counts(state: State) -> None:
    def limit() -> float | None:
        archived = archived_in(row(connection, taken[0].issue))
        assert archived is not None
        return archived.limit

    with state.write() as connection:
        taken = take_events(connection, [error(number) for number in range(3)], T0)
        archive(connection, [taken[0].issue], Archive(at_ns=T0))
        assert limit() == 10  # nothing happened before this hour
        refresh(connection, T0 + HOUR)
        assert limit() == 30  # ten times the busiest hour, while it is young
        refresh(connection, T0 + 8 * DAY)
        assert limit() == 2  # after a week without any, two in an hour are none yet


def test_ids_of_events_are_forgotten_after_thirty_days(state: State) -> None:
    with state.write() as connection:
        take_events(connection, [error(1), error(2, at_s=1)], T0)
        refresh(connection, T0 + SEEN_NS + 1)
        assert list(connection.execute(select(seen_events.c.event_id)).scalars()) == [f"{2:032x}"]
