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
import re
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeAlias

from fleaglass import semconv
from fleaglass.recorder.guard import guard
from fleaglass.recorder.scrub import (
    MARKER,
    harmless,
    holds_secret,
    is_known_secret,
    scrub,
    scrub_known,
    secret_name,
    without_pieces,
)

__all__ = [
    "MAX_LONG_CHARS",
    "Value",
    "attribute_name",
    "attributes",
    "attributes_by_short_name",
    "fields",
    "is_public_hash",
    "value_of",
    "without_secrets",
]

Scalar: TypeAlias = bool | int | float | str
Value: TypeAlias = Scalar | list[bool] | list[int] | list[float] | list[str]

MAX_CHARS: Final = 1_024
MAX_LONG_CHARS: Final = 8_192
MAX_ITEMS: Final = 64
MAX_NAME_CHARS: Final = 128
_MAX_FIELD_CHARS: Final = 256
_MAX_DEPTH: Final = 16
_MAX_PLANS: Final = 2_048
_LONG: Final = frozenset(
    {
        semconv.EXCEPTION_STACKTRACE,
        semconv.GEN_AI_INPUT_MESSAGES,
        semconv.GEN_AI_OUTPUT_MESSAGES,
        semconv.GEN_AI_TOOL_CALL_ARGUMENTS,
        semconv.GEN_AI_TOOL_CALL_RESULT,
    }
)
_INT64: Final = 2**63
_TX_HASH: Final = re.compile(r"(?:0x)?[A-Za-z0-9]{16,128}")

_DECLARED: Final[Mapping[str, semconv.Attribute]] = {
    **semconv.UPSTREAM,
    **semconv.EVENT_FIELDS,
    **semconv.ATTRIBUTES,
}


def attributes(values: Mapping[str, object], exempt: str | None = None) -> dict[str, Value]:
    """Attributes from an agent's values, by full attribute name.

    ``exempt`` is the one value that is never scrubbed: the agent's own id, which may look like a key.
    """
    return _read(values, _BY_NAME, exempt)


def attributes_by_short_name(values: Mapping[str, object], exempt: str | None = None) -> dict[str, Value]:
    """Likewise, by the names that `attribute_name` reads."""
    return _read(values, _BY_SHORT_NAME, exempt)


def fields(values: Mapping[str, object], exempt: str | None = None) -> dict[str, Value]:
    """Likewise, by names that are no attributes'."""
    return _read(values, _BY_ANY_NAME, exempt)


def _value(name: str, raw: object, exempt: str | None) -> Value | None:
    return _value_as(_DECLARED.get(name), name, raw, exempt)


def _value_as(declared: semconv.Attribute | None, name: str, raw: object, exempt: str | None) -> Value | None:
    return MARKER if declared is None and holds_secret(name, raw) else value_of(raw, declared, exempt)


@lru_cache(maxsize=2_048)  # an agent has few names, and uses each thousands of times
def attribute_name(name: str) -> str:
    """The attribute meant by a short name: ``z_score`` is ``pf.z_score``, ``confidence`` is ``pf.signal_confidence``.

    A name the registry does not know is the author's own and goes under ``custom.``, out of the registry's way; a
    dotted name outside ``pf.`` is taken as it is.
    """
    full = name if name in semconv.ATTRIBUTES or name in semconv.UPSTREAM else f"pf.{name}"
    full = semconv.ALIASES.get(full, full)
    if full in _DECLARED:
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
        return _text(raw, exempt)
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
        return int(raw) if -_INT64 <= int(raw) < _INT64 else str(int(raw))
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
        return [_text(str(item), exempt) for item in (raw if isinstance(raw, list) else [raw]) if item is not None]
    if declared.type == "boolean":
        return raw if isinstance(raw, bool) else None
    if declared.type == "string":
        if declared.name == semconv.PF_TX_HASH and is_public_hash(raw):
            return str(raw)
        limit = MAX_LONG_CHARS if declared.name in _LONG else MAX_CHARS
        text = _text(raw if isinstance(raw, str) else str(raw), exempt, limit)
        return text if not declared.values else _one_of(declared.values, text)
    if isinstance(raw, list):
        return None
    try:
        return int(raw) if declared.type == "int" else round(float(raw), 8)
    except (ValueError, OverflowError):
        return None


def is_public_hash(raw: object) -> bool:
    """Whether it may stay as it is: a transaction's hash is public, and as long as a private key."""
    return isinstance(raw, str) and _TX_HASH.fullmatch(raw) is not None and scrub_known(raw) == raw


def _one_of(values: tuple[str, ...], text: str) -> str | None:
    return word if (word := text.lower()) in values else None


def _text(text: str, exempt: str | None, limit: int = MAX_CHARS) -> str:
    return text if text == exempt and not is_known_secret(text) else scrub(text)[:limit]


def _items(raw: list[object], exempt: str | None) -> Value:
    """A list of one type: OpenTelemetry's backends take no other."""
    plain = [item for item in map(_plain, raw) if item is not None]
    kinds = {type(item) for item in plain}
    if kinds == {bool} or kinds == {int} or kinds == {float}:
        return plain  # type: ignore[return-value]  # mypy cannot see that the set of types settles it
    if kinds == {int, float}:
        return [float(item) for item in plain if not isinstance(item, list)]
    return [_text(str(item), exempt) for item in without_pieces(plain)]


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


# The quick way of most values: by the name, then by the value's own type. It gives what `_value` gives, which is the
# way of all others.

_Read: TypeAlias = Callable[[Any, str | None], Value | None]


def _as_it_is(raw: Any, _: str | None) -> Value:
    value: Value = raw
    return value


def _rounded(raw: Any, _: str | None) -> Value:
    value: Value = round(raw, 8)
    return value


def _as_double(raw: Any, _: str | None) -> Value | None:
    try:
        return round(float(raw), 8)
    except (ValueError, OverflowError):
        return None


def _int_as_double(raw: Any, _: str | None) -> Value:
    return float(raw) if -_INT64 <= raw < _INT64 else float(str(raw))


def _of_64_bits(raw: Any, _: str | None) -> Value:
    return raw if -_INT64 <= raw < _INT64 else str(raw)


def _as_text(raw: Any, exempt: str | None) -> Value:
    return _text(raw, exempt)


def _as_one_of(values: tuple[str, ...]) -> _Read:
    known = frozenset(values)
    return lambda raw, exempt: raw if raw in known else _one_of(values, _text(raw, exempt))


def _as_int(raw: Any, _: str | None) -> Value:
    return raw if -_INT64 <= raw < _INT64 else int(str(raw))


_SLOWLY: Final[Mapping[type, _Read]] = MappingProxyType({})
_UNDECLARED: Final[Mapping[type, _Read]] = MappingProxyType(
    {str: _as_text, float: _rounded, bool: _as_it_is, int: _of_64_bits}
)
_BY_TYPE: Final[Mapping[str, Mapping[type, _Read]]] = MappingProxyType(
    {
        "double": MappingProxyType({float: _rounded, int: _int_as_double, Decimal: _as_double}),
        "int": MappingProxyType({int: _as_int}),
        "boolean": MappingProxyType({bool: _as_it_is}),
        "string": MappingProxyType({str: _as_text}),
    }
)


class _Plan(NamedTuple):
    """How the values of a name are read: what it is called from here on, quick ways by type, and its declaration."""

    name: str
    quick: Mapping[type, _Read]
    declared: semconv.Attribute | None


class _Plans(dict[str, _Plan]):
    """Plans by name, made when a name is first met: an agent has few, and uses each thousands of times."""

    def __init__(self, make: Callable[[str], _Plan]) -> None:
        super().__init__()
        self._make = make
        self._known: AbstractSet[str] | None = None

    def now(self, clean: AbstractSet[str]) -> None:
        """These texts are clean now. When a secret is learned they are others, and the names are looked at again."""
        if self._known is not clean:
            self.clear()
            self._known = clean

    def __missing__(self, name: str) -> _Plan:
        plan = self._make(str(name))
        if type(name) is str and len(name) <= MAX_NAME_CHARS:
            if len(self) >= _MAX_PLANS:
                self.clear()
            self[name] = plan
        return plan


def _read(values: Mapping[str, object], plans: _Plans, exempt: str | None) -> dict[str, Value]:
    found: dict[str, Value] = {}
    clean = harmless()
    plans.now(clean)
    for name, raw in values.items():
        full, quick, declared = plans[name]
        read = quick.get(type(raw))
        # The three that are met most often are not called, which would take as long as they do.
        if read is _as_text:
            found[full] = raw if raw in clean else _text(raw, exempt)  # type: ignore[assignment, arg-type]
        elif read is _rounded:
            found[full] = round(raw, 8)  # type: ignore[call-overload]
        elif read is _as_it_is:
            found[full] = raw  # type: ignore[assignment]
        elif raw is not None:
            value: Value | None = None
            if read is not None:
                value = read(raw, exempt)
            else:
                with guard(f"reading the value of {name}"):  # an object of the author's may fail at anything
                    value = _value_as(declared, name, raw, exempt)
            if value is not None:
                found[full] = value
    return found


def _plan(name: str) -> _Plan:
    declared = _DECLARED.get(name)
    if declared is None:
        return _undeclared(name, scrub(name)[:MAX_NAME_CHARS])
    if declared.name == semconv.PF_TX_HASH or declared.name in _LONG:
        return _Plan(name, _SLOWLY, declared)
    if declared.values:
        return _Plan(name, MappingProxyType({str: _as_one_of(declared.values)}), declared)
    return _Plan(name, _BY_TYPE.get(declared.type, _SLOWLY), declared)


def _undeclared(name: str, told: str) -> _Plan:
    return _Plan(told, _SLOWLY if secret_name(name) else _UNDECLARED, None)


_BY_NAME: Final = _Plans(_plan)
_BY_SHORT_NAME: Final = _Plans(lambda name: _plan(attribute_name(name)))
_BY_ANY_NAME: Final = _Plans(lambda name: _undeclared(name, scrub(name)[:_MAX_FIELD_CHARS]))
