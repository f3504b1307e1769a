"""How an issue's state is kept in its row: status and substatus, and what was meant by resolving or archiving it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from fleaglass.hub.issues.archive import Archive
from fleaglass.hub.issues.resolution import Resolution
from fleaglass.hub.issues.states import State, status

__all__ = ["Archived", "Resolved", "archived_in", "kept", "resolved_in", "state_columns", "state_in"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """A resolution, and who made it; None for the hub itself."""

    rule: Resolution
    actor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """What it was archived for, by whom, and what has happened since.

    Attributes:
        happened: events since then.
        limit: for `until_escalating`, the most events in an hour that are no escalation.
        limit_hour: the hour since 1970 in which that was worked out.
        in_hour: events of the hour of archiving that were known then: they do not make it escalate.
    """

    rule: Archive
    actor: str | None = None
    happened: int = 0
    limit: float | None = None
    limit_hour: int = 0
    in_hour: int = 0


def state_in(row: Mapping[str, Any]) -> State:
    """The state of a row of `issues`."""
    state: State = row["substatus"] or "resolved"
    return state


def state_columns(state: State) -> dict[str, Any]:
    """As the columns of an issue."""
    return {"status": status(state), "substatus": None if state == "resolved" else state}


def resolved_in(row: Mapping[str, Any]) -> Resolved | None:
    """The resolution of a row of `issues`."""
    return None if row["resolution"] is None else msgspec.convert(row["resolution"], Resolved)


def archived_in(row: Mapping[str, Any]) -> Archived | None:
    """What a row of `issues` is archived for."""
    return None if row["archive"] is None else msgspec.convert(row["archive"], Archived)


def kept(meant: Resolved | Archived | None) -> Any:
    """As the column holds it."""
    return msgspec.to_builtins(meant)
