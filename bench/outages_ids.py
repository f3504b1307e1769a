"""Ids of what was recorded, or has arrived, in files: 24 bytes each, of the trace and then of the span, in order.

An event of Sentry has the first half of its id in place of a span's.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

__all__ = ["ID_BYTES", "TRACE_BYTES", "Ids", "compare", "count", "read"]

TRACE_BYTES = 16
ID_BYTES = TRACE_BYTES + 8


class Ids:
    """A file that grows, and that others may read meanwhile."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab", buffering=0)

    def add(self, ids: Iterable[bytes]) -> None:
        self._file.write(b"".join(ids))


def read(path: Path) -> list[bytes]:
    raw = path.read_bytes() if path.exists() else b""
    return [raw[at : at + ID_BYTES] for at in range(0, len(raw), ID_BYTES)]


def count(path: Path) -> int:
    return path.stat().st_size // ID_BYTES if path.exists() else 0


def compare(recorded: list[bytes], arrived: list[bytes], again: list[bytes]) -> dict[str, int]:
    """What became of all that was recorded.

    Args:
        recorded: in the order in which it ended.
        arrived: what the backend said that it has, in the order in which it first came.
        again: what came once more.
    """
    return {
        "recorded": len(recorded),
        "lost": len(set(recorded) - set(arrived)),
        "repeated": len(set(again)),
        "out_of_order": _out_of_order(recorded, arrived),
    }


def _out_of_order(recorded: list[bytes], arrived: list[bytes]) -> int:
    """How many came after one of their trace that had ended later."""
    place = {id_: number for number, id_ in enumerate(recorded)}
    latest: dict[bytes, int] = {}
    late = 0
    for id_ in arrived:
        trace, number = id_[:TRACE_BYTES], place.get(id_, -1)
        late += number < latest.get(trace, -1)
        latest[trace] = max(number, latest.get(trace, -1))
    return late
