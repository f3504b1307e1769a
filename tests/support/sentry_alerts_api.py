"""A stand-in for the alerts part of Sentry's REST API: keeps what it is told, and tells it as Sentry does.

What it tells differs from what it was told: names in camel case, ids as text, dates, a detector's query wrapped up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from tests.support.answering import Answer, Asked
from tests.support.openapi import body_faults, sentry_document

__all__ = ["ORG", "PROJECT", "TOKEN", "FakeSentryAlerts"]

ORG, PROJECT, TOKEN = "acme", "agents", "sntrys_canary_0123456789abcdef"
PREFIX = f"/api/0/organizations/{ORG}"
PAGE = 2
"""Members of a page: few, so that there are several pages."""
DATE = "2026-11-20T10:00:00Z"
CAMEL = {"condition_group": "conditionGroup", "logic_type": "logicType", "action_filters": "actionFilters"}


@dataclass
class FakeSentryAlerts:
    """What the server knows, and what it was asked."""

    detectors: dict[int, dict[str, Any]] = field(default_factory=dict)
    workflows: dict[int, dict[str, Any]] = field(default_factory=dict)
    is_old: bool = False
    answers: list[Answer] = field(default_factory=list)
    """Answers to give instead, in order."""
    asked: list[Asked] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    """What Sentry's own description of its API has against the requests."""

    def __post_init__(self) -> None:
        self.add_detector(name="Error Monitor", type="error")
        self.add_detector(name="daily-recalibration", type="monitor_check_in_failure")

    def add_detector(self, **fields: Any) -> int:
        """One that was there before."""
        id_ = len(self.detectors) + len(self.workflows) + 1
        self.detectors[id_] = {"id": str(id_), "description": None, "workflowIds": [], **fields}
        return id_

    @property
    def writes(self) -> list[Asked]:
        return [each for each in self.asked if each.is_write]

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        document = sentry_document()
        if document is not None and asked.body is not None:
            self.faults += body_faults(document, asked.method, asked.path, asked.body)
        if self.answers:
            return self.answers.pop(0)
        if asked.headers.get("Authorization") != f"Bearer {TOKEN}":
            return 401, {"detail": "Invalid token"}
        path = asked.path.removeprefix(PREFIX)
        if path == "/" and asked.path.startswith(PREFIX):
            return 200, {"slug": ORG}
        if self.is_old or not asked.path.startswith(PREFIX):
            return 404, {"detail": "The requested resource does not exist"}
        return self._organization(asked, path)

    def _organization(self, asked: Asked, path: str) -> Answer:
        match asked.method, path:
            case "GET", "/detectors/":
                kind = asked.query["query"].removeprefix("type:")
                return _page(asked, [each for each in self.detectors.values() if each["type"] == kind])
            case "GET", "/workflows/":
                return _page(asked, list(self.workflows.values()))
            case "GET", "/integrations/":
                return 200, [{"id": "7", "provider": {"key": asked.query["providerKey"]}}]
            case "POST", "/projects/agents/detectors/":
                id_ = self.add_detector()
                self.detectors[id_] = _detector(id_, asked.body)
                return 201, self.detectors[id_]
            case "POST", "/workflows/":
                id_ = len(self.detectors) + len(self.workflows) + 1
                self.workflows[id_] = _workflow(id_, asked.body)
                return 201, self.workflows[id_]
        found = re.fullmatch(r"/(detectors|workflows)/(\d+)/", path)
        assert found, f"{asked.method} {path}: without an id it is about all that there are"
        kept: dict[int, dict[str, Any]] = getattr(self, found[1])
        if asked.method == "DELETE":
            del kept[int(found[2])]
            return 204, None
        kept[int(found[2])] = {"detectors": _detector, "workflows": _workflow}[found[1]](int(found[2]), asked.body)
        return 200, kept[int(found[2])]


def _page(asked: Asked, members: list[dict[str, Any]]) -> Answer:
    begin = int(asked.query.get("cursor", "0"))
    more = str(begin + PAGE < len(members)).lower()
    link = f'<http://127.0.0.1:1/elsewhere>; rel="next"; results="{more}"; cursor="{begin + PAGE}"'
    return 200, members[begin : begin + PAGE], {"Link": link}


def _detector(id_: int, body: dict[str, Any]) -> dict[str, Any]:
    told = _told({name: value for name, value in body.items() if name not in ("data_sources", "workflow_ids")})
    (source,) = body["data_sources"]
    query = {name: value for name, value in source.items() if name != "queryType"}
    query["eventTypes"] = list(reversed(query["eventTypes"]))
    wrapped = {
        "id": "1",
        "type": "snuba_query_subscription",
        "queryObj": {"id": "2", "snubaQuery": {"id": "3", **query}},
    }
    ids = [str(each) for each in body["workflow_ids"]]
    return {**told, "id": str(id_), "projectId": "1", "dataSources": [wrapped], "workflowIds": ids, "dateCreated": DATE}


def _workflow(id_: int, body: dict[str, Any]) -> dict[str, Any]:
    told = _told({name: value for name, value in body.items() if name != "detector_ids"})
    ids = [str(each) for each in reversed(body["detector_ids"])]
    return {**told, "id": str(id_), "detectorIds": ids, "createdBy": None, "dateUpdated": DATE}


def _told(value: Any) -> Any:
    if isinstance(value, dict):
        return {CAMEL.get(name, name): _told(each) for name, each in value.items()} | {"organizationId": "1"}
    if isinstance(value, list):
        return [_told(each) for each in value]
    return float(value) if type(value) is int else value
