"""What Sentry's clients sent, on disk from before their answer until its effects are committed.

    put ──▶ intake.db ──▶ take … done          one file, one writer, oldest first

A client that has its answer forgets the event, and one that has to wait for its answer loses the next: Sentry's SDKs
send one envelope at a time and drop what piles up behind it. Grouping an event takes tens of milliseconds with its
commit, putting it here takes less than one. What arrives together is put together, in one synced transaction.

What cannot be digested, whatever the reason, is moved aside with that reason, not thrown away.
"""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

__all__ = ["MOST_BYTES", "Full", "Queue", "Queued"]

MOST_BYTES: Final = 256 * 1024 * 1024
"""What may wait. At that point the hub has not kept up for a while, and clients are told to wait."""

_TABLES: Final = """
    CREATE TABLE IF NOT EXISTS about (identity TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS waiting (
      id INTEGER PRIMARY KEY AUTOINCREMENT, project INTEGER NOT NULL, received_ns INTEGER NOT NULL, body BLOB NOT NULL);
    CREATE TABLE IF NOT EXISTS aside (
      id INTEGER PRIMARY KEY, project INTEGER NOT NULL, received_ns INTEGER NOT NULL, body BLOB NOT NULL,
      reason TEXT NOT NULL);
"""

T = TypeVar("T")


class Full(Exception):
    """More is waiting than may wait; nothing was put."""


class Queued(NamedTuple):
    """One envelope that waits. `id` grows with every one that is put."""

    id: int
    project: int
    received_ns: int
    body: bytes


class Queue:
    """The queue in one file. Used on the event loop; a thread of its own does what touches the disk.

    Args:
        path: of the file, made when it is not there.
        most_bytes: how much may wait.

    Raises:
        sqlite3.Error: the file cannot be used.
    """

    def __init__(self, path: Path, most_bytes: int = MOST_BYTES) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="fleaglass-intake")
        path.touch(mode=0o600)  # what clients sent lies here as it came, secrets and all
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
            self._database.execute(f"PRAGMA {pragma}")
        self._database.executescript(_TABLES)
        self.identity = self._identity()
        """Which queue this is: ids mean nothing in another."""
        self._most_bytes = most_bytes
        self.waiting, self.waiting_bytes = self._database.execute(
            "SELECT count(*), coalesce(sum(length(body)), 0) FROM waiting"
        ).fetchone()
        self._arriving: list[tuple[int, int, bytes]] = []
        self._arrival: asyncio.Future[None] | None = None
        self._put = self._gone = 0  # how many, since the queue was opened; what waited then has been put
        self._behind: list[tuple[int, asyncio.Future[None]]] = []
        self._filled = asyncio.Event()
        if self.waiting:
            self._put = self.waiting
            self._filled.set()

    async def put(self, project: int, received_ns: int, body: bytes) -> None:
        """Return once it is on disk. Raises Full, sqlite3.Error."""
        if self.waiting_bytes + len(body) > self._most_bytes:
            raise Full(f"{self.waiting_bytes} bytes wait to be digested, of {self._most_bytes} that may")
        self.waiting_bytes += len(body)
        self._arriving.append((project, received_ns, body))
        if self._arrival is None:
            self._arrival = asyncio.ensure_future(self._put_arriving())
        # It is put whether or not its sender stays for the answer.
        await asyncio.shield(self._arrival)

    async def take(self, most: int, most_bytes: int = MOST_BYTES) -> list[Queued]:
        """The oldest that wait, at least one, and so many with so many bytes at most. Raises sqlite3.Error.

        What has been taken and not done is taken again.
        """
        while True:
            await self._filled.wait()
            rows = await self._do(lambda: self._oldest(most, most_bytes))
            if rows:
                return rows
            self._filled.clear()

    async def done(self, taken: Sequence[Queued]) -> None:
        """Forget them, all that one `take` gave or one of them: their effects are on disk. Raises sqlite3.Error."""
        await self._do(lambda: self._forget(taken))
        self._left(taken)

    async def set_aside(self, one: Queued, reason: str) -> None:
        """Keep it, but take it no more. Raises sqlite3.Error."""
        await self._do(lambda: self._move(one, reason))
        self._left([one])

    async def set_aside_count(self) -> int:
        """How many were set aside. Raises sqlite3.Error."""
        return int((await self._do(lambda: self._database.execute("SELECT count(*) FROM aside").fetchone()))[0])

    async def caught_up(self) -> None:
        """Return once all that is here by now is gone, whatever comes meanwhile."""
        if self._gone < self._put:
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._behind.append((self._put, future))
            await future

    def close(self) -> None:
        """Wait for what is under way, and close the file."""
        self._thread.shutdown()
        self._database.close()

    async def _put_arriving(self) -> None:
        """Put what has arrived. What arrives meanwhile is put together, by the next."""
        await asyncio.sleep(0)  # let those that are at the door come in
        arriving, self._arriving, self._arrival = self._arriving, [], None
        try:
            await self._do(lambda: self._insert(arriving))
        except BaseException:
            self.waiting_bytes -= sum(len(body) for _, _, body in arriving)
            raise
        self.waiting += len(arriving)
        self._put += len(arriving)
        self._filled.set()

    def _left(self, these: Sequence[Queued]) -> None:
        self.waiting -= len(these)
        self.waiting_bytes -= sum(len(one.body) for one in these)
        self._gone += len(these)
        for up_to, future in self._behind:
            if up_to <= self._gone and not future.done():
                future.set_result(None)
        self._behind = [(up_to, future) for up_to, future in self._behind if not future.done()]

    async def _do(self, deed: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, deed)

    # --- on the thread -----------------------------------------------------------------------------------------------

    def _insert(self, rows: Sequence[tuple[int, int, bytes]]) -> None:
        with _Transaction(self._database):
            self._database.executemany("INSERT INTO waiting (project, received_ns, body) VALUES (?, ?, ?)", rows)

    def _oldest(self, most: int, most_bytes: int) -> list[Queued]:
        query = "SELECT id, project, received_ns, body FROM waiting ORDER BY id LIMIT ?"
        found: list[Queued] = []
        with closing(self._database.execute(query, (most,))) as rows:
            for one in map(Queued._make, rows):
                most_bytes -= len(one.body)
                if found and most_bytes < 0:
                    break
                found.append(one)
        return found

    def _forget(self, taken: Sequence[Queued]) -> None:
        first, last = taken[0].id, taken[-1].id  # they were the oldest, so there is nothing else between them
        with _Transaction(self._database):
            self._database.execute("DELETE FROM waiting WHERE id BETWEEN ? AND ?", (first, last))

    def _move(self, one: Queued, reason: str) -> None:
        with _Transaction(self._database):
            self._database.execute("INSERT OR REPLACE INTO aside VALUES (?, ?, ?, ?, ?)", (*one, reason))
            self._database.execute("DELETE FROM waiting WHERE id = ?", (one.id,))

    def _identity(self) -> str:
        found = self._database.execute("SELECT identity FROM about").fetchone()
        if found is None:
            self._database.execute("INSERT INTO about VALUES (?)", (secrets.token_hex(8),))
            return self._identity()
        return str(found[0])


class _Transaction:
    """All of a block or nothing of it."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def __enter__(self) -> None:
        self._database.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._database.execute("COMMIT")
            return
        with suppress(sqlite3.Error):  # a failed COMMIT has rolled back already
            self._database.execute("ROLLBACK")
