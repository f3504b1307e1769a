"""Trace context on its way between processes: written for people we hire, read from people we do not know.

The forms are the W3C's: ``traceparent`` and ``tracestate`` (Trace Context) and ``baggage`` (Baggage). They travel in
HTTP headers to the venue, and in an escrow's metadata to a counterparty.

What arrives from a counterparty proves nothing and may be meant to harm. So a carrier is checked before a byte of it
is used: its type, its size, the exact form of ``traceparent``; ``tracestate`` is kept only when it is well formed, and
of the baggage only two keys are read and written, with values that are short identifiers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, TypeGuard
from urllib.parse import quote, unquote

from opentelemetry import trace as api

from fleaglass import semconv
from fleaglass.recorder.scrub import is_known_secret

__all__ = ["BAGGAGE_KEYS", "Problem", "Remote", "may_travel", "read_carrier", "write_carrier"]

BAGGAGE_KEYS: Final = (semconv.PF_REQUESTER_AGENT_ID, semconv.PF_TASK_TYPE)
"""All that is ever said to a counterparty in baggage."""

Problem: TypeAlias = Literal["missing", "not_a_mapping", "too_large", "malformed"]

_MAX_ENTRIES: Final = 16
_MAX_TRACEPARENT_CHARS: Final = 128
_MAX_TRACESTATE_CHARS: Final = 512  # what every participant must be able to pass on, by the specification
_MAX_TRACESTATE_MEMBERS: Final = 32
_MAX_BAGGAGE_CHARS: Final = 1_024

_TRACEPARENT: Final = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
_MEMBER: Final = re.compile(
    r"([a-z][_0-9a-z*/-]{0,255}|[a-z0-9][_0-9a-z*/-]{0,240}@[a-z][_0-9a-z*/-]{0,13})"
    r"=([\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e])"
)
_IDENTIFIER: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.:@/ -]{0,62}[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class Remote:
    """A context that may be followed."""

    trace_id: int
    span_id: int
    trace_state: api.TraceState
    baggage: Mapping[str, str]

    def span_context(self) -> api.SpanContext:
        """The remote span.

        Always marked as sampled: with the usual parent-based sampler a stranger could otherwise switch off our
        recording by sending flags of 00.
        """
        flags = api.TraceFlags(api.TraceFlags.SAMPLED)
        return api.SpanContext(self.trace_id, self.span_id, True, flags, self.trace_state)


def write_carrier(span: api.SpanContext, baggage: Mapping[str, object]) -> dict[str, str]:
    """A new carrier for the span and the allowed part of the baggage; empty when there is nothing to carry."""
    if not span.is_valid:
        return {}
    trace_id, span_id = api.format_trace_id(span.trace_id), api.format_span_id(span.span_id)
    carrier = {"traceparent": f"00-{trace_id}-{span_id}-{span.trace_flags:02x}"}
    if span.trace_state:
        carrier["tracestate"] = span.trace_state.to_header()
    members = [f"{key}={quote(value, safe='')}" for key in BAGGAGE_KEYS if may_travel(value := baggage.get(key))]
    if members:
        carrier["baggage"] = ",".join(members)
    return carrier


def read_carrier(carrier: object) -> Remote | Problem:
    """The context in a carrier from elsewhere, or what is wrong with it. Never raises, whatever the dict holds."""
    if carrier is None or carrier == {}:
        return "missing"
    if not isinstance(carrier, Mapping):
        return "not_a_mapping"
    if len(carrier) > _MAX_ENTRIES:
        return "too_large"
    traceparent = carrier.get("traceparent")
    if traceparent is None:
        return "missing"
    if not isinstance(traceparent, str):
        return "malformed"
    if len(traceparent) > _MAX_TRACEPARENT_CHARS:
        return "too_large"
    match = _TRACEPARENT.fullmatch(traceparent.strip(" \t"))
    if match is None:
        return "malformed"
    version, trace_id, span_id, _, more = match.groups()
    # Version 00 ends after the flags; later versions may go on, and ff is never valid.
    if version == "ff" or (version == "00" and more) or not int(trace_id, 16) or not int(span_id, 16):
        return "malformed"
    return Remote(
        trace_id=int(trace_id, 16),
        span_id=int(span_id, 16),
        trace_state=_trace_state(carrier.get("tracestate")),
        baggage=_baggage(carrier.get("baggage")),
    )


def _trace_state(raw: object) -> api.TraceState:
    """The vendors' part, or nothing unless all of it is well formed.

    Not left to OpenTelemetry's parser, which writes what it does not understand into the log: a stranger's words.
    """
    if not isinstance(raw, str) or len(raw) > _MAX_TRACESTATE_CHARS:
        return api.TraceState()
    members = [_MEMBER.fullmatch(member) for part in raw.split(",") if (member := part.strip(" \t"))]
    pairs = {member[1]: member[2] for member in members if member is not None}
    return api.TraceState(list(pairs.items()) if len(pairs) == len(members) <= _MAX_TRACESTATE_MEMBERS else None)


def _baggage(raw: object) -> dict[str, str]:
    if not isinstance(raw, str) or len(raw) > _MAX_BAGGAGE_CHARS:
        return {}
    found: dict[str, str] = {}
    for member in raw.split(","):
        key, _, value = member.partition(";")[0].partition("=")
        value = unquote(value.strip())
        if key.strip() in BAGGAGE_KEYS and _IDENTIFIER.fullmatch(value):
            found[key.strip()] = value
    return found


def may_travel(value: object) -> TypeGuard[str]:
    """An identifier, and not one that is also a key: it goes to a stranger."""
    return isinstance(value, str) and _IDENTIFIER.fullmatch(value) is not None and not is_known_secret(value)
