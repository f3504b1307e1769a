"""Moments as a Sentry server reads them."""

from __future__ import annotations

import datetime as dt

__all__ = ["iso"]


def iso(time_ns: int) -> str:
    """Unix nanoseconds as RFC 3339, in UTC, to the microsecond."""
    seconds, rest_ns = divmod(time_ns, 1_000_000_000)
    moment = dt.datetime.fromtimestamp(seconds, dt.UTC).replace(microsecond=rest_ns // 1_000)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
