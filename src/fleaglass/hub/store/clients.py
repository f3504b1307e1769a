"""clickhouse-connect clients of one place, one a thread.

A client serialises its own calls, and clients run beside each other, so readers never wait for the writer.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from fleaglass.hub.store.place import Place

__all__ = ["Clients", "EngineError", "Row"]

Row = dict[str, Any]

EngineError = ClickHouseError
"""What a failing engine raises, whatever the call; `.code` is the engine's number when it gave one."""


class Clients:
    """Thread-safe: each thread gets a client of its own, once it asks."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._local = threading.local()
        self._all: list[Client] = []
        self._opening = threading.Lock()

    def mine(self) -> Client:
        """This thread's client. Raises EngineError."""
        client: Client | None = getattr(self._local, "client", None)
        if client is None:
            with self._opening:
                client = self._place.connect()
                self._all.append(client)
            self._local.client = client
        return client

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        """Rows as dictionaries; `parameters` are bound by the engine as `{name:Type}`. Raises EngineError."""
        result = self.mine().query(sql, parameters=dict(parameters or {}))
        if not result.column_names:  # FORMAT Null: the client makes one empty row of it
            return []
        return [dict(zip(result.column_names, row, strict=True)) for row in result.result_rows]

    def columns(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Sequence[Sequence[Any]]:
        """Columns in the query's order, none where there are no rows. Raises EngineError.

        For whoever reads many rows, which as dictionaries take several times as long.
        """
        result = self.mine().query(sql, parameters=dict(parameters or {}))
        return result.result_columns if result.row_count else ()

    def close(self) -> None:
        """Close every client; the data was already on disk."""
        with self._opening:
            for client in self._all:
                client.close()
            self._all.clear()
