"""Does an answer keep what the OpenAPI document promises? The part of JSON Schema that our document uses, strictly.

Stricter than the standard in one thing: a key that the schema does not name is a fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
    "array": (list,),
    "object": (dict,),
}


def faults(value: Any, schema: dict[str, Any], document: dict[str, Any], where: str = "answer") -> Iterator[str]:
    """What is wrong with `value`, a sentence each."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    if "anyOf" in schema:
        found = [list(faults(value, choice, document, where)) for choice in schema["anyOf"]]
        if all(found):
            yield f"{where} fits none of its choices: {min(found, key=len)}"
        return
    kind = schema.get("type")
    if kind and (not isinstance(value, _TYPES[kind]) or (isinstance(value, bool) and kind != "boolean")):
        yield f"{where} should be {kind}, is {value!r}"
        return
    if value not in schema.get("enum", [value]) or value != schema.get("const", value):
        yield f"{where} is not an allowed value: {value!r}"
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        yield f"{where} does not match {schema['pattern']}: {value!r}"
    if kind == "array":
        for index, member in enumerate(value):
            yield from faults(member, schema.get("items", {}), document, f"{where}[{index}]")
    if kind == "object" and "properties" in schema:
        named = schema["properties"]
        yield from (f"{where}.{key} is missing" for key in set(schema.get("required", ())) - set(value))
        yield from (f"{where}.{key} was never promised" for key in set(value) - set(named))
        for key in set(value) & set(named):
            yield from faults(value[key], named[key], document, f"{where}.{key}")
