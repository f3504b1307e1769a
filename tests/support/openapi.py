"""Hold the body of a request, or an answer, against an OpenAPI document: as much of JSON Schema as Sentry's uses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["answer_faults", "body_faults", "sentry_document"]

ROOT = Path(__file__).resolve().parents[2]
TYPES: Mapping[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
}


@cache
def sentry_document() -> Mapping[str, Any] | None:
    """Sentry's public API, where a copy lies beside the repository; it is not part of it."""
    path = ROOT.parent / "shared" / "vectors" / "sentry-openapi-subset.json"
    return json.loads(path.read_text("utf-8")) if path.is_file() else None


def body_faults(document: Mapping[str, Any], method: str, path: str, body: Any) -> list[str]:
    """What the document has against this request, one sentence a fault; [] if nothing, or for a path that it lacks."""
    operations = _operations(document, path)
    if operations is None:
        return []
    operation = operations.get(method.lower())
    if operation is None:
        return [f"{path} takes no {method}"]
    if "requestBody" not in operation:
        return []
    return list(_faults(operation["requestBody"]["content"]["application/json"]["schema"], body, "body"))


def answer_faults(document: Mapping[str, Any], method: str, path: str, status: int, answer: Any) -> list[str]:
    """What the document has against this answer, likewise; an answer of which it gives no form has no fault."""
    operation = (_operations(document, path) or {}).get(method.lower(), {"responses": {str(status): {}}})
    if str(status) not in operation["responses"]:
        return [f"{method} {path} never answers {status}"]
    content = operation["responses"][str(status)].get("content")
    return [] if content is None else list(_faults(content["application/json"]["schema"], answer, "answer"))


def _operations(document: Mapping[str, Any], path: str) -> Mapping[str, Any] | None:
    """What the document has on a path, by method."""
    for template, operations in document["paths"].items():
        if re.fullmatch(re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(template)), path):
            return dict(operations)
    return None


def _faults(schema: Mapping[str, Any], value: Any, where: str) -> Iterator[str]:
    if value is None and schema.get("nullable"):
        return
    expected = TYPES.get(schema.get("type", ""), object)
    if not isinstance(value, expected) or (isinstance(value, bool) and expected is not bool and expected is not object):
        yield f"{where} is no {schema['type']}: {value!r}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{where} is none of {schema['enum']}: {value!r}"
    if isinstance(value, str):
        yield from _text_faults(schema, value, where)
    if isinstance(value, list):
        for number, member in enumerate(value):
            yield from _faults(schema.get("items", {}), member, f"{where}[{number}]")
    if isinstance(value, dict):
        yield from (f"{where} lacks {name}" for name in schema.get("required", ()) if name not in value)
        for name, member in value.items():
            yield from _faults(schema.get("properties", {}).get(name, {}), member, f"{where}.{name}")


def _text_faults(schema: Mapping[str, Any], value: str, where: str) -> Iterator[str]:
    if len(value) > schema.get("maxLength", len(value)):
        yield f"{where} is longer than {schema['maxLength']}"
    if schema.get("format") == "date-time":
        try:
            aware = datetime.fromisoformat(value).tzinfo is not None
        except ValueError:
            aware = False
        if not aware:
            yield f"{where} is no time with a zone: {value!r}"
    if schema.get("format") == "uri" and "://" not in value:
        yield f"{where} is no address: {value!r}"
