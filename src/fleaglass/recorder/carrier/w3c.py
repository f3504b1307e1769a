"""The W3C's headers: ``traceparent`` and ``tracestate`` (Trace Context), ``baggage`` (Baggage)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, TypeGuard
from urllib.parse import quote, unquote

from opentelemetry import trace as api

from fleaglass import semconv
from fleaglass.recorder.scrub import is_known_secret, scrub

__all__ = [
    "BAGGAGE_KEYS",
    "MAX_TRACEPARENT_CHARS",
    "format_baggage",
    "format_traceparent",
    "may_travel",
    "read_baggage",
    "read_traceparent",
    "read_tracestate",
]

BAGGAGE_KEYS: Final = (semconv.PF_REQUESTER_AGENT_ID, semconv.PF_TASK_TYPE)
"""All that is ever said to a counterparty in baggage."""

MAX_TRACEPARENT_CHARS: Final = 128
_MAX_TRACESTATE_CHARS: Final = 512  # what every participant must be able to pass on, by the specification
_MAX_TRACESTATE_MEMBERS: Final = 32
_MAX_BAGGAGE_CHARS: Final = 8_192  # the same, by the specification of Baggage

_TRACEPARENT: Final = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
_MEMBER: Final = re.compile(
    r"([a-z][_0-9a-z*/-]{0,255}|[a-z0-9][_0-9a-z*/-]{0,240}@[a-z][_0-9a-z*/-]{0,13})"
    r"=([\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e])"
)
# Short, and of words that name something. A kind of work has no spaces, so the text of a task is none.
_VALUES: Final[Mapping[str, re.Pattern[str]]] = {
    semconv.PF_REQUESTER_AGENT_ID: re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.:@/ -]{0,62}[A-Za-z0-9])?"),
    semconv.PF_TASK_TYPE: re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.:@/-]{0,62}[A-Za-z0-9])?"),
}


def format_traceparent(span: api.SpanContext) -> str:
    """Version 00, with the span's own flags."""
    return f"00-{api.format_trace_id(span.trace_id)}-{api.format_span_id(span.span_id)}-{span.trace_flags:02x}"


def read_traceparent(text: str) -> tuple[int, int] | None:
    """Trace id and span id of a well-formed ``traceparent``; its flags are nobody's to set but ours."""
    if len(text) > MAX_TRACEPARENT_CHARS or (match := _TRACEPARENT.fullmatch(text.strip(" \t"))) is None:
        return None
    version, trace_id, span_id, _, more = match.groups()
    # Version 00 ends after the flags; later versions may go on, and ff is never valid.
    if version == "ff" or (version == "00" and more) or not int(trace_id, 16) or not int(span_id, 16):
        return None
    return int(trace_id, 16), int(span_id, 16)


def read_tracestate(text: str) -> api.TraceState:
    """The vendors' part, or nothing unless all of it is well formed.

    Not left to OpenTelemetry's parser, which writes what it does not understand into the log: a stranger's words.
    """
    if len(text) > _MAX_TRACESTATE_CHARS:
        return api.TraceState()
    members = [_MEMBER.fullmatch(member) for part in text.split(",") if (member := part.strip(" \t"))]
    pairs = {member[1]: member[2] for member in members if member is not None}
    return api.TraceState(list(pairs.items()) if len(pairs) == len(members) <= _MAX_TRACESTATE_MEMBERS else None)


def format_baggage(baggage: Mapping[str, object]) -> str:
    """The two keys that may travel, as far as their values may; empty if none does."""
    return ",".join(
        f"{key}={quote(value, safe='')}" for key in BAGGAGE_KEYS if may_travel(value := baggage.get(key), key)
    )


def read_baggage(text: str) -> dict[str, str]:
    """The two keys that are read, where their values are short identifiers. Claims: whoever sent it may write any."""
    if len(text) > _MAX_BAGGAGE_CHARS:
        return {}
    found: dict[str, str] = {}
    for member in text.split(","):
        key, _, value = member.partition(";")[0].partition("=")
        key, value = key.strip(), unquote(value.strip())
        if key in BAGGAGE_KEYS and _VALUES[key].fullmatch(value):
            found[key] = value
    return found


def may_travel(value: object, key: str) -> TypeGuard[str]:
    """Whether the value of this key is an identifier, and not one that is also a secret: it goes to a stranger."""
    if not isinstance(value, str) or _VALUES[key].fullmatch(value) is None or is_known_secret(value):
        return False
    # An agent's own id may have the shape of a key; a kind of work has no reason to.
    return key == semconv.PF_REQUESTER_AGENT_ID or scrub(value) == value
