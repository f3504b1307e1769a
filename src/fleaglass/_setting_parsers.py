"""Readers for the raw values of settings: strings from the environment, Python or TOML values from elsewhere.

Each takes the raw value and the name of its source, and raises ``ValueError`` with a sentence when it makes no sense.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import unquote, urlsplit

__all__ = ["count", "endpoint", "flag", "names", "one_of", "pairs", "ratio", "seconds", "text"]

_TRACES_VARIABLE = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
_MILLISECONDS_FROM = 600.0


def text(raw: object, source: str) -> str:
    """Any text that is not blank; numbers are taken as written."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        raise ValueError(f"must be text, got {type(raw).__name__}")
    if not (value := str(raw).strip()):
        raise ValueError("is blank")
    return value


def names(raw: object, source: str) -> tuple[str, ...]:
    """Names, from an iterable or from one comma-separated string."""
    if isinstance(raw, str):
        parts: Iterable[object] = raw.split(",")
    elif isinstance(raw, Iterable) and not isinstance(raw, bytes | Mapping):
        parts = raw
    else:
        raise ValueError(f"must be a list of names, got {type(raw).__name__}")
    return tuple(name for part in parts if (name := str(part).strip()))


def pairs(raw: object, source: str) -> tuple[tuple[str, str], ...]:
    """Pairs, from a mapping or from ``key=value,key=value`` with percent-encoded values (W3C Baggage's form)."""
    if isinstance(raw, Mapping):
        return tuple((str(key), str(value)) for key, value in raw.items())
    if not isinstance(raw, str):
        raise ValueError(f"must be key=value pairs, got {type(raw).__name__}")
    found = []
    for part in filter(None, (part.strip() for part in raw.split(","))):
        key, equals, value = part.partition("=")
        if not equals or not key.strip():
            # The part itself is not repeated: in a header list it may be a token.
            raise ValueError("has a part that is not key=value")
        found.append((key.strip(), unquote(value.strip())))
    return tuple(found)


def flag(raw: object, source: str) -> bool:
    """True or false, also as text."""
    if isinstance(raw, bool):
        return raw
    word = str(raw).strip().lower()
    if word in {"true", "1", "yes", "on"}:
        return True
    if word in {"false", "0", "no", "off"}:
        return False
    raise ValueError(f"must be true or false, got {word!r}")


def one_of(*allowed: str) -> Callable[[object, str], str]:
    """A reader for one of these words."""

    def read(raw: object, source: str) -> str:
        if (word := str(raw).strip().lower()) in allowed:
            return word
        raise ValueError(f"must be {' or '.join(allowed)}, got {word!r}")

    return read


def count(raw: object, source: str) -> int:
    """A whole number above zero."""
    value = _number(raw)
    if value < 1 or value != int(value):
        raise ValueError(f"must be a whole number above 0, got {raw!r}")
    return int(value)


def ratio(raw: object, source: str) -> float:
    """A number from 0 to 1."""
    value = _number(raw)
    if not 0 <= value <= 1:
        raise ValueError(f"must be from 0 to 1, got {raw!r}")
    return value


def seconds(raw: object, source: str) -> float:
    """Seconds, zero or more.

    OpenTelemetry's specification gives OTLP timeouts in milliseconds while its Python SDK reads seconds. Nobody waits
    ten minutes for one export, so from 600 on the number is taken for the specification's unit.
    """
    value = _number(raw)
    if value < 0:
        raise ValueError(f"must not be negative, got {raw!r}")
    return value / 1000 if value >= _MILLISECONDS_FROM else value


def endpoint(raw: object, source: str) -> str:
    """The full address of the traces endpoint; ``/v1/traces`` is added to a base address (OTLP specification)."""
    value = str(raw).strip()
    try:
        parts = urlsplit(value)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("must be an http:// or https:// address")
    if source == _TRACES_VARIABLE or value.endswith("/v1/traces"):
        return value
    return value.rstrip("/") + "/v1/traces"


def _number(raw: object) -> float:
    try:
        value = float(str(raw))
    except ValueError:
        value = math.nan
    if isinstance(raw, bool) or not math.isfinite(value):
        raise ValueError(f"must be a number, got {raw!r}")
    return value
