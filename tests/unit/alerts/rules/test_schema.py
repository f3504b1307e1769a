"""An editor that checks by the schema lets pass what is right, and marks what is not."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from fleaglass.alerts.rules import default_text, schema

SCHEMA = schema()
TYPES = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool}


def complaints(value: Any, kind: dict[str, Any], path: str = "$") -> Iterator[str]:
    """What JSON Schema says of a value, as far as this schema uses it."""
    if "$ref" in kind:
        yield from complaints(value, SCHEMA["$defs"][kind["$ref"].rpartition("/")[2]], path)
    if "anyOf" in kind and all(list(complaints(value, one, path)) for one in kind["anyOf"]):
        yield f"{path}: none of {len(kind['anyOf'])}"
    if "type" in kind and not _is_of(value, kind["type"]):
        yield f"{path}: no {kind['type']}"
        return
    if "enum" in kind and value not in kind["enum"]:
        yield f"{path}: not in {kind['enum']}"
    if "pattern" in kind and re.search(kind["pattern"], value) is None:
        yield f"{path}: not as {kind['pattern']}"
    if value < kind["minimum"] if "minimum" in kind else False:
        yield f"{path}: below {kind['minimum']}"
    if isinstance(value, dict):
        yield from (f"{path}: {name} is missing" for name in kind.get("required", ()) if name not in value)
        for name, each in value.items():
            rest = kind.get("additionalProperties", True)
            inner = kind.get("properties", {}).get(name, rest)
            if inner is False:
                yield f"{path}: {name} is no property"
            elif isinstance(inner, dict):
                yield from complaints(each, inner, f"{path}.{name}")
    if isinstance(value, list) and "items" in kind:
        for index, each in enumerate(value):
            yield from complaints(each, kind["items"], f"{path}[{index}]")


def _is_of(value: Any, name: str) -> bool:
    return isinstance(value, TYPES[name]) and (isinstance(value, bool) is (name == "boolean"))


def test_the_default_file_is_accepted_with_all_that_it_shows() -> None:
    switched_on = re.sub(r"^#(?! )", "", default_text(), flags=re.MULTILINE)
    for text in (default_text(), switched_on):
        assert list(complaints(tomllib.loads(text), SCHEMA)) == []


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ('window = "5m"', 'window = "5 m"'),
        ("above_ms = 500", "above_ms = -1"),
        ("last = 100", "lats = 100"),
        ('kind = "count"', 'kind = "cuont"'),
        ("version = 1", "version = 2"),
        ('severity = "error"', 'severity = "eror"'),
    ],
)
def test_a_mistake_is_marked(was: str, becomes: str) -> None:
    assert was in default_text()
    assert list(complaints(tomllib.loads(default_text().replace(was, becomes)), SCHEMA))
