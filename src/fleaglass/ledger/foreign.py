"""Reading files in folders that others write: nothing there can make a reader wait, or wander.

Opening a pipe waits for whoever writes to it, so only regular files are read; and no tree of folders is too deep.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

__all__ = ["files_below", "regular"]

_FLAGS: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def regular(path: Path, most: int) -> bytes | None:
    """Up to `most` bytes of a file; None if none is there, or something else is. Raises OSError."""
    try:
        handle = os.open(path, _FLAGS)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return None
        with open(handle, "rb", closefd=False) as file:
            return file.read(most)
    finally:
        os.close(handle)


def files_below(folder: Path, depth: int) -> list[Path]:
    """All files; of what lies more than `depth` folders deep, the folder. What goes meanwhile may be missing."""
    found: list[Path] = []
    waiting = [(folder, depth)]
    while waiting:
        here, left = waiting.pop()
        try:
            with os.scandir(here) as entries:
                for each in entries:
                    if left and each.is_dir(follow_symlinks=False):
                        waiting.append((Path(each.path), left - 1))
                    else:
                        found.append(Path(each.path))
        except OSError:
            continue
    return found
