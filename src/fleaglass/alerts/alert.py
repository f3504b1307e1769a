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
        kind: which kind of watch it is from: ``slow_span``, ``error_rate``, ``percentile``, ``count``, or a name of
            your own.
        state: ``fired`` when the rule is broken, ``resolved`` when it is kept again.
        span_name: name of the spans it is about.
        trace_id: the trace of the span that settled it, as 32 hexadecimal digits.
        time_ns: when that span ended, in Unix nanoseconds.
        summary: one line for people.
        rule: name of the rule in the rules file that the watch is of; empty for a watch made in code.
        lasts: whether what has fired goes on until another alert says that it is resolved.
        fields: the figures behind it. They are the log line's ``extra`` fields as well.
    """

    kind: str
    state: Literal["fired", "resolved"]
    span_name: str
    trace_id: str
    time_ns: int
    summary: str
    rule: str = ""
    lasts: bool = False
    fields: Mapping[str, object] = field(default_factory=dict)
