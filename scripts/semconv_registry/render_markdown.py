"""Registry → docs/attributes.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from .model import Attribute, Metric, Registry, Span, Use
from .tree import draw_tree, operations

__all__ = ["render_markdown"]

TEMPLATE = Path(__file__).with_name("attributes_head.md.txt")
LEVEL_WORDS = {
    "required": "required",
    "conditionally_required": "if",
    "recommended": "recommended",
    "opt_in": "on request",
}


def render_markdown(registry: Registry) -> str:
    """The page's text."""
    head = TEMPLATE.read_text("utf-8").replace("@TREE@", "\n".join(draw_tree(registry.spans)))
    parts = [
        head.replace("@STAGES@", "\n".join(_stages(registry))).rstrip("\n"),
        *_attributes(registry),
        *_spans(registry),
        *_events(registry),
        *_resource(registry),
        *_metrics(registry),
        *_renames(registry),
    ]
    return "\n".join(parts) + "\n"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield ""
    yield f"| {' | '.join(header)} |"
    yield "|" + "---|" * len(header)
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _attributes(registry: Registry) -> Iterator[str]:
    yield "\n## Attributes"
    for area in registry.areas:
        yield f"\n### {area.title}\n\n{area.brief}"
        header = ("Attribute", "Type", "Unit", "On", "Meaning")
        yield from _table(header, (_attribute(registry, registry.attributes[name]) for name in area.attributes))


def _attribute(registry: Registry, attribute: Attribute) -> tuple[str, ...]:
    kind = "enumeration" if attribute.members else attribute.type
    meaning = [attribute.brief, attribute.note]
    if attribute.members:
        meaning.append(
            "; ".join(
                f"`{value}`: {brief[0].lower()}{brief[1:].rstrip('.')}" if brief else f"`{value}`"
                for _, value, brief in attribute.members
            )
            + "."
        )
    elif attribute.examples:
        meaning.append(f"Such as {_code(str(example) for example in attribute.examples)}.")
    if attribute.replaced_by:
        meaning = [f"**Deprecated**: read `{attribute.replaced_by}`.", attribute.deprecated or ""]
    column = " ▪" if attribute.column else ""
    return (
        f"`{attribute.name}`{column}",
        kind,
        attribute.unit or "",
        _places(registry, attribute),
        " ".join(filter(None, meaning)),
    )


def _places(registry: Registry, attribute: Attribute) -> str:
    """Where an attribute occurs, in words short enough for a table."""
    if any(use.name == attribute.name for entity in registry.entities for use in entity.uses):
        return "resource"
    carriers = [span for span in registry.spans if any(use.name == attribute.name for use in span.uses)]
    shared = operations(registry.spans)
    places: list[str] = []
    if len(shared) > 1 and all(span in carriers for span in shared):
        places.append("every operation")
        carriers = [span for span in carriers if span not in shared]
    places += [f"`{span.name}`" for span in carriers]
    places += [f"links of `{span.name}`" for span in registry.spans if attribute.name in span.links]
    places += [
        f"event `{event.name}`" for event in registry.events if any(use.name == attribute.name for use in event.uses)
    ]
    if not places:
        places += [f"metric `{metric.name}`" for metric in registry.metrics if _labelled(metric, attribute.name)]
    return ", ".join(places)


def _labelled(metric: Metric, name: str) -> bool:
    return any(use.name == name for use in metric.uses)


def _spans(registry: Registry) -> Iterator[str]:
    yield "\n## Spans"
    for span in registry.spans:
        yield f"\n### `{span.name}`\n"
        yield _span_text(span)
        yield from _table(("Attribute", "Requirement"), (_use(use) for use in span.uses))


def _span_text(span: Span) -> str:
    parents = [name for name in span.parents if name != "root"]
    below = f"Below {_code(parents)}" + (", or a root" if "root" in span.parents else "") if parents else "A root"
    events = f" Events: {_code(span.events)}." if span.events else ""
    planned = " **Declared, not recorded yet.**" if span.planned else ""
    return f"{span.brief} {span.note}".strip() + f"{planned}\n\n{span.kind.upper()}. {below}.{events}"


def _use(use: Use) -> tuple[str, str]:
    word = LEVEL_WORDS[use.level]
    return f"`{use.name}`", f"{word} {use.condition}" if use.level == "conditionally_required" else (
        f"{word} if {use.condition}" if use.condition else word
    )


def _events(registry: Registry) -> Iterator[str]:
    yield "\n## Events\n\nSpan events. Any span may carry `exception`, at most once per error."
    rows = []
    for event in registry.events:
        spans = [span.name for span in registry.spans if event.name in span.events]
        fields = ", ".join(f"`{use.name}`" + ("" if use.level == "required" else "?") for use in event.uses)
        rows.append((f"`{event.name}`", _code(spans) or "any span", fields, event.brief))
    yield from _table(("Event", "On", "Fields (? optional)", "Meaning"), rows)


def _resource(registry: Registry) -> Iterator[str]:
    yield "\n## Resource"
    for entity in registry.entities:
        yield f"\n{entity.brief} Entity `{entity.name}`; its attributes are on every span, log and metric it sends."
        known = {**registry.upstream, **registry.attributes}
        rows = ((f"`{use.name}`", use.level, known[use.name].brief) for use in entity.uses)
        yield from _table(("Attribute", "Requirement", "Meaning"), rows)


def _metrics(registry: Registry) -> Iterator[str]:
    yield "\n## Metrics\n\nDimensions in brackets are optional. No dimension is ever an order, escrow or wallet id."
    rows = []
    for metric in registry.metrics:
        dimensions = ", ".join(f"`{u.name}`" if u.level == "required" else f"[`{u.name}`]" for u in metric.uses)
        rows.append((f"`{metric.name}`", metric.instrument, f"`{metric.unit}`", dimensions, metric.brief))
    yield from _table(("Metric", "Instrument", "Unit", "Dimensions", "Meaning"), rows)
    yield "\n### Prometheus names\n\nDashboards of the Purple Flea ecosystem look for these names."
    aliases = []
    for metric in registry.metrics:
        if metric.prometheus:
            labels = ", ".join(f"`{label}` = `{name}`" for label, name in metric.prometheus.labels)
            scale = f"× {metric.prometheus.scale:g}" if metric.prometheus.scale != 1 else ""
            aliases.append((f"`{metric.prometheus.name}`", f"`{metric.name}` {scale}".strip(), labels))
    yield from _table(("Prometheus", "Metric", "Labels"), aliases)


def _renames(registry: Registry) -> Iterator[str]:
    yield "\n## Other names for the same thing"
    yield "\n### Deprecated attributes\n\nRead when another program sends them. Fleaglass never writes them on a span."
    renamed = [a for a in registry.attributes.values() if a.replaced_by]
    yield from _table(
        ("Deprecated", "Read instead", "Why"),
        ((f"`{a.name}`", f"`{a.replaced_by}`", a.deprecated or "") for a in renamed),
    )
    yield "\n### Span data of the Sentry integration guide"
    data = [a for a in registry.attributes.values() if a.sentry_data]
    yield from _table(("Key", "Attribute"), ((f"`{a.sentry_data}`", f"`{a.name}`") for a in data))


def _stages(registry: Registry) -> Iterator[str]:
    rows = [(f"`{span.sentry_op}`", f"`{span.name}`", span.brief) for span in registry.spans if span.sentry_op]
    yield from _table(("Sentry operation", "Span", "What it is"), rows)
