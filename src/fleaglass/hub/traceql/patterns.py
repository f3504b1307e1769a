"""Regular expressions are the engine's own (RE2), so it is asked whether it can read them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from fleaglass.hub.store import EngineError, Store
from fleaglass.hub.traceql.refused import TraceQLError
from fleaglass.hub.traceql.tree import Comparison, Spans, Test, parts

__all__ = ["check_patterns"]

_UNREADABLE: Final = 427
"""The engine's number for a pattern that it cannot compile."""

_PIECE: Final = re.compile(r"\\Q.*?(?:\\E|$)|\\.|\[\^?\]?(?:\[:\w+:\]|\\.|[^\]\\])*\]|[()]", re.DOTALL)


async def check_patterns(store: Store, spans: Spans) -> None:
    """Raises TraceQLError for a pattern that means nothing, and EngineError."""
    for compared in _matched(spans):
        pattern = str(compared.value)
        if not _stays_inside(pattern) or not await _readable(store, pattern):
            raise TraceQLError(compared.place, f"{pattern!r} is no regular expression (RE2)")


async def _readable(store: Store, pattern: str) -> bool:
    try:
        await store.query("SELECT match('', {pattern:String})", {"pattern": pattern})
    except EngineError as error:
        if getattr(error, "code", None) == _UNREADABLE:
            return False
        raise
    return True


def _stays_inside(pattern: str) -> bool:
    """Whether it closes no bracket that it has not opened: the one around it would be closed, and `a)|(b` be two."""
    depth = 0
    for piece in _PIECE.findall(pattern):
        depth += {"(": 1, ")": -1}.get(piece, 0)
        if depth < 0:
            return False
    return True


def _matched(node: Spans | Test) -> Iterator[Comparison]:
    if isinstance(node, Comparison) and node.operator in ("=~", "!~"):
        yield node
    for part in parts(node):
        yield from _matched(part)
