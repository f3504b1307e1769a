"""YAML files in, groups out. Faults are collected, so that one run names them all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from .model import Attribute

__all__ = ["Group", "GroupReader", "read_manifest", "read_upstream"]

KEYS = {
    "attribute_group": {"display_name", "attributes"},
    "span": {"span_kind", "events", "extends", "attributes"},
    "event": {"name", "attributes"},
    "metric": {"metric_name", "instrument", "unit", "attributes"},
    "entity": {"name", "attributes"},
}
NEEDED = {
    "attribute_group": {"attributes"},
    "span": {"span_kind", "stability"},
    "event": {"name", "stability"},
    "metric": {"metric_name", "instrument", "unit", "stability"},
    "entity": {"name", "stability", "attributes"},
}
COMMON = {"id", "type", "brief", "note", "stability", "annotations", "deprecated"}


class _StrictLoader(yaml.SafeLoader):
    """PyYAML keeps the last of two equal keys and says nothing; here that is a fault."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"key {key!r} occurs twice", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


@dataclass(frozen=True)
class Group:
    """One group as it stands in its file."""

    file: str
    id: str
    type: str
    body: dict[str, Any]

    @property
    def where(self) -> str:
        """File and group, as every message begins."""
        return f"{self.file}: {self.id}"

    @property
    def annotations(self) -> dict[str, Any]:
        """Annotations of the group; empty when there are none."""
        return self.body.get("annotations") or {}

    @property
    def attributes(self) -> list[dict[str, Any]]:
        """Definitions (`id`) and references (`ref`) in order."""
        return self.body.get("attributes") or []


class GroupReader:
    """Reads every YAML file below a folder; `problems` grows as faults are met."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.problems: list[str] = []

    def groups(self) -> list[Group]:
        """All well-formed groups, files in alphabetical order."""
        found: list[Group] = []
        first: dict[str, str] = {}
        for group in self._all():
            if group.id in first:
                self.problems.append(f"{group.where}: this group id is already used in {first[group.id]}")
                continue
            first[group.id] = group.file
            if self._well_formed(group):
                found.append(group)
        return found

    def _all(self) -> Iterator[Group]:
        for path in sorted(self.root.rglob("*.yaml")):
            if path.name == "manifest.yaml":
                continue
            file = path.relative_to(self.root).as_posix()
            try:
                document = yaml.load(path.read_text("utf-8"), _StrictLoader)
            except yaml.YAMLError as error:
                self.problems.append(f"{file}: not valid YAML: {' '.join(str(error).split())}")
                continue
            if not isinstance(document, dict) or not isinstance(document.get("groups"), list):
                self.problems.append(f"{file}: expected a list called groups")
                continue
            for number, body in enumerate(document["groups"], 1):
                if not isinstance(body, dict) or not isinstance(body.get("id"), str):
                    self.problems.append(f"{file}: group {number} has no id")
                    continue
                yield Group(file, body["id"], str(body.get("type")), body)

    def _well_formed(self, group: Group) -> bool:
        if group.type not in KEYS:
            self.problems.append(f"{group.where}: unknown group type {group.type!r}; one of {', '.join(KEYS)}")
            return False
        before = len(self.problems)
        if not str(group.body.get("brief") or "").strip():
            self.problems.append(f"{group.where}: missing brief")
        for key in sorted(NEEDED[group.type] - set(group.body)):
            self.problems.append(f"{group.where}: a group of type {group.type} needs {key}")
        for key in sorted(set(group.body) - COMMON - KEYS[group.type]):
            self.problems.append(f"{group.where}: a group of type {group.type} has no {key}")
        for number, attribute in enumerate(group.attributes, 1):
            if not isinstance(attribute, dict) or len({"id", "ref"} & set(attribute)) != 1:
                self.problems.append(f"{group.where}: attribute {number} needs either id or ref")
        return len(self.problems) == before


def read_manifest(root: Path) -> str:
    """The registry's schema_url; '' when the manifest is missing or has none."""
    path = root / "manifest.yaml"
    manifest = yaml.safe_load(path.read_text("utf-8")) if path.exists() else None
    return str(manifest.get("schema_url") or "") if isinstance(manifest, dict) else ""


def read_upstream(root: Path) -> dict[str, Attribute]:
    """OpenTelemetry's own attributes that this registry refers to, with their types."""
    path = root / "otel-subset.json"
    if not path.exists():
        return {}
    entries = json.loads(path.read_text("utf-8"))["attributes"]
    return {name: Attribute(name, entry["type"], entry["brief"]) for name, entry in sorted(entries.items())}
