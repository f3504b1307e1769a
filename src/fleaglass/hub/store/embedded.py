"""The engine in this process: chDB over a folder that one process owns at a time. It ends with the process."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import clickhouse_connect
from clickhouse_connect.driver.client import Client

from fleaglass.hub.store.address import EmbeddedAddress
from fleaglass.hub.store.layout import Layout
from fleaglass.hub.store.lock import hold
from fleaglass.hub.store.place import MOST_DAYS
from fleaglass.hub.store.wire import PROTO

__all__ = ["Embedded"]

_UNREADABLE: Final = re.compile(r"[:?#\x00-\x1f]")
"""What the engine's own syntax takes for something else in a path: `:` ends a schema's file name, `?` and `#` an
address's path, and control characters are dropped from it, which would put the store where nothing guards it."""


class Embedded:
    """A store in a folder."""

    migrates_itself = True

    def __init__(self, address: EmbeddedAddress) -> None:
        self.shown = address.shown
        self.folder = address.folder
        self.layout = Layout()
        self._schema = address.folder / "otlp.proto"

    @contextmanager
    def owned(self) -> Iterator[None]:
        """No other process's until the block ends.

        Raises StoreHeld when another process owns the store, OSError when its folder cannot be made or has a name that
        the engine cannot read.
        """
        if found := _UNREADABLE.search(str(self.folder)):
            raise OSError(errno.EINVAL, f"the engine cannot read a path with {found[0]!r} in it", str(self.folder))
        with hold(self.folder):
            yield

    def create(self) -> None:
        """Make the folder, with the protobuf text in it. Raises OSError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._schema.write_text(PROTO)  # given inline, the engine would leave it in the working directory

    def connect(self) -> Client:
        """A client for one thread. Raises EngineError."""
        return clickhouse_connect.get_client(
            dsn=self.shown,
            settings={"max_partitions_per_insert_block": MOST_DAYS, "use_query_condition_cache": 0},
        )

    def insert_settings(self, table: str, message: str | None, body: bytes) -> dict[str, str]:
        """What an insert into `table` needs to be told; `message` is the protobuf message of the body."""
        return {"format_schema": f"{self._schema}:{message}"} if message else {}
