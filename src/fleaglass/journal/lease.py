"""Whether the process that writes a journal lives: it holds a lock on a file, and the system gives that back.

However the process ends, and in whichever container: process ids are used again, and mean nothing elsewhere. It is a
POSIX record lock, which a forked child does not inherit.

Danger: a process that closes any handle of a file gives up its own locks on it. So a lease of this process is never
opened a second time; ``is_held`` knows them.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

__all__ = ["Lease", "is_held"]

_own: Final[set[Path]] = set()


class Lease:
    """A lock on a new file, held until ``end`` or the end of the process.

    Args:
        path: of the file, which must not be there yet.

    Raises:
        OSError: it cannot be made, or there are no locks here.
    """

    def __init__(self, path: Path) -> None:
        if fcntl is None:
            raise OSError("this system has no file locks")
        self._path = path
        self._owner = os.getpid()
        # Under another name until it is locked: somebody who asks just then would have the lock for a moment.
        new = path.with_name(f"{path.name}.new")
        self._handle = os.open(new, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            fcntl.lockf(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _own.add(path)
            new.rename(path)
        except BaseException:
            _own.discard(path)
            os.close(self._handle)
            raise

    def end(self) -> None:
        """Give it back. In a forked child nothing but the handle is given up."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
            if self._owner == os.getpid():
                _own.discard(self._path)


def is_held(path: Path) -> bool:
    """Whether the process that took this lease lives. ``OSError`` if it cannot be found out.

    Asking takes a shared lock for a moment, so that several may ask at once.
    """
    if path in _own:
        return True
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        fcntl.lockf(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return True
    finally:
        os.close(handle)
    return False
