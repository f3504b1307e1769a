"""What requests that change monitors say, checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from fleaglass.hub.api.errors import Problem
from fleaglass.hub.monitors.check_in import MonitorConfig
from fleaglass.hub.monitors.config import ConfigError, read_config

__all__ = ["EditLane", "EditMonitor", "NewMonitor", "config_in"]

Slug = Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9_.-]{1,128}$", description="As its check-ins will name it.")]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Config = Annotated[
    dict[str, Any],
    msgspec.Meta(
        description="As check-ins have it: `schedule` as `{type, value, unit}`, or `schedule_type` and `schedule`; and "
        "`checkin_margin`, `max_runtime` (minutes), `failure_issue_threshold`, `recovery_threshold`, `timezone`."
    ),
]


class NewMonitor(msgspec.Struct, forbid_unknown_fields=True):
    """A monitor, before its job has ever checked in."""

    slug: Slug
    config: Config
    name: Name | None = None
    project: Annotated[str | None, msgspec.Meta(description="Slug of its project; the only one, when left out.")] = None


class EditLane(msgspec.Struct, forbid_unknown_fields=True):
    """What can be changed of a monitor in one environment."""

    muted: bool


class EditMonitor(msgspec.Struct, forbid_unknown_fields=True):
    """What is to be changed; what is left out stays."""

    name: Name | msgspec.UnsetType = msgspec.UNSET
    enabled: bool | msgspec.UnsetType = msgspec.UNSET
    muted: bool | msgspec.UnsetType = msgspec.UNSET
    config: Config | msgspec.UnsetType = msgspec.UNSET
    environments: dict[str, EditLane] | msgspec.UnsetType = msgspec.UNSET


def config_in(sent: Mapping[str, Any]) -> MonitorConfig:
    """The configuration of a body. Raises Problem."""
    try:
        return read_config(sent)
    except ConfigError as error:
        hint = 'An example: {"schedule_type": "crontab", "schedule": "0 0 * * *", "timezone": "Europe/Berlin"}.'
        raise Problem(400, "bad_body", f"config: {error}", hint) from None
