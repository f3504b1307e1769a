"""When a destination that does not answer is tried again, and what is said: once that it is down, once that it is back.

A destination gets several signals, each with a link and waits of its own, because a collector may take one and not the
other. It is down when the first of them does not get through, and back when all do.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

__all__ = ["Outage", "Waits"]

_FIRST_S: Final = 0.25
_LONGEST_S: Final = 30.0
_LONGEST_ASKED_FOR_S: Final = 300.0
_IN_A_HURRY_S: Final = 0.1


class Waits:
    """How long one link waits before its next attempt: twice as long each time, and as long as it is asked to.

    Args:
        chance: a number from 0 to 1, so that many agents do not come back at one moment.
    """

    def __init__(self, chance: Callable[[], float] = random.random) -> None:
        self.why: str | None = None
        """Why nothing gets through; ``None`` when all is well."""
        self._chance = chance
        self._wait_s = 0.0
        self._failed_at_s = 0.0
        self._not_before_s = 0.0
        self._asked_until_s = 0.0

    def failed(self, now_s: float, why: str, retry_after_s: float | None) -> None:
        """An attempt did not get through. Times are by a clock that never goes back.

        Args:
            now_s: the time.
            why: in a few words.
            retry_after_s: how long the destination asked to be left alone.
        """
        self.why = why
        self._failed_at_s = now_s
        self._wait_s = min(max(2 * self._wait_s, _FIRST_S), _LONGEST_S)
        self._not_before_s = now_s + self._wait_s * (0.5 + 0.5 * self._chance())
        self._asked_until_s = now_s + min(retry_after_s or 0.0, _LONGEST_ASKED_FOR_S)

    def worked(self) -> None:
        """An attempt got through."""
        self.why = None
        self._wait_s = self._not_before_s = self._asked_until_s = 0.0

    def may_try(self, now_s: float, *, in_a_hurry: bool) -> bool:
        """Whether it is time. In a hurry only what the destination asked for is waited for, and a tenth of a second."""
        if self.why is None:
            return True
        own_s = self._failed_at_s + _IN_A_HURRY_S if in_a_hurry else self._not_before_s
        return now_s >= max(own_s, self._asked_until_s)


class Outage:
    """What is said of one destination.

    Args:
        destination: its name and address, without credentials.
        say: called with a sentence.
    """

    def __init__(self, destination: str, say: Callable[[str], None]) -> None:
        self._destination = destination
        self._say = say
        self._down: set[str] = set()
        self._since_s = 0.0

    def failed(self, signal: str, now_s: float, why: str) -> None:
        """A signal does not get through."""
        if not self._down:
            self._since_s = now_s
            self._say(f"{self._destination} is down ({why}); what is for it waits in the journal until it is back")
        self._down.add(signal)

    def worked(self, signal: str, now_s: float) -> None:
        """A signal gets through."""
        if signal in self._down:
            self._down.discard(signal)
            if not self._down:
                self._say(f"{self._destination} is back after {now_s - self._since_s:.1f} s")
