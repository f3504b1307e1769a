"""One thread that makes the rounds: it calls each of an agent's duties when that is due, until it is stopped.

    duty ── every 60 s ──▶ called here, in the thread ── at the end ──▶ its last call, if it has one: in ``leave``

It is a thread of its own, and not a task of the agent's event loop, because one of the duties is to notice that the
loop hangs. The agent keeps hold of it, stops it and waits for it; it is a daemon, so it can never keep a process alive.

It starts with the first ``wake``, so creating an agent starts nothing. After a fork the child has none until it wakes
its own; what was begun in the parent, such as a session, stays the parent's.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

import msgspec

from fleaglass._forks import in_forked_children
from fleaglass.recorder.guard import guard
from fleaglass.recorder.seams import Clock, SystemClock

__all__ = ["Duty", "Rounds"]

_LONGEST_NAP_S: Final = 3600.0


class Duty(msgspec.Struct, eq=False, kw_only=True):
    """Something to do every ``every_s`` seconds, the first time at once.

    Attributes:
        name: what it does, as it completes "internal error while …".
        do: does it. Runs in the thread of the rounds.
        last: done when the rounds end, by whoever ends them.
        of_agent: whether it goes on in a forked child, as the agent itself does.
    """

    name: str
    do: Callable[[], None]
    every_s: float
    last: Callable[[], None] | None = None
    of_agent: bool = False
    due_s: float = 0.0


class Rounds:
    """The duties and their thread. Every method may be called from any thread.

    Args:
        clock: its monotonic time says what is due.
        threaded: whether there is a thread; without one, a test calls ``do_what_is_due``.
    """

    def __init__(self, clock: Clock | None = None, *, threaded: bool = True) -> None:
        self._clock = clock or SystemClock()
        self._threaded = threaded
        self._duties: list[Duty] = []
        self._watches_forks = False
        self._set_up_thread()

    def _set_up_thread(self) -> None:
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._leaving = False

    def _after_fork(self) -> None:
        self._duties = [duty for duty in self._duties if duty.of_agent]
        self._set_up_thread()

    def add(self, duty: Duty) -> None:
        """Take on a duty; it is due at the next ``wake``, or at once if the thread is on its rounds."""
        with self._changed:
            duty.due_s = self._monotonic()
            self._duties.append(duty)
            self._changed.notify_all()

    def drop(self, duty: Duty) -> None:
        """Give up a duty. A call under way is not waited for."""
        with self._changed:
            if duty in self._duties:
                self._duties.remove(duty)

    def wake(self) -> None:
        """Start the thread if there is something to do and it does not run yet. Costs next to nothing when it does."""
        if self._thread is not None or not self._duties or not self._threaded:
            return
        with self._changed:
            if self._thread is None and not self._leaving:
                if not self._watches_forks:
                    self._watches_forks = True
                    in_forked_children(self._after_fork)
                self._thread = threading.Thread(target=self._run, name="fleaglass-rounds", daemon=True)
                self._thread.start()

    def leave(self) -> None:
        """Tell the thread to end, which is not waited for, and make the last calls if it has ever run."""
        with self._changed:
            has_ended, self._leaving = self._leaving, True
            self._changed.notify_all()
        if self._thread is not None and not has_ended:
            for duty in tuple(self._duties):
                if duty.last is not None:
                    with guard(duty.name):
                        duty.last()

    def join(self, timeout_s: float) -> bool:
        """``leave``, and wait for it, at most ``timeout_s`` seconds; whether it ended."""
        self.leave()
        thread = self._thread
        if thread is None or thread is threading.current_thread():
            return True
        thread.join(max(timeout_s, 0.0))
        return not thread.is_alive()

    def do_what_is_due(self) -> float:
        """One look at the duties: do those that are due. Returns the seconds until the next one is."""
        for duty in tuple(self._duties):
            if duty.due_s <= self._monotonic():
                # From now and not from when it was due: after a suspended night there is nothing to catch up on.
                duty.due_s = self._monotonic() + duty.every_s
                with guard(duty.name):
                    duty.do()
        return self._nap_s()

    def _nap_s(self) -> float:
        now_s = self._monotonic()
        return max(0.0, min((duty.due_s - now_s for duty in tuple(self._duties)), default=_LONGEST_NAP_S))

    def _monotonic(self) -> float:
        return self._clock.monotonic_ns() / 1e9

    def _run(self) -> None:
        while not self._leaving:
            self.do_what_is_due()
            with self._changed:
                if not self._leaving:
                    self._changed.wait(self._nap_s())  # looked up again: a duty may have been added just now
