"""Where the rows of a table lie: in the table itself, or on a cluster in each shard's own.

    one engine     spans         rows lie in it
    a cluster      spans         Distributed: sends each row to its shard, and asks all of them
                   spans_local   rows lie in it, on each shard, replicated within it

Code reads and inserts by the table's name, and asks this for whatever else it does to what lies there.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Layout"]


@dataclass(frozen=True, slots=True)
class Layout:
    """The database's name, and the cluster's when the tables lie on one. Both are identifiers (address.py)."""

    database: str = "default"
    cluster: str | None = None

    @property
    def on_cluster(self) -> str:
        """What follows a table's name in DDL, so that every server does it."""
        return f" ON CLUSTER '{self.cluster}'" if self.cluster else ""

    def kept(self, table: str) -> str:
        """The table that rows of `table` lie in, for DDL and in system tables."""
        return f"{table}_local" if self.cluster else table

    def everywhere(self, system_table: str) -> str:
        """A table of `system`, asked on one replica of each shard."""
        return f"cluster('{self.cluster}', system.{system_table})" if self.cluster else f"system.{system_table}"
