"""What whoever is woken needs first: which traces, orders and assets, what went wrong, and what led up to it.

    {"traces": […], "orders": […], "escrows": […], "assets": […], "errors": […],
     "breadcrumbs": [{"time_ns": …, "name": …, "says": …}], "issues": [{"id": …, "title": …}]}

Gathered once, when an incident fires, and small: every list and every text in it is bounded. What spans carry was
scrubbed by their agent; nothing else is in here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from fleaglass import semconv
from fleaglass.hub.api.issue_rows import issue_links
from fleaglass.hub.api.issue_shapes import IssueLink
from fleaglass.hub.api.sql import START_NS, Bindings, columns, trace_ids, where
from fleaglass.hub.api.trace_issues import issues_in_traces
from fleaglass.hub.state import State
from fleaglass.hub.store import Row, Store
from fleaglass.hub.store.values import from_key_values

__all__ = ["Asked", "gather"]

MOST_TRACES: Final = 200
"""Of a round, in all: a storm of incidents is told by its first ones."""

_MOST_SPANS: Final = 100
_MOST_NAMED: Final = 5
_MOST_CRUMBS: Final = 10
_LONGEST: Final = 200

_SAID: Final = {
    "trace_id": "lower(hex(s.trace_id))",
    "failed": "s.status_code = 2",
    "order": "s.pf_order_id",
    "escrow": "s.pf_escrow_id",
    "asset": "s.pf_asset",
    "error": f"if(s.status_code = 2, s.attr_string['{semconv.ERROR_TYPE}'], '')",
    "message": "if(s.status_code = 2, s.status_message, '')",
    "start_ns": START_NS,
    "crumbs": "arrayMap(e -> (e.time_unix_nano, e.name, arrayMap(a -> hex(a), e.attributes)), s.events)",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Where to look: in these traces, the most telling first, and at an issue if the incident is about one."""

    trace_ids: Sequence[str] = ()
    issue: int | None = None


async def gather(store: Store, state: State, asked: Mapping[str, Asked]) -> dict[str, dict[str, Any]]:
    """The evidence for each key. Raises EngineError and StateError."""
    wanted = list(islice(dict.fromkeys(each for one in asked.values() for each in one.trace_ids), MOST_TRACES))
    bind = Bindings()
    once = (
        f"SELECT {columns(_SAID)}, s.span_id AS span_id FROM spans AS s{where([trace_ids(bind, wanted)])}"
        " LIMIT 1 BY trace_id, span_id"
    )
    rows = await store.query(
        f"SELECT * EXCEPT span_id FROM ({once}) ORDER BY failed DESC, start_ns DESC LIMIT {_MOST_SPANS} BY trace_id",
        bind.values,
    )
    spans: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        spans[row["trace_id"]].append(row)
    issues = {each["trace_id"]: each["issues"] for each in await issues_in_traces(store, state, wanted)}
    about = {one.issue for one in asked.values() if one.issue is not None}
    named = await state.reading(lambda connection: issue_links(connection, about)) if about else {}
    return {
        key: {
            "traces": list(one.trace_ids),
            **_of_spans([row for trace_id in one.trace_ids for row in spans[trace_id]]),
            "breadcrumbs": next(filter(None, (_crumbs(spans[trace_id]) for trace_id in one.trace_ids)), []),
            "issues": _issues(
                *(link for number, link in named.items() if number == one.issue),
                *(each["issue"] for trace_id in one.trace_ids for each in issues.get(trace_id, ())),
            ),
        }
        for key, one in asked.items()
    }


def _of_spans(rows: Sequence[Row]) -> dict[str, list[str]]:
    return {
        "orders": _few(row["order"] for row in rows),
        "escrows": _few(row["escrow"] for row in rows),
        "assets": _few(row["asset"] for row in rows),
        "errors": _few(": ".join(filter(None, (row["error"], row["message"]))) for row in rows),
    }


def _few(values: Iterable[str | None]) -> list[str]:
    return list(islice(dict.fromkeys(_short(value) for value in values if value), _MOST_NAMED))


def _crumbs(rows: Sequence[Row]) -> list[dict[str, str]]:
    """The last of the events in a trace, in their order."""
    events = sorted((event for row in rows for event in row["crumbs"]), key=lambda event: int(event[0]))
    return [
        {"time_ns": str(time_ns), "name": _short(name), "says": _says(attributes)}
        for time_ns, name, attributes in events[-_MOST_CRUMBS:]
    ]


def _says(attributes: Sequence[str]) -> str:
    return _short(", ".join(f"{each['key']}={each['value']['value']}" for each in from_key_values(attributes)))


def _issues(*links: IssueLink) -> list[dict[str, Any]]:
    named = {link["id"]: {"id": link["id"], "title": _short(link["title"])} for link in links}
    return list(islice(named.values(), _MOST_NAMED))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
