"""What is behind an incident: the ids that it keeps, looked up where they lead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fleaglass.hub.api.alerting.shapes import BreadcrumbAnswer, EvidenceAnswer
from fleaglass.hub.api.issue_rows import issue_links
from fleaglass.hub.api.listing import summaries
from fleaglass.hub.state import State
from fleaglass.hub.store import Store

__all__ = ["evidence_of"]


async def evidence_of(store: Store, state: State, kept: Mapping[str, Any]) -> EvidenceAnswer:
    """The evidence that an incident keeps: `traces` and `orders` (ids), `issue` (a number), `breadcrumbs`.

    Raises EngineError and StateError.
    """
    trace_ids: list[str] = kept.get("traces") or []
    issue: int | None = kept.get("issue")
    traces = await summaries(store, trace_ids)
    links = {} if issue is None else await state.reading(lambda connection: issue_links(connection, [issue]))
    stored = {trace["trace_id"] for trace in traces}
    return {
        "traces": traces,
        "missing_traces": [trace_id for trace_id in trace_ids if trace_id not in stored],
        "orders": kept.get("orders") or [],
        "issue": None if issue is None else links.get(issue),
        "breadcrumbs": [_breadcrumb(each) for each in kept.get("breadcrumbs") or []],
    }


def _breadcrumb(kept: Mapping[str, Any]) -> BreadcrumbAnswer:
    at_ns = kept.get("at_ns")
    return {
        "at_ns": None if at_ns is None else str(at_ns),
        "category": str(kept.get("category") or ""),
        "message": str(kept.get("message") or ""),
    }
