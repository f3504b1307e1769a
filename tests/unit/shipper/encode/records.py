"""Any records that a journal can hold, and some that it should not."""

from __future__ import annotations

from hypothesis import strategies as st

from fleaglass.journal.records import Event, Link, Log, Opened, Scope, SpanEnded

__all__ = ["SCOPES", "logs", "openings", "spans"]

_texts = st.text(alphabet=st.characters(), max_size=200) | st.just("\ud83d torn in two")
_numbers = st.integers(-(2**63), 2**64 - 1)
_counts = st.integers(0, 2**32 - 1) | st.just(0)
_times = st.integers(0, 2**64 - 1)
_scalars = st.none() | st.booleans() | _numbers | st.floats() | _texts | st.binary(max_size=200)
_values = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_texts, inner, max_size=3),
    max_leaves=8,
)
_attributes = st.dictionaries(_texts, _values, max_size=6)
_trace_ids = st.binary(min_size=16, max_size=16) | st.just(b"")
_span_ids = st.binary(min_size=8, max_size=8) | st.just(b"")
_flags = st.sampled_from([0, 1, 0x101, 0x301, 2**32 - 1])

openings = st.builds(
    Opened,
    agent_id=st.just("a"),
    process=st.just({}),
    started_ns=_times,
    version=_texts,
    resource=_attributes,
    schema_url=_texts,
)
SCOPES = {
    1: Scope(1, "fleaglass", "0.1.0", "https://schema.example/1", {"library.kind": "recorder", "n": 1}),
    2: Scope(2, "x"),
}
_events = st.builds(Event, name=_texts, time_ns=_times, attributes=_attributes, dropped_attributes=_counts)
_links = st.builds(
    Link, trace_id=_trace_ids, span_id=_span_ids, trace_state=_texts, attributes=_attributes, flags=_flags
)
spans = st.builds(
    SpanEnded,
    trace_id=_trace_ids,
    span_id=_span_ids,
    parent_id=_span_ids,
    name=_texts,
    span_kind=st.integers(0, 5),
    start_ns=_times,
    end_ns=_times,
    attributes=_attributes,
    scope=st.sampled_from([1, 2, 3]),
    flags=_flags,
    status=st.integers(0, 2),
    status_message=_texts,
    events=st.lists(_events, max_size=3),
    links=st.lists(_links, max_size=3),
    trace_state=_texts,
    dropped=st.tuples(_counts, _counts, _counts),
)
logs = st.builds(
    Log,
    time_ns=_times,
    observed_ns=_times,
    severity=st.integers(0, 24),
    severity_text=_texts,
    body=_texts,
    logger=_texts,
    attributes=_attributes,
    trace_id=_trace_ids,
    span_id=_span_ids,
    flags=_flags,
)
