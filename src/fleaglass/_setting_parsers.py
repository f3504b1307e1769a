"""Readers for the raw values of settings: strings from the environment, Python or TOML values from elsewhere.

Each takes the raw value and the name of its source, and raises ``ValueError`` with a sentence when it makes no sense.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import unquote, urlsplit

__all__ = [
    "address",
    "anchors",
    "as_seconds",
    "content",
    "count",
    "dsn",
    "endpoint",
    "file",
    "flag",
    "home",
    "host",
    "names",
    "one_of",
    "pairs",
    "ratio",
    "release",
    "seconds",
    "some_of",
    "text",
]

_TRACES_VARIABLE = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
_MILLISECONDS_FROM = 600.0
_MAX_RELEASE_CHARS = 200
# Where programs keep their state, below each variable that may say so: XDG's specification, and Windows' own place.
_STATE_FOLDERS = {
    "XDG_STATE_HOME": "fleaglass",
    "HOME": ".local/state/fleaglass",
    "LOCALAPPDATA": "fleaglass",
}


def text(raw: object, source: str) -> str:
    """Any text that is not blank; numbers are taken as written."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        raise ValueError(f"must be text, got {type(raw).__name__}")
    if not (value := str(raw).strip()):
        raise ValueError("is blank")
    return value


def file(raw: object, source: str) -> str:
    """The path of a file, as written."""
    return text(os.fspath(raw) if isinstance(raw, os.PathLike) else raw, source)


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


def some_of(*allowed: str) -> Callable[[object, str], tuple[str, ...]]:
    """A reader for a list of these words, each taken once; ``none`` alone is the empty list."""

    def read(raw: object, source: str) -> tuple[str, ...]:
        words = tuple(dict.fromkeys(word.lower() for word in names(raw, source)))
        if words == ("none",):
            return ()
        if unknown := [word for word in words if word not in allowed]:
            raise ValueError(f"must be some of {', '.join(allowed)}, or none, got {unknown[0]!r}")
        return words

    return read


def content(raw: object, source: str) -> bool:
    """Whether a model's messages are recorded: a flag, or one of the words that OpenTelemetry has for where.

    Their places are a span, an event or both; ours is the span, so ``EVENT_ONLY`` is no.
    """
    words = {"no_content": False, "event_only": False, "span_only": True, "span_and_event": True}
    found = words.get(str(raw).strip().lower())
    return flag(raw, source) if found is None else found


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


def as_seconds(raw: object, source: str) -> float:
    """Seconds above zero, as written: for times that may well be longer than ten minutes."""
    value = _number(raw)
    if value <= 0:
        raise ValueError(f"must be above 0, got {raw!r}")
    return value


def home(raw: object, source: str) -> str:
    """The folder for what must outlive the process: as written, or ours below where programs keep their state."""
    folder = text(raw, source)
    if source not in _STATE_FOLDERS:
        return folder
    if not os.path.isabs(folder):
        raise ValueError("must be an absolute path")
    return os.path.join(folder, _STATE_FOLDERS[source])


def release(raw: object, source: str) -> str:
    """The name of a release, as Sentry takes them: no slashes, line breaks or tabs, at most 200 characters."""
    name = text(raw, source)
    if len(name) > _MAX_RELEASE_CHARS:
        raise ValueError(f"must be at most {_MAX_RELEASE_CHARS} characters, got {len(name)}")
    if name in {".", "..", "latest"} or any(mark in name for mark in "/\\\n\r\t"):
        raise ValueError(f"is no name for a release (no / or \\, and not latest), got {name!r}")
    return name


def address(raw: object, source: str) -> str:
    """A full ``http://`` or ``https://`` address, as written."""
    value = str(raw).strip()
    try:
        parts = urlsplit(value)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("must be an http:// or https:// address")
    return value


def addresses(raw: object, source: str) -> tuple[str, ...]:
    """Full addresses, as a list or separated by commas."""
    return tuple(address(each, source) for each in names(raw, source))


def anchors(raw: object, source: str) -> tuple[str, ...]:
    """Lines that each say where a ledger's checkpoints go; ``none`` alone is the empty list."""
    lines = names(raw, source)
    if lines == ("none",):
        return ()
    for number, line in enumerate(lines, 1):
        match line.split():
            case ["hub"]:
                continue
            case ["witness", url, _] | ["webhook", url]:
                try:
                    address(url, source)
                except ValueError as error:
                    raise ValueError(f"anchor {number}: its URL {error}") from None
            case _ if not line.startswith("file:") or line == "file:":
                # Not repeated: the address of a webhook may be a secret.
                raise ValueError(f"anchor {number} must be hub, witness URL VKEY, webhook URL, or file:PATH")
    return lines


def host(raw: object, source: str) -> str:
    """The name of a host, such as ``datadoghq.eu``."""
    name = text(raw, source).lower()
    if re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*", name) is None:
        raise ValueError("must be the name of a host, such as example.com")
    return name


def dsn(raw: object, source: str) -> str | None:
    """A DSN as written, or nothing for ``none``. What is wrong with it is not said here: it holds a key."""
    value = text(raw, source)
    return None if value.lower() == "none" else value


def endpoint(raw: object, source: str) -> str:
    """The full address of the traces endpoint; ``/v1/traces`` is added to a base address (OTLP specification)."""
    value = address(raw, source)
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
