"""What the database will never keep is told from a database that is away, and U+0000 is kept by neither engine."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Insert, select
from sqlalchemy.exc import OperationalError, TimeoutError

from fleaglass.hub.access.tables import projects
from fleaglass.hub.issues.tables import groups
from fleaglass.hub.state import State, StateError, insert, open_state, refuses
from fleaglass.hub.state.tables import client_reports, marks

REPORT = {"project": 1, "hour": 1, "category": "error", "reason": "odd", "quantity": 1}

NEVER: dict[str, Insert] = {
    "a row that is there": projects.insert().values(id=1, slug="x", name="x", added_ns=0),
    "a name that is taken": projects.insert().values(id=2, slug="agents", name="x", added_ns=0),
    "a row of a project that there is not": client_reports.insert().values(REPORT | {"project": 77}),
    "a row without what it must have": groups.insert().values(project=1, hash="a"),
}


@pytest.mark.parametrize("row", NEVER.values(), ids=NEVER)
def test_what_breaks_a_rule_is_refused(state: State, row: Insert) -> None:
    with pytest.raises(StateError) as refusal, state.write() as connection:
        connection.execute(row)
    assert refuses(refusal.value)


def test_what_is_too_wide_for_postgresql_is_refused(state: State) -> None:
    if "postgresql" not in state.name:
        pytest.skip("SQLite keeps texts and numbers of any width")
    for value in ({"name": "x" * 65, "value": 1}, {"name": "x", "value": 2**63}):
        with pytest.raises(StateError) as refusal, state.write() as connection:
            connection.execute(marks.insert().values(value))
        assert refuses(refusal.value)


@pytest.mark.parametrize(
    "error", [OperationalError("SELECT 1", {}, Exception("database is locked")), TimeoutError("no connection is free")]
)
def test_a_database_that_is_away_refuses_nothing(error: StateError) -> None:
    assert not refuses(error)


def test_a_database_that_cannot_be_opened_refuses_nothing() -> None:
    with pytest.raises(StateError) as failure:
        open_state("postgresql+pg8000://fleaglass@127.0.0.1:1/none")
    assert not refuses(failure.value)


@pytest.mark.parametrize("many", [False, True])
def test_a_text_with_u0000_is_kept_and_found_with_a_replacement(state: State, many: bool) -> None:
    rows: list[dict[str, Any]] = [REPORT | {"reason": reason} for reason in ("a\0b", "\0")]
    with state.write() as connection:
        if many:
            connection.execute(insert(connection, client_reports), rows)
        else:
            for row in rows:
                connection.execute(insert(connection, client_reports).values(row))
    with state.read() as connection:
        assert list(connection.execute(select(client_reports.c.reason)).scalars()) == ["a\ufffdb", "\ufffd"]
        found = select(client_reports.c.quantity).where(client_reports.c.reason == "a\0b")
        assert connection.execute(found).scalar() == 1
