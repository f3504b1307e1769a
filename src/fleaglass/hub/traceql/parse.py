"""Text -> tree, or a TraceQLError that says where and what was expected."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Final, cast

from lark import Lark, Token
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from fleaglass.hub.traceql.build import builder
from fleaglass.hub.traceql.grammar import CALLED, GRAMMAR
from fleaglass.hub.traceql.refused import TraceQLError
from fleaglass.hub.traceql.tree import Comparison, Field, Filter, Place, Query, Spans, Test, parts

__all__ = ["MOST_CHARACTERS", "MOST_COMPARISONS", "MOST_DEPTH", "MOST_FILTERS", "MOST_STAGES", "parse", "parse_field"]

MOST_CHARACTERS: Final = 10_000
MOST_COMPARISONS: Final = 64
MOST_FILTERS: Final = 6
MOST_STAGES: Final = 8
MOST_DEPTH: Final = 32

_SHOWN: Final = 40  # characters of what was not expected


def parse(text: str) -> Query:
    """The query. Raises TraceQLError; takes time in proportion to the text."""
    query = cast(Query, _built(text, "query"))
    _bounded(query.spans)
    if len(query.stages) > MOST_STAGES:
        raise TraceQLError(Place(1, 1), f"a query has at most {MOST_STAGES} stages, this one has {len(query.stages)}")
    return query


def parse_field(text: str) -> Field:
    """A field alone, such as `resource.service.name`. Raises TraceQLError."""
    field, _ = cast("tuple[Field, Place]", _built(text, "field"))
    return field


def _built(text: str, start: str) -> object:
    if len(text) > MOST_CHARACTERS:
        raise TraceQLError(Place(1, MOST_CHARACTERS + 1), f"a query has at most {MOST_CHARACTERS} characters")
    try:
        return _parser().parse(text, start)  # no tree of Lark's in between: it builds while it reads
    except UnexpectedInput as error:
        raise _unexpected(error, text) from None


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", start=["query", "field"], transformer=builder(), maybe_placeholders=True)


def _unexpected(error: UnexpectedInput, text: str) -> TraceQLError:
    match error:
        case UnexpectedToken():
            token: Token = error.token
            ended = token.type == "$END"
            got = "the query ends" if ended else f"got {_shown(token)}"
            place = _end(text) if ended else Place(error.line, error.column)
            return TraceQLError(place, f"{got}, expected {_any_of(error.expected)}")
        case UnexpectedCharacters():
            got = _shown(text[error.pos_in_stream or 0 :].split("\n")[0])
            return TraceQLError(Place(error.line, error.column), f"got {got}, expected {_any_of(error.allowed or ())}")
    return TraceQLError(_end(text), "this is no query")


def _shown(text: str) -> str:
    return repr(str(text) if len(text) <= _SHOWN else text[:_SHOWN] + "…")


def _any_of(terminals: Iterable[str]) -> str:
    names = sorted({CALLED.get(name, name) for name in terminals}) or ["nothing more"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _end(text: str) -> Place:
    lines = text.split("\n")
    return Place(len(lines), len(lines[-1]) + 1)


def _bounded(spans: Spans) -> None:
    """Raises TraceQLError for what would be too much for the engine, whatever it asks for."""
    counts = {Comparison: 0, Filter: 0}
    most = {Comparison: (MOST_COMPARISONS, "comparisons"), Filter: (MOST_FILTERS, "sets of spans")}
    level: list[Spans | Test] = [spans]
    depth = 0
    while level:
        depth += 1
        for node in level:
            if type(node) in counts:
                counts[type(node)] += 1
        level = [part for node in level for part in parts(node)]
    for kind, (limit, called) in most.items():
        if counts[kind] > limit:
            raise TraceQLError(Place(1, 1), f"a query has at most {limit} {called}, this one has {counts[kind]}")
    if depth > MOST_DEPTH:
        raise TraceQLError(Place(1, 1), f"a query is nested at most {MOST_DEPTH} deep, this one {depth}")
