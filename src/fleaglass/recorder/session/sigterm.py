"""SIGTERM, which ends a process without a word: the session is ended first, then the process, as it would have.

    SIGTERM ──▶ last words of every agent in the process, at once (at most so long) ──▶ the end, by SIGTERM

The first process of a container has no such end: the system keeps signals without a handler from it. It ends with the
exit code that a shell gives to one that was ended by SIGTERM.

The last words are said in threads of their own. The signal may arrive while the main thread holds a lock that they
need; then they are not said, and the process ends all the same.

A program with a handler of its own is left alone: it may have orders to cancel first, and whether it gets out well is
not known before it did. Its handler makes the session's block end, and that is what counts.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from typing import Final

from fleaglass.recorder.guard import guard
from fleaglass.recorder.session.nudge import Nudge

__all__ = ["LastWords"]

_EXIT_CODE: Final = 128 + signal.SIGTERM
_nudge: Final = Nudge(signal.SIGTERM)
"""Of the process, as the signal is."""


class LastWords:
    """What to do when the process is asked to end.

    Args:
        say: the last words.
        wait_s: the longest that they may take, in seconds.
    """

    def __init__(self, say: Callable[[], None], wait_s: float) -> None:
        self._say = say
        self._wait_s = wait_s
        self._before: LastWords | None = None
        self._installed = False

    def install(self) -> None:
        """Listen, if this is the main thread and SIGTERM would end the process."""
        if threading.current_thread() is not threading.main_thread():
            return
        handler = signal.getsignal(signal.SIGTERM)
        owner = getattr(handler, "__self__", None)
        self._before = owner if isinstance(owner, LastWords) else None
        if handler is signal.SIG_DFL or self._before is not None:
            signal.signal(signal.SIGTERM, self._handle)
            _nudge.start()
            self._installed = True

    def uninstall(self) -> None:
        """Give SIGTERM back, unless somebody has put their own handler above this one."""
        if not self._installed or threading.current_thread() is not threading.main_thread():
            return
        self._installed = False
        if signal.getsignal(signal.SIGTERM) == self._handle:
            below = next(self._everybody(), None)
            signal.signal(signal.SIGTERM, signal.SIG_DFL if below is None else below._handle)
            if below is None:
                _nudge.stop()

    def _handle(self, *_: object) -> None:
        if _nudge.heard:
            return  # asked again, while the last words are said
        _nudge.heard = True
        with guard("saying last words"):
            until_s = time.monotonic() + self._wait_s
            for speaker in [words._begin() for words in self._everybody()]:
                speaker.join(max(0.0, until_s - time.monotonic()))
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTERM)
        os._exit(_EXIT_CODE)

    def _everybody(self) -> Iterator[LastWords]:
        """All that still have something to say, the latest first."""
        words: LastWords | None = self
        while words is not None:
            if words._installed:
                yield words
            words = words._before

    def _begin(self) -> threading.Thread:
        speaker = threading.Thread(target=self._speak, name="fleaglass-last-words", daemon=True)
        speaker.start()
        return speaker

    def _speak(self) -> None:
        with guard("saying last words"):
            self._say()
