"""Registry → src/fleaglass/semconv.py."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from .definitions import constant_name
from .layout import call, constant, literal
from .model import Attribute, Entity, Event, Metric, Registry, Span, Use

__all__ = ["render_python"]

TEMPLATE = Path(__file__).with_name("semconv_head.py.txt")
Arguments = list[tuple[str, str | Sequence[str]]]


def render_python(registry: Registry) -> str:
    """The module's source, formatted."""
    head = TEMPLATE.read_text("utf-8").replace("@SCHEMA_URL@", registry.schema_url)
    body = "\n".join([head.rstrip("\n"), "", *_constants(registry), *_tables(registry)])
    return "\n".join([body, "", *_exports(body)]) + "\n"


def _constants(registry: Registry) -> Iterator[str]:
    for area in registry.areas:
        yield from _section(area.title, area.brief)
        for name in area.attributes:
            attribute = registry.attributes[name]
            symbol = _symbol(registry, name)
            yield constant(symbol, name)
            yield from (constant(f"{symbol}_{id_.upper()}", value) for id_, value, _ in attribute.members)
    yield from _section(
        "OpenTelemetry", "Names that OpenTelemetry's own conventions define, as far as they are used here."
    )
    yield from (constant(constant_name(name), name) for name in registry.upstream)
    yield from _section("Spans", "Names of spans.")
    yield from (constant(_span_symbol(span), span.name) for span in registry.spans)
    yield from _section("Events", "Names of span events.")
    yield from (constant(f"EVENT_{constant_name(event.name)}", event.name) for event in registry.events)
    yield from _section("Metrics", "Names of metrics.")
    yield from (constant(f"METRIC_{constant_name(metric.name)}", metric.name) for metric in registry.metrics)


def _exports(body: str) -> Iterator[str]:
    """`__all__`, from what the source above it defines; capitals first, as ruff sorts it."""
    public = re.findall(r"^(?:class )?([A-Z]\w*)(?:: Final| = Literal|[:(])", body, re.MULTILINE)
    yield "__all__ = ["
    yield from (f'    "{name}",' for name in sorted(public, key=lambda name: (not name.isupper(), name)))
    yield "]"


def _section(title: str, brief: str) -> list[str]:
    rule = "-" * (117 - len(title))
    return ["", f"# {title} {rule}", f"# {brief}"]


def _tables(registry: Registry) -> Iterator[str]:
    own = [a for name, a in registry.attributes.items() if name not in registry.event_fields]
    fields = [a for name, a in registry.attributes.items() if name in registry.event_fields]
    yield from _section(
        "Tables", "Everything above with its type, unit and place, for code that checks or stores telemetry."
    )
    yield from _table(
        "ATTRIBUTES",
        "Attribute",
        "Attributes of this registry, deprecated ones included, by name.",
        (call("Attribute", _attribute(registry, a), 8) for a in own),
    )
    yield from _table(
        "EVENT_FIELDS",
        "Attribute",
        "Attributes that occur inside span events only, by name.",
        (call("Attribute", _attribute(registry, a), 8) for a in fields),
    )
    yield from _table(
        "UPSTREAM",
        "Attribute",
        "OpenTelemetry's attributes in use, by name.",
        (call("Attribute", _attribute(registry, a), 8) for a in registry.upstream.values()),
    )
    yield from _table(
        "SPANS",
        "SpanType",
        "Kinds of span, by name; the CLIENT span's name is a pattern.",
        (call("SpanType", _span(registry, span), 8) for span in registry.spans),
    )
    yield from _table(
        "EVENTS",
        "EventType",
        "Kinds of span event, by name.",
        (call("EventType", _event(registry, event), 8) for event in registry.events),
    )
    yield from _table(
        "METRICS",
        "MetricType",
        "Metrics, by name.",
        (call("MetricType", _metric(registry, metric), 8) for metric in registry.metrics),
    )
    yield from _table(
        "ENTITIES",
        "EntityType",
        "What a Resource describes, by name.",
        (call("EntityType", _entity(registry, entity), 8) for entity in registry.entities),
    )
    renamed = [(a.name, a.replaced_by) for a in own if a.replaced_by]
    yield from _mapping("ALIASES", "Deprecated attribute name → the name that replaced it.", registry, renamed)
    data = [(a.sentry_data, a.name) for a in own if a.sentry_data]
    yield from _mapping(
        "SENTRY_SPAN_DATA", "Key of the Sentry integration guide's span data → attribute.", registry, data
    )


def _table(name: str, kind: str, doc: str, entries: Iterable[str]) -> Iterator[str]:
    yield f"\n{name}: Final[Mapping[str, {kind}]] = _by_name("
    yield "    ("
    yield from entries
    yield "    )"
    yield ")"
    yield f'"""{doc}"""'


def _mapping(name: str, doc: str, registry: Registry, pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield f"\n{name}: Final[Mapping[str, str]] = MappingProxyType("
    yield "    {"
    for key, value in pairs:
        source = _symbol(registry, key) if key in registry.attributes and "." in key else literal(key)
        yield f"        {source}: {_symbol(registry, value)},"
    yield "    }"
    yield ")"
    yield f'"""{doc}"""'


def _symbol(registry: Registry, name: str) -> str:
    return ("FIELD_" if name in registry.event_fields else "") + constant_name(name)


def _span_symbol(span: Span) -> str:
    return f"SPAN_{constant_name(span.id.removeprefix('span.'))}"


def _attribute(registry: Registry, attribute: Attribute) -> Arguments:
    arguments: Arguments = [
        ("", _symbol(registry, attribute.name)),
        ("", literal(attribute.type)),
        ("", literal(attribute.unit)),
        ("", literal(attribute.brief)),
    ]
    for key in ("column", "free_text"):
        if getattr(attribute, key):
            arguments.append((key, "True"))
    if attribute.decimal_places is not None:
        arguments.append(("decimal_places", str(attribute.decimal_places)))
    if attribute.members:
        symbol = _symbol(registry, attribute.name)
        arguments.append(("values", [f"{symbol}_{id_.upper()}" for id_, _, _ in attribute.members]))
    if attribute.deprecated:
        arguments.append(("deprecated", literal(attribute.deprecated)))
    if attribute.replaced_by:
        arguments.append(("replaced_by", _symbol(registry, attribute.replaced_by)))
    return arguments


def _uses(registry: Registry, uses: Iterable[Use]) -> Arguments:
    """One keyword per requirement level that occurs."""
    arguments: Arguments = []
    for level in ("required", "conditionally_required", "recommended", "opt_in"):
        found = [_symbol(registry, use.name) for use in uses if use.level == level]
        if found:
            arguments.append((level, found))
    return arguments


def _span(registry: Registry, span: Span) -> Arguments:
    symbols = {other.name: _span_symbol(other) for other in registry.spans} | {"root": "ROOT"}
    arguments: Arguments = [
        ("name", _span_symbol(span)),
        ("kind", literal(span.kind)),
        ("brief", literal(span.brief)),
        ("parents", [symbols[parent] for parent in span.parents]),
        *_uses(registry, span.uses),
    ]
    if span.events:
        arguments.append(("events", [f"EVENT_{constant_name(name)}" for name in span.events]))
    if span.links:
        arguments.append(("links", [constant_name(name) for name in span.links]))
    return arguments


def _event(registry: Registry, event: Event) -> Arguments:
    return [("", f"EVENT_{constant_name(event.name)}"), ("", literal(event.brief)), *_uses(registry, event.uses)]


def _entity(registry: Registry, entity: Entity) -> Arguments:
    return [("", literal(entity.name)), ("", literal(entity.brief)), *_uses(registry, entity.uses)]


def _metric(registry: Registry, metric: Metric) -> Arguments:
    arguments: Arguments = [
        ("name", f"METRIC_{constant_name(metric.name)}"),
        ("instrument", literal(metric.instrument)),
        ("unit", literal(metric.unit)),
        ("brief", literal(metric.brief)),
        *_uses(registry, metric.uses),
    ]
    if metric.buckets:
        arguments.append(("buckets", [literal(bound) for bound in metric.buckets]))
    if metric.prometheus:
        alias = metric.prometheus
        arguments.append(("prometheus", literal(alias.name)))
        arguments.append(("labels", [f"({literal(label)}, {_symbol(registry, name)})" for label, name in alias.labels]))
        if alias.scale != 1:
            arguments.append(("prometheus_scale", literal(alias.scale)))
        if alias.buckets:
            arguments.append(("prometheus_buckets", [literal(bound) for bound in alias.buckets]))
    return arguments
