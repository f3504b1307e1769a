"""The engine behind the store: clickhouse-connect clients on `chdb://path`, one a thread.

A client serialises its own calls, and clients of one process run beside each other, so readers never wait for the
writer. The engine works in this process; it ends with it.
"""

from __future__ import annotations

import errno
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final, Literal

import clickhouse_connect
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from fleaglass.hub.store.lock import hold
from fleaglass.hub.store.tables import statements
from fleaglass.hub.store.wire import LOGS_MESSAGE, PROTO, TRACES_MESSAGE

__all__ = ["MOST_DAYS", "Engine", "EngineError", "Intake", "Row", "Signal", "own", "store_folder"]

Row = dict[str, Any]
Signal = Literal["traces", "logs", "metrics"]
Intake = Signal | Literal["open", "events", "attachments"]
"""What a request holds; `open` is one of traces in which some span has no end yet."""

EngineError = ClickHouseError
"""What a failing engine raises, whatever the call; `.code` is the engine's number when it gave one."""

_INSERTS: Final[dict[Intake, tuple[str, str, str | None]]] = {
    "traces": ("raw_traces", "ProtobufSingle", TRACES_MESSAGE),
    "open": ("raw_open", "ProtobufSingle", TRACES_MESSAGE),
    "logs": ("raw_logs", "ProtobufSingle", LOGS_MESSAGE),
    "metrics": ("metrics", "JSONEachRow", None),
    "events": ("events", "JSONEachRow", None),
    "attachments": ("attachments", "JSONEachRow", None),
}
_CHDB: Final = "chdb://"
_UNREADABLE: Final = re.compile(r"[:?#\x00-\x1f]")
"""What the engine's own syntax takes for something else in a path: `:` ends a schema's file name, `?` and `#` an
address's path, and control characters are dropped from it, which would put the store where nothing guards it."""

MOST_DAYS: Final = 1000
"""Days that one insert may reach over. Each is a partition, so a part of its own, some 6 ms of fsync: the engine's own
limit of 100 would turn away a backfill of four months, no limit would let one request hold the writer for minutes."""


class Engine:
    """One store, opened. Thread-safe: each thread gets a client of its own.

    Raises EngineError when the store cannot be opened or brought up to this version's tables.
    """

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn
        self._folder = store_folder(dsn)
        self._schema = _write_schema(self._folder)
        self._local = threading.local()
        self._clients: list[Client] = []
        self._opening = threading.Lock()
        for statement in statements():
            self._client().command(statement)

    def insert(self, signal: Intake, body: bytes) -> None:
        """Have the engine parse `body` and store its rows; returns once they are on disk.

        `body` is OTLP protobuf for traces, open ones included, and for logs, else one JSON object a line. Raises
        EngineError; then a part of the rows may be stored, and inserting the same body again replaces them.
        """
        table, format_, message = _INSERTS[signal]
        settings = {"format_schema": f"{self._schema}:{message}"} if message else {}
        self._client().raw_insert(table, insert_block=body, fmt=format_, settings=settings)

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        """Rows as dictionaries; `parameters` are bound by the engine as `{name:Type}`. Raises EngineError."""
        result = self._client().query(sql, parameters=dict(parameters or {}))
        if not result.column_names:  # FORMAT Null: the client makes one empty row of it
            return []
        return [dict(zip(result.column_names, row, strict=True)) for row in result.result_rows]

    def close(self) -> None:
        """Close every client; the data was already on disk."""
        with self._opening:
            for client in self._clients:
                client.close()
            self._clients.clear()

    def _client(self) -> Client:
        client: Client | None = getattr(self._local, "client", None)
        if client is None:
            with self._opening:
                client = clickhouse_connect.get_client(
                    dsn=f"{_CHDB}{self._folder}",  # absolute: a relative one would name a database
                    settings={"max_partitions_per_insert_block": MOST_DAYS, "use_query_condition_cache": 0},
                )
                self._clients.append(client)
            self._local.client = client
        return client


@contextmanager
def own(dsn: str) -> Iterator[Engine]:
    """The store's engine, and no other process's until the block ends.

    Raises StoreHeld when another process owns the store, EngineError when the engine cannot open it, OSError when its
    folder cannot be made or has a name that the engine cannot read.
    """
    folder = store_folder(dsn)
    if found := _UNREADABLE.search(str(folder)):
        raise OSError(errno.EINVAL, f"the engine cannot read a path with {found[0]!r} in it", str(folder))
    with hold(folder), closing(Engine(dsn)) as engine:
        yield engine


def store_folder(dsn: str) -> Path:
    """Where an embedded store lives."""
    return Path(dsn.removeprefix(_CHDB)).resolve()


def _write_schema(folder: Path) -> Path:
    """The protobuf text as a file in the store; given inline, the engine would leave it in the working directory."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "otlp.proto"
    path.write_text(PROTO)
    return path
