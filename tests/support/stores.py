"""The engine that the hub's tests run on: embedded, or behind HTTP in a second process.

FLEAGLASS_TEST_STORE=chdb       embedded in the tests' own process, which is the default
FLEAGLASS_TEST_STORE=server     as a ClickHouse server is spoken to
FLEAGLASS_TEST_STORE=cluster    the same with a cluster's tables, of two shards
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, Literal, cast
from urllib.parse import quote

import pytest

from fleaglass.hub.store import place_of
from fleaglass.hub.store.clients import Clients
from fleaglass.hub.store.engine import Engine
from fleaglass.hub.store.schema import NUMBERS, migrate
from tests.support.clickhouse_front import PASSWORD, USER

__all__ = ["EMBEDDED_ONLY", "KIND", "Kind", "empty", "front", "migrated", "store_address"]

Kind = Literal["chdb", "server", "cluster"]
KIND: Final = cast(Kind, os.environ.get("FLEAGLASS_TEST_STORE", "chdb"))
EMBEDDED_ONLY: Final = pytest.mark.skipif(KIND != "chdb", reason="is about the embedded engine's files")


@contextmanager
def store_address(folder: Path, kind: Kind = KIND) -> Iterator[str]:
    """The address of an empty store with this version's tables; `folder` is a new one."""
    if kind == "chdb":
        yield f"chdb://{folder / 'store'}"
        return
    with front(folder, shards=2 if kind == "cluster" else 0) as address:
        migrated(address)
        yield address


@contextmanager
def front(folder: Path, shards: int = 0) -> Iterator[str]:
    """The address of a database on a server that has none of it yet."""
    command = [sys.executable, "-m", "tests.support.clickhouse_front", str(folder), "--shards", str(shards)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
    ) as process:
        assert process.stdout is not None
        port = json.loads(process.stdout.readline())["port"]
        cluster = "?cluster=main" if shards else ""
        yield f"clickhouse://{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{port}/fleaglass{cluster}"
        # leaving closes its stdin, which ends it


def migrated(address: str) -> None:
    """Make the tables, as `fleaglass hub migrate` does."""
    place = place_of(address)
    with closing(Clients(place)) as clients:
        migrate(clients.query, place)


def empty(engine: Engine) -> None:
    """Leave no row in the tables."""
    layout = engine.layout
    filled = engine.query(
        f"SELECT name FROM system.tables WHERE database = '{layout.database}' AND name != '{NUMBERS}'"
        " AND engine LIKE '%MergeTree' AND total_rows > 0"
    )
    for table in filled:
        engine.query(f"TRUNCATE TABLE {table['name']}{layout.on_cluster}")
