"""Transactions and streamed spans → OTLP traces, so that agents in other languages are on the trace pages too.

    transaction          {"transaction": …, "contexts": {"trace": {…}}, "spans": […], "tags": {…}}
    span, a container    {"items": [{…}, …]}    what @sentry/node and @sentry/browser send from version 11 on
    span, by itself      {…}                    what older ones send for a span without a transaction

A transaction's tags and measurements are attributes of its root. A span's tags and data are its own; data that the
Sentry guide names has the name of the registry (`z_score` is `pf.z_score`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import InstrumentationScope
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span

from fleaglass.hub.receive.otlp_of import Converted, Origin, origin_of, resource_of, untyped
from fleaglass.hub.receive.payload import Malformed, object_of
from fleaglass.hub.receive.reading import Notes
from fleaglass.hub.receive.scrub import scrubbed
from fleaglass.hub.receive.spans_of import span_of
from fleaglass.hub.receive.tags import tags_of
from fleaglass.semconv import SENTRY_SPAN_DATA

__all__ = ["spans_in", "transaction_in"]

_SCOPE: Final = InstrumentationScope(name="sentry")


def transaction_in(payload: bytes, project: str, drift_ns: int = 0) -> Converted:
    """A `transaction` item.

    Args:
        payload: the item's bytes.
        project: the project's name, for what does not say which agent it is.
        drift_ns: what to add to its times (times.py).

    Raises Malformed when its root is none; a span within it that is none is counted.
    """
    sent = object_of(payload, "the transaction")
    sent["tags"] = tags_of(sent.get("tags"), Notes())
    sent = scrubbed(sent)
    contexts = sent.get("contexts")
    trace = contexts.get("trace") if isinstance(contexts, dict) else None
    if not isinstance(trace, dict):
        raise Malformed("the transaction must have contexts.trace")
    root = {
        **trace,
        "name": sent.get("transaction"),
        "start_timestamp": sent.get("start_timestamp"),
        "timestamp": sent.get("timestamp"),
    }
    user = sent.get("user")
    who = {"user.id": user.get("id")} if isinstance(user, dict) else {}
    attributes = {**sent["tags"], **_measured(sent.get("measurements")), **who, **_data(trace)}
    origin = origin_of(sent, attributes, project)
    spans = sent.get("spans")
    inline = _each(spans if isinstance(spans, list) else [], {"trace_id": trace.get("trace_id")})
    return _request([(origin, span_of(root, attributes, drift_ns))], _converted(inline, origin, drift_ns))


def spans_in(payload: bytes, project: str, drift_ns: int = 0) -> Converted:
    """A `span` item, whether a container or a span by itself. Arguments as of `transaction_in`.

    Raises Malformed when it is neither; a span within a container that is none is counted.
    """
    sent = object_of(payload, "the span item")
    items = sent.get("items", [sent])
    if not isinstance(items, list):
        raise Malformed(f"the span item must have a list of items, not {type(items).__name__}")
    return _request([], _converted(_streamed(items), project, drift_ns))


Told = tuple[Mapping[str, Any], Mapping[str, Any]] | None
"""A span as it was sent, scrubbed, and its attributes; None for what is no object."""


def _each(spans: list[Any], common: Mapping[str, Any]) -> Iterator[Told]:
    for span in spans:
        yield ({**common, **span}, _data(span)) if isinstance(span, dict) else None


def _streamed(items: list[Any]) -> Iterator[Told]:
    for item in items:
        if not isinstance(item, dict):
            yield None
            continue
        links = item.get("links")
        plain = scrubbed(
            {
                **item,
                "attributes": untyped(item.get("attributes")),
                "links": [_plain_link(link) for link in links] if isinstance(links, list) else None,
            }
        )
        yield plain, {**_data(plain), **plain["attributes"]}


def _plain_link(link: Any) -> Any:
    return {**link, "attributes": untyped(link.get("attributes"))} if isinstance(link, dict) else link


def _data(span: Mapping[str, Any]) -> dict[str, Any]:
    """A span's tags and data as attributes, by the registry's names."""
    tags, data = span.get("tags"), span.get("data")
    said = {**(tags if isinstance(tags, dict) else {}), **(data if isinstance(data, dict) else {})}
    said |= {} if span.get("origin") is None else {"sentry.origin": span["origin"]}
    return {SENTRY_SPAN_DATA.get(name, name): value for name, value in said.items()}


def _measured(measurements: Any) -> dict[str, Any]:
    if not isinstance(measurements, dict):
        return {}
    return {f"measurement.{name}": said.get("value") for name, said in measurements.items() if isinstance(said, dict)}


def _converted(spans: Iterable[Told], origin: Origin | str, drift_ns: int) -> Iterator[tuple[Origin, Span] | Malformed]:
    """Each as an OTLP span of its sender, or why it is none. `origin`: the sender, or the project's name."""
    for told in spans:
        if told is None:
            yield Malformed("a span must be an object")
            continue
        sent, attributes = told
        try:
            span = span_of(sent, attributes, drift_ns)
        except Malformed as error:
            yield error
        else:
            yield (origin_of(sent, attributes, origin) if isinstance(origin, str) else origin), span


def _request(found: list[tuple[Origin, Span]], more: Iterable[tuple[Origin, Span] | Malformed]) -> Converted:
    by_origin: dict[Origin, list[Span]] = {}
    refusals = []
    for one in (*found, *more):
        if isinstance(one, Malformed):
            refusals.append(str(one))
        else:
            by_origin.setdefault(one[0], []).append(one[1])
    request = ExportTraceServiceRequest(
        resource_spans=[
            ResourceSpans(resource=resource_of(origin), scope_spans=[ScopeSpans(scope=_SCOPE, spans=spans)])
            for origin, spans in by_origin.items()
        ]
    )
    return Converted(
        request=request,
        rows=sum(map(len, by_origin.values())),
        refused=len(refusals),
        reason=refusals[0] if refusals else "",
    )
