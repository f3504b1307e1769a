"""A journal whose process died, ended by a person: what the shipper does by itself, for a folder that it never sees.

All of it is read, and what it left open is closed in a last segment (`recovery.py`). That can be done once; then the
journal is sent like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias

import msgspec

from fleaglass.journal.layout import SHIP_LOCK
from fleaglass.journal.records import CleanEnd, Recovered, Run
from fleaglass.journal.route import read_route
from fleaglass.shipper.interrupted import decoded, interrupted_spans, last_ns_of
from fleaglass.shipper.lock import FileLock
from fleaglass.shipper.recovery import recover
from fleaglass.shipper.tail import Tail, Trouble
from fleaglass.shipper.unfinished import Unfinished, read_unfinished

__all__ = ["InUse", "OpenSpan", "Recovery", "recover_by_hand"]

End: TypeAlias = Literal["clean", "died", "recovered"]

_ENDS: Final[Mapping[int, End]] = MappingProxyType({CleanEnd.kind: "clean", Recovered.kind: "recovered"})


class InUse(Exception):
    """Somebody writes the journal, or sends it. The message says who."""


class OpenSpan(msgspec.Struct, kw_only=True):
    """A span that had no end. Times in Unix nanoseconds, ids in hexadecimal."""

    name: str
    trace_id: str
    span_id: str
    start_ns: int
    in_flight: bool
    attributes: dict[str, Any]


class Recovery(msgspec.Struct, kw_only=True):
    """What came of it.

    Attributes:
        name: of the journal's folder.
        agent_id: whose it is.
        end: how its process had ended: ``clean`` and ``recovered`` leave nothing to do.
        last_ns: when the last thing was recorded, in Unix nanoseconds; 0 if nothing was.
        open: spans that had begun and not ended, the outermost first; closed now, if it ``died``.
        session: id of the session that ends as abnormal; ``None`` if none was open.
        troubles: what could not be read.
    """

    name: str
    agent_id: str
    end: End
    last_ns: int
    open: list[OpenSpan] = []
    session: str | None = None
    troubles: list[str] = []


def recover_by_hand(folder: Path, *, now_ns: int, new_id: Callable[[], str]) -> Recovery:
    """Read the journal in this folder to its end, and close what its process left open.

    Args:
        folder: of the journal, or a copy from elsewhere.
        now_ns: the time, in Unix nanoseconds.
        new_id: gives 32 random hexadecimal digits.

    Raises:
        InUse: it is being written, or sent.
        FormatError: it cannot be read; `NewerFormat` if a newer Fleaglass wrote it. It is left as it is.
        OSError: it cannot be read, or nothing can be written into its folder.
    """
    troubles: list[Trouble] = []
    unfinished = read_unfinished(folder)
    tail = Tail(folder, report=troubles.append, front=unfinished.at)
    tail.opened, tail.scopes = unfinished.opened, dict(unfinished.scopes)
    tail.look()
    if not tail.is_over:
        raise InUse("its process still runs, and writes it")
    lock = FileLock.take(folder / SHIP_LOCK)
    if lock is None:
        raise InUse("a shipper has it, and recovers it by itself")
    try:
        return _recover(folder, unfinished, tail, troubles, now_ns, new_id)
    finally:
        lock.release()


def _recover(
    folder: Path,
    unfinished: Unfinished,
    tail: Tail,
    troubles: list[Trouble],
    now_ns: int,
    new_id: Callable[[], str],
) -> Recovery:
    end: End = "clean" if unfinished.is_ended else "died"
    while (chunk := tail.follow()) is not None:
        unfinished.see(chunk.records, chunk.segment)
        for record in chunk.records:
            end = _ENDS.get(record.kind, end)
    unfinished.at, unfinished.opened, unfinished.scopes = tail.front, tail.opened, tail.scopes
    found = _found(folder, unfinished, end, troubles)
    if end == "died":
        recover(
            folder,
            unfinished,
            number=max(tail.last_segment, tail.front.segment) + 1,
            journal=tail.journal,
            agent_id=found.agent_id,
            now_ns=now_ns,
            new_id=new_id,
        )
    return found


def _found(folder: Path, unfinished: Unfinished, end: End, troubles: list[Trouble]) -> Recovery:
    run = decoded(Run, unfinished.run)
    return Recovery(
        name=folder.name,
        agent_id=unfinished.opened.agent_id if unfinished.opened is not None else _agent_of(folder),
        end=end,
        last_ns=last_ns_of(unfinished),
        open=[
            OpenSpan(
                name=each.ended.name,
                trace_id=each.ended.trace_id.hex(),
                span_id=each.ended.span_id.hex(),
                start_ns=each.ended.start_ns,
                in_flight=each.is_in_flight,
                attributes=each.ended.attributes,
            )
            for each in interrupted_spans(unfinished)
        ],
        session=run.sid if run is not None and run.status == "ok" else None,
        troubles=[str(each) for each in troubles],
    )


def _agent_of(folder: Path) -> str:
    with suppress(FileNotFoundError):
        return read_route(folder).agent_id
    return ""
