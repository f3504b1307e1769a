"""B3, the older form of the same two ids, in one header or in several (openzipkin/b3-propagation).

::

    b3: 4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1
    x-b3-traceid: 4bf92f3577b34da6a3ce929d0e0e4736    x-b3-spanid: 00f067aa0ba902b7    x-b3-sampled: 1

A header that only says whether to sample (``b3: 0``) holds no ids, and is not listened to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal

from opentelemetry import trace as api

__all__ = ["B3_HEADERS", "multi_headers", "read_b3", "single_header"]

B3_HEADERS: Final = ("b3", "x-b3-traceid", "x-b3-spanid")
"""The headers that are read, in lower case."""

_SAMPLING_ONLY: Final = frozenset({"0", "1", "d"})
_IDS: Final = "([0-9a-f]{32}|[0-9a-f]{16})-([0-9a-f]{16})"
_SINGLE: Final = re.compile(rf"{_IDS}(?:-[01d](?:-[0-9a-f]{{16}})?)?", re.IGNORECASE | re.ASCII)
_MULTI: Final = re.compile(_IDS, re.IGNORECASE | re.ASCII)


def single_header(span: api.SpanContext) -> dict[str, str]:
    """The one-header form."""
    sampled = int(span.trace_flags.sampled)
    return {"b3": f"{api.format_trace_id(span.trace_id)}-{api.format_span_id(span.span_id)}-{sampled}"}


def multi_headers(span: api.SpanContext) -> dict[str, str]:
    """The form with a header for each part. In lower case, as other readers look for them in what is no HTTP."""
    return {
        "x-b3-traceid": api.format_trace_id(span.trace_id),
        "x-b3-spanid": api.format_span_id(span.span_id),
        "x-b3-sampled": str(int(span.trace_flags.sampled)),
    }


def read_b3(headers: Mapping[str, str]) -> tuple[int, int] | Literal["missing", "malformed"]:
    """Trace id (64 or 128 bits) and span id from headers by lower-case name; the single header before the others."""
    ids, form = headers.get("b3", "").strip(" \t"), _SINGLE
    if not ids or ids in _SAMPLING_ONLY:
        if not headers.keys() & {"x-b3-traceid", "x-b3-spanid"}:
            return "missing"
        ids, form = f"{headers.get('x-b3-traceid', '')}-{headers.get('x-b3-spanid', '')}", _MULTI
    if (match := form.fullmatch(ids)) is None or not int(match[1], 16) or not int(match[2], 16):
        return "malformed"
    return int(match[1], 16), int(match[2], 16)
