"""Query parameters as a table: one row says what may be asked, and tells OpenAPI so.

A parameter that is not in an endpoint's table is refused, never ignored: a misspelt filter would otherwise answer
with everything and look as if it had matched.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from fleaglass.hub.api.errors import Problem, bad_filter

__all__ = ["LIMIT", "Given", "Parameter", "documented", "given", "text", "whole_number"]

MAX_TEXT: Final = 1000  # characters; longer values are mistakes, and each becomes part of a query

_STRING: Final[Mapping[str, Any]] = {"type": "string"}

Given = Mapping[str, Sequence[str]]
"""Parameter name -> the values it was given, in order."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: `schema` is its JSON schema, `repeatable` whether it may be given more than once."""

    name: str
    description: str
    schema: Mapping[str, Any] = field(default_factory=lambda: _STRING)
    repeatable: bool = False
    where: Literal["query", "path"] = "query"


LIMIT: Final = Parameter(
    "limit",
    "How many to answer with, at most.",
    {"type": "integer", "minimum": 1, "maximum": 200, "default": 50},
)


def documented(parameters: Iterable[Parameter]) -> dict[str, Any]:
    """The `openapi_extra` of an endpoint that takes these parameters."""
    return {"parameters": [_documented(parameter) for parameter in parameters]}


def given(pairs: Iterable[tuple[str, str]], allowed: Iterable[Parameter]) -> Given:
    """The values of a query string by name. Raises Problem for a name that is unknown, or given too often."""
    known = {parameter.name: parameter for parameter in allowed if parameter.where == "query"}
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        if name not in known:
            raise Problem(
                400,
                "unknown_parameter",
                f"there is no parameter {name[:100]!r} here, got {value[:100]!r}",
                f"Known are: {', '.join(known)}." if known else "This endpoint takes none.",
            )
        if name in values and not known[name].repeatable:
            raise bad_filter(name, "given once", value, f"It was given as {values[name][0][:100]!r} before.")
        if len(value) > MAX_TEXT:
            raise bad_filter(name, f"at most {MAX_TEXT} characters", value, f"It has {len(value)}.")
        values.setdefault(name, []).append(value)
    return values


def text(found: Given, name: str) -> str | None:
    """The value of a text parameter; None when it was not given, or left empty as forms do."""
    values = found.get(name)
    return values[0] or None if values else None


def whole_number(found: Given, parameter: Parameter) -> int:
    """An integer within the bounds of the parameter's schema, or its default. Raises Problem."""
    value = text(found, parameter.name)
    lowest, highest = parameter.schema["minimum"], parameter.schema["maximum"]
    if value is None:
        return int(parameter.schema["default"])
    # isascii: int() would take digits of other scripts as well
    if value.isascii() and value.isdigit() and lowest <= int(value) <= highest:
        return int(value)
    raise bad_filter(
        parameter.name,
        f"a whole number from {lowest} to {highest}",
        value,
        f"Leave it out for {parameter.schema['default']}.",
    )


def _documented(parameter: Parameter) -> dict[str, Any]:
    schema = dict(parameter.schema)
    return {
        "name": parameter.name,
        "in": parameter.where,
        "required": parameter.where == "path",
        "description": parameter.description,
        "schema": {"type": "array", "items": schema} if parameter.repeatable else schema,
    }
