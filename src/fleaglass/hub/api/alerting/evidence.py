"""What is behind an incident: the ids that it keeps, looked up where they lead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fleaglass.hub.api.alerting.shapes import EvidenceAnswer
from fleaglass.hub.api.issue_rows import issue_links
from fleaglass.hub.api.listing import summaries
from fleaglass.hub.state import State
from fleaglass.hub.store import Store

__all__ = ["evidence_of"]


async def evidence_of(store: Store, state: State, kept: Mapping[str, Any]) -> EvidenceAnswer:
    """The evidence that an incident keeps (hub/alerting/evidence.py). Raises EngineError and StateError."""
    trace_ids: list[str] = kept.get("traces", [])
    named = [issue["id"] for issue in kept.get("issues", [])]
    traces = await summaries(store, trace_ids)
    links = await state.reading(lambda connection: issue_links(connection, named)) if named else {}
    stored = {trace["trace_id"] for trace in traces}
    return {
        "traces": traces,
        "missing_traces": [trace_id for trace_id in trace_ids if trace_id not in stored],
        "orders": kept.get("orders", []),
        "escrows": kept.get("escrows", []),
        "assets": kept.get("assets", []),
        "errors": kept.get("errors", []),
        "issues": [links[issue] for issue in named if issue in links],
        "breadcrumbs": [
            {"at_ns": each["time_ns"], "name": each["name"], "says": each["says"]}
            for each in kept.get("breadcrumbs", [])
        ],
    }
