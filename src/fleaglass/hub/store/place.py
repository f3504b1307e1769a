"""What differs between the engines behind a store; all else is the same tables, SQL and code (engine.py)."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final, Protocol

from clickhouse_connect.driver.client import Client

from fleaglass.hub.store.layout import Layout

__all__ = ["MOST_DAYS", "Place"]

MOST_DAYS: Final = 1000
"""Days that one insert may reach over. Each is a partition, so a part of its own, some 6 ms of fsync: the engine's own
limit of 100 would turn away a backfill of four months, no limit would let one request hold the writer for minutes."""


class Place(Protocol):
    """Where a store is: embedded.py or server.py.

    `shown` is the address without a password. A place that `migrates_itself` is brought up to this version's tables
    when it is opened, any other by a command (schema.py).
    """

    shown: str
    layout: Layout
    migrates_itself: bool

    @property
    def folder(self) -> Path | None:
        """What holds an embedded engine's files; None for a server."""

    def owned(self) -> AbstractContextManager[None]:
        """Nobody else's until the block ends, where that matters. Raises StoreHeld, OSError."""

    def create(self) -> None:
        """Make what tables can be made in. Raises EngineError, OSError."""

    def connect(self) -> Client:
        """A client for one thread. Raises EngineError."""

    def insert_settings(self, table: str, message: str | None, body: bytes) -> dict[str, str]:
        """What an insert into `table` needs to be told; `message` is the protobuf message of the body."""
