"""The words of the language: which intrinsics there are, what kind of value each has, and what may be compared with it.

Source: Grafana Tempo's documentation, "Construct a TraceQL query", intrinsic fields and comparison operators.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from fleaglass.hub.traceql.tree import Attribute, Duration, Field, Intrinsic, Operator, Value, Word

__all__ = ["HINTS", "INTRINSICS", "KINDS", "STATUSES", "Kind", "Meaning", "is_of_the_trace", "kind_of", "unfit"]

Meaning: TypeAlias = Literal[
    "name",
    "status",
    "status_message",
    "kind",
    "duration",
    "span_id",
    "parent_id",
    "is_root",
    "scope_name",
    "scope_version",
    "trace_id",
    "root_name",
    "root_service",
    "trace_duration",
]
Kind: TypeAlias = Literal["attribute", "text", "id", "status", "kind", "duration", "root"]

INTRINSICS: Final[dict[str, Meaning]] = {
    "name": "name",
    "status": "status",
    "statusMessage": "status_message",
    "kind": "kind",
    "duration": "duration",
    "nestedSetParent": "is_root",
    "rootName": "root_name",
    "rootServiceName": "root_service",
    "traceDuration": "trace_duration",
    "span:name": "name",
    "span:status": "status",
    "span:statusMessage": "status_message",
    "span:kind": "kind",
    "span:duration": "duration",
    "span:id": "span_id",
    "span:parentID": "parent_id",
    "trace:id": "trace_id",
    "trace:rootName": "root_name",
    "trace:rootService": "root_service",
    "trace:duration": "trace_duration",
    "instrumentation:name": "scope_name",
    "instrumentation:version": "scope_version",
}
"""Word -> what it means; some have two words."""

STATUSES: Final = ("unset", "ok", "error")
"""By OTLP's number (trace/v1, Status.StatusCode)."""

KINDS: Final = ("unspecified", "internal", "server", "client", "producer", "consumer")
"""By OTLP's number (trace/v1, Span.SpanKind)."""

HINTS: Final = ("most_recent", "sample", "span_sample", "trace_sample", "exemplars", "safe")
"""How Tempo may go about it. None changes an answer here, which is always exact and newest first."""

_KIND_OF: Final[dict[Meaning, Kind]] = {
    "status": "status",
    "kind": "kind",
    "duration": "duration",
    "trace_duration": "duration",
    "span_id": "id",
    "parent_id": "id",
    "trace_id": "id",
    "is_root": "root",
}
_OF_THE_TRACE: Final = ("root_name", "root_service", "trace_duration")
_EQUALITY: Final = ("=", "!=")
_MATCHING: Final = ("=~", "!~")


def kind_of(field: Field) -> Kind:
    """What kind of value it has; that of an attribute is known only when it is read."""
    return "attribute" if isinstance(field, Attribute) else _KIND_OF.get(INTRINSICS[field.word], "text")


def is_of_the_trace(field: Field) -> bool:
    """Whether the whole trace has to be looked at to know it."""
    return isinstance(field, Intrinsic) and INTRINSICS[field.word] in _OF_THE_TRACE


def unfit(field: Field, operator: Operator, value: Value) -> str | None:
    """Why these cannot be compared; None if they can."""
    kind = kind_of(field)
    if kind == "root":
        fits = (operator, value) in (("<", 0), (">=", 0)) and type(value) is int
        return None if fits else "nestedSetParent is known only as < 0 (a root) and >= 0 (any other span)"
    if value is None:
        return None if operator in _EQUALITY else "nil is compared by = and != only"
    if operator in _MATCHING:
        if not isinstance(value, str):
            return f"{operator} takes a regular expression in quotes"
        return None if kind in ("attribute", "text", "id") else f"a {kind} is not matched by {operator}"
    return _unfit_value(kind, operator, value)


def _unfit_value(kind: Kind, operator: Operator, value: Value) -> str | None:
    match value:
        case Word(text):
            words = {"status": STATUSES, "kind": KINDS}.get(kind)
            if words is None:
                return f'{text!r} is a status or a kind; text is written in quotes: "{text}"'
            if text not in words:
                return f"a {kind} is one of {', '.join(words)}, got {text!r}"
            return None if operator in _EQUALITY else f"a {kind} is compared by = and != only"
        case bool():
            if kind != "attribute":
                return f"{_a(kind)} is not compared with true or false"
            return None if operator in _EQUALITY else "true and false are compared by = and != only"
        case str():
            if kind in ("status", "kind", "duration"):
                return f"{_a(kind)} is not compared with text: write it without quotes"
            return "an id is compared by =, !=, =~ and !~ only" if kind == "id" and operator not in _EQUALITY else None
        case int() | float() | Duration():
            return None if kind in ("attribute", "duration") else f"{_a(kind)} is not compared with a number"
    return None


def _a(kind: Kind) -> str:
    return {"text": "a text", "id": "an id"}.get(kind, f"a {kind}")
