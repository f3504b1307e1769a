"""Every system call by which a ledger changes the disk, in one place, so that tests can let each of them fail."""

from __future__ import annotations

import os
from pathlib import Path

try:
    from fcntl import LOCK_EX, LOCK_NB, flock
except ImportError:  # Windows
    flock = None  # type: ignore[assignment]
try:
    from fcntl import F_FULLFSYNC, fcntl  # type: ignore[attr-defined]  # macOS, whose fsync stops at the disk's cache
except ImportError:
    fcntl = None  # type: ignore[assignment]

__all__ = ["System"]


class System:
    """The real ones. All raise ``OSError``."""

    def open(self, path: Path, flags: int, mode: int = 0o600) -> int:
        """A file handle that neither follows a link nor goes to programs that are started."""
        return os.open(path, flags | os.O_CLOEXEC | os.O_NOFOLLOW, mode)

    def close(self, handle: int) -> None:
        """Give a handle back."""
        os.close(handle)

    def lock(self, handle: int) -> None:
        """Lock a file for this handle alone. ``BlockingIOError``: somebody else has it."""
        if flock is None:
            raise OSError("this system has no file locks, without which two processes could write one log")
        flock(handle, LOCK_EX | LOCK_NB)

    def write(self, handle: int, content: bytes, at: int) -> int:
        """Write into a file at an offset; how many bytes were written."""
        return os.pwrite(handle, content, at)

    def truncate(self, handle: int, size: int) -> None:
        """Cut a file off."""
        os.ftruncate(handle, size)

    def fdatasync(self, handle: int) -> None:
        """See to it that what is in a file is on the disk."""
        if fcntl is None:
            os.fdatasync(handle)
        else:
            fcntl(handle, F_FULLFSYNC)

    def fsync(self, handle: int) -> None:
        """The same with all that is known of the file; of a folder, its names."""
        if fcntl is None:
            os.fsync(handle)
        else:
            fcntl(handle, F_FULLFSYNC)

    def rename(self, old: Path, new: Path) -> None:
        """Give a file another name, in place of the one that has it."""
        os.rename(old, new)

    def link(self, old: Path, new: Path) -> None:
        """Give a file a second name. ``FileExistsError``: something has it."""
        os.link(old, new)

    def unlink(self, path: Path) -> None:
        """Remove a file."""
        os.unlink(path)

    def mkdir(self, path: Path, mode: int) -> None:
        """Make a folder."""
        os.mkdir(path, mode)

    def rmdir(self, path: Path) -> None:
        """Remove an empty folder."""
        os.rmdir(path)
