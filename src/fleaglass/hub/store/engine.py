"""The engine behind a store, in this process or on a server as the address says; place.py tells what differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final, Literal

from fleaglass.hub.store.address import EmbeddedAddress, parse_address
from fleaglass.hub.store.clients import Clients, EngineError, Row
from fleaglass.hub.store.embedded import Embedded
from fleaglass.hub.store.layout import Layout
from fleaglass.hub.store.place import Place
from fleaglass.hub.store.schema import check, migrate
from fleaglass.hub.store.server import Server
from fleaglass.hub.store.wire import LOGS_MESSAGE, TRACES_MESSAGE

__all__ = ["Engine", "EngineError", "Intake", "Row", "Signal", "own", "place_of"]

Signal = Literal["traces", "logs", "metrics"]
Intake = Signal | Literal["open", "events", "attachments"]
"""What a request holds; `open` is one of traces in which some span has no end yet."""

_INSERTS: Final[dict[Intake, tuple[str, str, str | None]]] = {
    "traces": ("raw_traces", "ProtobufSingle", TRACES_MESSAGE),
    "open": ("raw_open", "ProtobufSingle", TRACES_MESSAGE),
    "logs": ("raw_logs", "ProtobufSingle", LOGS_MESSAGE),
    "metrics": ("metrics", "JSONEachRow", None),
    "events": ("events", "JSONEachRow", None),
    "attachments": ("attachments", "JSONEachRow", None),
}


class Engine:
    """One store, opened. Thread-safe.

    Raises EngineError when the store cannot be opened or brought up to this version's tables, WrongSchema when it has
    another version's and is not to be changed.
    """

    def __init__(self, dsn: str) -> None:
        self._place = place_of(dsn)
        self._clients = Clients(self._place)
        try:
            (migrate if self._place.migrates_itself else check)(self.query, self._place)
        except BaseException:
            self.close()
            raise

    @property
    def dsn(self) -> str:
        """Where the store is, without a password."""
        return self._place.shown

    @property
    def folder(self) -> Path | None:
        """Where an embedded engine keeps its files; None for a server."""
        return self._place.folder

    @property
    def layout(self) -> Layout:
        """Where the rows of its tables lie."""
        return self._place.layout

    def insert(self, signal: Intake, body: bytes) -> None:
        """Have the engine parse `body` and store its rows; returns once they are on disk.

        `body` is OTLP protobuf for traces, open ones included, and for logs, else one JSON object a line. Raises
        EngineError; then a part of the rows may be stored, and inserting the same body again replaces them.
        """
        table, format_, message = _INSERTS[signal]
        settings = self._place.insert_settings(table, message, body)
        self._clients.mine().raw_insert(table, insert_block=body, fmt=format_, settings=settings)

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        """Rows as dictionaries; `parameters` are bound by the engine as `{name:Type}`. Raises EngineError."""
        return self._clients.query(sql, parameters)

    def columns(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Sequence[Sequence[Any]]:
        """Columns in the query's order, none where there are no rows. Raises EngineError."""
        return self._clients.columns(sql, parameters)

    def close(self) -> None:
        """Close every client; the data was already on disk."""
        self._clients.close()


@contextmanager
def own(dsn: str) -> Iterator[Engine]:
    """The store's engine, and where that matters no other process's, until the block ends.

    Raises StoreHeld when another process owns the store, WrongSchema when its tables are another version's, EngineError
    when the engine cannot open it, OSError when its folder cannot be made or has a name that the engine cannot read.
    """
    with place_of(dsn).owned(), closing(Engine(dsn)) as engine:
        yield engine


def place_of(dsn: str) -> Place:
    """Where a store is, by its address. Raises ValueError (address.py)."""
    address = parse_address(dsn)
    return Embedded(address) if isinstance(address, EmbeddedAddress) else Server(address)
