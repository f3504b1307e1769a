"""The bytes of a journal: what a segment file begins with, and what a record looks like.

A segment file (all numbers little-endian)::

    offset  bytes
         0      8   magic            "FLEAGLS\\n"
         8      2   version          of this format; a reader refuses a newer one
        10      2   header bytes     where the first record begins
        12      4   number           of the segment in its journal, from 1
        16      8   committed head   the first byte that no record has taken yet; the writer's last word on each record
        24      8   created          Unix nanoseconds
        32     16   journal          random, the same in all its segments
        48      8   sealed           0 while it is written; 1 when nothing will be appended any more; 2 when it has been
                                     shrunk of all but money, 3 when of that as well (`shrinking.py`)
        56      4   checksum         CRC-32 of the bytes 0 to 16 and 24 to 48
        60      4   nothing
        64      …   records, one after the other, then zeros

A record::

         0      2   sync             where a reader that lost its way begins again
         2      1   kind             `records.py`
         3      1   flags            MONEY: dropped last
         4      4   size             of the payload in bytes
         8      4   checksum         CRC-32 of the payload, begun with kind, flags and size
        12      …   payload          MessagePack

A record counts when it lies below the committed head and its checksum is right. The writer writes the record first and
the head afterwards, in one store of 8 bytes: a process that is killed in between leaves a record that nobody sees.
"""

from __future__ import annotations

import struct
import zlib
from typing import Final

import msgspec

__all__ = [
    "HEADER_BYTES",
    "HEAD_WORD",
    "MAGIC",
    "MONEY",
    "RECORD_HEADER",
    "RECORD_HEADER_BYTES",
    "SEALED_WORD",
    "SYNC",
    "VERSION",
    "FormatError",
    "NewerFormat",
    "SegmentHeader",
    "checksum",
    "seed",
]

MAGIC: Final = b"FLEAGLS\n"
VERSION: Final = 1
HEADER_BYTES: Final = 64
HEAD_WORD: Final = 2
"""Index of the committed head among the header's 8-byte words."""
SEALED_WORD: Final = 6

SYNC: Final = b"\xea\xf1"
RECORD_HEADER: Final = struct.Struct("<2sBBII")
RECORD_HEADER_BYTES: Final = RECORD_HEADER.size
MONEY: Final = 1
"""Flag of records of spends, of errors and of what they lead to: dropped last when the disk's share is used up."""

_HEADER: Final = struct.Struct("<8sHHIQQ16sQII")


class FormatError(Exception):
    """The bytes are no segment that can be read. The message says what and where."""


class NewerFormat(FormatError):
    """A newer Fleaglass wrote the segment. It is left as it is."""


class SegmentHeader(msgspec.Struct, frozen=True, kw_only=True):
    """What a segment says about itself.

    Attributes:
        number: of the segment in its journal, from 1.
        head: offset of the first byte that no record has taken.
        created_ns: when it was made, in Unix nanoseconds.
        journal: 16 random bytes, the same in all segments of a journal.
        sealed: whether nothing will be appended any more.
        shrunk: 0 if all that was written is there; 1 without what is not of money, 2 without that as well.
        header_bytes: where the first record begins.
    """

    number: int
    head: int
    created_ns: int
    journal: bytes
    sealed: bool = False
    shrunk: int = 0
    header_bytes: int = HEADER_BYTES

    def encode(self) -> bytes:
        """The header's 64 bytes."""
        fixed = (MAGIC, VERSION, HEADER_BYTES, self.number, self.head, self.created_ns, self.journal)
        sealed = 1 + self.shrunk if self.sealed else 0
        return _HEADER.pack(*fixed, sealed, _own_checksum(_HEADER.pack(*fixed, sealed, 0, 0)), 0)

    @classmethod
    def decode(cls, raw: bytes, where: str) -> SegmentHeader:
        """From the first bytes of a file. Raises `FormatError`, `NewerFormat`.

        Args:
            raw: at least 64 bytes.
            where: name of the file, for the message.
        """
        if len(raw) < HEADER_BYTES:
            raise FormatError(f"{where}: {len(raw)} bytes are too few for a segment")
        magic, version, size, number, head, created_ns, journal, sealed, check, _ = _HEADER.unpack_from(raw)
        if magic != MAGIC:
            raise FormatError(f"{where} is no segment of a journal")
        if version > VERSION:
            raise NewerFormat(
                f"{where} is of format {version}, and this Fleaglass reads up to {VERSION}; "
                "it is left as it is: read it with a newer one"
            )
        if check != _own_checksum(raw) or size < HEADER_BYTES:
            raise FormatError(f"{where}: its header is damaged")
        return cls(
            number=number,
            head=head,
            created_ns=created_ns,
            journal=journal,
            sealed=bool(sealed),
            shrunk=max(0, sealed - 1),
            header_bytes=size,
        )


def _own_checksum(raw: bytes) -> int:
    return zlib.crc32(raw[24:48], zlib.crc32(raw[:16]))


def seed(kind: int, flags: int) -> int:
    """What a record's checksum begins with, after ``^ size``, so that it covers kind, flags and size as well."""
    return kind << 24 ^ flags << 20


def checksum(kind: int, flags: int, payload: bytes) -> int:
    """Of a whole record."""
    return zlib.crc32(payload, seed(kind, flags) ^ len(payload))
