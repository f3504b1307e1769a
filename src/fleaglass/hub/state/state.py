"""The hub's small, changing state in SQL: SQLite in the data folder, or PostgreSQL.

    write()    one transaction at a time, whoever asks: what it read is still so when it writes
    read()     a consistent look, beside any number of others

Everything that changes goes through `write`, so code in it may read, decide and write without looking over its
shoulder. On SQLite the transaction takes the database's one write lock at its start, on PostgreSQL an advisory lock of
the hub's own. A transaction is on disk when its block has ended.

PostgreSQL keeps no U+0000 in a text. So neither engine is told one: U+FFFD takes its place, in what is asked as well.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.sql.schema import Table

from fleaglass.hub.state.migrate import bring_up_to_date

__all__ = ["State", "StateError", "insert", "open_state", "refuses", "state_url"]

StateError = SQLAlchemyError
"""What a failing state database raises, whatever the call."""

_WRITERS_LOCK: Final = 0x666C6561  # any number that no other program on the same PostgreSQL would take
_BUSY_MS: Final = 10_000
_HUNG_S: Final = 10
_WRITES: Final = "writes"
_REFUSALS: Final = ("22", "23", "54")
"""PostgreSQL's classes of errors for what the data itself is to blame: bad values, broken constraints, sizes."""

T = TypeVar("T")


class State:
    """An open state database. Thread-safe."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing = threading.Lock()
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="fleaglass-state")

    @property
    def name(self) -> str:
        """Where it is, without a password."""
        return self._engine.url.render_as_string(hide_password=True)

    @property
    def is_shared(self) -> bool:
        """Whether other hubs may work on it too."""
        return self._engine.dialect.name == "postgresql"

    def session(self) -> Connection:
        """A session of the caller's own, outside the pool: each statement is a transaction, and close() ends it.

        Raises StateError.
        """
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        connection.detach()
        return connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that may change things; committed at the end of the block, rolled back if it raises.

        Do not open another in the same thread. Raises StateError.
        """
        with (
            self._writing,
            self._engine.connect().execution_options(**{_WRITES: True}) as connection,
            connection.begin(),
        ):
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _WRITERS_LOCK})
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only looks. Raises StateError."""
        with self._engine.connect() as connection, connection.begin():
            yield connection

    async def writing(self, deed: Callable[[Connection], T]) -> T:
        """What `deed` returns, run in a write transaction on a thread of the state's. Raises StateError."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._run, self.write, deed)

    async def reading(self, deed: Callable[[Connection], T]) -> T:
        """What `deed` returns, run in a read transaction on a thread of the state's. Raises StateError."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._run, self.read, deed)

    def close(self) -> None:
        """End the threads and close every connection."""
        self._threads.shutdown()
        self._engine.dispose()

    @staticmethod
    def _run(begin: Callable[[], Any], deed: Callable[[Connection], T]) -> T:
        with begin() as connection:
            result: T = deed(connection)
            return result


def insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT with `on_conflict_do_update` and `on_conflict_do_nothing`, which both engines spell alike."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def refuses(error: StateError) -> bool:
    """Whether the database answered that it cannot keep this, now or ever; False when trying again may help.

    Source: PostgreSQL's error codes (appendix A); the driver raises them all as one exception.
    """
    told = error.orig.args[0] if isinstance(error, DBAPIError) and error.orig is not None and error.orig.args else None
    if isinstance(told, dict):
        return str(told.get("C", ""))[:2] in _REFUSALS
    return isinstance(error, IntegrityError | DataError)


def state_url(data: Path, state: str | None = None) -> str:
    """The database's address: `state` as given, or SQLite inside the data directory."""
    if state is None:
        return f"sqlite:///{data / 'state.db'}"
    return state.replace("postgresql://", "postgresql+pg8000://", 1)


def open_state(url: str) -> State:
    """Open the database, made or brought up to this version's tables. Raises StateError, and NewerState."""
    engine = create_engine(make_url(url), **_options(url))
    event.listen(engine, "before_cursor_execute", _without_nul, retval=True)
    if engine.dialect.name == "postgresql":
        event.listen(engine, "connect", _bound)
        event.listen(engine, "handle_error", _lost)
    if engine.dialect.name == "sqlite":
        if engine.url.database:
            Path(engine.url.database).touch(mode=0o600)
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
    try:
        bring_up_to_date(engine)
    except BaseException:
        engine.dispose()
        raise
    return State(engine)


def _options(url: str) -> dict[str, Any]:
    return {} if url.startswith("sqlite") else {"pool_pre_ping": True}


def _bound(connection: Any, _: object) -> None:
    """A hub that hangs within a transaction may hold every other hub's writes for so long, and no longer."""
    cursor = connection.cursor()
    cursor.execute(f"SET idle_in_transaction_session_timeout = '{_HUNG_S}s'")
    cursor.close()
    connection.commit()


def _lost(told: ExceptionContext) -> BaseException | None:
    """The driver lets errors of the socket through as they are: they are those of a connection that is no more."""
    if not isinstance(told.original_exception, OSError):
        return None
    told.is_disconnect = True
    return OperationalError(told.statement, told.parameters, told.original_exception)


def _prepare(connection: Any, _: object) -> None:
    connection.isolation_level = None  # the driver would begin transactions where it sees fit
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", f"busy_timeout = {_BUSY_MS}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _without_nul(_: Connection, __: object, statement: str, parameters: Any, *___: object) -> tuple[str, Any]:
    """SQLAlchemy's hook before each statement: the statement, and its parameters without U+0000."""
    return statement, _clean(parameters)


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    if isinstance(value, dict):
        return {name: _clean(each) for name, each in value.items()}
    return type(value)(map(_clean, value)) if isinstance(value, list | tuple) else value
