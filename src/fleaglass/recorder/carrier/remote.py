"""What a carrier comes to: a context that may be followed, or a word for what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

import msgspec
from opentelemetry import trace as api

__all__ = ["W3C", "Problem", "Remote"]

Problem: TypeAlias = Literal["missing", "not_a_mapping", "too_large", "malformed"]

W3C: Final = ("tracecontext", "baggage")
"""The propagators spoken unless others are asked for, by the names that ``OTEL_PROPAGATORS`` has for them."""


class Remote(msgspec.Struct, frozen=True):
    """A context that may be followed. The baggage is what somebody claims, nothing more."""

    trace_id: int
    span_id: int
    trace_state: api.TraceState
    baggage: Mapping[str, str]

    def span_context(self) -> api.SpanContext:
        """The remote span.

        Always marked as sampled: whether we record is not a stranger's to say.
        """
        flags = api.TraceFlags(api.TraceFlags.SAMPLED)
        return api.SpanContext(self.trace_id, self.span_id, True, flags, self.trace_state)
