"""The span tree as text, from each span's usual parent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .model import Span

__all__ = ["draw_tree", "operations"]

HTTP = "span.pf.http.client"
OPERATION_MARK = "pf.service"


def operations(spans: Sequence[Span]) -> list[Span]:
    """The spans that stand for a call to a Purple Flea service."""
    return [span for span in spans if any(use.name == OPERATION_MARK for use in span.uses)]


def draw_tree(spans: Sequence[Span]) -> Iterator[str]:
    """One line per span, indented below its first parent, in the order in which the spans are declared."""
    callers = {span.id for span in operations(spans)}
    drawn = [span for span in spans if span.id != HTTP]
    rows = [row for span in drawn if span.parents[0] == "root" for row in _rows(span, drawn, "", "")]
    width = max(len(text) for text, _ in rows) + 2
    request = next((span.name for span in spans if span.id == HTTP), "")
    for text, span in rows:
        below = f" › {request}  CLIENT" if span.id in callers else ""
        yield f"{text:<{width}}{span.kind.upper()}{below}{'  (declared, not recorded yet)' if span.planned else ''}"


def _rows(span: Span, spans: Sequence[Span], lead: str, below: str) -> Iterator[tuple[str, Span]]:
    yield lead + span.name, span
    children = [child for child in spans if child.parents[0] == span.name]
    for child in children:
        last = child is children[-1]
        yield from _rows(child, spans, below + ("└── " if last else "├── "), below + ("    " if last else "│   "))
