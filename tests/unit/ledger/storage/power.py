"""A disk that loses its power: what was not synced is gone, and so is every name in a folder that was not.

That is the worst that a disk may do which keeps what it has said that it keeps. The other end, at which everything is
there, is a process that is killed (disk.py).
"""

from __future__ import annotations

import os
import threading
from pathlib import Path

from fleaglass.ledger.storage.system import System


class PowerCut(System):
    """The power goes before one call.

    Args:
        home: what is below is on the disk.
        at: before which call, from 0; never if it is negative.
    """

    def __init__(self, home: Path, at: int = -1) -> None:
        self.calls = 0
        self.notes: list[bytes] = []
        self._home = home
        self._at = at
        self._is_cut = False
        self._grave = home.with_name(f"{home.name}-grave")  # what is removed goes there: its inode is not taken again
        self._grave.mkdir()
        self._lock = threading.RLock()
        self._paths: dict[int, Path] = {}
        self._contents: dict[int, bytes] = {}
        """Of files, by inode, as they are on the disk."""
        self._names: dict[int, dict[str, int]] = {}
        """Of folders likewise: the inode behind each name."""
        for folder in (home, *(path for path in home.rglob("*") if path.is_dir())):
            self._keep_names(folder)
            for path in folder.iterdir():
                if path.is_file():
                    self._contents[path.stat().st_ino] = path.read_bytes()

    def _before(self) -> None:
        with self._lock:
            self._is_cut = self._is_cut or self.calls == self._at
            self.calls += 1
        if self._is_cut:
            raise OSError("the power is gone")

    def _keep_names(self, folder: Path) -> None:
        self._names[folder.stat().st_ino] = {path.name: path.stat().st_ino for path in folder.iterdir()}

    def open(self, path: Path, flags: int, mode: int = 0o600) -> int:
        self._before()
        handle = super().open(path, flags, mode)
        self._paths[handle] = path
        return handle

    def close(self, handle: int) -> None:
        os.close(handle)

    def write(self, handle: int, content: bytes, at: int) -> int:
        self._before()
        return super().write(handle, content, at)

    def fsync(self, handle: int) -> None:
        self._before()
        inode = os.fstat(handle).st_ino
        path = self._paths[handle]
        if path.is_dir():
            self._keep_names(path)
            self._names.setdefault(inode, {})
        else:
            self._contents[inode] = path.read_bytes()

    def fdatasync(self, handle: int) -> None:
        self.fsync(handle)

    def rename(self, old: Path, new: Path) -> None:
        self._before()
        if new.exists():
            os.link(new, self._grave / str(self.calls))
        super().rename(old, new)
        if new.name in ("checkpoint", "last-signed"):
            self.notes.append(new.read_bytes())

    def link(self, old: Path, new: Path) -> None:
        self._before()
        super().link(old, new)

    def unlink(self, path: Path) -> None:
        self._before()
        os.rename(path, self._grave / str(self.calls))

    def mkdir(self, path: Path, mode: int) -> None:
        self._before()
        super().mkdir(path, mode)
        self._names[path.stat().st_ino] = {}

    def rmdir(self, path: Path) -> None:
        self._before()
        os.rename(path, self._grave / str(self.calls))

    def lay_out(self, target: Path) -> None:
        """What is on the disk, in another folder."""
        self._lay_out(self._home.stat().st_ino, target)

    def _lay_out(self, folder: int, target: Path) -> None:
        target.mkdir(mode=0o700)
        for name, inode in self._names[folder].items():
            if inode in self._names:
                self._lay_out(inode, target / name)
            else:
                handle = os.open(target / name, os.O_WRONLY | os.O_CREAT, 0o600)
                os.pwrite(handle, self._contents.get(inode, b""), 0)
                os.close(handle)
