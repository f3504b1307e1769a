"""SIGTERM, which ends a process without a word: the session is ended first, then things go on as they would have.

    SIGTERM ──▶ last words (at most so long) ──▶ the program's own handler, if it had one
                                             └─▶ else the system's: the process ends by SIGTERM

The last words are said in a thread of their own. The signal may arrive while the main thread holds a lock that they
need; then they are not said, and the process ends all the same.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from types import FrameType

from fleaglass.recorder.guard import guard

__all__ = ["LastWords"]


class LastWords:
    """What to do when the process is asked to end.

    Args:
        say: the last words.
        wait_s: the longest that they may take, in seconds.
    """

    def __init__(self, say: Callable[[], None], wait_s: float) -> None:
        self._say = say
        self._wait_s = wait_s
        self._before: Callable[[int, FrameType | None], object] | int | None = None
        self._installed = False

    def install(self) -> None:
        """Listen, if this is the main thread and nobody has made the process deaf to SIGTERM."""
        if threading.current_thread() is not threading.main_thread():
            return
        before = signal.getsignal(signal.SIGTERM)
        if before in (None, signal.SIG_IGN):  # None: a handler that is not Python's, which could not be given back
            return
        self._before = before
        signal.signal(signal.SIGTERM, self._handle)
        self._installed = True

    def uninstall(self) -> None:
        """Give SIGTERM back, unless somebody has put their own handler above this one."""
        if not self._installed or threading.current_thread() is not threading.main_thread():
            return
        self._installed = False
        if signal.getsignal(signal.SIGTERM) == self._handle:
            signal.signal(signal.SIGTERM, self._before)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self._installed:
            with guard("saying last words"):
                speaker = threading.Thread(target=self._speak, name="fleaglass-last-words", daemon=True)
                speaker.start()
                speaker.join(self._wait_s)
        if callable(self._before):
            self._before(number, frame)
        else:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGTERM)

    def _speak(self) -> None:
        with guard("saying last words"):
            self._say()
