"""What has to be made anew in a forked child: locks, threads, and whatever else belongs to the parent.

Python keeps what it is told to call after a fork for the life of the process. So it is told one function, once, which
calls what is still there: nothing stays in memory of an agent that was shut down, or of a lock.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any, Final, cast
from weakref import ref

__all__ = ["Lock", "in_forked_children"]

_known: Final[dict[object, tuple[ref[Any], Callable[[Any], object]]]] = {}


def in_forked_children(method: Callable[[], object]) -> None:
    """Call this bound method in every child that is forked from now on, as long as its object lives."""
    key, bound = object(), cast("Any", method)
    known = _known  # when the interpreter ends, modules lose their names before their objects go

    def forget(_: object) -> None:
        known.pop(key, None)

    known[key] = ref(bound.__self__, forget), bound.__func__


def _call() -> None:
    for owner, function in list(_known.values()):
        if (alive := owner()) is not None:
            function(alive)


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_call)


class Lock:
    """A lock, for ``with``, that is never left closed in a forked child.

    Only the thread that forks goes on in the child, so what another thread held there would be held for ever. The
    thread that holds it may take it again: a signal handler, or the garbage collector, may record something meanwhile.

    Attributes:
        bare: Python's own lock, as it is now, for where ``with`` takes too long: twice as long as its methods.
    """

    __slots__ = ("__weakref__", "bare")

    def __init__(self) -> None:
        self._open()
        in_forked_children(self._open)

    def _open(self) -> None:
        self.bare = threading.RLock()

    def __enter__(self) -> None:
        self.bare.acquire()

    def __exit__(self, *_: object) -> None:
        self.bare.release()
