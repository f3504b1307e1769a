"""Where things lie on disk. Everything is for its owner alone: folders 0700, files 0600.

::

    $FLEAGLASS_HOME/
        journals/
            20261130T004553-8f3a21c0/        one process of one agent
                lease                        locked as long as the process lives
                route.json                   where what is recorded goes, with the keys for it
                00000001.seg …               what was recorded (`format.py`)
                spill/1.item …               what is too large for a record
                cursors.json                 how far it has been sent, by destination; the shipper's (`cursors.py`)
                unfinished                   what was open where the segments that are gone ended; the shipper's
                hurry                        somebody waits for it to be sent; the agent's
                ship.lock                    locked by the shipper that sends it
            room.lock                        locked by whoever makes room (`room.py`)
        ship.lock, ship.json, ship.log       the shipper's process (`fleaglass.shipper`)
"""

from __future__ import annotations

import datetime as dt
import errno
import os
import re
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

__all__ = [
    "CURSORS",
    "HURRY",
    "LEASE",
    "ROUTE",
    "SHIP_LOCK",
    "SPILL",
    "UNFINISHED",
    "check_own",
    "folder_name",
    "journal_folders",
    "journals_folder",
    "make_folder",
    "remove_gone",
    "remove_journal",
    "replace_file",
    "segment_name",
    "segments_in",
]

LEASE: Final = "lease"
ROUTE: Final = "route.json"
SPILL: Final = "spill"
CURSORS: Final = "cursors.json"
UNFINISHED: Final = "unfinished"
HURRY: Final = "hurry"
SHIP_LOCK: Final = "ship.lock"
_GONE: Final = ".gone"
_JOURNALS: Final = "journals"
_SEGMENT: Final = re.compile(r"(\d{8})\.seg")
_JOURNAL: Final = re.compile(r"\d{8}T\d{6}-[0-9a-f]{8}")


def journals_folder(home: Path) -> Path:
    """The folder of all journals."""
    return home / _JOURNALS


def folder_name(wall_ns: int, random: int) -> str:
    """Name of a new journal's folder: sorts by time, and says nothing of the agent, whose id may look like a key.

    Args:
        wall_ns: now, in Unix nanoseconds.
        random: at least 32 random bits.
    """
    now = dt.datetime.fromtimestamp(wall_ns // 1_000_000_000, dt.UTC)
    return f"{now:%Y%m%dT%H%M%S}-{random & 0xFFFFFFFF:08x}"


def journal_folders(home: Path) -> Iterator[Path]:
    """All journals, the oldest first. A folder that is not there holds none; other ``OSError`` are raised."""
    try:
        names = sorted(name for name in os.listdir(journals_folder(home)) if _JOURNAL.fullmatch(name))
    except FileNotFoundError:
        return
    for name in names:
        yield journals_folder(home) / name


def remove_journal(folder: Path) -> None:
    """Remove a journal whose process has ended. Raises ``OSError``.

    It gets another name first: half of it, without the note of what has been sent, would be sent again.
    """
    folder.rename(folder.with_name(f"{folder.name}{_GONE}"))
    remove_gone(folder.parent.parent)


def remove_gone(home: Path) -> None:
    """Finish what ``remove_journal`` has begun, also in a process that did not live to its end."""
    for path in journals_folder(home).glob(f"*{_GONE}"):
        shutil.rmtree(path, ignore_errors=True)


def segment_name(number: int) -> str:
    """File name of a segment; they sort by number."""
    return f"{number:08d}.seg"


def segments_in(folder: Path) -> list[tuple[int, Path]]:
    """Number and path of every segment of a journal, in order. Raises ``OSError``."""
    found = ((_SEGMENT.fullmatch(name), name) for name in os.listdir(folder))
    return sorted((int(match[1]), folder / name) for match, name in found if match is not None)


def make_folder(path: Path) -> None:
    """Make a folder, and those above it that are not there, for its owner alone. Raises ``OSError``."""
    if not path.is_dir():
        make_folder(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)


def check_own(path: Path) -> None:
    """See to it that this is a folder, and its owner's: keys lie in it. Raises ``OSError``.

    A link in its place would lead what is written next to where somebody else wants it.
    """
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise NotADirectoryError(errno.ENOTDIR, "it is not a folder that belongs to this user", str(path))


def replace_file(path: Path, content: bytes) -> None:
    """Write a file for its owner alone, in place of one that may be there, as a whole. Raises ``OSError``."""
    new = path.with_name(f"{path.name}.new")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    with open(handle, "wb") as file:
        file.write(content)
    new.replace(path)
