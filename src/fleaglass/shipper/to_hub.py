"""What is for a hub alone: spans that are still open, and Sentry's envelopes of an agent that names no Sentry server.

Whoever else listens at its address would take open spans for ended ones, and envelopes for nothing at all. So the
server is asked who it is before the first of them leaves, or of several the first that answers. While it is somebody
else they are left out; while nobody answers, envelopes wait, and open spans do not, since whole ones follow anyway.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from typing import Final, Literal
from urllib.parse import urlsplit

from fleaglass.shipper.answer import Accepted, Answer, NotNow
from fleaglass.shipper.batch import Batch, Outlet

__all__ = ["OnlyToHub"]

_ASK_AGAIN_S: Final = 60.0
_PATIENCE_S: Final = 2.0

Takes = Literal["open", "envelopes"]


def _what_it_takes(address: str) -> Collection[str] | None:
    from fleaglass.shipper.check.hub import identify

    parts = urlsplit(address)
    found = identify(f"{parts.scheme}://{parts.netloc}", timeout_s=_PATIENCE_S)
    return None if found.outcome == "unknown" else found.takes


class OnlyToHub:
    """An outlet that is used once its server is known to be a hub that takes such a thing.

    Args:
        outlet: the way to the server, or to several.
        addresses: of their APIs, or any address on each.
        takes: what the outlet sends.
        ask: asks the server what it takes, nothing if it is no hub; ``None`` if there was no answer.
        monotonic: a clock in seconds that never goes back.
    """

    def __init__(
        self,
        outlet: Outlet,
        addresses: Sequence[str],
        *,
        takes: Takes,
        ask: Callable[[str], Collection[str] | None] = _what_it_takes,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._outlet = outlet
        self._addresses = addresses
        self._takes = takes
        self._ask = ask
        self._monotonic = monotonic
        self._found: bool | None = None
        self._ask_at_s = monotonic()

    def send(self, batch: Batch) -> Answer:
        """Send it, if it is a hub that gets it."""
        if not self._found and self._monotonic() >= self._ask_at_s:
            self._look()
        if self._found:
            return self._outlet.send(batch)
        if self._found is None and self._takes == "envelopes":
            return NotNow("it does not say whether it is a hub")
        return Accepted()

    def _look(self) -> None:
        answers = (self._ask(address) for address in self._addresses)
        taken = next((each for each in answers if each is not None), None)
        self._found = None if taken is None else self._takes in taken
        # Envelopes that wait ask as often as their link tries; nothing waits for the others.
        is_waited_for = taken is None and self._takes == "envelopes"
        self._ask_at_s = self._monotonic() + (0.0 if is_waited_for else _ASK_AGAIN_S)
