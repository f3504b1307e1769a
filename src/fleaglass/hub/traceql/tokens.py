"""What a single token says: a field or a literal, or that there is none such."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Final, TypeVar

from lark import Token

from fleaglass.hub.traceql.literals import LARGEST, BadLiteral, duration_ns, unquoted
from fleaglass.hub.traceql.refused import TraceQLError
from fleaglass.hub.traceql.tree import Attribute, Duration, Field, Intrinsic, Place, Scope, Value, Word
from fleaglass.hub.traceql.words import INTRINSICS, KINDS, STATUSES

__all__ = ["field_of", "literal_of", "place_of"]

_Read = TypeVar("_Read")

_SCOPES: Final[dict[str, Scope]] = {"span": "span", "resource": "resource", "": "any"}


def field_of(token: Token) -> Field:
    """The field of an ATTRIBUTE or a WORD. Raises TraceQLError."""
    return _attribute(token) if token.type == "ATTRIBUTE" else _intrinsic(token)


def literal_of(token: Token) -> Value:
    """The value of a literal. Raises TraceQLError."""
    place = place_of(token)
    match token.type:
        case "STRING":
            return _checked(unquoted, token, place)
        case "INTEGER":
            return _fitting(token, place)
        case "FLOAT":
            return _finite(token, place)
        case "DURATION":
            return Duration(_checked(duration_ns, token, place))
        case "TRUE" | "FALSE":
            return token.type == "TRUE"
        case "NIL":
            return None
    if token not in STATUSES and token not in KINDS:
        raise TraceQLError(place, f"{str(token)!r} is no value; text is written in quotes")
    return Word(str(token))


def place_of(token: Token) -> Place:
    """Where it begins."""
    return Place(token.line or 1, token.column or 1)


def _attribute(token: Token) -> Attribute:
    scope, _, key = token.partition(".")
    if scope not in _SCOPES:
        hint = "attributes are span., resource., or begin with a dot alone"
        raise TraceQLError(place_of(token), f"there are no attributes of {scope!r} here: {hint}")
    read = [_checked(unquoted, piece, place_of(token)) if piece[0] == '"' else piece for piece in _pieces(key)]
    return Attribute(_SCOPES[scope], "".join(read))


def _pieces(key: str) -> Iterator[str]:
    """A key may be in quotes, or have some in it."""
    while key:
        end = _closing(key) if key[0] == '"' else key.find('"')
        end = len(key) if end < 0 else end
        yield key[:end]
        key = key[end:]


def _closing(key: str) -> int:
    """Behind the quotation mark that ends what begins with one."""
    place = 1
    while key[place] != '"':
        place += 2 if key[place] == "\\" else 1
    return place + 1


def _intrinsic(token: Token) -> Intrinsic:
    if token not in INTRINSICS:
        raise TraceQLError(
            place_of(token),
            f"there is no field {str(token)!r}; an attribute begins with span., resource. or a dot, and besides there"
            f" are {', '.join(INTRINSICS)}",
        )
    return Intrinsic(str(token))


def _fitting(token: Token, place: Place) -> int:
    if len(token) > 20 or not -LARGEST - 1 <= int(token) <= LARGEST:
        raise TraceQLError(place, "a whole number has at most 64 bits")
    return int(token)


def _finite(token: Token, place: Place) -> float:
    number = float(token)
    if not math.isfinite(number):
        raise TraceQLError(place, "the number is too large")
    return number


def _checked(read: Callable[[str], _Read], literal: str, place: Place) -> _Read:
    try:
        return read(literal)
    except BadLiteral as fault:
        raise TraceQLError(place, str(fault)) from None
