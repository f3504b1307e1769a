"""A rule's ``for`` and ``keep``, where only the end of a span tells the time."""

from __future__ import annotations

from collections.abc import Sequence

from fleaglass.alerts.alert import Alert
from fleaglass.alerts.rules.model import Duration

__all__ = ["Settling"]


class Settling:
    """Holds an alert back until what it says has been so for long enough; one that is taken back is never told.

    Args:
        for_: how long it must be beyond the threshold.
        keep: how long it must be good again.
    """

    def __init__(self, for_: Duration, keep: Duration) -> None:
        self._for_ns = for_.ns
        self._keep_ns = keep.ns
        self._is_fired = False
        self.held: Alert | None = None
        """What waits to be told."""

    def tell(self, alerts: Sequence[Alert], now_ns: int) -> Sequence[Alert]:
        """What is to be told now, given what a watch has just said."""
        for alert in alerts:
            self.held = alert if (alert.state == "fired") is not self._is_fired else None
        held = self.held
        if held is None or now_ns - held.time_ns < (self._keep_ns if self._is_fired else self._for_ns):
            return ()
        self.held = None
        self._is_fired = not self._is_fired
        return [held]
