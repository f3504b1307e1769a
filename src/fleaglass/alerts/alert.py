"""What a watch has to say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["Alert"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One alert.

    Attributes:
        kind: which rule it is from: ``slow_span``, ``error_rate``, ``percentile``, or a name of your own.
        state: ``fired`` when the rule is broken, ``resolved`` when it is kept again.
        span_name: name of the spans it is about.
        trace_id: the trace of the span that settled it, as 32 hexadecimal digits.
        time_ns: when that span ended, in Unix nanoseconds.
        summary: one line for people.
        fields: the figures behind it. They are the log line's ``extra`` fields as well.
    """

    kind: str
    state: Literal["fired", "resolved"]
    span_name: str
    trace_id: str
    time_ns: int
    summary: str
    fields: Mapping[str, object] = field(default_factory=dict)
