"""Makes the main thread notice a signal at once.

Python runs a signal's handler in the main thread, between two of its steps. A signal that comes in the instant before
that thread begins to wait, or that the system hands to another thread, is noticed when the wait is over: in an event
loop with nothing to do for an hour, in an hour. Without a handler it would have ended the process there and then, so a
handler of ours must not be what delays it.

    signal ──▶ Python's C handler ──▶ a byte on the wakeup fd ──▶ our thread ──▶ the signal again, to the main thread

The signal is sent again every 50 ms until the handler runs. An event loop that listens on a wakeup fd of its own wakes
by itself, and is left alone.
"""

from __future__ import annotations

import signal
import socket
import threading
import time
from typing import Final

from fleaglass._forks import in_forked_children

__all__ = ["Nudge"]

_EVERY_S: Final = 0.05


class Nudge:
    """For one signal. Its methods are for the main thread.

    Args:
        number: the signal.
    """

    def __init__(self, number: signal.Signals) -> None:
        self.heard = False
        """Set by the signal's handler when it runs."""
        self._number = number
        self._ends: tuple[socket.socket, socket.socket] | None = None
        in_forked_children(self._forget)

    def start(self) -> None:
        """Look after the signal, unless that is done already."""
        if self._ends is not None:
            return
        self.heard = False
        listens, writes = socket.socketpair()
        writes.setblocking(False)
        before = signal.set_wakeup_fd(writes.fileno(), warn_on_full_buffer=False)
        if before != -1:
            signal.set_wakeup_fd(before)
            listens.close()
            writes.close()
            return
        self._ends = listens, writes
        threading.Thread(target=self._listen, args=(listens,), name="fleaglass-signals", daemon=True).start()

    def stop(self) -> None:
        """Leave the signal to itself."""
        if self._ends is not None:
            self._ends[1].shutdown(socket.SHUT_RDWR)  # which ends the thread
            self._let_go()

    def _let_go(self) -> None:
        if self._ends is None:
            return
        writes, self._ends = self._ends[1], None
        now = signal.set_wakeup_fd(-1)
        if now not in (-1, writes.fileno()):
            signal.set_wakeup_fd(now)  # an event loop's, by now
        writes.close()

    def _forget(self) -> None:
        """In a forked child the thread is its parent's, and so is what is said there of signals."""
        if self._ends is not None:
            self._ends[0].close()
            self._let_go()

    def _listen(self, listens: socket.socket) -> None:
        main = threading.main_thread().ident
        with listens:
            while numbers := listens.recv(64):
                while self._number in numbers and main is not None:
                    time.sleep(_EVERY_S)
                    if self.heard:
                        break
                    signal.pthread_kill(main, self._number)
