"""Keeps all journals of a home within their share of the disk: what is worth least goes first.

::

    1  segments that have arrived everywhere                     costs nothing; the shipper does it as well
    2  what is not of money, from the oldest segment on
    3  what is of money, likewise                                the count of what went stays (`shrinking.py`)
    4  the oldest segments themselves, and with them the count   only if that is enough, and nothing else was

Only what nobody writes any more is touched, and only by one process at a time. An eighth of the share is kept free, if
that costs no money, so that a burst finds room at once. What agents have open may exceed the share, and nothing else.
"""

from __future__ import annotations

import errno
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Literal, NamedTuple

from fleaglass.journal.cursors import Position, read_cursors
from fleaglass.journal.format import FormatError, NewerFormat
from fleaglass.journal.layout import LEASE, journal_folders, journals_folder, make_folder, remove_gone, segments_in
from fleaglass.journal.lease import is_held
from fleaglass.journal.reader import SegmentReader
from fleaglass.journal.segment import gently
from fleaglass.journal.shrinking import ALL_BUT_MONEY, EVERYTHING, shrink

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

__all__ = ["Room"]

_LOCK: Final = "room.lock"
_WAIT_S: Final = 5.0
_LOOK_EVERY_S: Final = 0.02
_SPARE: Final = re.compile(r"[0-9a-f]{8}\.new")
_MIB: Final = 1 << 20
_FREE: Final = 8


class _Segment(NamedTuple):
    """One that nobody writes any more; they sort by age."""

    created_ns: int
    path: Path
    number: int
    shrunk: int
    has_arrived: bool
    borders: frozenset[int]


class Room:
    """The share of one home. May be called from any thread.

    Args:
        home: the folder of all journals.
        most_bytes: what all of them may take up together.
        segment_bytes: size of the segments of whoever asks.
        pause: called now and then, so that other threads get their turn.
    """

    def __init__(self, home: Path, *, most_bytes: int, segment_bytes: int, pause: Callable[[], None] = gently) -> None:
        self._home = home
        self._most_bytes = most_bytes
        self._segment_bytes = segment_bytes
        self._pause = pause
        self._free_bytes = max(segment_bytes, most_bytes // _FREE)

    def check(self, more_bytes: int = 0) -> None:
        """See that so much more may be taken up now. Raises ``OSError`` if not; takes about a ms.

        A segment that is taken adds nothing: those that are open may exceed the share.
        """
        if self._used() + more_bytes > self._most_bytes or self._segment_bytes > self._most_bytes:
            share = f"{self._most_bytes / _MIB:.1f} MiB (journal_bytes)"
            raise OSError(errno.ENOSPC, f"the journals' share of the disk, {share}, is used up")

    def make(self) -> None:
        """Make room for what comes next. Raises ``OSError`` if there is none. For a thread that has time."""
        if self._missing(self._free_bytes) > 0:
            with self._alone() as has_lock:
                if has_lock:
                    self._give_back()
        self.check()

    def _missing(self, free_bytes: int) -> int:
        """How many bytes have to go so that so many are free."""
        return self._used() + free_bytes - self._most_bytes

    def _used(self) -> int:
        """Bytes of everything in the folder of all journals."""
        try:
            return _bytes_below(str(journals_folder(self._home)))
        except FileNotFoundError:
            return 0

    def _give_back(self) -> None:
        remove_gone(self._home)
        self._remove_spares()
        self._step(self._free_bytes, lambda each: self._shrink(each, EVERYTHING) if each.has_arrived else 0)
        self._step(self._free_bytes, lambda each: self._shrink(each, ALL_BUT_MONEY))
        self._step(self._segment_bytes, lambda each: self._shrink(each, EVERYTHING))
        self._remove_oldest(self._missing(0))

    def _step(self, free_bytes: int, step: Callable[[_Segment], int]) -> None:
        """Do this with one segment after the other, until so many bytes are free."""
        missing = self._missing(free_bytes)
        for segment in self._segments() if missing > 0 else ():
            if missing <= 0:
                return
            with suppress(FileNotFoundError, PermissionError, FormatError):  # it was sent; another user's; damaged
                missing -= step(segment)

    def _remove_oldest(self, missing: int) -> None:
        sizes = [(each.path, each.path.stat().st_size) for each in self._segments() if each.shrunk == EVERYTHING]
        if sum(size for _, size in sizes) < missing:
            return
        for path, size in sizes:
            if missing <= 0:
                return
            path.unlink(missing_ok=True)
            missing -= size

    def _shrink(self, segment: _Segment, level: Literal[1, 2]) -> int:
        if segment.shrunk >= level:
            return 0
        return shrink(segment.path, level, borders=segment.borders, pause=self._pause)

    def _segments(self) -> list[_Segment]:
        """Those that may be made smaller, the oldest first."""
        found: list[_Segment] = []
        for folder in journal_folders(self._home):
            with suppress(OSError):  # it has just been sent; another user's
                found += _segments_of(folder)
        return sorted(found)

    def _remove_spares(self) -> None:
        """What processes that are gone had made ready, and never used."""
        for folder in journal_folders(self._home):
            with suppress(OSError):
                spares = [folder / name for name in os.listdir(folder) if _SPARE.fullmatch(name)]
                if spares and not _is_alive(folder):
                    for path in spares:
                        path.unlink()

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        """Whether no other process, and no other thread, makes room: waited for, but not for ever."""
        folder = journals_folder(self._home)
        make_folder(folder)
        handle = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            until_s = time.monotonic() + _WAIT_S
            while not (has_lock := _lock(handle)) and time.monotonic() < until_s:
                time.sleep(_LOOK_EVERY_S)
            yield has_lock
            if has_lock:
                fcntl.flock(handle, fcntl.LOCK_UN)  # a child that was forked meanwhile has the handle as well
        finally:
            os.close(handle)


def _lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _bytes_below(folder: str) -> int:
    total = 0
    with os.scandir(folder) as entries:
        for entry in entries:
            with suppress(OSError):  # it is gone; another user's
                if entry.is_dir(follow_symlinks=False):
                    total += _bytes_below(entry.path)
                else:
                    total += entry.stat(follow_symlinks=False).st_size
    return total


def _segments_of(folder: Path) -> Iterator[_Segment]:
    """Those of one journal. A newer one's are left alone."""
    is_over = not _is_alive(folder)
    try:
        cursors = read_cursors(folder)
    except NewerFormat:
        return
    except FormatError:
        cursors = None
    deliveries = list(cursors.deliveries.values()) if cursors is not None else []
    noted = {at for each in deliveries for at in (each.at, *(each.sending or ()))}
    for number, path in segments_in(folder):
        with suppress(FileNotFoundError, FormatError), SegmentReader(path) as reader:
            header = reader.header
            if header.sealed or is_over:
                yield _Segment(
                    created_ns=header.created_ns,
                    path=path,
                    number=number,
                    shrunk=header.shrunk,
                    has_arrived=bool(deliveries) and all(each.at >= Position(number + 1, 0) for each in deliveries),
                    borders=frozenset(at.offset for at in noted if at.segment == number),
                )


def _is_alive(folder: Path) -> bool:
    """Whether somebody writes the journal, or is about to."""
    try:
        return is_held(folder / LEASE)
    except FileNotFoundError:
        return not segments_in(folder)
