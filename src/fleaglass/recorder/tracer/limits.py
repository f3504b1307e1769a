"""How much of a span is kept, by OpenTelemetry's specification ("Span Limits"): 128 of everything, of any length."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Final

import msgspec

from fleaglass.recorder.guard import guard

__all__ = ["NO_LIMIT", "Limits"]

NO_LIMIT: Final = sys.maxsize
_USUAL: Final = 128


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Most of each that a span keeps; the oldest go first.

    Attributes:
        attributes: of the span.
        events: of the span.
        links: of the span.
        event_attributes: of each event.
        link_attributes: of each link.
        chars: of each text among the span's attributes.
        other_chars: of each text among those of events and links.
    """

    attributes: int = _USUAL
    events: int = _USUAL
    links: int = _USUAL
    event_attributes: int = _USUAL
    link_attributes: int = _USUAL
    chars: int = NO_LIMIT
    other_chars: int = NO_LIMIT

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Limits:
        """What OpenTelemetry's variables say. An empty one lifts a limit; one that is no number is named in the log."""

        def limit(name: str, default: int, *, empty: int = NO_LIMIT) -> int:
            text = environ.get(name)
            if text is None:
                return default
            if not text.strip():
                return empty
            if text.strip().isdecimal():
                return int(text)
            guard.say(name, f"{name}: must be a whole number of at least 0, got {text!r}; not used")
            return default

        usual = limit("OTEL_ATTRIBUTE_COUNT_LIMIT", _USUAL, empty=_USUAL)
        other_chars = limit("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", NO_LIMIT)
        return cls(
            attributes=limit("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", usual),
            events=limit("OTEL_SPAN_EVENT_COUNT_LIMIT", _USUAL),
            links=limit("OTEL_SPAN_LINK_COUNT_LIMIT", _USUAL),
            event_attributes=limit("OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", usual),
            link_attributes=limit("OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", usual),
            chars=limit("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", other_chars),
            other_chars=other_chars,
        )
