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
from fleaglass.hub.issues.grouped import grouped
from fleaglass.hub.issues.merging import join
from fleaglass.hub.issues.storable import storable
from fleaglass.hub.issues.tables import groups, issues
from fleaglass.hub.issues.title import Title

__all__ = ["GroupKey", "IssueKind", "Known", "Lot", "place"]

IssueKind = Literal["error", "message", "monitor"]

GroupKey = tuple[int, str]
"""Project and hash."""


@dataclass(frozen=True, slots=True)
class Known:
    """An event, with what is known of it before it has a place."""

    event: Event
    hashes: tuple[str, ...]
    title: Title

    @property
    def keys(self) -> list[GroupKey]:
        """The groups that it is known by, the one that counts it first."""
        return [(self.event.project, hash_) for hash_ in self.hashes]


@dataclass(slots=True)
class Lot:
    """The events of a batch that belong to one issue, in order of time.

    Attributes:
        issue: its id.
        before: its row as it was before them; None for a new issue.
        figures: of these events alone.
        groups: the ids of the groups that they are known by.
    """

    issue: int
    before: Mapping[str, Any] | None
    events: list[Known]
    figures: Figures
    groups: Mapping[GroupKey, int] = field(default_factory=dict)


def place(connection: Connection, events: Sequence[Known], kind: IssueKind | None) -> list[Lot]:
    """Find or make the issue and the groups of each event, and write the groups' figures.

    A new issue is written whole. What the events change of an issue that was there is left to the caller.
    """
    figures = _group_figures(events)
    known_groups = _known_groups(connection, figures)
    lots = _lots(connection, events, known_groups)
    _make_issues(connection, [lot for lot in lots if lot.before is None], kind)
    ids = {key: row["id"] for key, row in known_groups.items()}
    ids |= _make_groups(connection, lots, figures, known_groups)
    _add_to_groups(connection, figures, known_groups)
    for lot in lots:
        lot.groups = ids
    return lots


def _group_figures(events: Iterable[Known]) -> dict[GroupKey, Figures]:
    """What the events add to each group. A group that they are only known by counts none of them."""
    found: dict[GroupKey, Figures] = {}
    for known in events:
        for at, key in enumerate(known.keys):
            figures = figures_of(known.event, known.title, counted=int(at == 0))
            found[key] = found[key] + figures if key in found else figures
    return found


def _known_groups(connection: Connection, keys: Iterable[GroupKey]) -> dict[GroupKey, Mapping[str, Any]]:
    wanted = set(keys)
    projects, hashes = {project for project, _ in wanted}, {hash_ for _, hash_ in wanted}
    query = select(groups).where(groups.c.project.in_(projects), groups.c.hash.in_(hashes))
    rows = {(row.project, row.hash): row._asdict() for row in connection.execute(query)}
    return {key: row for key, row in rows.items() if key in wanted}


def _lots(
    connection: Connection, events: Sequence[Known], known_groups: Mapping[GroupKey, Mapping[str, Any]]
) -> list[Lot]:
    parts: Components[GroupKey | int] = Components()  # an issue's number stands for the issue
    for known in events:
        parts.join(known.keys)
    for key, row in known_groups.items():
        parts.join((key, row["issue"]))
    members: dict[GroupKey | int, list[Known]] = defaultdict(list)
    for known in sorted(events, key=lambda known: (known.event.time_ns, known.event.event_id)):
        members[parts.of(known.keys[0])].append(known)
    known_issues: dict[GroupKey | int, set[int]] = defaultdict(set)
    for row in known_groups.values():
        known_issues[parts.of(row["issue"])].add(row["issue"])
    issue_of = {part: join(connection, found) for part, found in known_issues.items()}
    rows = _issue_rows(connection, issue_of.values())
    return [
        Lot(
            issue_of.get(part, 0),
            rows.get(issue_of.get(part, 0)),
            lot,
            together(figures_of(known.event, known.title) for known in lot),
        )
        for part, lot in members.items()
    ]


def _issue_rows(connection: Connection, ids: Iterable[int]) -> dict[int, Mapping[str, Any]]:
    query = select(issues).where(issues.c.id.in_(set(ids)))
    return {row.id: row._asdict() for row in connection.execute(query)}


def _make_issues(connection: Connection, lots: Sequence[Lot], kind: IssueKind | None) -> None:
    if not lots:
        return
    rows = [
        {
            "project": lot.events[0].event.project,
            "kind": kind or ("error" if lot.events[0].event.exceptions else "message"),
            **lot.figures.columns(),
            "users": len({known.event.user for known in lot.events} - {""}),
            "status": "unresolved",
            "substatus": "new",
            "active_at_ns": lot.figures.first.seen_ns,
            "changed_ns": lot.figures.first.seen_ns,
        }
        for lot in lots
    ]
    made = insert(issues).returning(issues.c.id, sort_by_parameter_order=True)
    for lot, issue in zip(lots, connection.execute(made, rows).scalars(), strict=True):
        lot.issue = issue


def _make_groups(
    connection: Connection,
    lots: Iterable[Lot],
    figures: Mapping[GroupKey, Figures],
    known_groups: Mapping[GroupKey, object],
) -> dict[GroupKey, int]:
    """The ids of the groups that were made."""
    new: dict[GroupKey, dict[str, Any]] = {}
    for lot in lots:
        for known in lot.events:
            keys = [key for key in known.keys if key not in known_groups and key not in new]
            about = storable(grouped(known.event).why) if keys else ""
            for project, hash_ in keys:
                where = {"project": project, "hash": hash_, "issue": lot.issue, "home": lot.issue, "about": about}
                new[project, hash_] = {**where, **figures[project, hash_].columns()}
    if not new:
        return {}
    made = insert(groups).returning(groups.c.id, sort_by_parameter_order=True)
    return dict(zip(new, connection.execute(made, list(new.values())).scalars(), strict=True))


def _add_to_groups(
    connection: Connection, figures: Mapping[GroupKey, Figures], known_groups: Mapping[GroupKey, Mapping[str, Any]]
) -> None:
    rows = [{"known_id": row["id"], **(figures_in(row) + figures[key]).columns()} for key, row in known_groups.items()]
    if rows:
        connection.execute(update(groups).where(groups.c.id == bindparam("known_id")), rows)
