"""The hub's store: one lock where it is embedded, one engine, one writer, a few readers.

submit ──▶ Writer (one thread, group commit) ──▶ Engine ──▶ disk
query  ──▶ a small pool of reader threads    ──▶ Engine
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from fleaglass.hub.store.engine import Engine, Row, own
from fleaglass.hub.store.layout import Layout
from fleaglass.hub.store.writer import Batch, Counters, Writer

__all__ = ["Store", "open_store", "store_dsn"]

READERS: Final = 3  # two cores work for one reader already; a third keeps a slow query from holding up the rest


class Store:
    """What the rest of the hub sees: `submit` telemetry, `query` what was stored, and be told of commits.

    `data` is the folder of what else the hub keeps; `disk_cap_bytes` what the store may take (disk.py), None for all.
    """

    def __init__(self, engine: Engine, data: Path, disk_cap_bytes: int | None = None) -> None:
        self.data = data
        self.disk_cap_bytes = disk_cap_bytes
        self._engine = engine
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="fleaglass-reader")
        self._listeners: list[Callable[[Counters], None]] = []
        self._writer = Writer(engine, self._committed)

    @property
    def dsn(self) -> str:
        """Where the store is, without a password."""
        return self._engine.dsn

    @property
    def folder(self) -> Path | None:
        """Where an embedded engine, one in this process, keeps its files; None for a server."""
        return self._engine.folder

    @property
    def layout(self) -> Layout:
        """Where the rows of its tables lie."""
        return self._engine.layout

    @property
    def counters(self) -> Counters:
        """What was committed, retried and refused since the hub started."""
        return self._writer.counters

    @property
    def waiting(self) -> int:
        """Requests that wait to be committed, or are being."""
        return self._writer.waiting

    @property
    def waiting_bytes(self) -> int:
        """What waits to be committed, in bytes."""
        return self._writer.waiting_bytes

    def check_room(self, sender: str, size: int) -> None:
        """Whether a sender may submit so many bytes now. Raises Busy, Unavailable (see writer.py)."""
        self._writer.check_room(sender, size)

    async def submit(self, batch: Batch) -> None:
        """Return once the batch is on disk. Raises Refused, Busy or Unavailable (see writer.py)."""
        await self._writer.submit(batch)

    async def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        """Rows as dictionaries, read on a reader thread; parameters are bound as `{name:Type}`. Raises EngineError."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._engine.query, sql, parameters)

    async def columns(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Sequence[Sequence[Any]]:
        """Columns in the query's order, none where there are no rows: for many rows. Raises EngineError."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._engine.columns, sql, parameters)

    def on_commit(self, listener: Callable[[Counters], None]) -> None:
        """Have `listener` called on the event loop after every commit."""
        self._listeners.append(listener)

    def start(self) -> None:
        """Begin to commit; on the event loop."""
        self._writer.start()

    def stop(self) -> None:
        """Commit what waits and end the readers; the engine stays open. Blocks for as long as the last commit takes."""
        self._writer.stop()
        self._readers.shutdown()

    def _committed(self, counters: Counters) -> None:
        for listener in self._listeners:
            listener(counters)


def store_dsn(data: Path, store: str | None = None) -> str:
    """The engine's address: `store` as given, or `chdb://` inside the data directory."""
    return store or f"chdb://{data / 'store'}"


@asynccontextmanager
async def open_store(data: Path, store: str | None = None, disk_cap_bytes: int | None = None) -> AsyncIterator[Store]:
    """Own the store, open it and serve it until the block ends. Raises as `own` does (engine.py)."""
    with own(store_dsn(data, store)) as engine:
        opened = Store(engine, data, disk_cap_bytes)
        opened.start()
        try:
            yield opened
        finally:
            await asyncio.to_thread(opened.stop)
