"""The shipper as a process: one for each home, whoever starts it and how often.

::

    ship.lock     locked by the one that runs
    ship.json     its process id, its version, and when it began
    ship.leave    the version of a newer one, which waits for it to leave
    ship.log      what it had to say

It outlives the agents until all is sent, and leaves when there has been nothing to do for half a minute. A newer one
takes its place: the older one finishes its turn and goes, and what was under way is sent again under the same id.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from fleaglass.journal.layout import make_folder, replace_file
from fleaglass.shipper.lock import FileLock

if TYPE_CHECKING:
    from fleaglass.shipper.shipper import Shipper

__all__ = ["LEAVE", "LOCK", "LOG", "Running", "is_newer", "read_running", "run"]

LOCK: Final = "ship.lock"
LOG: Final = "ship.log"
LEAVE: Final = "ship.leave"
_RUNNING: Final = "ship.json"
_MAX_BYTES: Final = 4_096
_LOOK_EVERY_S: Final = 1.0
_PAUSE_S: Final = 0.05
_ASKED_ABOUT_S: Final = 1.0
"""Whoever asks whether a shipper runs has the lock for a moment: one that begins just then tries for so long."""
_LEAVES_WITHIN_S: Final = 30.0


class Running(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the shipper that runs."""

    pid: int
    version: str
    started_ns: int


def read_running(home: Path) -> Running | None:
    """What the shipper of this home says of itself, whether it still runs or not; ``None`` if there is nothing."""
    try:
        with (home / _RUNNING).open("rb") as file:
            return msgspec.json.decode(file.read(_MAX_BYTES), type=Running)
    except (OSError, msgspec.MsgspecError, RecursionError):
        return None


def is_newer(version: str, than: str) -> bool:
    """Whether a version such as 0.10.0 is newer than another."""
    return _numbers(version) > _numbers(than)


def run(
    home: Path,
    make: Callable[[], Shipper],
    *,
    version: str,
    until_idle_s: float | None,
    each_turn: Callable[[Shipper], None] = lambda _: None,
) -> bool:
    """Ship the journals of a home until there is nothing to do; whether there was need of it. Raises ``OSError``.

    Args:
        home: the folder of all journals.
        make: makes the shipper.
        version: of this one.
        until_idle_s: leave when there has been nothing to do for so long, in seconds; ``None`` to stay.
        each_turn: called after each turn of the shipper.
    """
    make_folder(home)
    lock = _take_lock(home, version)
    if lock is None:
        return False
    with suppress(FileNotFoundError):
        (home / LEAVE).unlink()
    replace_file(
        home / _RUNNING, msgspec.json.encode(Running(pid=os.getpid(), version=version, started_ns=time.time_ns()))
    )
    shipper = make()
    leaving = _Leaving(home, version)

    def goes_on() -> bool:
        each_turn(shipper)
        return not leaving.is_asked()

    try:
        shipper.run(until_idle_s, goes_on)
    finally:
        shipper.close()
        with suppress(OSError):
            (home / _RUNNING).unlink()
        lock.release()
    return True


class _Leaving:
    """Whether a newer shipper waits."""

    def __init__(self, home: Path, version: str) -> None:
        self._path = home / LEAVE
        self._version = version
        self._looked_at_s = time.monotonic()

    def is_asked(self) -> bool:
        """Looks at most once a second."""
        now_s = time.monotonic()
        if now_s - self._looked_at_s < _LOOK_EVERY_S:
            return False
        self._looked_at_s = now_s
        try:
            return is_newer(self._path.read_text("utf-8")[:_MAX_BYTES], than=self._version)
        except (OSError, ValueError):
            return False


def _take_lock(home: Path, version: str) -> FileLock | None:
    """The lock, once an older shipper has left; ``None`` if one runs that is as new."""
    until_s = time.monotonic() + _ASKED_ABOUT_S
    has_asked = False
    while (lock := FileLock.take(home / LOCK)) is None:
        other = read_running(home)
        if not has_asked and other is not None and is_newer(version, than=other.version):
            replace_file(home / LEAVE, version.encode())
            has_asked = True
            until_s = time.monotonic() + _LEAVES_WITHIN_S
        if time.monotonic() >= until_s:
            return None
        time.sleep(_PAUSE_S)
    return lock


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d{1,9}", version)]
