"""Names in a rules file that must be there but once, or must be somebody's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from msgspec import Struct

from fleaglass import semconv
from fleaglass.alerts.rules.lines import Path
from fleaglass.alerts.rules.model import Route, RuleBook, Selector
from fleaglass.alerts.rules.tables import Note, closest

__all__ = ["LOG", "doubled", "unknown_receivers", "unknown_rules", "unknown_spans"]

LOG: Final = "log"
"""The receiver that is always there: the hub's log."""

# Some names have places in them: `chat {gen_ai.request.model}`.
_SPAN: Final = re.compile("|".join(re.sub(r"\\\{.*?\\\}", ".+", re.escape(name)) for name in semconv.SPANS))


def doubled(document: dict[str, Any]) -> Iterator[Note]:
    """Rules with the name of an earlier one."""
    seen: set[str] = set()
    for index, rule in enumerate(_tables(document.get("rule"))):
        if isinstance(name := rule.get("name"), str):
            if name in seen:
                yield ("rule", index, "name"), f'another rule is called "{name}" already; incidents belong to a name'
            seen.add(name)


def unknown_receivers(document: dict[str, Any]) -> Iterator[Note]:
    """Receivers in routes that the file does not have."""
    receivers = document.get("receivers")
    known = {LOG, *(receivers if isinstance(receivers, dict) else ())}
    for path, route in _route_tables(document.get("route"), ("route",)):
        named = route.get("receivers")
        for index, name in enumerate(named if isinstance(named, list) else ()):
            if isinstance(name, str) and name not in known:
                yield (*path, "receivers", index), f'there is no receiver "{name}"{closest(name, known)}'


def unknown_spans(book: RuleBook) -> Iterator[Note]:
    """Span names that Fleaglass does not record by itself. An agent's author may."""
    for index, rule in enumerate(book.rules):
        for path, name in _spans(rule):
            if _SPAN.fullmatch(name) is None:
                hint = closest(name, semconv.SPANS) or "; right if your agent makes it"
                yield ("rule", index, *path), f'"{name}" is no span of Fleaglass\'s own{hint}'


def unknown_rules(book: RuleBook) -> Iterator[Note]:
    """Rules that a match names and the file does not have."""
    known = {rule.name for rule in book.rules}
    places: list[tuple[Path, Any]] = [
        ((*path, "match"), route.match) for path, route in _routes(book.route, ("route",))
    ]
    places += [(("mute", index, "match"), mute.match) for index, mute in enumerate(book.mutes)]
    for index, inhibition in enumerate(book.inhibitions):
        places += [(("inhibit", index, "source"), inhibition.source), (("inhibit", index, "target"), inhibition.target)]
    for path, match in places:
        named = match.get("rule", ())
        for name in (named,) if isinstance(named, str) else named:
            if name not in known:
                yield (*path, "rule"), f'there is no rule "{name}"{closest(name, known)}'


def _spans(rule: Struct) -> Iterator[tuple[Path, str]]:
    """The span names in a rule, and where they are."""
    if isinstance(span := getattr(rule, "span", None), str):
        yield ("span",), span
    for field in rule.__struct_fields__:
        if isinstance(selector := getattr(rule, field), Selector):
            for index, name in enumerate(selector.span):
                yield (field, "span", index), name


def _tables(several: object) -> Iterator[dict[str, Any]]:
    """Tables by position; one that is none counts as empty."""
    for each in several if isinstance(several, list) else ():
        yield each if isinstance(each, dict) else {}


def _route_tables(table: object, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    if isinstance(table, dict):
        yield path, table
        for index, child in enumerate(_tables(table.get("routes"))):
            yield from _route_tables(child, (*path, "routes", index))


def _routes(route: Route, path: Path) -> Iterator[tuple[Path, Route]]:
    yield path, route
    for index, child in enumerate(route.routes):
        yield from _routes(child, (*path, "routes", index))
