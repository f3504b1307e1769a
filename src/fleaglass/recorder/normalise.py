"""The boundary where an agent's values become attributes: types, sizes and secrets are settled here, once.

A backend that meets a Decimal, ``None``, an enum or a NumPy scalar does something of its own with it, so none of them
goes further than this file::

    Decimal, Fraction, numpy.float64  → float, rounded to 8 places: gives the venue's decimal back below 10^7
    int beyond 64 bits                → str
    None                              → left out
    Enum                              → its value
    datetime, date                    → ISO 8601
    timedelta                         → seconds
    bytes                             → str (UTF-8), or hexadecimal
    list, tuple, set                  → list of one type, at most 64 items
    mapping, anything else            → str, compact JSON for mappings

An attribute that the registry declares gets the declared type, whatever Python type it came in; what cannot be read as
that type, or is not among an enumeration's values, is left out. Strings are scrubbed and then cut at 1,024 characters
(a stack trace, and what was said to a model, at 8,192). A transaction's hash, public and shaped like a private key, is
only held against the secrets this process knows.
"""

from __future__ import annotations

import datetime as dt
import enum
import json
import numbers
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Final, TypeAlias

from fleaglass import semconv
from fleaglass.recorder.scrub import (
    MARKER,
    holds_secret,
    is_known_secret,
    scrub,
    scrub_known,
    without_pieces,
)
from fleaglass.secret_shapes import looks_like_hash

__all__ = [
    "DECLARED",
    "INT64",
    "LONG",
    "MAX_CHARS",
    "MAX_LONG_CHARS",
    "MAX_NAME_CHARS",
    "PUBLIC_HASHES",
    "Value",
    "attribute_name",
    "is_public_hash",
    "one_of",
    "text_of",
    "value_as",
    "value_of",
    "without_secrets",
]

Scalar: TypeAlias = bool | int | float | str
Value: TypeAlias = Scalar | list[bool] | list[int] | list[float] | list[str]

MAX_CHARS: Final = 1_024
MAX_LONG_CHARS: Final = 8_192
MAX_ITEMS: Final = 64
MAX_NAME_CHARS: Final = 128
_MAX_DEPTH: Final = 16
PUBLIC_HASHES: Final = frozenset({semconv.PF_TX_HASH, semconv.PF_LEDGER_LEAF_HASH})
LONG: Final = frozenset(
    {
        semconv.EXCEPTION_STACKTRACE,
        semconv.GEN_AI_INPUT_MESSAGES,
        semconv.GEN_AI_OUTPUT_MESSAGES,
        semconv.GEN_AI_TOOL_CALL_ARGUMENTS,
        semconv.GEN_AI_TOOL_CALL_RESULT,
    }
)
INT64: Final = 2**63

DECLARED: Final[Mapping[str, semconv.Attribute]] = {
    **semconv.UPSTREAM,
    **semconv.EVENT_FIELDS,
    **semconv.ATTRIBUTES,
}


def value_as(declared: semconv.Attribute | None, name: str, raw: object, exempt: str | None = None) -> Value | None:
    """The value of an attribute: as `value_of`, or no more than a marker if its name says that it is a secret.

    Args:
        declared: the attribute as the registry has it; ``None`` for an author's own.
        name: of the attribute.
        raw: the value.
        exempt: the one value that is never scrubbed.
    """
    return MARKER if declared is None and holds_secret(name, raw) else value_of(raw, declared, exempt)


@lru_cache(maxsize=2_048)  # an agent has few names, and uses each thousands of times
def attribute_name(name: str) -> str:
    """The attribute meant by a short name: ``z_score`` is ``pf.z_score``, ``confidence`` is ``pf.signal_confidence``.

    A name the registry does not know is the author's own and goes under ``custom.``, out of the registry's way; a
    dotted name outside ``pf.`` is taken as it is.
    """
    full = name if name in semconv.ATTRIBUTES or name in semconv.UPSTREAM else f"pf.{name}"
    full = semconv.ALIASES.get(full, full)
    if full in DECLARED:
        return full
    return name if "." in name and not name.startswith("pf.") else f"custom.{name.removeprefix('pf.')}"


def value_of(raw: object, declared: semconv.Attribute | None = None, exempt: str | None = None) -> Value | None:
    """One value, as the registry declares it if it does. ``None`` means that there is nothing to record."""
    raw = _plain(raw)
    if raw is None:
        return None
    if declared is not None:
        return _as_declared(raw, declared, exempt)
    if isinstance(raw, str):
        return text_of(raw, exempt)
    if isinstance(raw, list):
        return _items(raw, exempt)
    return raw


def _plain(raw: object) -> Scalar | list[object] | None:
    """The value as one of Python's own scalars, or a list."""
    if raw is None or isinstance(raw, bool):
        return raw
    if isinstance(raw, str):
        return str.__str__(raw)  # of a subclass too, which may override anything
    if isinstance(raw, float | Decimal):
        return _float(raw)
    if isinstance(raw, enum.Enum):
        return _plain(raw.value)
    if isinstance(raw, numbers.Integral):
        return int(raw) if -INT64 <= int(raw) < INT64 else str(int(raw))
    if isinstance(raw, numbers.Real):
        return _float(raw)
    if isinstance(raw, dt.datetime | dt.date):
        return raw.isoformat()
    if isinstance(raw, dt.timedelta):
        return raw.total_seconds()
    if isinstance(raw, bytes | bytearray | memoryview):
        return _bytes(bytes(raw))
    if isinstance(raw, Mapping):
        return json.dumps(without_secrets(raw), default=str, separators=(",", ":"), skipkeys=True)
    if getattr(raw, "shape", None) == () and hasattr(raw, "item"):
        # A NumPy scalar that is none of the above, such as numpy.bool_.
        return _plain(raw.item())
    if isinstance(raw, Iterable):
        return [item for item, _ in zip(raw, range(MAX_ITEMS), strict=False)]
    return str(raw)


def _as_declared(raw: Scalar | list[object], declared: semconv.Attribute, exempt: str | None) -> Value | None:
    if declared.type == "string[]":
        return [text_of(str(item), exempt) for item in (raw if isinstance(raw, list) else [raw]) if item is not None]
    if declared.type == "boolean":
        return raw if isinstance(raw, bool) else None
    if declared.type == "string":
        if declared.name in PUBLIC_HASHES and is_public_hash(raw):
            return str(raw)
        limit = MAX_LONG_CHARS if declared.name in LONG else MAX_CHARS
        text = text_of(raw if isinstance(raw, str) else str(raw), exempt, limit)
        return text if not declared.values else one_of(declared.values, text)
    if isinstance(raw, list):
        return None
    try:
        return int(raw) if declared.type == "int" else round(float(raw), 8)
    except (ValueError, OverflowError):
        return None


def is_public_hash(raw: object) -> bool:
    """Whether it may stay as it is: a hash of this name is public, and as long as a private key."""
    return isinstance(raw, str) and looks_like_hash(raw) and scrub_known(raw) == raw


def one_of(values: tuple[str, ...], text: str) -> str | None:
    """The word of an enumeration that a text is, in whatever case; ``None`` if it is none."""
    return word if (word := text.lower()) in values else None


def text_of(text: str, exempt: str | None, limit: int = MAX_CHARS) -> str:
    """A text without secrets, of at most so many characters; ``exempt`` is the one that is never scrubbed."""
    return text if text == exempt and not is_known_secret(text) else scrub(text)[:limit]


def _items(raw: list[object], exempt: str | None) -> Value:
    """A list of one type: OpenTelemetry's backends take no other."""
    plain = without_pieces([item for item in map(_plain, raw) if item is not None])
    kinds = {type(item) for item in plain}
    if kinds == {bool} or kinds == {int} or kinds == {float}:
        return plain  # type: ignore[return-value]  # mypy cannot see that the set of types settles it
    if kinds == {int, float}:
        return [float(item) for item in plain if isinstance(item, int | float)]
    return [text_of(str(item), exempt) for item in plain]


def without_secrets(raw: object, depth: int = 0) -> object:
    """The same mapping, or list of such, without what its names call secret: in its text that would be guesswork."""
    if depth >= _MAX_DEPTH:
        return raw
    if isinstance(raw, Mapping):
        return {
            name: MARKER if isinstance(name, str) and holds_secret(name, value) else without_secrets(value, depth + 1)
            for name, value in raw.items()
        }
    if isinstance(raw, list | tuple):
        return [without_secrets(item, depth + 1) for item in without_pieces(raw)]
    return raw


def _float(raw: float | Decimal | numbers.Real) -> float | str:
    try:
        return round(float(raw), 8)
    except (ValueError, OverflowError):  # a signalling NaN, a fraction beyond any double
        return str(raw)


def _bytes(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.hex()
