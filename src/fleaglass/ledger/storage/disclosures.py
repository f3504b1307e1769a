"""What commitments stand for: a private file beside the log, from which anything can be erased.

A line for each: entry, name, salt and value, as JSON. Lines are only added, except when some are erased: then the file
is written anew without them. The log keeps the commitments, so every proof still holds, and nobody can find the values
by trying, for the salts are gone too.

Lines come by way of the WAL, with their entries, and reach this file when the entries reach their tiles.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import msgspec

from fleaglass.ledger.commitments import SALT_BYTES, commitment
from fleaglass.ledger.errors import EntryError
from fleaglass.ledger.storage.files import Files
from fleaglass.ledger.storage.lines import Lines, read_lines

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


def committed(entry: str, secrets: Mapping[str, str], salts: bytes) -> tuple[dict[str, str], bytes]:
    """Commitments to these values, by name, and the lines that disclose them.

    Args:
        entry: the ``id`` of the entry they are for.
        secrets: values by name.
        salts: 16 random bytes for each.

    Raises:
        EntryError: a value is no text, or cannot be UTF-8. It is not shown.
    """
    commitments: dict[str, str] = {}
    lines: list[bytes] = []
    for number, (name, value) in enumerate(secrets.items()):
        if not isinstance(value, str):
            raise EntryError(f"the secret {name!r} is {type(value).__name__}, not text")
        salt = salts[number * SALT_BYTES : (number + 1) * SALT_BYTES]
        try:
            commitments[name] = commitment(name, value, salt)
        except UnicodeEncodeError:
            raise EntryError(f"the secret {name!r} cannot be UTF-8") from None
        lines.append(_encode(Disclosure(entry=entry, name=name, salt=salt.hex(), value=value)) + b"\n")
    return commitments, b"".join(lines)


def disclosures_in(raw: bytes, where: str) -> Iterator[Disclosure]:
    """What lines disclose. Raises `LedgerDamaged`.

    Args:
        raw: the lines.
        where: they come from, for the message.
    """
    return read_lines(raw, Disclosure, where)


class Disclosures:
    """The file, for the thread that folds. Raises `LedgerWriteError`, `LedgerDamaged`.

    Args:
        files: for writing it.
        path: of it.
    """

    def __init__(self, files: Files, path: Path) -> None:
        self._lines = Lines(files, path)

    def add(self, lines: bytes) -> None:
        """Add lines; they are on the disk when this returns. Added twice, they say the same."""
        self._lines.add(lines)

    def erase(self, entries: Collection[str], names: Collection[str]) -> None:
        """Erase what these entries' commitments stand for.

        Args:
            entries: their ``id``.
            names: only values of these names; empty means all.
        """
        kept = [
            each
            for each in disclosures_in(self._lines.read(), str(self._lines.path))
            if not (each.entry in entries and (not names or each.name in names))
        ]
        self._lines.replace(b"".join(_encode(each) + b"\n" for each in kept))
