"""Starts the shipper's process from an agent, which neither waits for it nor hears of it again."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Final

from fleaglass.journal.lease import is_held
from fleaglass.shipper.process import LOCK, is_newer, read_running

__all__ = ["launch"]

_MODULE: Final = "fleaglass.shipper"
_STARTS_WITHIN_S: Final = 60.0


def launch(home: Path, version: str) -> bool:
    """Start it, unless one runs that is as new; whether it is started. Never raises, and takes less than a millisecond.

    Args:
        home: the folder of all journals.
        version: of this Fleaglass.
    """
    if not sys.executable or _runs(home, version):
        return False
    with suppress(RuntimeError):  # no more threads, or the interpreter is about to end
        Thread(target=_start, args=(home,), name="fleaglass-launch", daemon=True).start()
        return True
    return False


def _runs(home: Path, version: str) -> bool:
    try:
        if not is_held(home / LOCK):
            return False
    except OSError:
        return False
    running = read_running(home)
    return running is None or not is_newer(version, than=running.version)


def _start(home: Path) -> None:
    """In a thread. The process that is started leaves at once, and another one that it has made goes on."""
    with suppress(OSError, subprocess.SubprocessError):
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", _MODULE, "--home", str(home)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            close_fds=True,
        )
        process.wait(_STARTS_WITHIN_S)
