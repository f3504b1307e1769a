"""An operation's fields, by our names, and the request that says them: there and back, by an endpoint's tables."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from fleaglass.recorder.scrub import scrub
from fleaglass.venue.profile import Endpoint

__all__ = ["Query", "Sent", "fields_of", "path_names", "sent"]

Query: TypeAlias = dict[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Sent:
    """The parts of a request: path values by our names, query and body by the venue's."""

    path: dict[str, str]
    query: Query
    body: dict[str, object]


def path_names(endpoint: Endpoint) -> tuple[str, ...]:
    """The names in braces of an endpoint's path."""
    return tuple(name for _, name, _, _ in string.Formatter().parse(endpoint.path) if name)


def sent(endpoint: Endpoint, fields: Mapping[str, object]) -> Sent:
    """What to send for these fields. Those that are ``None`` or that the endpoint does not name are left out.

    Raises:
        ValueError: a name in the path has no value.
    """
    said = {name: _theirs(endpoint, name, value) for name, value in fields.items() if value is not None}
    names = path_names(endpoint)
    if missing := [name for name in names if name not in said]:
        raise ValueError(f"{', '.join(missing)} must be given")
    path = {name: str(said[name]) for name in names}
    query: Query = {}
    body: dict[str, object] = {}
    for name, theirs in endpoint.sends.items():
        if name not in said:
            continue
        value = said[name]
        if endpoint.method == "GET":
            query[theirs] = [str(one) for one in value] if isinstance(value, list | tuple) else str(value)
        elif name in endpoint.spreads and isinstance(value, Mapping):
            body |= {str(key): one for key, one in value.items()}
        elif name in endpoint.rows and isinstance(value, Iterable):
            body[theirs] = [_row(endpoint, name, row) for row in value]
        else:
            body[theirs] = value
    return Sent(path, query, body)


def fields_of(
    endpoint: Endpoint, path: Mapping[str, str], query: Mapping[str, Any], body: Mapping[str, Any]
) -> dict[str, object]:
    """The fields of a request that somebody else made: what ``sent`` would make it from, as far as it can be told.

    Never raises, whatever the request holds.
    """
    found: dict[str, object] = dict(path)
    said = dict(query if endpoint.method == "GET" else body)
    for name, theirs in endpoint.sends.items():
        if theirs in said:
            value = said.pop(theirs)
            found[name] = _rows_of(endpoint, name, value) if name in endpoint.rows else value
    for name in endpoint.spreads:
        if endpoint.method != "GET" and name not in found and said:
            found[name] = said
    return {name: _ours(endpoint, name, value) for name, value in found.items()}


def _row(endpoint: Endpoint, name: str, row: object) -> object:
    """One item of a list of mappings, by the venue's names."""
    if not isinstance(row, Mapping):
        return row
    said: dict[str, object] = {}
    for key, theirs in endpoint.rows[name].items():
        value = _theirs(endpoint, key, row.get(key))
        if key in endpoint.spreads and isinstance(value, Mapping):
            said |= {str(one): other for one, other in value.items()}
        elif value is not None:
            said[theirs] = value
    return said


def _rows_of(endpoint: Endpoint, name: str, rows: object) -> object:
    if not isinstance(rows, list):
        return rows
    found: list[object] = []
    for row in rows:
        if not isinstance(row, Mapping):
            found.append(row)
            continue
        rest = dict(row)
        ours = {
            key: _ours(endpoint, key, rest.pop(theirs))
            for key, theirs in endpoint.rows[name].items()
            if theirs in rest and key not in endpoint.spreads
        }
        for key in endpoint.spreads:
            if key in endpoint.rows[name] and rest:
                ours[key] = rest
        found.append(ours)
    return found


def _theirs(endpoint: Endpoint, name: str, value: object) -> object:
    if name in endpoint.texts and isinstance(value, Decimal):
        return format(value, "f")
    # A key that lands here by mistake keeps the spelling by which it is scrubbed.
    if name in endpoint.hyphenated and isinstance(value, str) and scrub(value) == value:
        return value.replace("_", "-")
    table = endpoint.values.get(name)
    if table is None or not isinstance(value, str):
        return value
    return next((theirs for theirs, ours in table.items() if ours == value), value)


def _ours(endpoint: Endpoint, name: str, value: object) -> object:
    if name in endpoint.hyphenated and isinstance(value, str):
        return value.replace("-", "_")
    table = endpoint.values.get(name)
    return table.get(value, value) if table is not None and isinstance(value, str) else value
