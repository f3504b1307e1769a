"""Values as Tempo's JSON has them: protobuf's form of an AnyValue."""

from __future__ import annotations

from typing import Any, Final

from fleaglass.hub.store.values import from_tagged

__all__ = ["NIL", "otlp_value"]

NIL: Final = {"stringValue": "nil"}
"""The value of a label that a span does not have."""

_NAMES: Final = {"string": "stringValue", "int": "intValue", "double": "doubleValue", "bool": "boolValue"}


def otlp_value(tagged: str) -> dict[str, Any]:
    """The value of a tagged text (store/values.py); an empty one is nil."""
    if not tagged:
        return NIL
    value = from_tagged(tagged)
    return {_NAMES[value["type"]]: value["value"]}
