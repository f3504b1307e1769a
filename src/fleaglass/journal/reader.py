"""Reads a segment file: also while it is being written, also a damaged one, also on another machine.

::

    records that count      below the committed head, their checksums right
    a torn tail             what follows the head and is no whole record: a process died while it wrote; skipped
    damage                  below the head and no record: reported, and reading goes on at the next one that is whole

    given up                records that were removed to make room; one record says how many, and stands at their place

In a shrunk segment a record has the offset that it had before, so places that somebody has noted stay what they were.
Such a place may now be inside a `GivenUp` record: reading from there begins with it.

A whole record just above the head of a segment that nobody writes any more counts as well: its process died after it
had written the record, and before it had said so.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from mmap import mmap
from pathlib import Path
from typing import Final, NamedTuple
from zlib import crc32

import msgspec

from fleaglass.journal.format import (
    HEADER_BYTES,
    RECORD_HEADER,
    RECORD_HEADER_BYTES,
    SYNC,
    SegmentHeader,
)
from fleaglass.journal.records import GivenUp, decode

__all__ = ["Damage", "RawRecord", "SegmentReader", "kinds_in"]

_MAX_RECORD_BYTES: Final = 1 << 24
_MAX_OFFSET: Final = 1 << 40
_CHUNK_BYTES: Final = 1 << 20
_header: Final = RECORD_HEADER.unpack_from
_new: Final = tuple.__new__


class RawRecord(NamedTuple):
    """A record and where it lies: from ``offset`` to ``end``."""

    kind: int
    flags: int
    payload: bytes
    offset: int
    end: int


class Damage(msgspec.Struct, frozen=True):
    """Bytes from ``offset`` to ``end`` that should hold records, and hold none."""

    offset: int
    end: int


class SegmentReader:
    """One segment file. Opening it changes nothing about it.

    Args:
        path: of the file.

    Raises:
        OSError: it cannot be read.
        FormatError: it is no segment, or its header is damaged.
        NewerFormat: a newer Fleaglass wrote it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            self.header = self.look()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the file. A second call does nothing."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def __enter__(self) -> SegmentReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def look(self) -> SegmentHeader:
        """The header as it is now: the writer moves the head, and seals the segment."""
        return SegmentHeader.decode(os.pread(self._handle, HEADER_BYTES, 0), str(self.path))

    def records(self, begin: int | None = None, *, is_over: bool = False) -> Iterator[RawRecord | Damage]:
        """What lies between ``begin`` and the committed head, as it is now.

        Args:
            begin: offset of a record, such as the ``end`` of the last one seen; the first record by default.
            is_over: whether nobody writes the segment any more, so that what lies above the head is looked at too.
        """
        for piece in self.pieces(begin, is_over=is_over):
            if isinstance(piece, Damage):
                yield piece
            else:
                yield from piece

    def pieces(self, begin: int | None = None, *, is_over: bool = False) -> Iterator[list[RawRecord] | Damage]:
        """What ``records`` gives, about a megabyte at a time, for whoever reads a lot."""
        header = self.look()
        size = os.fstat(self._handle).st_size
        at = max(begin or 0, header.header_bytes)
        head = min(header.head, size)
        if header.shrunk:
            yield from _from(at, self._up_to(header.header_bytes, head))
        else:
            yield from self._up_to(at, head)
        if header.head > size:
            yield Damage(size, header.head)
        elif is_over and not header.shrunk:
            yield self._above(max(at, head), size)

    def _up_to(self, at: int, head: int) -> Iterator[list[RawRecord] | Damage]:
        while at < head:
            records = _records_in(self._read(at, head, max(_CHUNK_BYTES, self._needed(at, head))), at)
            if records:
                at = records[-1].end
                yield records
            else:
                begin, at = at, self._next_record(at + 1, head)
                yield Damage(begin, at)

    def _above(self, at: int, size: int) -> list[RawRecord]:
        """The one record that was written and not committed, if it is whole."""
        return _records_in(self._read(at, size, self._needed(at, size)), at)

    def _next_record(self, at: int, head: int) -> int:
        """Offset of the next whole record; the head if there is none."""
        while at < head:
            chunk = self._read(at, head, _CHUNK_BYTES)
            where = chunk.find(SYNC)
            while where >= 0:
                if self._is_record(at + where, head):
                    return at + where
                where = chunk.find(SYNC, where + 1)
            at += max(1, len(chunk) - len(SYNC) + 1)
        return head

    def _is_record(self, at: int, head: int) -> bool:
        return bool(_records_in(self._read(at, head, self._needed(at, head)), at))

    def _needed(self, at: int, end: int) -> int:
        """Bytes of the record that begins there, as it says itself."""
        start = self._read(at, end, RECORD_HEADER_BYTES)
        size: int = RECORD_HEADER.unpack(start)[3] if len(start) == RECORD_HEADER_BYTES else 0
        return RECORD_HEADER_BYTES + min(size, _MAX_RECORD_BYTES)

    def _read(self, at: int, end: int, size: int) -> bytes:
        return os.pread(self._handle, max(0, min(size, end - at)), at)


def kinds_in(segment: mmap, begin: int, end: int) -> Iterator[int]:
    """Kinds of the records between two offsets of a segment, for whoever has written them."""
    while begin < end:
        _, kind, _, size, _ = _header(segment, begin)
        yield kind
        begin += RECORD_HEADER_BYTES + size


def _records_in(chunk: bytes, begin: int) -> list[RawRecord]:
    """The whole records at the beginning of these bytes, which lie at ``begin`` in their file.

    A shipper reads each record of its agents here, so it does nothing that it need not.
    """
    found: list[RawRecord] = []
    where, size = 0, len(chunk)
    while (first := where + RECORD_HEADER_BYTES) <= size:
        sync, kind, flags, length, check = _header(chunk, where)
        last = first + length
        if sync != SYNC or last > size:
            break
        payload = chunk[first:last]
        if crc32(payload, kind << 24 ^ flags << 20 ^ length) != check:
            break
        found.append(_new(RawRecord, (kind, flags, payload, begin + where, begin + last)))
        where = last
    return found


def _from(begin: int, pieces: Iterator[list[RawRecord] | Damage]) -> Iterator[list[RawRecord] | Damage]:
    """The pieces of a shrunk segment, where they lay before, from ``begin`` on."""
    ahead = at = 0
    for piece in pieces:
        if isinstance(piece, Damage):
            if piece.end + ahead > begin:
                yield Damage(max(piece.offset + ahead, begin), piece.end + ahead)
            continue
        found: list[RawRecord] = []
        for record in piece:
            offset, end = record.offset + ahead, record.end + ahead
            gap = _gap(record, at)
            if gap is not None:
                offset, end = gap.offset, gap.end
                ahead = end - record.end
                if offset < begin < end:
                    offset = begin
            at = end
            if offset >= begin:
                found.append(record._replace(offset=offset, end=end))
        if found:
            yield found


def _gap(record: RawRecord, at: int) -> GivenUp | None:
    """What this record stands for, if that makes sense behind ``at``."""
    if record.kind != GivenUp.kind:
        return None
    try:
        gap = decode(record.kind, record.payload)
    except msgspec.MsgspecError:
        return None
    return gap if isinstance(gap, GivenUp) and at <= gap.offset < gap.end <= _MAX_OFFSET else None
