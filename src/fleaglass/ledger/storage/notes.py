"""Checkpoints in a file, one after the other with empty lines between them: `ledger verify --anchor` reads it.

A file with one checkpoint is one too. What a killed process has left half written is passed over.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import Final

from fleaglass.ledger.tree.errors import NoteError
from fleaglass.ledger.tree.note import Note

__all__ = ["append_note", "newest_note", "notes_in"]

_SIGNATURE: Final = b"\xe2\x80\x94 "
"""How a line begins that is one."""
_BETWEEN: Final = b"\n\n"
_TORN: Final = b" (torn)"
"""After what is half written, so that it can be no signature."""
_TAIL_BYTES: Final = 128 * 1024
"""The newest note is in here: a cosigned one has some 400 bytes."""


def notes_in(data: bytes) -> Iterator[bytes]:
    """The notes of a file, in its order. Whose signatures they have is not looked at."""
    runs = [(kind, list(lines)) for kind, lines in groupby(data.split(b"\n")[:-1], _kind)]
    for (first, text), (second, between), (third, signatures) in zip(runs, runs[1:], runs[2:], strict=False):
        if (first, second, third) == ("text", "empty", "signature") and len(between) == 1:
            note = b"\n".join((*text, b"", *signatures, b""))
            with suppress(NoteError):
                Note.parse(note)
                yield note


def _kind(line: bytes) -> str:
    if not line:
        return "empty"
    return "signature" if line.startswith(_SIGNATURE) else "text"


def append_note(path: Path, note: bytes) -> None:
    """Add a note at the end, in one write; on the disk when this returns. Raises ``OSError``."""
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
    handle = os.open(path, flags, 0o600)
    try:
        size = os.fstat(handle).st_size
        is_torn = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
        content = (_TORN if is_torn else b"") + (_BETWEEN if size else b"") + note
        if os.write(handle, content) < len(content):
            raise OSError(f"{path} took only a part of a checkpoint")
        os.fsync(handle)
    finally:
        os.close(handle)
    if not size:
        _sync_folder(path.parent)  # else the power may take the file with all that is in it


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def newest_note(path: Path) -> bytes:
    """The note at the end; empty if there is none. Raises ``OSError``."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL_BYTES))
            return next(reversed(list(notes_in(file.read()))), b"")
    except FileNotFoundError:
        return b""
