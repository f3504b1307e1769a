"""Dashboards of Grafana as data, from panels in rows: what is asked, in which unit, and how it is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any, Final, Literal

__all__ = ["Panel", "dashboard"]

_WIDTH: Final = 24
_HEIGHT: Final = 8
_SOURCE: Final = {"type": "prometheus", "uid": "${datasource}"}
_SCHEMA: Final = 39


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A chart, or a number.

    Attributes:
        title: what it answers.
        unit: Grafana's name of it, such as ``currencyUSD``.
        queries: PromQL, and the legend of its series.
        kind: how it is drawn.
        width: of 24 columns.
    """

    title: str
    unit: str
    queries: Sequence[tuple[str, str]]
    kind: Literal["timeseries", "stat", "bargauge"] = "timeseries"
    width: int = 12


def dashboard(uid: str, title: str, panels: Sequence[Panel]) -> dict[str, Any]:
    """A dashboard for the agents that are picked, over the data source that is picked."""
    placed, x, y = [], 0, 0
    for number, panel in enumerate(panels, 1):
        if x + panel.width > _WIDTH:
            x, y = 0, y + _HEIGHT
        placed.append(_panel(panel, number, {"h": _HEIGHT, "w": panel.width, "x": x, "y": y}))
        x += panel.width
    return {
        "uid": uid,
        "title": title,
        "tags": ["fleaglass"],
        "schemaVersion": _SCHEMA,
        "editable": True,
        "refresh": "10s",
        "time": {"from": "now-6h", "to": "now"},
        "timezone": "browser",
        "graphTooltip": 1,
        "templating": {"list": [_datasource(), _agent()]},
        "panels": placed,
    }


def _panel(panel: Panel, number: int, place: dict[str, int]) -> dict[str, Any]:
    targets = [
        {"refId": ref, "datasource": _SOURCE, "expr": expr, "legendFormat": legend, "editorMode": "code", "range": True}
        for ref, (expr, legend) in zip(ascii_uppercase, panel.queries, strict=False)
    ]
    return {
        "id": number,
        "type": panel.kind,
        "title": panel.title,
        "datasource": _SOURCE,
        "gridPos": place,
        "fieldConfig": {"defaults": {"unit": panel.unit}, "overrides": []},
        "options": {},
        "targets": targets,
    }


def _datasource() -> dict[str, Any]:
    return {"name": "datasource", "label": "Data source", "type": "datasource", "query": "prometheus"}


def _agent() -> dict[str, Any]:
    query = "label_values(pf_span_duration_seconds_count, agent_id)"
    return {
        "name": "agent",
        "label": "Agent",
        "type": "query",
        "datasource": _SOURCE,
        "definition": query,
        "query": {"query": query, "refId": "Agents"},
        "refresh": 2,
        "multi": True,
        "includeAll": True,
        "allValue": ".*",
        "current": {"text": ["All"], "value": ["$__all"]},
    }
