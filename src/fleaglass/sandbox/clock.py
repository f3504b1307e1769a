"""Time as the sandbox sees it: integer nanoseconds from one injected clock, RFC 3339 text at the edge."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

__all__ = ["HOUR_NS", "MILLISECOND_NS", "SECOND_NS", "Clock", "PutForward", "parse_instant", "rfc3339"]

Clock = Callable[[], int]
"""Returns Unix time in nanoseconds; one that can be put forward in production, a hand-moved one in tests."""

MILLISECOND_NS = 1_000_000
SECOND_NS = 1_000_000_000
HOUR_NS = 3_600 * SECOND_NS


class PutForward:
    """A clock that runs ahead of another one by as much as it was told to skip."""

    def __init__(self, clock: Clock) -> None:
        """Start with what the other clock says."""
        self._clock = clock
        self._ahead_ns = 0

    def __call__(self) -> int:
        """Return Unix time in nanoseconds."""
        return self._clock() + self._ahead_ns

    def skip(self, duration_ns: int) -> None:
        """Let this much time have passed."""
        self._ahead_ns += duration_ns


def rfc3339(at_ns: int) -> str:
    """Return an instant as RFC 3339 text in UTC with microseconds: 2026-11-20T10:00:00.000000Z."""
    seconds, rest_ns = divmod(at_ns, SECOND_NS)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest_ns // 1000:06d}Z"


def parse_instant(text: str) -> int:
    """Return RFC 3339 text (an offset is required) or Unix seconds as nanoseconds. Raises ValueError."""
    try:
        moment = datetime.fromtimestamp(float(text), UTC)
    except ValueError:
        moment = datetime.fromisoformat(text)
    except OverflowError as error:
        raise ValueError("out of range") from error
    if moment.tzinfo is None:
        raise ValueError("the offset from UTC is missing")
    since_epoch = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return ((since_epoch.days * 86_400 + since_epoch.seconds) * 1_000_000 + since_epoch.microseconds) * 1_000
