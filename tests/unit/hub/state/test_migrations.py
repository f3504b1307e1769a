"""The steps lead from nothing to exactly the tables that the code speaks of, and refuse what a newer version left."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import text

from fleaglass.hub.state import NewerState, State, migrate, open_state, state_url
from fleaglass.hub.state.schema import METADATA
from tests.support.state import ENGINES, new_postgres


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


@pytest.mark.skipif("postgresql" not in ENGINES, reason="no PostgreSQL: scripts/with-postgres.sh")
def test_hubs_that_start_at_once_on_an_empty_database_make_its_tables_once(tmp_path: Path) -> None:
    url = state_url(tmp_path, new_postgres())
    with ThreadPoolExecutor(4) as threads:
        opened = list(threads.map(lambda _: open_state(url), range(4)))
    with opened[0].read() as connection:
        assert len(connection.execute(text("SELECT * FROM alembic_version")).all()) == 1
    for each in opened:
        each.close()


def test_what_a_failing_block_wrote_is_gone(tmp_path: Path) -> None:
    state = open_state(state_url(tmp_path))
    with suppress(RuntimeError), state.write() as connection:
        connection.execute(text("INSERT INTO marks (name, value) VALUES ('read', 7)"))
        raise RuntimeError
    with state.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM marks")).scalar() == 0
    state.close()


def test_what_stood_in_an_earlier_version_stands_in_this_one(state: State) -> None:
    _as_left_by(state, "0002")
    with state.write() as connection:
        put = "INSERT INTO alert_standings (rule, group_hash, labels, began_ns) VALUES ('slow', 'h', '{}', 5)"
        connection.execute(text(put))
    migrate.bring_up_to_date(state._engine)
    with state.read() as connection:
        kept = connection.execute(text("SELECT rule, began_ns, rests_on FROM alert_standings")).one()
        differences = compare_metadata(MigrationContext.configure(connection), METADATA)
    assert (tuple(kept), differences) == (("slow", 5, None), [])


def test_an_incident_of_an_earlier_version_has_not_escalated(state: State) -> None:
    _as_left_by(state, "0004")
    put = (
        "INSERT INTO incidents (rule, kind, severity, group_hash, labels, status, began_ns, fired_ns, unit, summary,"
        " evidence, changed_ns) VALUES ('slow', 'slow_span', 'warning', 'h', '{}', 'open', 5, 6, 'ms', 'slow', '{}', 6)"
    )
    with state.write() as connection:
        connection.execute(text(put))
    migrate.bring_up_to_date(state._engine)
    with state.read() as connection:
        kept = connection.execute(text("SELECT severity, escalated_ns, escalated_from FROM incidents")).one()
        differences = compare_metadata(MigrationContext.configure(connection), METADATA)
    assert (tuple(kept), differences) == (("warning", None, None), [])


def _as_left_by(state: State, version: str) -> None:
    """A database as that version made it, with nothing in it."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
    with state._engine.begin() as connection:
        METADATA.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))
        config.attributes["connection"] = connection
        command.upgrade(config, version)
