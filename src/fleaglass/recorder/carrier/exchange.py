"""Writing a carrier and reading one, in the forms that the agent speaks."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from opentelemetry import trace as api

from fleaglass.recorder.carrier.b3 import multi_headers, read_b3, single_header
from fleaglass.recorder.carrier.headers import headers_in
from fleaglass.recorder.carrier.remote import W3C, Problem, Remote
from fleaglass.recorder.carrier.w3c import (
    MAX_TRACEPARENT_CHARS,
    format_baggage,
    format_traceparent,
    read_baggage,
    read_traceparent,
    read_tracestate,
)

__all__ = ["read_carrier", "write_carrier"]


def write_carrier(
    span: api.SpanContext, baggage: Mapping[str, object], propagators: Collection[str] = W3C
) -> dict[str, str]:
    """A new carrier for the span and the allowed part of the baggage; empty when there is nothing to carry.

    Args:
        span: the span to continue from.
        baggage: what the other side may be told; two keys of it are used.
        propagators: the forms to write: ``tracecontext``, ``baggage``, ``b3``, ``b3multi``.
    """
    carrier: dict[str, str] = {}
    if not span.is_valid:
        return carrier
    if "tracecontext" in propagators:
        carrier["traceparent"] = format_traceparent(span)
        if span.trace_state:
            carrier["tracestate"] = span.trace_state.to_header()
    if "b3" in propagators:
        carrier |= single_header(span)
    if "b3multi" in propagators:
        carrier |= multi_headers(span)
    if "baggage" in propagators and (members := format_baggage(baggage)):
        carrier["baggage"] = members
    return carrier


def read_carrier(carrier: object, propagators: Collection[str] = W3C) -> Remote | Problem:
    """The context in a carrier from elsewhere, or what is wrong with it. Never raises, whatever is passed.

    Args:
        carrier: anything; `fleaglass.recorder.carrier.headers` says what is understood.
        propagators: the forms to read. W3C Trace Context goes before B3, whose two forms are always read together.
    """
    headers = headers_in(carrier)
    if isinstance(headers, str):
        return headers
    ids = _ids(headers, propagators)
    if isinstance(ids, str):
        return ids
    # The vendors' part belongs to the traceparent beside it; with ids from elsewhere it means nothing.
    is_w3c = ids == read_traceparent(headers.get("traceparent", ""))
    return Remote(
        trace_id=ids[0],
        span_id=ids[1],
        trace_state=read_tracestate(headers.get("tracestate", "") if is_w3c else ""),
        baggage=read_baggage(headers.get("baggage", "") if "baggage" in propagators else ""),
    )


def _ids(headers: Mapping[str, str], propagators: Collection[str]) -> tuple[int, int] | Problem:
    """Trace id and span id in the first form that holds them; else what is wrong with the last that was tried."""
    problem: Problem = "missing"
    if "tracecontext" in propagators and (traceparent := headers.get("traceparent")) is not None:
        if ids := read_traceparent(traceparent):
            return ids
        problem = "too_large" if len(traceparent) > MAX_TRACEPARENT_CHARS else "malformed"
    if "b3" in propagators or "b3multi" in propagators:
        found = read_b3(headers)
        return problem if found == "missing" else found
    return problem
