"""Time as the sandbox sees it: integer nanoseconds from one injected clock, RFC 3339 text at the edge."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

__all__ = ["HOUR_NS", "MILLISECOND_NS", "SECOND_NS", "Clock", "parse_instant", "rfc3339"]

Clock = Callable[[], int]
"""Returns Unix time in nanoseconds; `time.time_ns` in production, a hand-moved one in tests."""

MILLISECOND_NS = 1_000_000
SECOND_NS = 1_000_000_000
HOUR_NS = 3_600 * SECOND_NS


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
