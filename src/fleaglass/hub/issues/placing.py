"""Which issue an event belongs to: the one that knows any of its hashes, else a new one.

    event ─ hashes ─┬─ known: its group's issue; hashes that are not known yet become groups of it
                    ├─ known to two issues: these were one all along, and become one
                    └─ none known: a new issue, with a group for each hash

So which hashes are one issue does not depend on the order of the events. An event is counted by the first of its
hashes, whichever was known: what the store has under a hash is what its group counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import Connection, bindparam, insert, select, update

from fleaglass.hub.issues.components import Components
from fleaglass.hub.issues.event import Event
from fleaglass.hub.issues.figures import Figures, figures_in, figures_of, together
from fleaglass.hub.issues.grouped import Grouped
from fleaglass.hub.issues.merging import join
from fleaglass.hub.issues.tables import groups, issues

__all__ = ["GroupKey", "IssueKind", "Known", "Lot", "place"]

IssueKind = Literal["error", "message", "monitor"]

GroupKey = tuple[int, str]
"""Project and hash."""


@dataclass(frozen=True, slots=True)
class Known:
    """An event, with what is known of it before it has a place."""

    event: Event
    grouped: Grouped
    named: tuple[str, str, str, str]

    @property
    def keys(self) -> list[GroupKey]:
        """The groups that it is known by, the one that counts it first."""
        return [(self.event.project, hash_) for hash_ in self.grouped.hashes]


@dataclass(slots=True)
class Lot:
    """The events of a batch that belong to one issue, in order of time, and their figures."""

    project: int
    events: list[Known]
    figures: Figures
    keys: set[GroupKey]
    issue: int = 0
    row: Mapping[str, Any] | None = None  # the issue as it was before them; None for a new one
    groups: dict[GroupKey, int] = field(default_factory=dict)


def place(connection: Connection, events: Sequence[Known], kind: IssueKind | None) -> list[Lot]:
    """Find or make the issue and the groups of each event, and write the groups' figures.

    A new issue is written whole. What the events change of an issue that was there is left to the caller.
    """
    parts: Components[GroupKey] = Components()
    for known in events:
        parts.join(known.keys)
    lots = _lots(events, parts)
    rows = _groups(connection, {key for lot in lots for key in lot.keys})
    _settle(connection, lots, rows)
    _make(connection, [lot for lot in lots if lot.row is None], kind)
    _write_groups(connection, lots, rows)
    return lots
