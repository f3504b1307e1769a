"""Which of several hubs over one state does what only one may: judge rules, tell people, watch the clock, drop days.

    SQLite        this one: its data folder is no other's
    PostgreSQL    whoever has the advisory lock, in a session that is used for nothing else

A hub that dies loses its session at once, one that hangs or is cut off after ten seconds without a word, by the
server's clock; another takes over with its next look. What the old one still wants to write when it wakes up is
refused: each takeover counts up, and whoever writes as the leader checks the count in the same transaction.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final, Protocol, TypeVar

from sqlalchemy import Connection, select, text

from fleaglass.hub.state.state import State, StateError, insert
from fleaglass.hub.state.tables import marks

__all__ = ["Alone", "Elected", "Lead", "NotLeading", "leading"]

EVERY_S: Final = 2.0
"""From one look to the next: well within SILENT_S, or a hub that is well would be taken for one that hangs."""
SILENT_S: Final = 10
_LOCK: Final = 0x666C6562  # the writers' lock is the number before it
_TERM: Final = "leader's term"

_log = logging.getLogger(__name__)

T = TypeVar("T")


class NotLeading(Exception):
    """Another hub leads by now; nothing was written."""


class Lead(Protocol):
    """Whether this hub leads."""

    @property
    def leads(self) -> bool:
        """As of its last look."""
        ...

    async def writing(self, deed: Callable[[Connection], T]) -> T:
        """What `deed` returns, run in a write transaction while this hub leads. Raises NotLeading, StateError."""
        ...


class Alone:
    """The only hub of its state."""

    leads = True

    def __init__(self, state: State) -> None:
        self._state = state

    async def writing(self, deed: Callable[[Connection], T]) -> T:
        """As `State.writing`."""
        return await self._state.writing(deed)


class Elected:
    """One of several hubs of a PostgreSQL state. `run` is a task on the event loop, until it is cancelled."""

    def __init__(self, state: State) -> None:
        self.leads = False
        self._state = state
        self._term = 0
        self._session: Connection | None = None
        self._is_cut_off = False
        self._is_over = False
        self._looking = threading.Lock()

    async def run(self) -> None:
        """Look again and again: keep the lock, or take it when it is free."""
        while True:
            await asyncio.sleep(EVERY_S)
            await asyncio.to_thread(self.look)

    def look(self) -> None:
        """One look. Blocks for as long as the database does; a failure is told once."""
        with self._looking:
            if not self._is_over:
                self._look()

    def stop(self) -> None:
        """Stand no more: give the lock back, for another to take. Blocks while a look is under way."""
        with self._looking:
            self._is_over = True
            self._step_down()

    async def writing(self, deed: Callable[[Connection], T]) -> T:
        """Checked in the same transaction."""
        return await self._state.writing(lambda connection: self._led(connection, deed))

    def _look(self) -> None:
        try:
            if not self._has_lock():
                self.leads = False
            elif not self.leads:
                self._term = self._begin_term()
                self.leads = True
                _log.info("this hub leads now: it judges the alert rules, tells people and watches the clock")
            self._is_cut_off = False
        except StateError as error:
            self._step_down()
            if not self._is_cut_off:
                _log.error("this hub cannot lead while the state database is out of reach: %s", str(error)[:300])
            self._is_cut_off = True

    def _step_down(self) -> None:
        self.leads = False
        session, self._session = self._session, None
        if session is not None:
            with suppress(StateError):
                # The server would give it back as well, but in its own time.
                session.execute(text("SELECT pg_advisory_unlock_all()"))
            with suppress(StateError):
                session.close()

    def _led(self, connection: Connection, deed: Callable[[Connection], T]) -> T:
        if not self.leads or _term(connection) != self._term:
            self.leads = False
            raise NotLeading("another hub leads")
        return deed(connection)

    def _has_lock(self) -> bool:
        if self._session is None:
            self._session = self._state.session()
            self._session.execute(text(f"SET idle_session_timeout = '{SILENT_S}s'"))
        if self.leads:
            self._session.execute(text("SELECT 1"))  # it raises when the server has ended the session
            return True
        return bool(self._session.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _LOCK}).scalar())

    def _begin_term(self) -> int:
        with self._state.write() as connection:
            term = _term(connection) + 1
            put = insert(connection, marks).values(name=_TERM, value=term)
            connection.execute(put.on_conflict_do_update(index_elements=["name"], set_={"value": term}))
        return term


@asynccontextmanager
async def leading(state: State) -> AsyncIterator[Lead]:
    """Take part in the election until the block ends; over SQLite there is none."""
    if not state.is_shared:
        yield Alone(state)
        return
    elected = Elected(state)
    await asyncio.to_thread(elected.look)
    task = asyncio.create_task(elected.run())
    try:
        yield elected
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await asyncio.to_thread(elected.stop)  # a look under way goes on in its thread


def _term(connection: Connection) -> int:
    return connection.execute(select(marks.c.value).where(marks.c.name == _TERM)).scalar() or 0
