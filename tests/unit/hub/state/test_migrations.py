"""The steps lead from nothing to exactly the tables that the code speaks of, and refuse what a newer version left."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from fleaglass.hub.state import NewerState, State, open_state, state_url
from fleaglass.hub.state.schema import METADATA


def test_the_steps_make_exactly_the_tables_of_the_code(state: State) -> None:
    with state.read() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), METADATA)
    assert differences == []


def test_what_is_kept_survives_being_opened_again(tmp_path: Path) -> None:
    state = open_state(state_url(tmp_path))
    with state.write() as connection:
        connection.execute(text("INSERT INTO marks (name, value) VALUES ('read', 7)"))
    state.close()
    again = open_state(state_url(tmp_path))
    with again.read() as connection:
        assert connection.execute(text("SELECT value FROM marks WHERE name = 'read'")).scalar() == 7
    again.close()


def test_a_database_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    state = open_state(state_url(tmp_path))
    with state.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    state.close()
    with pytest.raises(NewerState, match=r"state\.db was last used by a newer Fleaglass"):
        open_state(state_url(tmp_path))


def test_what_a_failing_block_wrote_is_gone(tmp_path: Path) -> None:
    state = open_state(state_url(tmp_path))
    with suppress(RuntimeError), state.write() as connection:
        connection.execute(text("INSERT INTO marks (name, value) VALUES ('read', 7)"))
        raise RuntimeError
    with state.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM marks")).scalar() == 0
    state.close()
