"""OTLP values as the API tells them: `{"type": "int", "value": "7"}`, so that no kind is taken for another.

The store keeps an AnyValue that has no map of its own as a tagged string, a letter and then the text:

    s text   i 64-bit integer   d double   b 0|1   y bytes   a ArrayValue   k KeyValueList   e empty

The last four kinds' bytes arrive here as hex. Integers are strings in JSON (they pass 2^53), and so are the doubles
that JSON cannot write.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal

from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue, KeyValueList

from fleaglass.hub.store.kinds import Attribute, Value

__all__ = [
    "Attribute",
    "Value",
    "from_any",
    "from_key_values",
    "from_map",
    "from_resource",
    "from_tagged",
    "from_tagged_hex",
    "to_any",
    "to_key_value",
    "to_tagged",
    "typed",
]

EMPTY: Final[Value] = {"type": "empty", "value": None}


def typed(kind: str, value: Any) -> Value:
    """A value read from a typed column or map; `kind` is the schema's: string, int, double or boolean."""
    match kind:
        case "int":
            return {"type": "int", "value": str(value)}
        case "double":
            return {"type": "double", "value": _json_double(value)}
        case "boolean":
            return {"type": "bool", "value": bool(value)}
    return {"type": "string", "value": value}


def from_map(kind: str, pairs: Mapping[str, Any]) -> list[Attribute]:
    """The attributes of one map column; `kind` as for `typed`, or "other" for hex of tagged bytes."""
    if kind == "other":
        return [{"key": key, "value": from_tagged_hex(text)} for key, text in pairs.items()]
    return [{"key": key, "value": typed(kind, value)} for key, value in pairs.items()]


def from_resource(rows: Iterable[tuple[str, str]]) -> list[Attribute]:
    """The attributes in a `resource` column, already parsed from JSON: rows of key and tagged value."""
    return [{"key": key, "value": from_tagged(tagged)} for key, tagged in rows]


def from_tagged(tagged: str) -> Value:
    """A tagged string; the bytes of kinds y, a and k are hex.

    Raises ValueError when the letter is unknown or the text does not fit it: the store is not what this version wrote.
    """
    tag, text = tagged[:1], tagged[1:]
    match tag:
        case "s":
            return {"type": "string", "value": text}
        case "i":
            return {"type": "int", "value": text}
        case "d":
            return {"type": "double", "value": _json_double(float(text))}
        case "b":
            return {"type": "bool", "value": text == "1"}
        case "y":
            return _bytes(bytes.fromhex(text))
        case "a":
            return from_any(AnyValue(array_value=ArrayValue.FromString(bytes.fromhex(text))))
        case "k":
            return from_any(AnyValue(kvlist_value=KeyValueList.FromString(bytes.fromhex(text))))
        case "e":
            return EMPTY
    raise ValueError(f"a stored value begins with {tag!r}, which is no kind of value")


def from_tagged_hex(text: str) -> Value:
    """A tagged string that was stored as it came, text and bytes alike, and read as hex."""
    tag, rest = bytes.fromhex(text[:2]).decode(), text[2:]
    return from_tagged(tag + (rest if tag in "yak" else bytes.fromhex(rest).decode()))


def to_tagged(value: AnyValue) -> str:
    """The tagged string of a protobuf AnyValue, as the views write it for resources."""
    match value.WhichOneof("value"):
        case "string_value":
            return f"s{value.string_value}"
        case "int_value":
            return f"i{value.int_value}"
        case "double_value":
            return f"d{value.double_value!r}"
        case "bool_value":
            return f"b{value.bool_value:d}"
        case "bytes_value":
            return f"y{value.bytes_value.hex()}"
        case "array_value":
            return f"a{value.array_value.SerializeToString().hex()}"
        case "kvlist_value":
            return f"k{value.kvlist_value.SerializeToString().hex()}"
    return "e"


def from_key_values(serialised: Iterable[str]) -> list[Attribute]:
    """The attributes of an event, a link or a scope: serialised KeyValue messages as hex."""
    pairs = (KeyValue.FromString(bytes.fromhex(text)) for text in serialised)
    return [{"key": pair.key, "value": from_any(pair.value)} for pair in pairs]


def from_any(value: AnyValue) -> Value:
    """A protobuf AnyValue, nested ones included."""
    match value.WhichOneof("value"):
        case "string_value":
            return {"type": "string", "value": value.string_value}
        case "bool_value":
            return {"type": "bool", "value": value.bool_value}
        case "int_value":
            return {"type": "int", "value": str(value.int_value)}
        case "double_value":
            return {"type": "double", "value": _json_double(value.double_value)}
        case "bytes_value":
            return _bytes(value.bytes_value)
        case "array_value":
            return {"type": "array", "value": [from_any(member) for member in value.array_value.values]}
        case "kvlist_value":
            members: list[Attribute] = [
                {"key": pair.key, "value": from_any(pair.value)} for pair in value.kvlist_value.values
            ]
            return {"type": "kvlist", "value": members}
    return EMPTY


def to_any(value: Value) -> AnyValue:
    """The protobuf AnyValue of a value: what `from_any` has made it of."""
    match value["type"]:
        case "string":
            return AnyValue(string_value=value["value"])
        case "bool":
            return AnyValue(bool_value=value["value"])
        case "int":
            return AnyValue(int_value=int(value["value"]))
        case "double":
            return AnyValue(double_value=float(value["value"]))
        case "bytes":
            return AnyValue(bytes_value=base64.b64decode(value["value"]))
        case "array":
            return AnyValue(array_value=ArrayValue(values=map(to_any, value["value"])))
        case "kvlist":
            return AnyValue(kvlist_value=KeyValueList(values=map(to_key_value, value["value"])))
    return AnyValue()


def to_key_value(attribute: Attribute) -> KeyValue:
    """An attribute as protobuf."""
    return KeyValue(key=attribute["key"], value=to_any(attribute["value"]))


def _bytes(value: bytes) -> Value:
    return {"type": "bytes", "value": base64.b64encode(value).decode()}


def _json_double(value: float) -> float | Literal["NaN", "Infinity", "-Infinity"]:
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
