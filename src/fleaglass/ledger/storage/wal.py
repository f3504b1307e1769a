"""The write-ahead log: what was appended and is not yet in tiles.

A segment is a file of zeros, made beforehand, so that a commit has no length of a file to write down (measured: half
the time of an fdatasync). Its records lie one after the other (all numbers big-endian)::

    offset  bytes
         0      4   magic            no part of any UTF-8 text
         4      8   seq              the entry's index in the log
        12      8   durable          so many entries were known to be on the disk when this was written
        20      4   size             of the entry
        24      4   size             of what its commitments stand for, which is not part of the log
        28      4   checksum         CRC-32 of the bytes 4 to 28 and the two that follow
        32      …   entry, then disclosures

A record is written with one system call, so a killed process leaves it whole or, at the end, torn. After a power cut
more may be torn: all that was written since the last fdatasync, in whatever order, so that what is in the next segment
may be there without what precedes it. Such a tail was never acknowledged and is dropped. If a later record knows that a
bad one was on the disk, the file is damaged, which is for a person to see.
"""

from __future__ import annotations

import os
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from fleaglass.ledger.errors import LedgerDamaged
from fleaglass.ledger.storage.files import Files, synced, writing, written

__all__ = ["Record", "Replay", "Wal", "encode_record", "replay"]

_SEGMENT_BYTES: Final = 1 << 20
_MAGIC: Final = b"\xfbLdg"
_HEADER: Final = struct.Struct(">4sQQIII")
_NAME: Final = re.compile(r"wal-(\d{8})")


class Record(NamedTuple):
    """One entry as it was written.

    Attributes:
        seq: the entry's index in the log.
        durable: so many entries were known to be on the disk before.
        entry: its bytes.
        disclosed: lines of what its commitments stand for (`disclosures.py`).
    """

    seq: int
    durable: int
    entry: bytes
    disclosed: bytes


def encode_record(record: Record) -> bytes:
    """The record's bytes."""
    seq, durable, entry, disclosed = record
    head = _HEADER.pack(_MAGIC, seq, durable, len(entry), len(disclosed), 0)[:-4]
    body = entry + disclosed
    return head + zlib.crc32(body, zlib.crc32(head[4:])).to_bytes(4, "big") + body


def _record_at(raw: bytes, at: int) -> tuple[Record, int] | None:
    if len(raw) - at < _HEADER.size:
        return None
    magic, seq, durable, size, disclosed_size, checksum = _HEADER.unpack_from(raw, at)
    body = at + _HEADER.size
    end = body + size + disclosed_size
    if magic != _MAGIC or end > len(raw) or checksum != zlib.crc32(raw[body:end], zlib.crc32(raw[at + 4 : body - 4])):
        return None
    return Record(seq, durable, raw[body : body + size], raw[body + size : end]), end


def _later_records(raw: bytes, at: int) -> Iterator[Record]:
    """What can still be read behind a place where nothing can."""
    while (at := raw.find(_MAGIC, at)) >= 0:
        if (found := _record_at(raw, at)) is not None:
            yield found[0]
        at += 1


def _segments_in(state: Path) -> list[tuple[int, Path]]:
    """Number and path of each segment, in order. Raises ``OSError``."""
    found = ((_NAME.fullmatch(name), name) for name in os.listdir(state))
    return sorted((int(match[1]), state / name) for match, name in found if match is not None)


@dataclass(frozen=True)
class Replay:
    """What the segments say.

    Attributes:
        records: in order, without gap.
        number: of the last segment; 0 if there is none.
        began: index of the first entry that may be in it.
        end: offset behind the last record of the last segment.
        torn: bytes behind it that are no zeros, and are no record.
    """

    records: list[Record]
    number: int
    began: int
    end: int
    torn: int


def replay(state: Path, signed: int) -> Replay:
    """Read all segments. Raises `LedgerDamaged`, ``OSError``.

    Args:
        state: their folder.
        signed: so many entries are under a checkpoint.
    """
    found = Replay([], 0, signed, 0, 0)
    for number, path in _segments_in(state):
        raw = path.read_bytes()
        records, before = found.records, len(found.records)
        has_lost = found.number > 0 and _begins_after(_known(records, signed), raw)
        end = 0 if has_lost else _read_segment(raw, records, signed, path)
        known = _known(records, signed)
        torn = max(0, len(raw.rstrip(b"\0")) - end)
        if torn:
            _check_tail(raw, end, known, path)
        began = records[before].seq if len(records) > before else known
        found = Replay(records, number, began, end, torn)
    return found


def _known(records: list[Record], signed: int) -> int:
    """So many entries can be read here or are in tiles."""
    return max(signed, records[-1].seq + 1 if records else 0)


def _begins_after(known: int, raw: bytes) -> bool:
    """Whether what comes before a segment's first entry is lost."""
    first = _record_at(raw, 0)
    return first is not None and first[0].seq > known


def _read_segment(raw: bytes, records: list[Record], signed: int, path: Path) -> int:
    """Add what can be read; the offset behind it."""
    end = 0
    while (read := _record_at(raw, end)) is not None:
        record, end = read
        if records and record.seq == records[-1].seq:  # the one before was never told: its append was interrupted
            records.pop()
        follows = records[-1].seq + 1 if records else 0
        # What is signed is in tiles, and need not be here.
        if not follows <= record.seq <= max(follows, signed):
            raise LedgerDamaged(f"{path}: entry {record.seq} follows entry {follows - 1}, and {signed} are signed")
        records.append(record)
    return end


def _check_tail(raw: bytes, at: int, known: int, path: Path) -> None:
    """What cannot be read must never have been acknowledged."""
    for later in _later_records(raw, at):
        if later.durable > known:
            raise LedgerDamaged(
                f"{path}: no record can be read at offset {at}, where entry {known} was: entry {later.seq}, "
                "further on, says that it was on the disk"
            )


class Wal:
    """What is appended, and the segment that it is written to. `append`, `turn` and `forget` need the ledger's lock.

    Every method raises `LedgerWriteError`; what failed may be tried again, unless the error is final.

    Args:
        files: for its files.
        state: the folder of its segments.
        found: what was there.
        signed: so many entries are in tiles, under a checkpoint.
    """

    def __init__(self, files: Files, state: Path, found: Replay, signed: int) -> None:
        self._files = files
        self._state = state
        self._retired: list[int] = []
        self.records = [record for record in found.records if record.seq >= signed]
        """What is not yet in tiles."""
        self.first = signed
        """Index of the first of them."""
        self._number = found.number
        self._path = self._path_of(self._number)
        self._older = [path for number, path in _segments_in(state) if number < found.number]
        self._began = found.began
        if not found.number:
            self._handle = self.prepare()
            self._at, self._number = 0, 1
            self._path = self._path_of(1)
            return
        with writing(self._path):
            self._handle = files.system.open(self._path, os.O_WRONLY)
        self._at = found.end
        if found.torn:  # what is left of it must never be taken for what follows a later record
            written(files.system, self._handle, bytes(found.torn), found.end, self._path)
        synced(files.system.fdatasync, self._handle, self._path)
        for path in self._older:  # who was killed may have written there what it never synced
            with files.opened(path, os.O_WRONLY) as handle:
                synced(files.system.fdatasync, handle, path)

    @property
    def size(self) -> int:
        """Entries in the log."""
        return self.first + len(self.records)

    def _path_of(self, number: int) -> Path:
        return self._state / f"wal-{number:08d}"

    @property
    def is_half_full(self) -> bool:
        """Whether it is time for the next segment."""
        return self._at > _SEGMENT_BYTES // 2

    def append(self, entry: bytes, disclosed: bytes, durable: int) -> None:
        """Write an entry, whose index is `size`. It survives the process when this returns.

        Args:
            entry: its bytes.
            disclosed: what its commitments stand for.
            durable: so many entries are known to be on the disk.
        """
        record = Record(self.size, durable, entry, disclosed)
        raw = encode_record(record)
        # Whatever is left here of an append that failed, or was interrupted, is overwritten by the next one.
        written(self._files.system, self._handle, raw, self._at, self._path)
        self._at += len(raw)
        self.records.append(record)

    def prepare(self) -> int:
        """Make the next segment, for `turn`. By another thread than those that append: it takes some ms."""
        path = self._path_of(self._number + 1)
        with writing(path):
            handle = self._files.system.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        try:
            written(self._files.system, handle, bytes(_SEGMENT_BYTES), 0, path)
            synced(self._files.system.fsync, handle, path)
            self._files.sync_folder(self._state)
        except BaseException:
            self._files.close(handle)
            raise
        return handle

    def turn(self, handle: int) -> None:
        """Go on in the segment that was prepared."""
        self._retired.append(self._handle)
        self._older.append(self._path)
        self._began = self.size
        self._handle, self._at = handle, 0
        self._number += 1
        self._path = self._path_of(self._number)

    def handles(self) -> tuple[int, ...]:
        """What has to be synced so that all that was appended is on the disk; the last is the one that is written."""
        return (*self._retired, self._handle)

    def sync(self, handles: tuple[int, ...]) -> None:
        """Bring these to the disk; those that are not written any more are closed. By one thread, without the lock."""
        for handle in handles:
            synced(self._files.system.fdatasync, handle, self._state)
        for handle in handles[:-1]:
            self._retired.remove(handle)
            self._files.close(handle)

    def forget(self, signed: int) -> None:
        """So many entries are in tiles now, under a checkpoint."""
        del self.records[: signed - self.first]
        self.first = signed

    @property
    def records_here(self) -> list[Record]:
        """Of `records`, those in the segment that is written."""
        return self.records[max(0, self._began - self.first) :]

    @property
    def has_folded_segments(self) -> bool:
        """Whether all entries of the segments before this one are in tiles, under a checkpoint."""
        return bool(self._older) and self.first >= self._began

    def remove_folded_segments(self) -> None:
        """Remove those."""
        while self._older:
            with writing(self._older[0]):
                self._files.system.unlink(self._older[0])
            del self._older[0]
        self._files.sync_folder(self._state)

    def end(self) -> None:
        """Close what is open."""
        handles, self._retired, self._handle = self.handles(), [], -1
        for handle in handles:
            if handle >= 0:
                self._files.close(handle)
