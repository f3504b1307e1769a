"""What is said of a table, whichever engine keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Raw", "Table"]


@dataclass(frozen=True, slots=True)
class Table:
    """A table that holds rows; `columns` are types by name, `order` says what rows are sorted, and replaced, by.

    `day` is the time whose UTC days are partitions, None for a table without. `shard_by` is the number that sends a row
    to a shard; of rows that replace each other it is the same. A table without has every row on every server.
    `indexes` say what each is of and its type, by name.
    """

    name: str
    columns: Mapping[str, str]
    order: str
    day: str | None = None
    shard_by: str | None = None
    indexes: Mapping[str, str] = field(default_factory=dict)
    ttl: str | None = None
    replacing: bool = True


@dataclass(frozen=True, slots=True)
class Raw:
    """A table that keeps nothing. `views` take what is inserted: the table that each fills, and its SELECT, by name."""

    name: str
    column: str
    views: Mapping[str, tuple[str, str]]
