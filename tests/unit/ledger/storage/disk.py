"""A disk for tests: it does not sync, counts what is asked of it, and fails when it is told to."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from fleaglass.ledger.storage.system import System

FAULTS = ("killed", "killed in the middle", "EIO", "ENOSPC", "short", "short, then ENOSPC")


class Disk(System):
    """Fails at one call.

    Args:
        at: which, from 0; none if it is negative.
        fault: one of `FAULTS`. After ``killed`` nothing reaches the disk any more.
    """

    def __init__(self, at: int = -1, fault: str = "") -> None:
        self.calls: list[str] = []
        self.notes: list[bytes] = []
        """Every checkpoint that was signed, or shown."""
        self.is_dead = False
        self._at = at
        self._fault = fault
        self._lock = threading.Lock()
        self._is_full = False
        self._number = -1

    def _call(self, name: str, subject: object, do: Callable[[], Any]) -> Any:
        with self._lock:
            number = len(self.calls)
            self.calls.append(f"{name} {subject}")
            if number == self._at:
                self.is_dead = self._fault.startswith("killed")
                if self._fault == "EIO":
                    raise OSError(errno.EIO, os.strerror(errno.EIO))
                if self._fault == "ENOSPC":
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            if self.is_dead and number > self._at:
                raise OSError(errno.EIO, "the process is dead")
            if self.is_dead and name != "write":
                raise OSError(errno.EIO, "the process is dead")
            self._number = number
            return do()

    def open(self, path: Path, flags: int, mode: int = 0o600) -> int:
        return self._call("open", path.name, partial(super().open, path, flags, mode))

    def close(self, handle: int) -> None:
        os.close(handle)  # the end of a process closes them too
        self._call("close", "", lambda: None)

    def lock(self, handle: int) -> None:
        self._call("lock", "", partial(super().lock, handle))

    def write(self, handle: int, content: bytes, at: int) -> int:
        return self._call("write", len(content), partial(self._write, handle, content, at))

    def _write(self, handle: int, content: bytes, at: int) -> int:
        if self._number == self._at:
            part = content[: len(content) // 2]
            if self.is_dead:
                if self._fault == "killed in the middle":
                    os.pwrite(handle, part, at)
                raise OSError(errno.EIO, "the process is dead")
            self._is_full = self._fault == "short, then ENOSPC"
            return os.pwrite(handle, part, at)
        if self._is_full:
            self._is_full = False
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().write(handle, content, at)

    def truncate(self, handle: int, size: int) -> None:
        self._call("truncate", size, partial(super().truncate, handle, size))

    def fdatasync(self, handle: int) -> None:
        self._call("fdatasync", "", lambda: None)

    def fsync(self, handle: int) -> None:
        self._call("fsync", "", lambda: None)

    def rename(self, old: Path, new: Path) -> None:
        self._call("rename", new.name, partial(super().rename, old, new))
        if new.name in ("checkpoint", "last-signed"):
            self.notes.append(new.read_bytes())

    def link(self, old: Path, new: Path) -> None:
        self._call("link", new.name, partial(super().link, old, new))

    def unlink(self, path: Path) -> None:
        self._call("unlink", path.name, partial(super().unlink, path))

    def mkdir(self, path: Path, mode: int) -> None:
        self._call("mkdir", path.name, partial(super().mkdir, path, mode))

    def rmdir(self, path: Path) -> None:
        self._call("rmdir", path.name, partial(super().rmdir, path))
