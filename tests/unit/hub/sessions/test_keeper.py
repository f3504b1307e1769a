"""A session ends once; what is known of it does not depend on the order in which its updates come."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from fleaglass.hub.sessions.forgetting import KEPT
from fleaglass.hub.sessions.keeper import ACCEPTED_NS, Session, after, take_session, take_session_counts
from fleaglass.hub.sessions.silence import tick
from fleaglass.hub.sessions.tables import session_counts, sessions
from fleaglass.hub.sessions.update import SessionCounts, SessionUpdate
from fleaglass.hub.state import State

T = 1_780_000_000_000_000_000
S = 1_000_000_000


BASE = {"sid": "a" * 32, "init": False, "started_ns": T, "status": "ok", "release": "agent@1"}


def update(at_s: int = 0, **told: Any) -> SessionUpdate:
    """An update `at_s` seconds after the session began."""
    return SessionUpdate(**{**BASE, "timestamp_ns": T + at_s * S, **told})


def settled(*updates: SessionUpdate) -> Session:
    session = None
    for each in updates:
        session = after(session, each)
    assert session is not None
    return session


@pytest.mark.parametrize(
    ("updates", "status", "errors"),
    [
        ([update(init=True)], "ok", 0),
        ([update(init=True), update(60, errors=2)], "ok", 2),
        ([update(errors=4), update(60, errors=2)], "ok", 4),
        ([update(init=True), update(60, status="exited", errors=1)], "exited", 1),
        ([update(60, status="exited", init=True)], "exited", 0),
        ([update(status="exited"), update(60, status="crashed")], "exited", 0),
        ([update(status="exited"), update(60, errors=9)], "exited", 0),
        ([update(status="abnormal"), update(60)], "abnormal", 0),
        ([update(status="crashed")], "crashed", 1),
        ([update(errors=3), update(60, status="crashed")], "crashed", 3),
        ([update(60, status="crashed", errors=2), update(init=True)], "crashed", 2),
    ],
)
def test_rules_of_updates(updates: list[SessionUpdate], status: str, errors: int) -> None:
    session = settled(*updates)
    assert (session.status, session.errors) == (status, errors)


INFERRED = Session(
    release="agent@1",
    environment="production",
    user="",
    status="abnormal",
    inferred=True,
    errors=1,
    started_ns=T,
    seen_ns=T + 60 * S,
    duration_s=None,
)


@pytest.mark.parametrize(
    ("later", "status", "inferred"),
    [
        (update(61), "ok", False),
        (update(61, status="exited"), "exited", False),
        (update(10, status="crashed"), "crashed", False),
        (update(61, status="abnormal"), "abnormal", False),
        (update(60), "abnormal", True),  # it was known before
    ],
)
def test_a_later_word_corrects_what_was_inferred(later: SessionUpdate, status: str, inferred: bool) -> None:
    session = after(INFERRED, later)
    assert (session.status, session.inferred, session.errors) == (status, inferred, 1)


INTERIM = st.builds(
    lambda at_s, errors, init: update(at_s, errors=errors, init=init, duration_s=float(at_s)),
    st.integers(0, 50),
    st.integers(0, 9),
    st.booleans(),
)
LAST = st.builds(
    lambda status: update(60, status=status, errors=10, duration_s=60.0),
    st.sampled_from(["exited", "crashed", "abnormal"]),
)


@given(st.lists(INTERIM, max_size=5).flatmap(lambda some: LAST.flatmap(lambda last: st.permutations([*some, last]))))
def test_the_order_of_updates_makes_no_difference(updates: list[SessionUpdate]) -> None:
    assert settled(*updates) == settled(*sorted(updates, key=lambda each: each.timestamp_ns))


@given(st.lists(INTERIM, min_size=1, max_size=6, unique_by=lambda each: each.timestamp_ns).flatmap(st.permutations))
def test_nor_does_it_while_the_session_runs(updates: list[SessionUpdate]) -> None:
    assert settled(*updates) == settled(*sorted(updates, key=lambda each: each.timestamp_ns))


def test_sessions_are_kept_by_id_and_project(state: State) -> None:
    with state.write() as connection:
        assert take_session(connection, 1, update(), T)
        assert take_session(connection, 1, update(5, errors=1, did="vol-arb-1"), T)
        assert take_session(connection, 1, update(sid="b" * 32, status="crashed"), T)
    with state.read() as connection:
        rows = connection.execute(select(sessions.c.sid, sessions.c.status, sessions.c.errors, sessions.c.user)).all()
    assert {tuple(row) for row in rows} == {("a" * 32, "ok", 1, "vol-arb-1"), ("b" * 32, "crashed", 1, "")}


def test_a_session_is_spoken_of_for_five_days(state: State) -> None:
    with state.write() as connection:
        assert take_session(connection, 1, update(), T + ACCEPTED_NS)
        assert not take_session(connection, 1, update(60, status="exited"), T + ACCEPTED_NS + 1)
        assert not take_session_counts(connection, 1, counts(exited=1), T + ACCEPTED_NS + 1)
        assert connection.execute(select(sessions.c.status)).scalars().all() == ["ok"]
        assert connection.execute(select(session_counts)).all() == []


def counts(**told: Any) -> SessionCounts:
    return SessionCounts(**{"release": "agent@1", "environment": "production", "started_ns": T, **told})


def test_counted_sessions_add_up_by_the_minute(state: State) -> None:
    with state.write() as connection:
        for told in (counts(exited=3, crashed=1), counts(exited=2, errored=1, started_ns=T + S), counts(abnormal=1)):
            take_session_counts(connection, 1, told, T)
        row = connection.execute(select(session_counts)).one()
    assert (row.exited, row.errored, row.crashed, row.abnormal) == (5, 1, 1, 1)
    assert row.started_ns % (60 * S) == 0


def test_old_sessions_are_forgotten(state: State) -> None:
    later_ns = T + KEPT.days * 86_400 * S
    with state.write() as connection:
        take_session(connection, 1, update(sid="b" * 32, started_ns=T - S), T)
        take_session(connection, 1, update(), T)
        take_session_counts(connection, 1, counts(exited=1, started_ns=T - 60 * S), T)
        tick(connection, later_ns, {})
        assert connection.execute(select(sessions.c.sid)).scalars().all() == ["a" * 32]
        assert connection.execute(select(session_counts)).all() == []
