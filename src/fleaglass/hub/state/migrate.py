"""From whatever an earlier version left to this version's tables, by Alembic's steps in `migrations/`.

A step is never changed once it has been released: what is different afterwards is another step.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Engine, inspect, text

__all__ = ["NewerState", "bring_up_to_date"]

_STEPS: Final = Path(__file__).parent / "migrations"
_LOCK: Final = 0x666C6563  # others of this state are the numbers before it


class NewerState(Exception):
    """The database was last used by a newer version, whose tables this one does not know."""


def bring_up_to_date(engine: Engine) -> None:
    """Run the steps that the database lacks, all or none. Raises NewerState, SQLAlchemyError."""
    config = Config()
    config.set_main_option("script_location", str(_STEPS).replace("%", "%%"))
    if _revision(engine) == ScriptDirectory.from_config(config).get_current_head():
        return
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":  # another hub may be at it: then there is nothing left to do
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise NewerState(
                f"the state database {engine.url.render_as_string(hide_password=True)} was last used by a newer "
                f"Fleaglass ({error}); install that version, or restore a backup"
            ) from None


def _revision(engine: Engine) -> str | None:
    if not inspect(engine).has_table("alembic_version"):
        return None
    with engine.begin() as connection:
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
