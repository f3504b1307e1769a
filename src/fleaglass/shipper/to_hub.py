"""Spans that are still open, for a hub alone: whoever else listens at its address would take them for ended ones.

So the server is asked who it is before the first of them leaves. Until it says that it is a hub, they are left out: the
whole spans follow anyway.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from fleaglass.shipper.answer import Accepted, Answer
from fleaglass.shipper.batch import Batch, Outlet

__all__ = ["OnlyToHub"]

_ASK_AGAIN_S: Final = 60.0
_PATIENCE_S: Final = 2.0


def _is_hub(address: str) -> bool:
    from fleaglass.shipper.check.hub import identify  # loads an HTTP client

    parts = urlsplit(address)
    return identify(f"{parts.scheme}://{parts.netloc}", timeout_s=_PATIENCE_S).outcome == "yes"


class OnlyToHub:
    """An outlet that is used once its server is known to be a hub.

    Args:
        outlet: the way to the server.
        address: of its API, or any address on it.
        is_hub: asks the server.
        monotonic: a clock in seconds that never goes back.
    """

    def __init__(
        self,
        outlet: Outlet,
        address: str,
        *,
        is_hub: Callable[[str], bool] = _is_hub,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._outlet = outlet
        self._address = address
        self._ask = is_hub
        self._monotonic = monotonic
        self._is_hub = False
        self._ask_at_s = monotonic()

    def send(self, batch: Batch) -> Answer:
        """Send it, if it is a hub that gets it."""
        now_s = self._monotonic()
        if not self._is_hub and now_s >= self._ask_at_s:
            self._ask_at_s = now_s + _ASK_AGAIN_S
            self._is_hub = self._ask(self._address)
        return self._outlet.send(batch) if self._is_hub else Accepted()
