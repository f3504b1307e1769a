"""A cluster's statements as one engine can run them: what of a cluster is real here, and what is not.

    ON CLUSTER 'x'                                left out: there is no queue of statements
    ReplicatedXMergeTree(path, replica)           XMergeTree: there is no keeper. With one shard it tells inserts apart
                                                  by their tokens; several, one table here, have the same ones
    Distributed('x', database, table, key)        Remote('127.0.0.1,127.0.0.1', …): as many shards, all of them this one
    cluster('x', system.parts)                    remote('127.0.0.1', system.parts)
    SYSTEM SYNC REPLICA …                         nothing: there is none

Each shard answers for the rows that the key sends to it, by a filter on the local table. So queries are planned and run
over several shards, and still tell each row once.
"""

from __future__ import annotations

import re

from fleaglass.hub.store.layout import Layout
from fleaglass.hub.store.tables import TABLES

__all__ = ["on_one_engine", "shares"]

_ON_CLUSTER = re.compile(rb" ON CLUSTER '[^']*'")
_REPLICATED = re.compile(rb"ENGINE = Replicated(\w*MergeTree)\('[^']*', '[^']*'\)")
_DISTRIBUTED = re.compile(rb"ENGINE = Distributed\('[^']*', ")
_CLUSTER = re.compile(rb"\bcluster\('[^']*', ")
_WINDOW = re.compile(rb", replicated_deduplication_window = (\d+), replicated_deduplication_window_seconds = \d+")


def on_one_engine(sql: bytes, shards: int) -> bytes:
    """The statement; empty when there is nothing to do."""
    if sql.startswith(b"INSERT INTO"):  # data may be behind it
        return sql
    if sql.startswith(b"SYSTEM SYNC REPLICA"):
        return b""
    sql = _ON_CLUSTER.sub(b"", sql)
    sql = _REPLICATED.sub(rb"ENGINE = \1", sql)
    sql = _WINDOW.sub(rb", non_replicated_deduplication_window = \1" if shards == 1 else b"", sql)
    sql = _DISTRIBUTED.sub(b"ENGINE = Remote('" + b",".join([b"127.0.0.1"] * shards) + b"', ", sql)
    return _CLUSTER.sub(b"remote('127.0.0.1', ", sql)


def shares(layout: Layout) -> str:
    """The setting by which a shard sees its own rows only, and who asks a local table itself sees all."""
    filters = []
    for table in TABLES:
        if table.shard_by is not None:
            its = f"shardCount() = 0 OR ({table.shard_by}) % greatest(shardCount(), 1) = shardNum() - 1"
            quoted = its.replace("'", "\\'")
            filters.append(f"'{layout.database}.{layout.kept(table.name)}': '{quoted}'")
    return f"SET additional_table_filters = {{{', '.join(filters)}}}"
