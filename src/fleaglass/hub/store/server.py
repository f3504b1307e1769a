"""A ClickHouse server, or a cluster of them: clickhouse-connect over HTTP.

Nothing has to be installed there: the protobuf text goes with each insert. Nobody owns it, so any number of hubs may
use one; rows replace by identity, whoever sent them.

An insert says what it is: a server that saw the same bytes shortly before, as when an answer was lost on the way, does
not store them again. On a cluster an insert is answered when every shard has its rows on disk, and a query may ask
every shard for what another one needs to know.
"""

from __future__ import annotations

import hashlib
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final

import clickhouse_connect
from clickhouse_connect.driver.client import Client

from fleaglass.hub.store.address import ServerAddress
from fleaglass.hub.store.layout import Layout
from fleaglass.hub.store.place import MOST_DAYS
from fleaglass.hub.store.wire import PROTO

__all__ = ["Server"]

_INSERTING: Final = {
    "async_insert": "0",  # an acknowledged row is on disk, not in a buffer
    "deduplicate_blocks_in_dependent_materialized_views": "1",
}
_ON_A_CLUSTER: Final[dict[str, Any]] = {
    "distributed_foreground_insert": 1,
    "distributed_product_mode": "global",  # a subquery's rows may be on another shard than who asks for them
    "load_balancing": "in_order",  # what was written to a replica is read from it, so nobody waits for the others
    "allow_nondeterministic_mutations": 1,  # a deletion asks which traces are doomed (retention.py)
}


class Server:
    """A store on a server."""

    folder = None
    migrates_itself = False

    def __init__(self, address: ServerAddress) -> None:
        self.shown = address.shown
        self.layout = Layout(address.database, address.cluster)
        self._address = address

    def owned(self) -> AbstractContextManager[None]:
        """Nobody owns a server."""
        return nullcontext()

    def create(self) -> None:
        """Make the database unless it is there. Raises EngineError."""
        with self._client() as client:
            client.command(f"CREATE DATABASE IF NOT EXISTS `{self.layout.database}`{self.layout.on_cluster}")

    def connect(self) -> Client:
        """A client for one thread. Raises EngineError; for a database that is not there when it is asked something."""
        client = self._client()
        client.database = self.layout.database
        return client

    def insert_settings(self, table: str, message: str | None, body: bytes) -> dict[str, str]:
        """What an insert into `table` needs to be told; `message` is the protobuf message of the body."""
        told = {**_INSERTING, "insert_deduplication_token": f"{table} {hashlib.sha256(body).hexdigest()}"}
        if message is None:
            return told
        return {
            **told,
            "format_schema_source": "string",
            "format_schema": PROTO,
            "format_schema_message_name": message,
        }

    def _client(self) -> Client:
        there = self._address
        return clickhouse_connect.get_client(
            host=there.host,
            port=there.port,
            interface="https" if there.secure else "http",
            username=there.user,
            password=there.password,
            client_name="fleaglass",
            autogenerate_session_id=False,  # a session is bound to one server, and takes one call at a time
            settings={
                "max_partitions_per_insert_block": MOST_DAYS,
                **(_ON_A_CLUSTER if self.layout.cluster else {}),
            },
        )
