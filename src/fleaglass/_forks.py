"""What has to be made anew in a forked child: locks, threads, and whatever else belongs to the parent.

Python keeps what it is told to call after a fork for the life of the process. So it is given a weak reference, or every
agent that was ever shut down would stay in memory.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from weakref import WeakMethod

__all__ = ["Lock", "in_forked_children"]


def in_forked_children(method: Callable[[], object]) -> None:
    """Call this bound method in every child that is forked from now on, as long as its object lives."""
    if not hasattr(os, "register_at_fork"):  # Windows
        return
    known = WeakMethod(method)

    def call() -> None:
        if (found := known()) is not None:
            found()

    os.register_at_fork(after_in_child=call)


class Lock:
    """A lock, for ``with``, that is never left closed in a forked child.

    Only the thread that forks goes on in the child, so what another thread held there would be held for ever. The
    thread that holds it may take it again: a signal handler, or the garbage collector, may record something meanwhile.
    """

    __slots__ = ("__weakref__", "_lock")

    def __init__(self) -> None:
        self._open()
        in_forked_children(self._open)

    def _open(self) -> None:
        self._lock = threading.RLock()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()
