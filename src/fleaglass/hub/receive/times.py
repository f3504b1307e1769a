"""Moments as Sentry clients send them: seconds as a number, or ISO 8601. Kept as Unix nanoseconds.

    more than a minute after it was received     now, noted as future_timestamp
    more than 30 days before                     now, noted as past_timestamp
    the client's clock is 55 minutes off         moved by as much, noted as clock_drift

The client's clock is known from `sent_at`, which it writes at the moment of sending. The limits are those that Sentry's
servers use.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from fleaglass.hub.receive.reading import Notes

__all__ = ["drift_ns", "event_time_ns", "iso_of", "moment_ns"]

_SECOND_NS: Final = 1_000_000_000
_FUTURE_NS: Final = 60 * _SECOND_NS
_PAST_NS: Final = 30 * 24 * 3600 * _SECOND_NS
_DRIFT_NS: Final = 55 * 60 * _SECOND_NS
_LAST_S: Final = 9_223_372_036
"""2262: where nanoseconds no longer fit 64 bits."""


def moment_ns(value: Any, drift: int = 0) -> int | None:
    """Unix nanoseconds, to the microsecond, of seconds or of ISO 8601 with date and time (UTC unless it says other).

    `drift` is added. None for what is neither, or outside of 1677 to 2262.
    """
    sent = _sent_ns(value)
    return None if sent is None or abs(sent + drift) > _LAST_S * _SECOND_NS else sent + drift


def _sent_ns(value: Any) -> int | None:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        # A double has no more digits for our time than to the microsecond.
        return round(value * 1_000_000) * 1_000 if abs(value) <= _LAST_S else None
    if isinstance(value, str) and 16 <= len(value) <= 40:
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        since = moment - datetime(1970, 1, 1, tzinfo=UTC)
        return (since.days * 86_400 + since.seconds) * _SECOND_NS + since.microseconds * 1_000
    return None


def iso_of(time_ns: int) -> str:
    """A moment as RFC 3339, in UTC, to the microsecond."""
    seconds, rest_ns = divmod(time_ns, _SECOND_NS)
    moment = datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest_ns // 1_000)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def drift_ns(sent_ns: int | None, received_ns: int) -> int:
    """What to add to a client's times: 0 unless its clock is far off. `sent_ns`: the envelope's `sent_at`."""
    if sent_ns is None:
        return 0
    drift = received_ns - sent_ns
    return drift if abs(drift) >= _DRIFT_NS else 0


def event_time_ns(value: Any, received_ns: int, drift: int, notes: Notes) -> int:
    """When an event happened, corrected; when it was received if it does not say."""
    if value is None:
        return received_ns
    sent = moment_ns(value)
    if sent is None:
        notes.invalid("timestamp", value, "expected seconds or ISO 8601")
        return received_ns
    if drift:
        notes.add("clock_drift", "timestamp", iso_of(sent))
    moment = sent + drift
    if moment > received_ns + _FUTURE_NS:
        notes.add("future_timestamp", "timestamp", iso_of(sent))
        return received_ns
    if moment < received_ns - _PAST_NS:
        notes.add("past_timestamp", "timestamp", iso_of(sent))
        return received_ns
    return moment
