"""Groups and incidents as rows of the state, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, select, update

from fleaglass.hub.alerting.notify.groups import Escalated, Subject, Told
from fleaglass.hub.alerting.tables import incidents, notification_groups
from fleaglass.hub.state.state import insert

__all__ = [
    "Group",
    "incident_rows",
    "read_group",
    "read_groups",
    "read_subjects",
    "remove_group",
    "tell_group",
    "write_group",
]

_SUBJECT = (
    incidents.c.id,
    incidents.c.labels,
    incidents.c.status,
    incidents.c.fired_ns,
    incidents.c.muted_until_ns,
    incidents.c.acknowledged_ns,
    incidents.c.escalated_ns,
    incidents.c.escalated_from,
)
_AT_ONCE = 1_000  # far below what either engine takes in one statement


@dataclass(frozen=True, slots=True)
class Group:
    """One row of `notification_groups`. `next_ns`: its next flush. `is_flushed`: it has had one."""

    key: str
    receiver: str
    labels: Mapping[str, str]
    began_ns: int
    next_ns: int
    told: Told = field(default_factory=Told)
    is_flushed: bool = False


def read_groups(connection: Connection) -> dict[str, Group]:
    """Every group, by its key."""
    rows = connection.execute(select(notification_groups)).mappings()
    return {row["key"]: _group(row) for row in rows}


def read_group(connection: Connection, key: str) -> Group | None:
    """One group."""
    query = select(notification_groups).where(notification_groups.c.key == key)
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else _group(row)


def write_group(connection: Connection, group: Group) -> None:
    """Keep a group, new or changed."""
    changed = {"next_ns": group.next_ns, "told": _told_column(group.told, is_flushed=group.is_flushed)}
    fixed = {
        "key": group.key,
        "receiver": group.receiver,
        "labels": dict(group.labels),
        "began_ns": group.began_ns,
    }
    put = insert(connection, notification_groups).values(**fixed, **changed)
    connection.execute(put.on_conflict_do_update(index_elements=["key"], set_=changed))


def tell_group(connection: Connection, key: str, told: Told) -> None:
    """Note what a group's receiver was told last. It has been flushed, or there had been nothing to tell."""
    column = _told_column(told, is_flushed=True)
    connection.execute(update(notification_groups).where(notification_groups.c.key == key).values(told=column))


def remove_group(connection: Connection, key: str) -> None:
    """Forget a group."""
    connection.execute(delete(notification_groups).where(notification_groups.c.key == key))


def read_subjects(connection: Connection, told: Iterable[int]) -> dict[int, Subject]:
    """Every open incident, and those of `told` that there are, by id."""
    rows = connection.execute(select(*_SUBJECT).where(incidents.c.status == "open")).mappings()
    found = {row["id"]: _subject(row) for row in rows}
    for part in _parts(set(told) - found.keys()):
        rows = connection.execute(select(*_SUBJECT).where(incidents.c.id.in_(part))).mappings()
        found |= {row["id"]: _subject(row) for row in rows}
    return found


def incident_rows(connection: Connection, ids: Iterable[int]) -> list[dict[str, Any]]:
    """Rows of `incidents`, those that there are, by id."""
    query = select(incidents)
    found = [row for part in _parts(set(ids)) for row in connection.execute(query.where(incidents.c.id.in_(part)))]
    return [row._asdict() for row in sorted(found, key=lambda row: row.id)]


def _parts(ids: set[int]) -> Iterable[list[int]]:
    whole = sorted(ids)
    return (whole[at : at + _AT_ONCE] for at in range(0, len(whole), _AT_ONCE))


def _group(row: RowMapping) -> Group:
    said = row["told"]
    return Group(
        key=row["key"],
        receiver=row["receiver"],
        labels=row["labels"],
        began_ns=row["began_ns"],
        next_ns=row["next_ns"],
        told=Told(
            at_ns=said["at_ns"],
            firing=frozenset(said["firing"]),
            is_acknowledged=said["acknowledged"],
            escalated=frozenset(said.get("escalated", ())),  # earlier versions wrote none
        ),
        is_flushed=said["flushed"],
    )


def _told_column(told: Told, *, is_flushed: bool) -> dict[str, Any]:
    return {
        "at_ns": told.at_ns,
        "firing": sorted(told.firing),
        "escalated": sorted(told.escalated),
        "acknowledged": told.is_acknowledged,
        "flushed": is_flushed,
    }


def _subject(row: RowMapping) -> Subject:
    return Subject(
        id=row["id"],
        labels=row["labels"],
        is_open=row["status"] == "open",
        fired_ns=row["fired_ns"],
        muted_until_ns=row["muted_until_ns"],
        is_acknowledged=row["acknowledged_ns"] is not None,
        escalated=None if row["escalated_ns"] is None else Escalated(row["escalated_ns"], row["escalated_from"]),
    )
