"""The kinds of OTLP values as types, in the JSON form of the API: `type` says which kind, `value` what it holds.

Spelled out one by one so that the type checker, OpenAPI and a reader see the same thing.
"""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict  # typing's own cannot be read by pydantic before Python 3.12

__all__ = [
    "ArrayValue",
    "Attribute",
    "BoolValue",
    "BytesValue",
    "DoubleValue",
    "EmptyValue",
    "IntValue",
    "KvListValue",
    "StringValue",
    "Value",
]


class StringValue(TypedDict):
    """Text."""

    type: Literal["string"]
    value: str


class BoolValue(TypedDict):
    """A boolean."""

    type: Literal["bool"]
    value: bool


class IntValue(TypedDict):
    """A 64-bit integer as decimal digits, since it may lie beyond 2^53."""

    type: Literal["int"]
    value: str


class DoubleValue(TypedDict):
    """A double; what JSON cannot write is a word."""

    type: Literal["double"]
    value: float | Literal["NaN", "Infinity", "-Infinity"]


class BytesValue(TypedDict):
    """Bytes in base64."""

    type: Literal["bytes"]
    value: str


class ArrayValue(TypedDict):
    """A list of values, whose kinds may differ."""

    type: Literal["array"]
    value: list[Value]


class KvListValue(TypedDict):
    """A list of keys and values."""

    type: Literal["kvlist"]
    value: list[Attribute]


class EmptyValue(TypedDict):
    """A key that was sent without a value."""

    type: Literal["empty"]
    value: None


class Attribute(TypedDict):
    """A key and its value."""

    key: str
    value: Value


Value = StringValue | BoolValue | IntValue | DoubleValue | BytesValue | ArrayValue | KvListValue | EmptyValue
