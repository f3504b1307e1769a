"""Empty state databases for tests: SQLite always, PostgreSQL where scripts/with-postgres.sh has started one."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from uuid import uuid4

import sqlalchemy
from sqlalchemy import text

from fleaglass.hub.state import State, open_state, state_url
from fleaglass.hub.state.schema import METADATA

__all__ = ["ENGINES", "empty_state"]

_POSTGRES = os.environ.get("FLEAGLASS_TEST_POSTGRES", "")
ENGINES = ("sqlite", "postgresql") if _POSTGRES else ("sqlite",)


def empty_state(engine: str, folder: Path) -> State:
    """A state database of this version without a row in it."""
    if engine == "sqlite":
        return open_state(state_url(folder))
    state = open_state(state_url(folder, f"{_POSTGRES}/{_database()}"))
    names = ", ".join(f'"{table.name}"' for table in METADATA.sorted_tables)
    with state.write() as connection:
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    return state


@cache
def _database() -> str:
    """A database for this process: to make one takes a moment, to empty it does not."""
    name = f"fleaglass_{uuid4().hex}"
    engine = sqlalchemy.create_engine(state_url(Path(), f"{_POSTGRES}/postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return name
