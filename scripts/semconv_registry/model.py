"""The registry as data: what is left once every reference is resolved and every rule has been checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

__all__ = [
    "Area",
    "Attribute",
    "Entity",
    "Event",
    "Level",
    "Metric",
    "Prometheus",
    "Registry",
    "RegistryError",
    "Span",
    "Use",
]

Level = str
"""One of required, conditionally_required, recommended, opt_in."""


class RegistryError(Exception):
    """The registry breaks a rule. `problems` has one sentence per fault, each starting with file and group."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)


@dataclass(frozen=True)
class Attribute:
    """One attribute. `type` is string, int, double or boolean; an enumeration is a string with `members`."""

    name: str
    type: str
    brief: str
    note: str = ""
    unit: str | None = None
    decimal_places: int | None = None
    column: bool = False
    free_text: bool = False
    members: tuple[tuple[str, str, str], ...] = ()
    """(id, value, brief) of each allowed value."""
    examples: tuple[object, ...] = ()
    guide_spans: str | None = None
    sentry_data: str | None = None
    deprecated: str | None = None
    replaced_by: str | None = None


@dataclass(frozen=True)
class Area:
    """A group of attributes that are documented together."""

    id: str
    title: str
    brief: str
    attributes: tuple[str, ...]


@dataclass(frozen=True)
class Use:
    """An attribute as one span, event, metric or entity uses it."""

    name: str
    level: Level
    condition: str = ""


@dataclass(frozen=True)
class Span:
    """One kind of span; `parents` names spans, or `root`."""

    id: str
    name: str
    kind: str
    brief: str
    note: str
    parents: tuple[str, ...]
    uses: tuple[Use, ...]
    events: tuple[str, ...]
    links: tuple[str, ...]
    """Attributes of its span links."""
    order: int
    planned: bool
    sentry_op: str | None


@dataclass(frozen=True)
class Event:
    """One kind of span event."""

    name: str
    brief: str
    uses: tuple[Use, ...]


@dataclass(frozen=True)
class Prometheus:
    """The name under which existing dashboards look for a metric."""

    name: str
    labels: tuple[tuple[str, str], ...]
    scale: float
    buckets: tuple[float, ...]


@dataclass(frozen=True)
class Metric:
    """One metric; `buckets` are the advised bounds of a histogram, in `unit`."""

    name: str
    instrument: str
    unit: str
    brief: str
    uses: tuple[Use, ...]
    buckets: tuple[float, ...]
    prometheus: Prometheus | None


@dataclass(frozen=True)
class Entity:
    """What a Resource describes."""

    name: str
    brief: str
    uses: tuple[Use, ...]


@dataclass(frozen=True)
class Registry:
    """Everything in schema/, resolved."""

    schema_url: str
    areas: tuple[Area, ...]
    attributes: Mapping[str, Attribute]
    """Own attributes by name, event fields included."""
    upstream: Mapping[str, Attribute]
    spans: tuple[Span, ...]
    events: tuple[Event, ...]
    metrics: tuple[Metric, ...]
    entities: tuple[Entity, ...]
    event_fields: frozenset[str] = field(default_factory=frozenset)
    """Names that occur inside span events only."""
