"""A writer on a folder of the test's own, with a clock that stands still, and what can be read of its journals."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fleaglass.journal import Damage, RawRecord, SegmentReader, Writer
from fleaglass.journal.layout import journal_folders, segments_in
from fleaglass.journal.records import Opened, Record, SpanEvent, decode, encode

SEGMENT_BYTES = 16_384
OPENED = Opened("vol-arb-1", {"pid": 7}, 1_700_000_000_000_000_000, "0.1.0", {"pf.agent_id": "vol-arb-1"})


class StoppedClock:
    """It is always the same moment."""

    def wall_ns(self) -> int:
        return 1_700_000_000_000_000_000


def writer(home: Path, said: list[str] | None = None, **arguments: Any) -> Writer:
    """A writer that has something to begin each segment with."""
    made = Writer(
        home,
        **{
            "files": {"route.json": b"{}"},
            "segment_bytes": SEGMENT_BYTES,
            "clock": StoppedClock(),
            "say": (said if said is not None else []).append,
            **arguments,
        },
    )
    made.stand("opened", Opened.kind, encode(OPENED))
    return made


def raw(folder: Path, *, is_over: bool = True) -> Iterator[RawRecord | Damage]:
    """All that lies in a journal's segments."""
    for _, path in segments_in(folder):
        with SegmentReader(path) as reader:
            yield from reader.records(is_over=is_over)


def records(folder: Path) -> list[Record | None]:
    """All that a journal says. Nothing of it may be damaged."""
    found = list(raw(folder))
    assert not [each for each in found if isinstance(each, Damage)]
    return [decode(each.kind, each.payload) for each in found if isinstance(each, RawRecord)]


def only_folder(home: Path) -> Path:
    """Of the one journal that there is."""
    (folder,) = journal_folders(home)
    return folder


def event(number: int, chars: int = 0) -> SpanEvent:
    return SpanEvent(b"t" * 16, b"s" * 8, f"event {number}", number, {"text": "x" * chars})


def put(to: object, record: SpanEvent) -> None:
    to.append(record.kind, encode(record))  # type: ignore[attr-defined]


def events(folder: Path) -> list[int]:
    return [each.time_ns for each in records(folder) if isinstance(each, SpanEvent)]


def no_room(more_bytes: int = 0) -> None:
    """What the writer is told where nothing new has room."""
    raise OSError(errno.ENOSPC, "No space left on device")
