"""A private file of lines, each a JSON object: lines are added, or all of them are replaced."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from fleaglass.ledger.errors import LedgerDamaged
from fleaglass.ledger.storage.files import Files, synced, writing, written

__all__ = ["Lines", "read_lines"]

_T = TypeVar("_T")


def read_lines(raw: bytes, type_: type[_T], where: str) -> Iterator[_T]:
    """What lines say. A last one without line feed was not written to its end, and says nothing.

    Args:
        raw: the lines.
        type_: what each is.
        where: they come from, for the message.

    Raises:
        LedgerDamaged: a line is something else.
    """
    decode = msgspec.json.Decoder(type_).decode
    for number, line in enumerate(raw.split(b"\n")[:-1], 1):
        try:
            yield decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise LedgerDamaged(f"{where}, line {number}: {error}") from None


class Lines:
    """The file, for its one writer. Raises `LedgerWriteError`.

    Args:
        files: for writing it.
        path: of it.
    """

    def __init__(self, files: Files, path: Path) -> None:
        self._files = files
        self.path = path
        self._end: int | None = None

    def read(self) -> bytes:
        """All whole lines."""
        try:
            raw = self.path.read_bytes()
        except FileNotFoundError:
            return b""
        return raw[: raw.rfind(b"\n") + 1]

    def add(self, lines: bytes) -> None:
        """Add lines; they are on the disk when this returns."""
        if self._end is None:
            self._end = len(self.read())
        with self._files.opened(self.path, os.O_WRONLY | os.O_CREAT) as handle:
            with writing(self.path):
                self._files.system.truncate(handle, self._end)  # of a line that was not written to its end
            written(self._files.system, handle, lines, self._end, self.path)
            synced(self._files.system.fsync, handle, self.path)
        if not self._end:
            self._files.sync_folder(self.path.parent)
        self._end += len(lines)

    def replace(self, lines: bytes) -> None:
        """Write these instead of all."""
        self._end = None
        self._files.put({self.path: lines})
