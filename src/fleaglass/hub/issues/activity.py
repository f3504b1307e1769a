"""What happened to an issue, and who did what: a line for each, for people to read.

That it was first seen is no line of its own: an older event may still arrive, so the issue's figures say it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import Connection, insert

from fleaglass.hub.issues.tables import activity

__all__ = ["Deed", "DeedKind", "note"]

DeedKind = Literal[
    "ongoing",
    "regressed",
    "escalating",
    "resolved",
    "unresolved",
    "archived",
    "assigned",
    "comment",
    "merged",
    "unmerged",
]


@dataclass(frozen=True, slots=True)
class Deed:
    """One line: of which issue, when, and what. `actor` is None for the hub itself."""

    issue: int
    at_ns: int
    kind: DeedKind
    actor: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


def note(connection: Connection, deeds: Sequence[Deed]) -> None:
    """Write them down."""
    if deeds:
        rows = [
            {
                "issue": deed.issue,
                "at_ns": deed.at_ns,
                "kind": deed.kind,
                "actor": deed.actor,
                "detail": dict(deed.detail),
            }
            for deed in deeds
        ]
        connection.execute(insert(activity), rows)
