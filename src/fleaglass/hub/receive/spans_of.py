"""One Sentry span as an OTLP span, in either of the forms that clients send.

    within a transaction    op, description, start_timestamp, timestamp, status "not_found", data, tags
    streamed, a `span` item  name, start_timestamp, end_timestamp, status "error", attributes

Its name is its op where the registry has a span of that name (`order.pipeline`, `risk.check`): the trace pages know
stages by it. What the client called it is then `sentry.description`.

Source: the span payloads of sentry-sdk 2.75 and @sentry/core 11.12.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from fleaglass import semconv
from fleaglass.hub.receive.bounds import NAME_CHARS, cut
from fleaglass.hub.receive.otlp_of import dropped_count, id_bytes, key_values
from fleaglass.hub.receive.payload import Malformed
from fleaglass.hub.receive.reading import plain
from fleaglass.hub.receive.times import moment_ns

__all__ = ["SENTRY_OP", "span_of"]

SENTRY_OP: Final = "sentry.op"
_DESCRIPTION: Final = "sentry.description"
_STATUS: Final = "sentry.status"
_STATUS_MESSAGE: Final = "sentry.status.message"
_NAME_CHARS: Final = 2 * NAME_CHARS
_MOST_LINKS: Final = 128
_NO_FAILURE: Final = ("cancelled", "unknown", "unset")
"""By Sentry's definition of a failure rate."""
_KINDS: Final = {
    "http.server": Span.SPAN_KIND_SERVER,
    "http.client": Span.SPAN_KIND_CLIENT,
    "db": Span.SPAN_KIND_CLIENT,
    "queue.publish": Span.SPAN_KIND_PRODUCER,
    "queue.process": Span.SPAN_KIND_CONSUMER,
    "server": Span.SPAN_KIND_SERVER,
    "client": Span.SPAN_KIND_CLIENT,
    "producer": Span.SPAN_KIND_PRODUCER,
    "consumer": Span.SPAN_KIND_CONSUMER,
}
"""By what `sentry.kind` says, or the op or its first part does."""


def span_of(sent: Mapping[str, Any], attributes: Mapping[str, Any], drift_ns: int = 0) -> Span:
    """The span.

    Args:
        sent: as it was sent, scrubbed.
        attributes: plain values, by the names they are kept under.
        drift_ns: what to add to its times (times.py).

    Raises Malformed for one without ids or times.
    """
    trace_id, span_id = id_bytes(sent.get("trace_id"), 16), id_bytes(sent.get("span_id"), 8)
    begin = moment_ns(sent.get("start_timestamp"), drift_ns)
    end = moment_ns(sent.get("end_timestamp", sent.get("timestamp")), drift_ns)
    if trace_id is None or span_id is None:
        raise Malformed(f"a span must have a trace_id and a span_id, not {str(sent.get('span_id'))[:40]!r}")
    if begin is None or end is None or begin <= 0:
        raise Malformed(f"span {span_id.hex()} must have the times of its start and its end")
    op = plain(attributes.get(SENTRY_OP)) or plain(sent.get("op")) or ""
    said = plain(sent.get("name")) or plain(sent.get("description")) or ""
    name = op if op in semconv.SPANS else said or op
    about = {SENTRY_OP: op or None, _DESCRIPTION: said if said and said != name else None}
    all_said = about | dict(attributes) | _status_said(sent)
    return Span(
        trace_id=trace_id,
        span_id=span_id,
        parent_span_id=id_bytes(sent.get("parent_span_id"), 8) or b"",
        name=cut(name, _NAME_CHARS),
        kind=_kind(attributes.get("sentry.kind"), op),
        start_time_unix_nano=begin,
        end_time_unix_nano=max(begin, end),
        attributes=key_values(all_said),
        dropped_attributes_count=dropped_count(all_said),
        status=_status(sent.get("status"), attributes.get(_STATUS_MESSAGE)),
        links=_links(sent.get("links")),
    )


def _kind(said: Any, op: str) -> Span.SpanKind.ValueType:
    found = _KINDS.get(said) if isinstance(said, str) else None
    return found or _KINDS.get(op) or _KINDS.get(op.partition(".")[0]) or Span.SPAN_KIND_INTERNAL


def _status(sent: Any, message: Any) -> Status:
    """`ok` is ok; a failure's word is its message, or what the streamed form has beside it."""
    if not isinstance(sent, str) or sent in _NO_FAILURE:
        return Status()
    if sent == "ok":
        return Status(code=Status.STATUS_CODE_OK)
    word = message if isinstance(message, str) else "" if sent == "error" else sent
    return Status(code=Status.STATUS_CODE_ERROR, message=cut(word, NAME_CHARS))


def _status_said(sent: Mapping[str, Any]) -> dict[str, Any]:
    """The word of Sentry that OTLP's three cannot tell."""
    status = sent.get("status")
    return {_STATUS: status} if isinstance(status, str) and status not in ("ok", "error") else {}


def _links(sent: Any) -> list[Span.Link]:
    links = []
    for link in sent[:_MOST_LINKS] if isinstance(sent, list) else ():
        if not isinstance(link, dict):
            continue
        trace_id, span_id = id_bytes(link.get("trace_id"), 16), id_bytes(link.get("span_id"), 8)
        if trace_id and span_id:
            said = link.get("attributes")
            attributes = key_values(said if isinstance(said, dict) else {})
            links.append(Span.Link(trace_id=trace_id, span_id=span_id, attributes=attributes))
    return links
