"""A stand-in for the provisioning part of Grafana's HTTP API: keeps what it is told, and hides secrets as it does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.support.answering import Answer, Asked

__all__ = ["TOKEN", "FakeGrafana"]

TOKEN = "glsa_canary_0123456789abcdef"
SECRETS = {"slack": "url", "pagerduty": "integrationKey"}


@dataclass
class FakeGrafana:
    """What the server knows, and what it was asked."""

    policies: dict[str, Any] = field(
        default_factory=lambda: {
            "receiver": "grafana-default-email",
            "routes": [{"receiver": "theirs", "object_matchers": [["team", "=", "other"]]}],
        }
    )
    folders: dict[str, Any] = field(default_factory=dict)
    points: dict[str, Any] = field(default_factory=dict)
    timings: dict[str, Any] = field(default_factory=dict)
    groups: dict[str, Any] = field(default_factory=dict)
    boards: dict[str, Any] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    @property
    def writes(self) -> list[Asked]:
        return [each for each in self.asked if each.is_write]

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        if self.answers:
            return self.answers.pop(0)
        if asked.headers.get("Authorization") != f"Bearer {TOKEN}":
            return 401, {"message": "Invalid API key"}
        assert not asked.is_write or asked.headers.get("X-Disable-Provenance") == "true"
        parts = asked.path.removeprefix("/api/").removeprefix("v1/provisioning/").split("/")
        match asked.method, *parts:
            case "POST", "folders":
                self.folders[asked.body["uid"]] = asked.body
            case "GET", "folders", uid:
                return _found(self.folders.get(uid))
            case "GET", "contact-points":
                return 200, list(self.points.values())
            case "POST", "contact-points":
                self.points[asked.body["uid"]] = _hidden(asked.body)
            case "PUT", "contact-points", uid:
                self.points[uid] = _hidden(asked.body)
            case "GET", "mute-timings":
                return 200, list(self.timings.values())
            case ("POST", "mute-timings") | ("PUT", "mute-timings", _):
                self.timings[asked.body["name"]] = {"version": "1", "provenance": "", **asked.body}
            case "GET", "policies":
                return 200, self.policies
            case "PUT", "policies":
                self.policies = _spelled(asked.body)
            case "GET", "folder", folder, "rule-groups", group:
                return _found(self.groups.get(f"{folder}/{group}"))
            case "PUT", "folder", folder, "rule-groups", group:
                assert folder in self.folders
                rules = [{"id": 1, "updated": "2026-11-20T10:00:00Z", **_spelled(rule)} for rule in asked.body["rules"]]
                self.groups[f"{folder}/{group}"] = {**asked.body, "rules": rules}
            case "GET", "dashboards", "uid", uid:
                return _found(self.boards.get(uid))
            case "POST", "dashboards", "db":
                board = {**asked.body["dashboard"], "id": 5, "version": 1}
                self.boards[board["uid"]] = {"dashboard": board, "meta": {}}
            case _:
                raise AssertionError(f"{asked.method} {asked.path}")
        return 202, {"message": "done"}


def _found(there: Any) -> Answer:
    return (404, {"message": "not found"}) if there is None else (200, there)


def _hidden(point: dict[str, Any]) -> dict[str, Any]:
    name = SECRETS.get(point["type"])
    settings = {key: "[REDACTED]" if key == name else value for key, value in point["settings"].items()}
    return {**point, "settings": settings, "provenance": ""}


def _spelled(value: Any) -> Any:
    """As Grafana spells lengths of time."""
    if isinstance(value, dict):
        return {name: _spelled(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_spelled(each) for each in value]
    return {"60s": "1m", "300s": "5m", "14400s": "4h"}.get(value, value) if isinstance(value, str) else value
