"""Errors that nobody catches, outside of every span: the end of a thread, or of the program.

``sys.excepthook`` and ``threading.excepthook`` are chained, once per process, when the first agent with a DSN is made;
what was there before is called after. An error in a task of asyncio ends in the log, and comes from there. One that a
span has reported on its way is not reported again.

A program may run several agents, and such an error belongs to none of them by itself; it goes to the one whose span it
came through, else to the first.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Final

from fleaglass._forks import Lock
from fleaglass.recorder.guard import guard
from fleaglass.recorder.reporter import Reporter

__all__ = ["Crashes", "crashes"]


class Crashes:
    """The hooks of this process, and the reporters that hear of crashes."""

    def __init__(self) -> None:
        self._reporters: list[Reporter] = []
        self._lock = Lock()
        self._chained = False

    def listen(self, reporter: Reporter) -> Callable[[], None]:
        """Tell this reporter of crashes from now on; returns what ends it."""
        with self._lock:
            self._reporters.append(reporter)
            if not self._chained:
                self._chained = True
                _chain(self)

        def stop() -> None:
            with self._lock:
                if reporter in self._reporters:
                    self._reporters.remove(reporter)

        return stop

    def happened(self, error: BaseException | None, mechanism: str) -> None:
        """An error ends a thread or the program."""
        reporters = list(self._reporters)
        with guard("reporting a crash"):
            if error is not None and reporters and not hasattr(sys, "ps1"):  # not every typo at a prompt
                own = next((reporter for reporter in reporters if reporter.knows(error)), reporters[0])
                own.crashed(error, mechanism)


def _chain(crashes: Crashes) -> None:
    """Put the hooks in. They stay: somebody may have chained theirs to them by the time an agent shuts down."""
    before, before_in_thread = sys.excepthook, threading.excepthook

    def excepthook(kind: type[BaseException], error: BaseException, trace: object) -> None:
        crashes.happened(error, "excepthook")
        before(kind, error, trace)  # type: ignore[arg-type]  # whatever came in

    def thread_excepthook(args: threading.ExceptHookArgs) -> None:
        crashes.happened(args.exc_value, "threading")
        before_in_thread(args)

    sys.excepthook = excepthook
    threading.excepthook = thread_excepthook


crashes: Final = Crashes()
