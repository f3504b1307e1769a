"""Groups in, Registry out: references followed, `extends` inherited, rules across groups checked."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from .definitions import define_attributes, name_problems
from .model import (
    Area,
    Attribute,
    Entity,
    Event,
    Metric,
    Prometheus,
    Registry,
    RegistryError,
    Span,
    Use,
)
from .read import Group, GroupReader, read_manifest, read_upstream

__all__ = ["load_registry"]

KINDS = {"internal", "client", "server", "producer", "consumer"}
INSTRUMENTS = {"counter", "updowncounter", "gauge", "histogram"}
LEVELS = {"required", "conditionally_required", "recommended", "opt_in"}
REF_KEYS = {"ref", "requirement_level", "brief", "note", "examples", "role", "sampling_relevant", "annotations"}
EVENT_FIELDS = "registry.pf.event"


def load_registry(root: Path) -> Registry:
    """Read and check the registry below `root`.

    Raises:
        RegistryError: with every fault found, each naming its file and group.
    """
    reader = GroupReader(root)
    groups = reader.groups()
    registry = _Resolver(groups, read_upstream(root), reader.problems).resolve(read_manifest(root))
    if reader.problems:
        raise RegistryError(reader.problems)
    return registry


class _Resolver:
    def __init__(self, groups: list[Group], upstream: dict[str, Attribute], problems: list[str]) -> None:
        self.groups = {group.id: group for group in groups}
        self.upstream = upstream
        self.problems = problems
        self.attributes = define_attributes(groups, problems)

    def resolve(self, schema_url: str) -> Registry:
        if not schema_url:
            self.problems.append("manifest.yaml: missing, or without schema_url")
        areas = tuple(self._area(group) for group in self._of("attribute_group") if group.body.get("display_name"))
        areas = tuple(sorted(areas, key=lambda area: self._order(area.id)))
        fields = frozenset(name for area in areas if area.id == EVENT_FIELDS for name in area.attributes)
        registry = Registry(
            schema_url=schema_url,
            areas=areas,
            attributes={
                name: self.attributes[name] for area in areas for name in area.attributes if name in self.attributes
            },
            upstream=self.upstream,
            spans=tuple(sorted((self._span(group) for group in self._of("span")), key=lambda span: span.order)),
            events=tuple(Event(g.body["name"], g.body["brief"], self._uses(g)) for g in self._of("event")),
            metrics=tuple(self._metric(group) for group in self._of("metric")),
            entities=tuple(Entity(g.body["name"], g.body["brief"], self._uses(g)) for g in self._of("entity")),
            event_fields=fields,
        )
        self._check(registry)
        return registry

    def _of(self, kind: str) -> list[Group]:
        return [group for group in self.groups.values() if group.type == kind]

    def _order(self, group_id: str) -> int:
        return int((self.groups[group_id].annotations.get("docs") or {}).get("order", 1000))

    def _area(self, group: Group) -> Area:
        names = tuple(entry["id"] for entry in group.attributes if "id" in entry)
        return Area(group.id, group.body["display_name"], group.body["brief"], names)

    def _span(self, group: Group) -> Span:
        if group.body["span_kind"] not in KINDS:
            self.problems.append(f"{group.where}: unknown span_kind {group.body['span_kind']!r}")
        tree = group.annotations.get("tree") or {}
        events = []
        for event_id in group.body.get("events") or []:
            event = self.groups.get(event_id)
            if event is None or event.type != "event":
                self.problems.append(f"{group.where}: events names {event_id}, which is no event group")
            else:
                events.append(event.body["name"])
        return Span(
            id=group.id,
            name=_span_name(group),
            kind=group.body["span_kind"],
            brief=group.body["brief"],
            note=str(group.body.get("note") or "").strip(),
            parents=self._parents(group),
            uses=self._uses(group),
            events=tuple(events),
            links=self._links(group),
            order=int(tree.get("order", 50)),
            planned=bool(tree.get("planned")),
            sentry_op=(group.annotations.get("sentry") or {}).get("op"),
        )

    def _links(self, group: Group) -> tuple[str, ...]:
        return tuple(name for name in group.annotations.get("links") or () if self._known(group, name, "links"))

    def _parents(self, group: Group) -> tuple[str, ...]:
        """What the group says, and for whatever may be a root also the spans that take roots in."""
        declared = tuple((group.annotations.get("tree") or {}).get("parents") or ())
        if "root" not in declared or group.id in self.hosts:
            return declared
        return (*declared, *(_span_name(self.groups[host]) for host in self.hosts))

    @cached_property
    def hosts(self) -> tuple[str, ...]:
        """Ids of the spans below which anything may hang that may be a root."""
        return tuple(g.id for g in self._of("span") if (g.annotations.get("tree") or {}).get("hosts_roots"))

    def _metric(self, group: Group) -> Metric:
        if group.body["instrument"] not in INSTRUMENTS:
            self.problems.append(f"{group.where}: unknown instrument {group.body['instrument']!r}")
        alias = group.annotations.get("prometheus")
        buckets = tuple(float(bound) for bound in group.annotations.get("buckets") or ())
        if group.body["instrument"] == "histogram" and (not buckets or list(buckets) != sorted(set(buckets))):
            self.problems.append(f"{group.where}: a histogram needs buckets in ascending order")
        return Metric(
            name=group.body["metric_name"],
            instrument=group.body["instrument"],
            unit=group.body["unit"],
            brief=group.body["brief"],
            uses=self._uses(group),
            buckets=buckets,
            prometheus=self._prometheus(group, alias) if alias else None,
        )

    def _prometheus(self, group: Group, alias: Mapping[str, Any]) -> Prometheus:
        labels = tuple((alias.get("labels") or {}).items())
        for label, name in labels:
            self._known(group, name, f"Prometheus label {label}")
        return Prometheus(
            name=alias["name"],
            labels=labels,
            scale=float(alias.get("scale", 1)),
            buckets=tuple(float(bound) for bound in alias.get("buckets") or ()),
        )

    def _uses(self, group: Group) -> tuple[Use, ...]:
        """The group's own references first, then what it extends and does not itself say otherwise about."""
        uses: dict[str, Use] = {}
        for entry in group.attributes:
            if "ref" not in entry or not self._known(group, entry["ref"], "ref"):
                continue
            if entry["ref"] in uses:
                self.problems.append(f"{group.where}: refers to {entry['ref']} twice")
            uses[entry["ref"]] = self._use(group, entry)
        parent = group.body.get("extends")
        if parent and parent not in self.groups:
            self.problems.append(f"{group.where}: extends {parent}, which does not exist")
        elif parent:
            for use in self._uses(self.groups[parent]):
                uses.setdefault(use.name, use)
        return tuple(uses.values())

    def _use(self, group: Group, entry: Mapping[str, Any]) -> Use:
        unknown = sorted(set(entry) - REF_KEYS)
        self.problems += [f"{group.where}: {entry['ref']}: unknown key {key!r}" for key in unknown]
        declared = entry.get("requirement_level", "recommended")
        level, condition = next(iter(declared.items())) if isinstance(declared, dict) else (declared, "")
        if level not in LEVELS or (level == "conditionally_required" and not condition):
            self.problems.append(f"{group.where}: {entry['ref']}: bad requirement_level {declared!r}")
        return Use(entry["ref"], level, str(condition))

    def _known(self, group: Group, name: str, what: str) -> bool:
        if name in self.attributes or name in self.upstream:
            return True
        hint = (
            "define it"
            if name.startswith("pf.")
            else "define it, or add it to otel-subset.json if OpenTelemetry has it"
        )
        self.problems.append(f"{group.where}: {what} names {name}, which no attribute_group defines; {hint}")
        return False

    def _check(self, registry: Registry) -> None:
        attributes = set(registry.attributes) | set(registry.upstream)
        self._report(name_problems(attributes, "attribute"), registry.attributes)
        self._report(name_problems((metric.name for metric in registry.metrics), "metric"), {})
        for what, names in (
            ("span", [span.name for span in registry.spans]),
            ("event", [event.name for event in registry.events]),
            ("metric", [metric.name for metric in registry.metrics]),
        ):
            self.problems += [
                f"{what} {name} is declared twice" for name in sorted(set(names)) if names.count(name) > 1
            ]
        known = {span.name for span in registry.spans} | {"root"}
        for span in registry.spans:
            where = self.groups[span.id].where
            if not span.parents:
                self.problems.append(f"{where}: needs annotations.tree.parents, if only [root]")
            self.problems += [f"{where}: parent {name} is no span" for name in span.parents if name not in known]

    def _report(self, found: list[str], attributes: Mapping[str, Attribute]) -> None:
        """Add the file and group of the attribute that each sentence starts with."""
        home = {entry["id"]: g.where for g in self.groups.values() for entry in g.attributes if "id" in entry}
        self.problems += [f"{home.get(text.split(':')[0], 'metrics.yaml')}: {text}" for text in found]


def _span_name(group: Group) -> str:
    """A span's name, or the pattern of its names."""
    return (group.annotations.get("tree") or {}).get("name") or group.id.removeprefix("span.")
