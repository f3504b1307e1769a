"""What is in a journal, for a person: nothing is changed, and nobody who writes or ships it is disturbed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec

from fleaglass.journal.cursors import Cursors, Position, read_cursors
from fleaglass.journal.reader import RawRecord
from fleaglass.journal.records import CleanEnd, Recovered
from fleaglass.journal.route import Route, read_route
from fleaglass.shipper.batch import KINDS
from fleaglass.shipper.shipment import deliveries_of
from fleaglass.shipper.tail import Tail, Trouble

__all__ = ["End", "Survey", "everything", "survey"]

End: TypeAlias = Literal["running", "clean", "died", "recovered"]


class Survey(msgspec.Struct, kw_only=True):
    """What is known of one journal.

    Attributes:
        name: of its folder.
        agent_id: whose it is.
        end: how its process ended, if it has.
        records: how many are there; those that have arrived may be gone.
        troubles: stretches and segments that cannot be read.
        waiting: records that have not arrived, by delivery.
        down: why nothing gets through, by delivery.
        lost: records that did not arrive and never will, by delivery.
    """

    name: str
    agent_id: str
    end: End
    records: int = 0
    troubles: int = 0
    waiting: dict[str, int]
    down: dict[str, str]
    lost: dict[str, int]


def everything(tail: Tail, troubles: list[Trouble]) -> Iterator[tuple[int, RawRecord] | Trouble]:
    """Each record with the number of its segment, and each trouble. Raises `NewerFormat`, ``OSError``.

    Args:
        tail: at its beginning.
        troubles: where it reports them.
    """
    tail.look()
    while (chunk := tail.follow()) is not None:
        yield from troubles
        troubles.clear()
        for record in chunk.records:
            yield chunk.segment, record
    yield from troubles


def survey(folder: Path) -> Survey:
    """What is known of the journal in this folder. Raises `FormatError`, ``OSError``."""
    cursors = read_cursors(folder) or Cursors()
    route = _route(folder)
    of_kind = {name: KINDS[signal] for name, signal, _ in deliveries_of(route)}
    settled = {name: cursor.at for name, cursor in cursors.deliveries.items()}
    troubles: list[Trouble] = []
    tail = Tail(folder, report=troubles.append)
    found = Survey(
        name=folder.name,
        agent_id=route.agent_id,
        end="died",
        waiting=dict.fromkeys(of_kind, 0),
        down={name: cursor.down for name, cursor in cursors.deliveries.items() if cursor.down is not None},
        lost={name: cursor.lost for name, cursor in cursors.deliveries.items() if cursor.lost},
    )
    for each in everything(tail, troubles):
        if isinstance(each, Trouble):
            found.troubles += 1
            continue
        segment, record = each
        found.records += 1
        if record.kind in (CleanEnd.kind, Recovered.kind):
            found.end = "clean" if record.kind == CleanEnd.kind else "recovered"
        for name, kind in of_kind.items():
            if kind == record.kind and (segment, record.offset) >= settled.get(name, Position(0, 0)):
                found.waiting[name] += 1
    if not tail.is_over:
        found.end = "running"
    if tail.opened is not None:
        found.agent_id = tail.opened.agent_id
    return found


def _route(folder: Path) -> Route:
    """Where it goes; nowhere, for one that was copied without its keys."""
    try:
        return read_route(folder)
    except FileNotFoundError:
        return Route(agent_id="")
