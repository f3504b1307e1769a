"""One breadcrumb, its sentence, and the span event that it is as well."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from fleaglass import semconv
from fleaglass.recorder.attributes import attributes
from fleaglass.recorder.normalise import MAX_NAME_CHARS, Value
from fleaglass.recorder.sentry.items import Level

__all__ = ["Crumb", "event_attributes", "sentence"]

# Fields of a breadcrumb → attributes of its span event.
_ATTRIBUTES: Final[Mapping[str, Mapping[str, str]]] = {
    semconv.EVENT_SIGNAL: {
        "asset": semconv.PF_ASSET,
        "action": semconv.PF_ACTION,
        "confidence": semconv.PF_SIGNAL_CONFIDENCE,
        "z_score": semconv.PF_Z_SCORE,
        "iv": semconv.PF_IV,
        "rv": semconv.PF_RV,
    },
    semconv.EVENT_RISK_CHECK: {
        "check": semconv.PF_RISK_CHECK,
        "passed": semconv.PF_RISK_PASSED,
        "value": semconv.PF_RISK_VALUE,
        "limit": semconv.PF_RISK_LIMIT,
    },
    semconv.EVENT_API_RESPONSE: {
        "endpoint": semconv.PF_TRAIL_ENDPOINT,
        "status_code": semconv.PF_HTTP_STATUS,
        "latency_ms": semconv.PF_API_LATENCY_MS,
        "order_id": semconv.PF_ORDER_ID,
    },
    semconv.EVENT_POSITION_CHANGE: {
        "asset": semconv.PF_ASSET,
        "side": semconv.PF_TRAIL_POSITION_SIDE,
        "size": semconv.PF_TRAIL_SIZE,
        "price": semconv.PF_TRAIL_PRICE,
        "rationale": semconv.PF_TRAIL_RATIONALE,
    },
}


class Crumb(msgspec.Struct, frozen=True, gc=False):
    """One step. ``time_ns`` is Unix time."""

    category: str
    message: str
    level: Level
    data: Mapping[str, Value]
    time_ns: int


def event_attributes(event: str, crumb: Crumb, exempt: str | None) -> dict[str, Value]:
    """The breadcrumb as attributes of a span event. ``exempt`` is the agent's own id."""
    names = _ATTRIBUTES.get(event)
    if names is not None:
        return attributes({names[name]: value for name, value in crumb.data.items() if name in names}, exempt)
    found: dict[str, Value] = {  # values are clean, and none of these names is declared to be of another type
        semconv.PF_TRAIL_CATEGORY: crumb.category,
        semconv.PF_TRAIL_MESSAGE: crumb.message,
        semconv.PF_TRAIL_LEVEL: crumb.level,
    }
    for name, value in crumb.data.items():
        found[f"custom.{name}"[:MAX_NAME_CHARS]] = value
    return found


def sentence(*words: object, **values: object) -> str:
    """``Signal: buy BTC (z=1.87)``: what is missing is left out, whatever it would have been formatted as."""
    line = " ".join(str(word) for word in words if word is not None)
    told = ", ".join(f"{name}={value}" for name, value in values.items() if value is not None)
    return f"{line} ({told})" if told else line
