"""What commitments stand for: a private file beside the log, from which anything can be erased.

A line for each: entry, name, salt and value, as JSON. Lines are only added, except when some are erased: then the file
is written anew without them. The log keeps the commitments, so every proof still holds, and nobody can find the values
by trying, for the salts are gone too.

Lines come by way of the WAL, with their entries, and reach this file when the entries reach their tiles.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import msgspec

from fleaglass.ledger.commitments import SALT_BYTES, commitment
from fleaglass.ledger.errors import LedgerDamaged
from fleaglass.ledger.storage.files import Files, synced, writing, written

__all__ = ["Disclosure", "Disclosures", "committed", "disclosures_in"]


class Disclosure(msgspec.Struct, frozen=True, kw_only=True):
    """What one commitment stands for.

    Attributes:
        entry: the ``id`` of the entry that has the commitment.
        name: of the value, also in the entry's ``c``.
        salt: 16 bytes as 32 hexadecimal digits.
        value: what was not to be told.
    """

    entry: str
    name: str
    salt: str
    value: str


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Disclosure).decode


def committed(entry: str, secrets: Mapping[str, str], salts: bytes) -> tuple[dict[str, str], bytes]:
    """Commitments to these values, by name, and the lines that disclose them.

    Args:
        entry: the ``id`` of the entry they are for.
        secrets: values by name.
        salts: 16 random bytes for each.
    """
    commitments: dict[str, str] = {}
    lines: list[bytes] = []
    for number, (name, value) in enumerate(secrets.items()):
        salt = salts[number * SALT_BYTES : (number + 1) * SALT_BYTES]
        commitments[name] = commitment(name, value, salt)
        lines.append(_encode(Disclosure(entry=entry, name=name, salt=salt.hex(), value=value)) + b"\n")
    return commitments, b"".join(lines)


def disclosures_in(raw: bytes, where: str) -> Iterator[Disclosure]:
    """What these lines say. Raises `LedgerDamaged`. A last one without line feed was not written to its end."""
    for number, line in enumerate(raw.split(b"\n")[:-1], 1):
        try:
            yield _decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise LedgerDamaged(f"{where}, line {number}: {error}") from None


class Disclosures:
    """The file, for the thread that folds. Raises `LedgerWriteError`, `LedgerDamaged`.

    Args:
        files: for writing it.
        path: of it.
    """

    def __init__(self, files: Files, path: Path) -> None:
        self._files = files
        self._path = path
        self._end: int | None = None

    def read(self) -> bytes:
        """All whole lines."""
        try:
            raw = self._path.read_bytes()
        except FileNotFoundError:
            return b""
        return raw[: raw.rfind(b"\n") + 1]

    def add(self, lines: bytes) -> None:
        """Add lines; they are on the disk when this returns. Added twice, they say the same."""
        if self._end is None:
            self._end = len(self.read())
        with self._files.opened(self._path, os.O_WRONLY | os.O_CREAT) as handle:
            with writing(self._path):
                self._files.system.truncate(handle, self._end)  # of a line that was not written to its end
            written(self._files.system, handle, lines, self._end, self._path)
            synced(self._files.system.fsync, handle, self._path)
        if not self._end:
            self._files.sync_folder(self._path.parent)
        self._end += len(lines)

    def erase(self, entries: Collection[str], names: Collection[str]) -> None:
        """Erase what these entries' commitments stand for.

        Args:
            entries: their ``id``.
            names: only values of these names; empty means all.
        """
        kept = [
            each
            for each in disclosures_in(self.read(), str(self._path))
            if not (each.entry in entries and (not names or each.name in names))
        ]
        self._end = None
        self._files.put({self._path: b"".join(_encode(each) + b"\n" for each in kept)})
