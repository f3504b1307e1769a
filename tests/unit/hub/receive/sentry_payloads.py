"""What the tests send: events as Sentry's clients write them, and JSON as a hostile one does."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from fleaglass.hub.issues.event import Event
from fleaglass.hub.receive.normalise import event_of

RECEIVED_NS = 1_796_032_800_000_000_000  # 2026-11-30T10:00:00Z
ID = "9ec79c33ec9942ab8353589fcb2e04dc"
MADE_ID = "f" * 32
TRACE_ID = "0af7651916cd43dd8448eb211c80319c"
SPAN_ID = "b7ad6b7169203331"


def event(sent: dict[str, Any] | bytes, *, envelope_id: str | None = None, sent_ns: int | None = None) -> Event:
    """The event that a payload becomes."""
    payload = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    return event_of(payload, 7, RECEIVED_NS, envelope_id, new_id=lambda: MADE_ID, sent_ns=sent_ns)


def reasons(said: Event) -> list[tuple[str, str]]:
    """What was noted: kind and name."""
    return [(note["type"], note["name"]) for note in said.body.get("errors", [])]


_TEXTS = st.text(max_size=12) | st.sampled_from(
    ["<script>alert(1)</script>", "\x00", "pf_live_abcdef123456", "2026-11-30T10:00:00Z", TRACE_ID, SPAN_ID, "{}", "%s"]
)
_SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=True, allow_infinity=True) | _TEXTS
)
_NAMES = _TEXTS | st.sampled_from(
    [
        *("values", "frames", "stacktrace", "exception", "type", "value", "mechanism", "handled", "vars"),
        *("pre_context", "post_context", "context_line", "lineno", "in_app", "breadcrumbs", "data"),
        *("timestamp", "start_timestamp", "end_timestamp", "message", "logentry", "params", "formatted"),
        *("tags", "user", "id", "contexts", "trace", "trace_id", "span_id", "parent_span_id", "level"),
        *("fingerprint", "extra", "environ", "request", "threads", "crashed", "sdk", "name", "version"),
        *("items", "attributes", "status", "body", "severity_number", "links", "unit", "spans"),
        *("measurements", "transaction", "sid", "init", "started", "errors", "did", "duration", "attrs"),
        *("aggregates", "exited", "check_in_id", "monitor_slug", "monitor_config", "schedule", "timezone"),
        *("checkin_margin", "discarded_events", "quantity", "category", "reason"),
    ]
)


def json_values(leaves: int = 40) -> st.SearchStrategy[Any]:
    """Any JSON, most of whose names mean something to somebody."""
    return st.recursive(
        _SCALARS,
        lambda inner: st.lists(inner, max_size=5) | st.dictionaries(_NAMES, inner, max_size=8),
        max_leaves=leaves,
    )


def json_objects() -> st.SearchStrategy[bytes]:
    """The bytes of an object, with what JSON does not have: NaN, Infinity, lone surrogates."""
    surrogates = st.sampled_from([b"", b'"\\ud800": "\\udfff", '])
    objects = st.dictionaries(_NAMES, json_values(), max_size=8)
    return st.builds(lambda odd, sent: b"{" + odd + json.dumps(sent | {"z": 1}).encode()[1:], surrogates, objects)
