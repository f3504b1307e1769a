"""OpenTelemetry's consistent probability sampling: which traces are kept, and how a span says how many it stands for.

::

    threshold    56 bits: the share of traces that is left out
    kept         the last 56 bits of the trace id, which are random, are at least the threshold
    tracestate   ot=th:c      the threshold in hexadecimal, without zeros at its end: 0.75 is left out, so this one is 4

So every sampler that does likewise, of any process, keeps the same ones, and backends know what each counts for.
Source: the OpenTelemetry specification, "TraceState: Probability Sampling".
"""

from __future__ import annotations

from typing import Final

__all__ = ["is_kept", "threshold_of", "with_threshold"]

_BYTES: Final = 7
_SPACE: Final = 1 << 8 * _BYTES
_MEMBER: Final = "ot="
_THRESHOLD: Final = "th:"


def threshold_of(keep: float) -> int:
    """The threshold at which a share of the traces is kept, from 0 to 1."""
    return _SPACE - round(keep * _SPACE)


def is_kept(trace_id: bytes, threshold: int) -> bool:
    """Whether a trace is among those that are kept."""
    return int.from_bytes(trace_id[-_BYTES:], "big") >= threshold


def with_threshold(trace_state: str, threshold: int) -> str:
    """A W3C tracestate that tells the threshold, and all else that it told. Of two thresholds the higher one counts."""
    members = [member.strip() for member in trace_state.split(",") if member.strip()]
    ours = next((member for member in members if member.startswith(_MEMBER)), _MEMBER)
    fields = [field for field in ours.removeprefix(_MEMBER).split(";") if field]
    told = next((field.removeprefix(_THRESHOLD) for field in fields if field.startswith(_THRESHOLD)), "")
    digits = max(
        told, f"{threshold:0{2 * _BYTES}x}".rstrip("0")
    )  # as digits behind a point, so texts compare as they do
    others = [field for field in fields if not field.startswith(_THRESHOLD)]
    said = _MEMBER + ";".join((_THRESHOLD + (digits or "0"), *others))
    return ",".join((said, *(member for member in members if member != ours)))
