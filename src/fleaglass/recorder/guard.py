"""The fence between the recorder and the agent's program: the only place that catches everything.

An error inside Fleaglass must not change what an agent does with money. So every entrance into the recorder runs
inside ``with guard("doing this"):``, which counts an internal error, logs the first of its kind, and swallows it.
``BaseException``\\ s that are not ``Exception``\\ s (a cancelled task, Ctrl-C) are not ours and pass through.

Tests want the opposite: with ``guard.strict`` set, the error is raised where it happened, and is counted all the same,
so that one raised in a background thread is noticed too (`fleaglass.testing` does both).
"""

from __future__ import annotations

import logging
import traceback
from collections import Counter
from types import TracebackType

from fleaglass._forks import Lock
from fleaglass.recorder.scrub import scrub

__all__ = ["Guard", "guard", "logger"]

logger = logging.getLogger("fleaglass")


class Guard:
    """Counts and swallows internal errors. One per process: ``guard``."""

    def __init__(self) -> None:
        self.strict = False
        self.swallowed: Counter[str] = Counter()
        self._said: set[str] = set()
        self._lock = Lock()

    def __call__(self, doing: str) -> _Fence:
        """A fence around one piece of the recorder's work; ``doing`` completes "internal error while …"."""
        return _Fence(self, doing)

    def theirs(self, doing: str) -> _Fence:
        """A fence around code of the author's that the recorder calls: its errors are not ours, and never raised.

        Said once per kind, not counted.
        """
        return _TheirFence(self, doing)

    def caught(self, doing: str, error: Exception) -> None:
        """What a fence does, for an ``except`` of one's own: where spans begin and end, a fence costs too much."""
        self.report(doing, error)
        if self.strict:
            raise error

    def report(self, doing: str, error: Exception) -> None:
        """Count an internal error, and log the first of its kind with its (scrubbed) traceback."""
        kind = f"{doing}: {type(error).__name__}"
        with self._lock:
            self.swallowed[kind] += 1
        trace = "".join(traceback.format_exception(error))
        self.say(kind, f"internal error while {doing}; the agent goes on. Counted, and not logged again.\n{trace}")

    def say(self, kind: str, message: str) -> None:
        """Log a warning, once per ``kind`` in the life of the process."""
        with self._lock:
            if kind in self._said:
                return
            self._said.add(kind)
        logger.warning("%s", scrub(message))

    def forget(self) -> None:
        """Start counting and saying afresh. For tests."""
        with self._lock:
            self.swallowed.clear()
            self._said.clear()


class _Fence:
    """A plain class, not a generator: two of these run in every span, and a generator costs five times as much."""

    __slots__ = ("_doing", "_guard")

    def __init__(self, guard: Guard, doing: str) -> None:
        self._guard = guard
        self._doing = doing

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> bool:
        if not isinstance(error, Exception):
            return False
        self._guard.report(self._doing, error)
        return not self._guard.strict


class _TheirFence(_Fence):
    """Swallows in tests as well."""

    __slots__ = ()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> bool:
        if not isinstance(error, Exception):
            return False
        name = type(error).__name__
        self._guard.say(f"{self._doing}: {name}", f"{self._doing} failed with {name}; the agent goes on without it")
        return True


guard = Guard()
