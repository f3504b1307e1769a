"""What is said of a query that cannot be answered."""

from __future__ import annotations

from fleaglass.hub.traceql.tree import Place

__all__ = ["TraceQLError"]


class TraceQLError(ValueError):
    """A text that is no query, or asks for what there is not: `place` says where."""

    def __init__(self, place: Place, fault: str) -> None:
        super().__init__(f"line {place.line}, column {place.column}: {fault}")
        self.place = place
        self.fault = fault
