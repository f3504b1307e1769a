"""A lock on a file that may be there already: only one shipper has a journal, and only one process is a home's shipper.

It is given back however the process ends, and a forked child has no part in it; `journal/lease.py` says why, and what
is dangerous: a file that this process has locked is never opened a second time. So they are remembered here.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Final

from fleaglass._forks import in_forked_children

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

__all__ = ["FileLock"]


class _Held:
    """The locks of this process."""

    def __init__(self) -> None:
        self.handles: dict[Path, int] = {}
        self.mutex = threading.Lock()
        in_forked_children(self._let_go)

    def _let_go(self) -> None:
        """In a forked child: they are its parent's."""
        for handle in self.handles.values():
            os.close(handle)
        self.handles = {}
        self.mutex = threading.Lock()


_held: Final = _Held()


class FileLock:
    """A lock that is held until ``release`` or the end of the process. Made by ``take``."""

    def __init__(self, path: Path, handle: int) -> None:
        self._path = path
        self._handle = handle
        self._owner = os.getpid()

    @classmethod
    def take(cls, path: Path) -> FileLock | None:
        """Lock the file, which is made if it is not there; ``None`` if it is locked already. Raises ``OSError``."""
        if fcntl is None:
            raise OSError("this system has no file locks")
        with _held.mutex:
            if path in _held.handles:
                return None
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            try:
                fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.fstat(handle).st_nlink == 0:  # whoever had it took the folder away just now
                    raise BlockingIOError
            except (BlockingIOError, PermissionError):
                os.close(handle)
                return None
            except BaseException:
                os.close(handle)
                raise
            _held.handles[path] = handle
        return cls(path, handle)

    def release(self) -> None:
        """Give it back. A second call does nothing, and neither does one in a forked child."""
        if self._handle >= 0 and self._owner == os.getpid():
            with _held.mutex:
                del _held.handles[self._path]
                os.close(self._handle)
        self._handle = -1
