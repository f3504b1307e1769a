"""Empty state databases for tests: SQLite always, PostgreSQL where scripts/with-postgres.sh has started one."""

from __future__ import annotations

import os
import tempfile
from functools import cache
from pathlib import Path
from uuid import uuid4

import sqlalchemy
from sqlalchemy import Connection, text

from fleaglass.hub.state import State, open_state, state_url
from fleaglass.hub.state.schema import METADATA

__all__ = ["ENGINES", "empty_state", "new_postgres"]

_FILE = "state.db"
_POSTGRES = os.environ.get("FLEAGLASS_TEST_POSTGRES", "")
ENGINES = ("sqlite", "postgresql") if _POSTGRES else ("sqlite",)


def empty_state(engine: str, folder: Path) -> State:
    """A state database of this version without a row in it."""
    if engine == "sqlite":
        (folder / _FILE).write_bytes(_sqlite())
        return open_state(state_url(folder))
    state = open_state(state_url(folder, f"{_POSTGRES}/{_database()}"))
    with state.write() as connection:
        _empty(connection)
    return state


@cache
def _sqlite() -> bytes:
    """An empty database, brought up to this version once: that takes ten times as long as to open one."""
    with tempfile.TemporaryDirectory() as folder:
        open_state(state_url(Path(folder))).close()
        return (Path(folder) / _FILE).read_bytes()


def _empty(connection: Connection) -> None:
    """Take out the rows there are, in any order, and count from 1 again. To truncate all tables takes much longer."""
    names = [table.name for table in METADATA.sorted_tables]
    filled = " UNION ALL ".join(f"""SELECT '{name}' WHERE EXISTS (SELECT FROM "{name}")""" for name in names)
    connection.execute(text("SET LOCAL session_replication_role = replica"))  # nobody looks after foreign keys
    for name in connection.execute(text(filled)).scalars().all():
        connection.execute(text(f'DELETE FROM "{name}"'))
    counted = "FROM pg_sequences WHERE last_value IS NOT NULL"
    connection.execute(text(f"SELECT setval(quote_ident(sequencename)::regclass, 1, false) {counted}"))


@cache
def _database() -> str:
    """A database for this process: to make one takes a moment, to empty it does not."""
    return _new_database()


def new_postgres() -> str:
    """The address of a PostgreSQL database with nothing in it."""
    return f"{_POSTGRES}/{_new_database()}"


def _new_database() -> str:
    name = f"fleaglass_{uuid4().hex}"
    engine = sqlalchemy.create_engine(state_url(Path(), f"{_POSTGRES}/postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return name
