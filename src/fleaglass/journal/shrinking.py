"""Makes a segment smaller: records are given up, those of money last, and each of them is counted.

::

    before    Opened │ start │ crumb │ crumb │ end │ start │ end of an order │ …
    after     Opened │ GivenUp {crumb: 2, …}         │ end of an order │ …

A new file takes the place of the old one as a whole, and whoever reads the old one reads on in it. `reader.py` gives
all records the offsets that they had. What a journal cannot do without is never given up: what it is, how it ended, and
spans that reach beyond the segment, since a start without its end would look like a span that was interrupted. So where
the end of a span stays, its start does as well.

A segment of which something cannot be read is left as it is, so that the damage is noticed by whoever sends it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable
from io import BufferedWriter
from pathlib import Path
from typing import Final, Literal

import msgspec

from fleaglass.journal.format import HEADER_BYTES, MONEY, RECORD_HEADER, SEALED_WORD, SYNC, checksum
from fleaglass.journal.layout import SPILL
from fleaglass.journal.reader import Damage, RawRecord, SegmentReader
from fleaglass.journal.records import (
    CleanEnd,
    Dropped,
    Envelope,
    GivenUp,
    Opened,
    Recovered,
    Run,
    Scope,
    SpanEnded,
    SpanMarked,
    SpanStarted,
    decode,
    encode,
)

__all__ = ["ALL_BUT_MONEY", "EVERYTHING", "shrink"]

ALL_BUT_MONEY: Final = 1
"""Give up what has not the flag ``MONEY``."""
EVERYTHING: Final = 2
"""Give that up as well."""

_FRAME: Final = frozenset({Opened.kind, Scope.kind, Run.kind, Dropped.kind, CleanEnd.kind, Recovered.kind})
_OF_OPEN_SPANS: Final = frozenset({SpanStarted.kind, SpanMarked.kind})
_HOLDS_MORE: Final = frozenset({GivenUp.kind, Envelope.kind})
_MAX_GAP_BYTES: Final = 1 << 16
"""Of what one `GivenUp` record stands for. Somebody who is inside of one just now counts no more than that twice."""
_RECORDS_AT_ONCE: Final = 256


def shrink(
    path: Path, level: Literal[1, 2], *, borders: Collection[int] = (), pause: Callable[[], None] = lambda: None
) -> int:
    """Make the segment smaller; how many bytes that gave back. For one that nobody writes any more.

    Args:
        path: of the segment.
        level: ``ALL_BUT_MONEY`` or ``EVERYTHING``.
        borders: offsets up to which somebody has read: what is before and what is behind is counted apart.
        pause: called now and then, so that other threads get their turn.

    Raises:
        OSError: it cannot be read, or there is no room for the smaller one.
        FormatError: it is no segment, or a damaged one.
        NewerFormat: a newer Fleaglass wrote it.
    """
    with SegmentReader(path) as reader:
        before = path.stat().st_size
        spans = _Spans(level)
        for piece in reader.pieces(is_over=True):
            if isinstance(piece, Damage):
                _mark(path, level)
                return 0
            spans.see(piece)
            pause()
        new = path.with_name(f"{path.name}.new")
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW
            with open(os.open(new, flags, 0o600), "wb") as file:
                copy = _Copy(file, borders)
                for piece in reader.pieces(is_over=True):
                    assert not isinstance(piece, Damage)
                    for number, record in enumerate(piece):
                        copy.take(record, is_kept=spans.needs(record))
                        if number % _RECORDS_AT_ONCE == 0:
                            pause()
                copy.end()
                after = file.tell()
                file.seek(0)
                file.write(msgspec.structs.replace(reader.header, head=after, sealed=True, shrunk=level).encode())
            if after >= before:
                _mark(path, level)
                return 0
            new.replace(path)
        finally:
            new.unlink(missing_ok=True)
    for name in copy.spilled:
        (path.parent / SPILL / Path(name).name).unlink(missing_ok=True)
    return before - after


def _mark(path: Path, level: int) -> None:
    """There is nothing to gain: let nobody try again."""
    with path.open("r+b") as file:
        file.seek(8 * SEALED_WORD)
        file.write((1 + level).to_bytes(8, "little"))


class _Ids(msgspec.Struct, array_like=True, gc=False):
    """How every record of a span begins."""

    trace_id: bytes
    span_id: bytes


_ids: Final = msgspec.msgpack.Decoder(_Ids).decode


class _Spans:
    """Which spans of a segment began in it, and which ended in it."""

    def __init__(self, level: int) -> None:
        self._keeps = MONEY if level == ALL_BUT_MONEY else 0
        self._started: set[bytes] = set()
        self._ended: set[bytes] = set()
        """Those that have ended, and whose end need not stay."""

    def see(self, records: list[RawRecord]) -> None:
        for record in records:
            if record.kind == SpanStarted.kind:
                self._started.add(_span_of(record))
            elif record.kind == SpanEnded.kind and not record.flags & self._keeps:
                self._ended.add(_span_of(record))

    def needs(self, record: RawRecord) -> bool:
        """Whether the record stays."""
        kind = record.kind
        if kind in _FRAME or record.flags & self._keeps:
            return True
        if kind in _OF_OPEN_SPANS:
            return _span_of(record) not in self._ended
        return kind == SpanEnded.kind and _span_of(record) not in self._started


def _span_of(record: RawRecord) -> bytes:
    try:
        ids = _ids(record.payload)
    except msgspec.MsgspecError:
        return b""
    return ids.trace_id + ids.span_id


class _Copy:
    """The smaller segment in the making."""

    def __init__(self, file: BufferedWriter, borders: Collection[int]) -> None:
        self._file = file
        self._borders = frozenset(borders)
        self._gap: GivenUp | None = None
        self.spilled: list[str] = []
        """Names of files that belong to records which are given up."""
        file.write(bytes(HEADER_BYTES))

    def take(self, record: RawRecord, *, is_kept: bool) -> None:
        """The next record."""
        if is_kept:
            self.end()
            self._write(record.kind, record.flags, record.payload)
            return
        gap = self._gap
        if gap is None or record.offset in self._borders or record.end - gap.offset > _MAX_GAP_BYTES:
            self.end()
            gap = self._gap = GivenUp(record.offset, record.end, {})
        gap.end = record.end
        counts = gap.counts
        for kind, count in self._more(record) if record.kind in _HOLDS_MORE else ((record.kind, 1),):
            counts[kind] = counts.get(kind, 0) + count

    def end(self) -> None:
        """Nothing more is given up here."""
        if self._gap is not None:
            self._write(GivenUp.kind, 0, encode(self._gap))
            self._gap = None

    def _more(self, record: RawRecord) -> Iterable[tuple[int, int]]:
        """How many of which kind are given up with this record."""
        try:
            known = decode(record.kind, record.payload)
        except msgspec.MsgspecError:
            known = None
        if isinstance(known, GivenUp):
            return known.counts.items()
        if isinstance(known, Envelope) and known.spilled:
            self.spilled.append(known.spilled)
        return ((record.kind, 1),)

    def _write(self, kind: int, flags: int, payload: bytes) -> None:
        header = RECORD_HEADER.pack(SYNC, kind, flags, len(payload), checksum(kind, flags, payload))
        self._file.write(header + payload)
