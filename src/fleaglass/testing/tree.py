"""A trace as text, for tests that compare it whole."""

from __future__ import annotations

from collections.abc import Iterable

from fleaglass.recorder import EndedSpan

__all__ = ["tree"]


def tree(spans: Iterable[EndedSpan], *, attributes: bool = False) -> str:
    """One line per span, children indented by two spaces, in the order they began; failed spans are marked.

    Args:
        spans: the spans, of one or several traces.
        attributes: whether each span's attributes, events and links follow it.
    """
    ordered = sorted(spans, key=lambda span: (span.start_ns, span.span_id))
    known = {span.span_id for span in ordered}
    lines: list[str] = []

    def draw(parent: str | None, depth: int) -> None:
        for span in ordered:
            above = span.parent_span_id if span.parent_span_id in known else None
            if above == parent:
                lines.extend("  " * depth + line for line in _lines(span, attributes))
                draw(span.span_id, depth + 1)

    draw(None, 0)
    return "\n".join(lines)


def _lines(span: EndedSpan, attributes: bool) -> list[str]:
    failed = f" ERROR {span.status_message}" if span.status == "error" else ""
    lines = [f"{span.name}{failed}"]
    if attributes:
        lines += [f"  · {name} = {value!r}" for name, value in sorted(span.attributes.items())]
        lines += [f"  ! {event.name} {dict(event.attributes)}" for event in span.events]
        lines += [f"  → {link.trace_id}/{link.span_id} {dict(link.attributes) or ''}".rstrip() for link in span.links]
    return lines
