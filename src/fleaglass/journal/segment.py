"""One segment file in the making: its blocks allocated, its pages in memory, its header written.

Allocated, because a store into a mapped file without blocks ends the process (SIGBUS) when the disk is full; here it is
an ``OSError``, before anything is mapped. In memory, because the first store to a page costs several times what all
later ones do; the pages are touched a few at a time, so that no thread waits for it.
"""

from __future__ import annotations

import errno
import mmap
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from fleaglass.journal.format import HEADER_BYTES, SEALED_WORD, SegmentHeader
from fleaglass.journal.layout import check_own, segment_name

__all__ = ["Segment", "gently"]

_CHUNK_BYTES: Final = 1 << 20
_PAGES_AT_ONCE: Final = 32
_PAUSE_S: Final = 0.000_2
_NO_FALLOCATE: Final = frozenset({errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP})


class Segment:
    """A segment in the making: it has no number yet, and its file's name says so.

    Attributes:
        bytes: the whole file.
        words: the same, by 8 bytes.
        number: of the segment in its journal; 0 before ``begin``.
    """

    def __init__(self, path: Path, mapped: mmap.mmap, stat: os.stat_result) -> None:
        self.path = path
        self._stat = stat
        self.number = 0
        self.bytes = mapped
        self.words = memoryview(mapped).cast("Q")

    @classmethod
    def create(cls, folder: Path, size: int, *, pause: Callable[[], None] | None = None) -> Segment:
        """Make a file. Raises ``OSError``: no room, no access, no such file system; nothing is left behind then.

        Args:
            folder: of the journal.
            size: of the file in bytes.
            pause: called between two steps, so that other threads get their turn; None in a hurry.
        """
        if sys.byteorder != "little":
            raise OSError(errno.ENOTSUP, "journals are written on little-endian machines only")
        check_own(folder)
        path = folder / f"{os.urandom(4).hex()}.new"
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            _allocate(handle, size)
            mapped = mmap.mmap(handle, size)
            stat = os.fstat(handle)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        finally:
            os.close(handle)
        _touch(mapped, pause)
        return cls(path, mapped, stat)

    def begin(self, number: int, journal: bytes, now_ns: int) -> None:
        """Become the next segment of a journal. Raises ``OSError``.

        Args:
            number: of the segment in its journal.
            journal: the journal's 16 bytes.
            now_ns: the time, in Unix nanoseconds.
        """
        header = SegmentHeader(number=number, head=HEADER_BYTES, created_ns=now_ns, journal=journal)
        self.bytes[:HEADER_BYTES] = header.encode()
        path = self.path.with_name(segment_name(number))
        self.path.rename(path)
        self.path, self.number = path, number

    @property
    def is_gone(self) -> bool:
        """Whether its file is not where it was: nobody will read what is written now."""
        try:
            return not os.path.samestat(self.path.lstat(), self._stat)
        except (FileNotFoundError, NotADirectoryError):
            return True
        except OSError:  # that says nothing of it
            return False

    def give_up(self) -> None:
        """It is not needed. Raises ``OSError``."""
        self.path.unlink(missing_ok=True)

    def seal(self) -> None:
        """Nothing will be appended any more."""
        self.words[SEALED_WORD] = 1


def gently() -> None:
    """A pause in which other threads run."""
    time.sleep(_PAUSE_S)


def _allocate(handle: int, size: int) -> None:
    """Blocks for all of the file, which reads as zeros."""
    if hasattr(os, "posix_fallocate"):
        try:
            os.posix_fallocate(handle, 0, size)
            return
        except OSError as error:
            if error.errno not in _NO_FALLOCATE:
                raise
    # macOS has no such call, and some file systems do not know it: zeros take up blocks as well.
    zeros = bytes(min(size, _CHUNK_BYTES))
    for offset in range(0, size, len(zeros)):
        _write(handle, zeros[: size - offset], offset)


def _write(handle: int, data: bytes, offset: int) -> None:
    while data:
        written = os.pwrite(handle, data, offset)
        data, offset = data[written:], offset + written


def _touch(mapped: mmap.mmap, pause: Callable[[], None] | None) -> None:
    step = mmap.PAGESIZE * _PAGES_AT_ONCE
    for begin in range(0, len(mapped), step):
        for offset in range(begin, min(begin + step, len(mapped)), mmap.PAGESIZE):
            mapped[offset] = mapped[offset]
        if pause is not None:
            pause()
