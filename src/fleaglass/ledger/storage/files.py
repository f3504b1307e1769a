"""A file on disk is whole, or not there: temp, write, fsync, rename, fsync of its folder.

What cannot be written may be tried again. After a failed fsync it may not: the kernel drops what it could not write,
and the next fsync knows nothing of it.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from fleaglass.ledger.errors import LedgerWriteError
from fleaglass.ledger.storage.system import System

__all__ = ["Files", "synced", "writing", "written"]

_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0)


class Files:
    """Writes the files of one log. Raises `LedgerWriteError`.

    Args:
        system: the system calls.
        new: the folder in which files lie until they are whole.
    """

    def __init__(self, system: System, new: Path) -> None:
        self.system = system
        self._new = new
        self._numbers = count()

    def make_folder(self, path: Path, mode: int = 0o700) -> None:
        """Make a folder, and those above it that are not there; their names are on the disk afterwards."""
        if path.is_dir():
            return
        self.make_folder(path.parent, mode)
        try:
            with writing(path):
                self.system.mkdir(path, mode)
        except LedgerWriteError:
            if not path.is_dir():  # else another process, such as that of another agent, was faster
                raise
        self.sync_folder(path.parent)

    def remove_new(self) -> None:
        """Remove what a process has left that did not live to make it whole."""
        for path in self._new.iterdir():
            with writing(path):
                self.system.unlink(path)

    def create(self, path: Path, content: bytes) -> None:
        """Write a file that must not be there yet, for its owner alone."""
        with self._whole(path, content, 0o600) as new, writing(path):
            self.system.link(new, path)
            self.system.unlink(new)
        self.sync_folder(path.parent)

    def put(self, contents: Mapping[Path, bytes], mode: int = 0o600) -> None:
        """Write these files; those that are there are replaced. On the disk when this returns."""
        for path, content in contents.items():
            with self._whole(path, content, mode) as new, writing(path):
                self.system.rename(new, path)
        for folder in dict.fromkeys(path.parent for path in contents):
            self.sync_folder(folder)

    @contextmanager
    def _whole(self, path: Path, content: bytes, mode: int) -> Iterator[Path]:
        """A file with all that shall be in another one. It takes no room on a full disk if that fails."""
        new = self._new / str(next(self._numbers))
        try:
            with self.opened(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode) as handle:
                written(self.system, handle, content, 0, path)
                synced(self.system.fsync, handle, path)
            yield new
        except BaseException:
            with suppress(OSError):
                self.system.unlink(new)
            raise

    def sync_folder(self, path: Path) -> None:
        """See to it that the names in a folder are on the disk."""
        with self.opened(path, _FOLDER) as handle:
            synced(self.system.fsync, handle, path)

    @contextmanager
    def opened(self, path: Path, flags: int, mode: int = 0o600) -> Iterator[int]:
        """A handle, closed in the end."""
        with writing(path):
            handle = self.system.open(path, flags, mode)
        try:
            yield handle
        finally:
            self.close(handle)

    def close(self, handle: int) -> None:
        """Give a handle back. What had to be on the disk was synced before; an error tells nothing more."""
        with suppress(OSError):
            self.system.close(handle)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """An ``OSError`` in here becomes a `LedgerWriteError` that names the file."""
    try:
        yield
    except OSError as error:
        raise _unwritten(path, error) from error


def _unwritten(path: Path, error: OSError) -> LedgerWriteError:
    return LedgerWriteError(f"{path} cannot be written: {error.strerror or error}")


def written(system: System, handle: int, content: bytes, at: int, path: Path) -> None:
    """Write all of it, however much the disk takes at a time. Raises `LedgerWriteError`."""
    try:  # not `writing`, which takes as long as the write itself
        done = system.write(handle, content, at)
        while done < len(content):
            more = system.write(handle, content[done:], at + done)
            if more == 0:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            done += more
    except OSError as error:
        raise _unwritten(path, error) from error


def synced(sync: Callable[[int], None], handle: int, path: Path) -> None:
    """Bring a file to the disk. Raises a final `LedgerWriteError`."""
    try:
        sync(handle)
    except OSError as error:
        reason = error.strerror or str(error)
        raise LedgerWriteError(
            f"{path} did not reach the disk ({reason}); nothing is written until the ledger is opened again",
            is_final=True,
        ) from error
