"""A history in a file: JSON, one row a line. ``docs/ledger.md`` has the form.

::

    {"list": "order", "since_ns": 1795000000000000000}                  how far a list reaches
    {"kind": "order", "id": "ord_1", "asset": "BTC", "quantity": "0.01", …}   what happened

A file without rows of the first sort has the lists of which it has lines, as far as they go. Amounts may be JSON
numbers or text; both keep all their digits.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from fleaglass.ledger.reconcile.history import History, Reach, VenueLine

__all__ = ["UnusableHistory", "decode", "encode"]


class UnusableHistory(ValueError):
    """A file that is no history; says which row, and what is wrong with it."""


class _Sort(msgspec.Struct):
    list: Any = msgspec.UNSET


_sort = msgspec.json.Decoder(_Sort)
_reach = msgspec.json.Decoder(Reach)
_line = msgspec.json.Decoder(VenueLine)


def decode(content: bytes) -> History:
    """The history of a file's content. `UnusableHistory`; blank rows are none."""
    lines: list[VenueLine] = []
    reaches: dict[str, Reach] = {}
    for number, row in enumerate(content.splitlines(), 1):
        if not row.strip():
            continue
        try:
            if _sort.decode(row).list is msgspec.UNSET:
                lines.append(_line.decode(row))
                continue
            reach = _reach.decode(row)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise UnusableHistory(f"row {number}: {error}") from None
        if reach.kind in reaches:
            raise UnusableHistory(f"row {number}: there is a list of {reach.kind} already")
        reaches[reach.kind] = reach
    listed = reaches or {line.kind: Reach(kind=line.kind) for line in lines}
    if stray := next((line.kind for line in lines if line.kind not in listed), None):
        raise UnusableHistory(f"there are lines of kind {stray}, and no row that says how far that list reaches")
    return History(tuple(lines), tuple(listed.values()))


def encode(history: History) -> Iterator[bytes]:
    """The rows of a file, each with its line feed; ``decode`` gives the same history again."""
    for row in (*history.reaches, *history.lines):
        yield msgspec.json.encode(row) + b"\n"
