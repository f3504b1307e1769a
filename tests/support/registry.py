"""Hold spans against the semantic-convention registry.

    check_span(span)        faults of one span, in words: names, types, values, required attributes, events, resource
    check_spans(spans)      the same for all of a trace, and whether each hangs where the span tree says
    RegistryCheck           checks every span that ends, as a sink of the recorder's or as a SpanProcessor

A span is the recorder's EndedSpan, an OpenTelemetry ReadableSpan, a span of the hub's API, or any mapping with `name`
and, as far as known, `kind`, `status`, `attributes`, `events` (mappings with `name` and `attributes`), `links`
(mappings with `attributes`) and `resource` (attributes).

What is not ours is let pass: spans of other libraries, attributes outside `pf.` that OpenTelemetry's subset does not
list, and spans under names that an author chose, as long as those do not start with `pf.`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from opentelemetry.context import Context
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor

from fleaglass import semconv
from fleaglass.recorder.seams import EndedSpan

__all__ = ["RegistryCheck", "SpanLike", "check_span", "check_spans"]

SCOPE = "fleaglass"
SpanLike = EndedSpan | ReadableSpan | Mapping[str, Any]
Attributes = Mapping[str, Any]

KNOWN = {**semconv.UPSTREAM, **semconv.ATTRIBUTES}
PYTHON_TYPES: Mapping[str, type] = {"string": str, "int": int, "double": float, "boolean": bool, "string[]": list}
GEN_AI = {name.split(" ")[0]: span for name, span in semconv.SPANS.items() if "{gen_ai." in name}
"""Spans named after their operation and a value, by the operation."""
HTTP_NAME = re.compile(r"(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) /")


@dataclass(frozen=True)
class _View:
    """A span in one shape, wherever it came from."""

    name: str
    kind: str | None
    status: str | None
    attributes: Attributes
    events: tuple[tuple[str, Attributes], ...]
    links: tuple[Attributes, ...]
    resource: Attributes | None
    id: object
    parent_id: object

    @property
    def type(self) -> semconv.SpanType | None:
        """The registry's entry for it."""
        if HTTP_NAME.match(self.name) and self.kind in (None, "client"):
            return semconv.SPANS[semconv.SPAN_PF_HTTP_CLIENT]
        if self.name.split(" ")[0] == (operation := self.attributes.get(semconv.GEN_AI_OPERATION_NAME)):
            return GEN_AI.get(operation)
        return semconv.SPANS.get(self.name)


def check_span(span: SpanLike) -> list[str]:
    """What is wrong with a span, one sentence a fault; [] if nothing is."""
    return list(_faults(_view(span)))


def check_spans(spans: Iterable[SpanLike]) -> list[str]:
    """What is wrong with the spans of a trace, each sentence starting with the span's name.

    Besides `check_span`, each span whose name and whose parent's name the registry knows must hang where it allows.
    """
    views = [_view(span) for span in spans if getattr(span, "scope", SCOPE) == SCOPE]
    by_id = {view.id: view for view in views if view.id}
    problems = []
    for view in views:
        problems += [f"{view.name}: {fault}" for fault in _faults(view)]
        if view.type is None:
            continue
        allowed = " or ".join(view.type.parents)
        parent = by_id.get(view.parent_id)
        if parent and parent.type and parent.type.name not in view.type.parents:
            problems.append(f"{view.name}: hangs below {parent.name}, should hang below {allowed}")
        elif not view.parent_id and semconv.ROOT not in view.type.parents:
            problems.append(f"{view.name}: has no parent, should hang below {allowed}")
    return problems


class RegistryCheck(SpanProcessor):
    """Checks every span that ends; call `assert_clean` when the test is over.

    Give it to `Seams(sinks=...)`, or to a TracerProvider as a span processor.
    """

    def __init__(self) -> None:
        self.checked = 0
        self.problems: dict[str, int] = {}
        """Sentence → how often it was true."""

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        """Nothing: a span is judged when it is complete."""

    def __call__(self, span: SpanLike) -> None:
        """Check the span. Faults are kept, not raised: whoever ended the span would swallow or suffer them."""
        self.checked += 1
        view = _view(span)
        for fault in _faults(view):
            problem = f"{view.name}: {fault}"
            self.problems[problem] = self.problems.get(problem, 0) + 1

    def on_end(self, span: ReadableSpan) -> None:
        """Check the span."""
        self(span)

    def shutdown(self) -> None:
        """Nothing to release."""

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Nothing is held back."""
        return True

    def assert_clean(self) -> None:
        """Fail with every fault met so far, and forget them."""
        problems, self.problems = self.problems, {}
        lines = [f"  {problem}" + (f" ({count} times)" if count > 1 else "") for problem, count in problems.items()]
        assert not lines, "spans that docs/attributes.md does not allow:\n" + "\n".join(lines)


def _faults(view: _View) -> Iterator[str]:
    for name, value in view.attributes.items():
        yield from _attribute(name, value)
    if view.type is None:
        if view.name.startswith("pf."):
            yield "this span name is not in the registry"
            yield from _events(view)
        return
    if view.kind is not None and view.kind != view.type.kind:
        yield f"is {view.kind}, should be {view.type.kind}"
    for name in view.type.required:
        if name not in view.attributes:
            yield f"required attribute {name} is missing"
    if view.status == "ok":
        yield "status is ok, should be unset: how it ended is an attribute, and ok would hide a later error"
    if view.status == "error" and semconv.ERROR_TYPE not in view.attributes:
        yield f"status is error, but attribute {semconv.ERROR_TYPE} is missing"
    yield from _events(view)
    yield from _links(view, view.type)
    yield from _resource(view)


def _attribute(name: str, value: object) -> Iterator[str]:
    known = KNOWN.get(name)
    if known is None:
        if name.startswith("pf."):
            yield f"attribute {name} is not in the registry"
        return
    if known.deprecated:
        yield f"attribute {name} is deprecated, use {known.replaced_by}"
    yield from _value(known, value)


def _value(known: semconv.Attribute, value: object) -> Iterator[str]:
    # type() and not isinstance(): True is no int here, and an enum member or a str subclass is no plain value.
    if type(value) is not PYTHON_TYPES[known.type]:
        yield f"attribute {known.name} must be {known.type}, is {type(value).__name__} {value!r}"
    elif known.values and value not in known.values:
        yield f"attribute {known.name} must be one of {', '.join(known.values)}, is {value!r}"


def _events(view: _View) -> Iterator[str]:
    for name, attributes in view.events:
        known = semconv.EVENTS.get(name)
        if known is None:
            yield f"event {name} is not in the registry"
            continue
        for field, value in attributes.items():
            if field in semconv.EVENT_FIELDS:
                yield from (f"event {name}: {fault}" for fault in _value(semconv.EVENT_FIELDS[field], value))
            elif field not in KNOWN and "." not in field:
                yield f"event {name}: attribute {field} is not in the registry"
            else:
                yield from (f"event {name}: {fault}" for fault in _attribute(field, value))
        yield from (
            f"event {name}: required attribute {field} is missing"
            for field in known.required
            if field not in attributes
        )


def _links(view: _View, kind: semconv.SpanType) -> Iterator[str]:
    for attributes in view.links:
        for name, value in attributes.items():
            if name.startswith("pf.") and name not in kind.links:
                yield f"link: attribute {name} does not belong there"
            else:
                yield from (f"link: {fault}" for fault in _attribute(name, value))


def _resource(view: _View) -> Iterator[str]:
    if view.resource is None:
        return
    entity = semconv.ENTITIES["pf.agent"]
    for name in entity.required:
        if name not in view.resource:
            yield f"resource: required attribute {name} is missing"
    for name, value in view.resource.items():
        # A deprecated name is allowed here: it is written beside its successor, for dashboards that look for it.
        if name in KNOWN:
            yield from (f"resource: {fault}" for fault in _value(KNOWN[name], value))
        elif name.startswith("pf."):
            yield f"resource: attribute {name} is not in the registry"


def _view(span: SpanLike) -> _View:
    if isinstance(span, Mapping):
        resource = span.get("resource")
        return _View(
            name=span["name"],
            kind=span.get("kind"),
            status=span.get("status"),
            attributes=_plain(span.get("attributes") or {}),
            events=tuple((event["name"], _plain(event.get("attributes") or {})) for event in span.get("events") or ()),
            links=tuple(_plain(link.get("attributes") or {}) for link in span.get("links") or ()),
            # The hub's API gives the index of a resource here, which says nothing without the trace around it.
            resource=None if resource is None or isinstance(resource, int) else _plain(resource),
            id=span.get("span_id"),
            parent_id=span.get("parent_span_id"),
        )
    if isinstance(span, EndedSpan):
        return _View(
            name=span.name,
            kind=span.kind,
            status=span.status,
            attributes=span.attributes,
            events=tuple((event.name, event.attributes) for event in span.events),
            links=tuple(link.attributes for link in span.links),
            resource=span.resource,
            id=span.span_id,
            parent_id=span.parent_span_id,
        )
    return _View(
        name=span.name,
        kind=span.kind.name.lower(),
        status=span.status.status_code.name.lower(),
        attributes=span.attributes or {},
        events=tuple((event.name, event.attributes or {}) for event in span.events),
        links=tuple(link.attributes or {} for link in span.links),
        resource=span.resource.attributes,
        id=span.context.span_id if span.context else None,
        parent_id=span.parent.span_id if span.parent else None,
    )


def _plain(attributes: Attributes | Iterable[Mapping[str, Any]]) -> Attributes:
    """Attributes as a mapping, also from the hub API's list of keys and tagged values."""
    if isinstance(attributes, Mapping):
        return attributes
    read = {"int": int, "double": float}
    return {
        entry["key"]: read.get(entry["value"]["type"], lambda value: value)(entry["value"]["value"])
        for entry in attributes
    }
