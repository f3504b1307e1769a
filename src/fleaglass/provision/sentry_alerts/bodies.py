"""What is sent to Sentry, strictly typed: its own description leaves most of it open.

Names at the top are in snake case, as its schema has them; those further down as its servers read them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, TypeAlias, get_args

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType, field

__all__ = [
    "FREQUENCIES_MIN",
    "WINDOWS_S",
    "Action",
    "ActionFilter",
    "Condition",
    "ConditionGroup",
    "DataSource",
    "Detector",
    "Frequency",
    "Level",
    "Trigger",
    "Triggers",
    "Window",
    "Workflow",
    "body",
]

Window: TypeAlias = Literal[60, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400]
WINDOWS_S: Final[tuple[Window, ...]] = get_args(Window)
"""How long a detector may look back, in seconds."""
Frequency: TypeAlias = Literal[0, 5, 10, 30, 60, 180, 720, 1440]
FREQUENCIES_MIN: Final[tuple[Frequency, ...]] = get_args(Frequency)
"""How often a workflow may tell of the same issue."""

Level: TypeAlias = Literal[0, 50, 75]
"""Resolved, medium, high."""


class DataSource(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    """What a detector measures. ``time_window`` is in seconds."""

    aggregate: str
    dataset: Literal["events", "events_analytics_platform"]
    query: str
    query_type: Literal[0, 1]
    event_types: tuple[Literal["error", "default", "trace_item_span"], ...]
    time_window: Window
    environment: str | None = None
    extrapolation_mode: Literal["unknown"] | UnsetType = UNSET


class Condition(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    """From where on a figure means what."""

    type: Literal["gt", "lt", "gte", "lte"]
    comparison: float
    condition_result: Level


class ConditionGroup(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """At most three, one of which resolves."""

    logic_type: Literal["any"] = "any"
    conditions: Annotated[tuple[Condition, ...], Meta(min_length=2, max_length=3)]
    actions: tuple[()] = ()


class Detector(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A metric monitor."""

    name: Annotated[str, Meta(max_length=200)]
    type: Literal["metric_issue"] = "metric_issue"
    enabled: bool = True
    description: str
    workflow_ids: tuple[int, ...] = ()
    data_sources: Annotated[tuple[DataSource, ...], Meta(min_length=1, max_length=1)]
    config: Mapping[Literal["detectionType"], Literal["static"]] = field(
        default_factory=lambda: {"detectionType": "static"}
    )
    condition_group: ConditionGroup


class Trigger(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    """A change of an issue, or something that is asked of it."""

    type: Literal[
        "first_seen_event",
        "regression_event",
        "reappeared_event",
        "issue_resolved_trigger",
        "tagged_event",
        "latest_release",
        "age_comparison",
        "level",
        "issue_priority_greater_or_equal",
    ]
    comparison: bool | int | Mapping[str, str | int]
    condition_result: Literal[True] = True


class Triggers(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """When a workflow looks at an issue."""

    logic_type: Literal["any-short"] = "any-short"
    conditions: tuple[Trigger, ...]
    actions: tuple[()] = ()


class Action(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    """Who is told."""

    type: Literal["email", "slack"]
    integration_id: str | None
    data: Mapping[str, str]
    config: Mapping[str, str | None]
    status: Literal["active"] = "active"


class ActionFilter(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    """Who is told of which issues."""

    logic_type: Literal["any-short", "all"]
    conditions: tuple[Trigger, ...]
    actions: Annotated[tuple[Action, ...], Meta(min_length=1)]


class Workflow(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What Sentry's pages call an alert."""

    name: Annotated[str, Meta(max_length=256)]
    enabled: bool = True
    environment: str | None = None
    detector_ids: tuple[int, ...]
    config: Mapping[Literal["frequency"], Frequency]
    triggers: Triggers
    action_filters: Annotated[tuple[ActionFilter, ...], Meta(min_length=1, max_length=1)]


def body(of: Detector | Workflow) -> dict[str, Any]:
    """Plain data to be sent.

    Raises:
        msgspec.ValidationError: it breaks a rule of its own type; a name may be too long.
    """
    plain: dict[str, Any] = msgspec.to_builtins(of)
    msgspec.convert(plain, type(of))
    return plain
