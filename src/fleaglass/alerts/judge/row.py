"""A span that has ended, as far as rules care."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from fleaglass.alerts.rules.model import Value

__all__ = ["Row"]


class Row(Struct, frozen=True, gc=False):
    """One span. Times are Unix nanoseconds. No part of it leads back to it, and there are many, so none is traced.

    Attributes:
        trace_id: 32 hexadecimal digits.
        span_id: 16 hexadecimal digits.
        duration_ns: at least 0, whatever the clocks said.
        error_type: its ``error.type``, or empty.
        agent: like ``environment``, ``release`` and ``strategy`` what its resource says, or empty.
        attributes: those that some rule asks for.
    """

    name: str
    trace_id: str
    span_id: str
    end_ns: int
    duration_ns: int
    failed: bool = False
    error_type: str = ""
    agent: str = ""
    environment: str = ""
    release: str = ""
    strategy: str = ""
    attributes: Mapping[str, Value] = field(default_factory=dict)
