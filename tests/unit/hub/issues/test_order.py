"""Whatever the order and the batches in which events come, the result is the same: issues, counts, states."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from fleaglass.hub.issues.actions import resolve
from fleaglass.hub.issues.event import Event, Exc, Frame
from fleaglass.hub.issues.figures import Figures, figures_in
from fleaglass.hub.issues.keeper import take_events
from fleaglass.hub.issues.resolution import How
from fleaglass.hub.issues.tables import group_hours, group_releases, group_users, groups, issues
from fleaglass.hub.releases.tables import release_projects, releases
from fleaglass.hub.state import State
from tests.unit.hub.issues.events import HOUR, SECOND, T0, error

RELEASES = ("", "agent@1.0.0", "agent@2.0.0", "agent@abc", "agent@def")
anyhow = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)


def chain(stack: str) -> tuple[Exc, ...]:
    """An exception through the functions named, those of the app in capitals; none for no name."""
    frames = tuple(Frame(function=name.lower(), module="agent", in_app=name.isupper()) for name in stack)
    return (Exc(type="TradeError", value="no", frames=frames),) if stack else ()


STACKS = ("", "a", "b", "Ab", "aB")
"""Some share the app's frames, some the whole stack, and `Ab` and `aB` belong with `a` and with `b`."""


@st.composite
def events(draw: st.DrawFn) -> Event:
    """One of few, so that they share hashes, times and even ids."""
    number = draw(st.integers(0, 40))
    time_ns = T0 + draw(st.integers(0, 3)) * HOUR + draw(st.integers(0, 2)) * SECOND
    return Event(
        event_id=f"{number:032x}",
        project=1,
        time_ns=time_ns,
        received_ns=T0,
        level=draw(st.sampled_from(("error", "fatal"))),
        release=draw(st.sampled_from(RELEASES)),
        environment=draw(st.sampled_from(("", "live"))),
        user=draw(st.sampled_from(("", "u1", "u2"))),
        message=draw(st.sampled_from(("", "slow"))),
        exceptions=chain(draw(st.sampled_from(STACKS))),
    )


def one_of_each(found: Iterable[Event]) -> list[Event]:
    """Two events of the same id are the same event."""
    return list({event.event_id: event for event in found}.values())


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[list[Event], list[list[Event]]]:
    """Events, and the same in another order, in batches, some of them twice."""
    sent = one_of_each(draw(st.lists(events(), min_size=6, max_size=16)))
    again = draw(st.lists(st.sampled_from(sent), max_size=3)) if sent else []
    shuffled = draw(st.permutations([*sent, *again]))
    batches, rest = [], list(shuffled)
    while rest:
        size = draw(st.integers(1, 3))
        batches.append(rest[:size])
        rest = rest[size:]
    return sent, batches


def outcome(connection: Connection) -> dict[frozenset[str], tuple[Any, ...]]:
    """Each issue by its hashes: what it counts and shows, and its state."""
    found = {}
    for row in connection.execute(select(issues).where(issues.c.merged_into.is_(None))):
        own = [group for group in connection.execute(select(groups)) if group.issue == row.id]
        ids = {group.id for group in own}
        hours: Counter[int] = Counter()
        for one in connection.execute(select(group_hours)):
            hours[one.hour] += one.events * (one.group in ids)
        seen = {tuple(one)[1:] for one in connection.execute(select(group_releases)) if one.group in ids}
        users = {one.user for one in connection.execute(select(group_users)) if one.group in ids}
        figures = figures_in(row._asdict())
        assert figures == sum_of(figures_in(group._asdict()) for group in own)
        assert row.users == len(users)
        assert row.events == sum(hours.values())
        found[frozenset(group.hash for group in own)] = (
            *(figures, row.kind, row.status, row.substatus, frozenset(users)),
            *(frozenset((+hours).items()), frozenset(seen)),
        )
    return found


def sum_of(figures: Iterable[Figures]) -> Figures:
    first, *others = figures
    for other in others:
        first += other
    return first


def tried(state: State, batches: Iterable[Sequence[Event]], how: How | None = None) -> Any:
    """The outcome of taking these batches, which is then undone."""
    with state.write() as connection, connection.begin_nested() as undone:
        known = connection.execute(
            releases.insert().returning(releases.c.id, sort_by_parameter_order=True),
            [{"version": name, "status": "open", "added_ns": T0 + at * HOUR} for at, name in enumerate(RELEASES[1:])],
        )
        connection.execute(release_projects.insert(), [{"release": id_, "project": 1} for id_ in known.scalars()])
        if how is not None:
            first = take_events(connection, [error(99, release="agent@1.0.0", at_s=-3600)], T0)
            resolve(connection, [first[0].issue], T0 - SECOND, how=how, release="agent@2.0.0" * (how == "in_release"))
        for batch in batches:
            take_events(connection, batch, T0 + 4 * HOUR)
        found = outcome(connection)
        undone.rollback()
    return found


@anyhow
@given(deliveries())
def test_the_order_of_events_does_not_change_what_the_issues_are_and_count(
    state: State, delivery: tuple[list[Event], list[list[Event]]]
) -> None:
    sent, batches = delivery
    assert tried(state, batches) == tried(state, [sent])


@pytest.mark.parametrize("how", ["now", "in_release", "in_next_release"])
@anyhow
@given(
    sent=st.lists(
        st.builds(error, st.integers(0, 50), at_s=st.integers(-5000, 9000), release=st.sampled_from(RELEASES)),
        max_size=6,
    ).map(one_of_each),
    data=st.data(),
)
def test_the_order_of_events_does_not_change_whether_a_resolved_issue_comes_back(
    state: State, how: How, sent: list[Event], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(sent))
    assert tried(state, [[event] for event in shuffled], how) == tried(state, [sent], how)
