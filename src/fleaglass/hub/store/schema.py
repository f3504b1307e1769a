"""Which version's tables a store has, and the way from every earlier one to this one's.

    0, no number   stores before the first number, and empty databases
    1              the first number
    2              spans say when they were stored

A store's number is the newest in its table `fleaglass_schema`. What ddl.py makes of the tables' description is run when
the number is behind, and brings forward whatever lacks tables, columns, indexes or settings, or has older views. What
that cannot do, such as to rename or to fill in, goes before it in `pending`, by the number that a store has. Whoever
changes the description counts SCHEMA up, which a test asks for.

An embedded store is brought up to date by whoever opens it. A server's tables may be in use by other hubs, of other
versions too, so they change only when somebody says so: `fleaglass hub migrate`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from fleaglass import __version__
from fleaglass.hub.store import ddl
from fleaglass.hub.store.clients import EngineError, Row
from fleaglass.hub.store.layout import Layout
from fleaglass.hub.store.place import Place

__all__ = ["NUMBERS", "SCHEMA", "Found", "WrongSchema", "check", "found", "migrate", "pending"]

SCHEMA: Final = 2
"""The number of the tables that this version makes, and knows."""

NUMBERS: Final = "fleaglass_schema"
"""The table of numbers."""

_NO_DATABASE: Final = 81
"""The engine's error code UNKNOWN_DATABASE."""

Query = Callable[[str], list[Row]]


class WrongSchema(Exception):
    """The store has another version's tables; the message says which, and what to do."""


class Found(NamedTuple):
    """The number of a store's tables, and the names of its tables and views."""

    version: int
    tables: frozenset[str]


def found(query: Query, layout: Layout) -> Found:
    """What a store has. Raises EngineError."""
    try:
        rows = query(f"SELECT name FROM system.tables WHERE database = '{layout.database}'")
    except EngineError as error:
        if getattr(error, "code", None) == _NO_DATABASE:
            return Found(0, frozenset())
        raise
    tables = frozenset(row["name"] for row in rows)
    if NUMBERS not in tables:
        return Found(0, tables)
    [newest] = query(f"SELECT max(version) AS version FROM {NUMBERS}")
    return Found(int(newest["version"]), tables)


def check(query: Query, place: Place) -> None:
    """Nothing, if the store has this version's tables. Raises WrongSchema, EngineError."""
    version = found(query, place.layout).version
    _refuse_newer(version, place)
    if version < SCHEMA:
        raise WrongSchema(
            f"the store {place.shown} has tables of version {version}, and this Fleaglass needs {SCHEMA}; "
            "run fleaglass hub migrate with the same --store"
        )


def pending(now: Found, layout: Layout) -> Iterator[str]:
    """The statements from what is there on to this version's tables, in order; none when it has those."""
    if now.version >= SCHEMA:
        return
    yield from ddl.statements(layout, now.tables)
    yield f"INSERT INTO {NUMBERS} (version, fleaglass) VALUES ({SCHEMA}, '{__version__}')"


def migrate(query: Query, place: Place, *, dry_run: bool = False) -> tuple[int, list[str]]:
    """Run what is pending; answers the number that the tables had, and what was run, or with `dry_run` would be.

    Where one stopped in the middle, the next one begins again. Raises WrongSchema when the tables are a newer
    version's, EngineError, OSError.
    """
    if not dry_run:
        place.create()
    before = found(query, place.layout)
    _refuse_newer(before.version, place)
    statements = list(pending(before, place.layout))
    if not dry_run:
        for statement in statements:
            query(statement)
    return before.version, statements


def _refuse_newer(version: int, place: Place) -> None:
    if version > SCHEMA:
        raise WrongSchema(
            f"the store {place.shown} was last used by a newer Fleaglass (its tables are of version {version}, this "
            f"one knows {SCHEMA}); install that version, or restore a backup"
        )
