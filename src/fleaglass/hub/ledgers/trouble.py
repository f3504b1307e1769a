"""What is not as it should be with ledgers, for who looks elsewhere: on the first page, in the navigation, at issues.

::

    tampered   danger   verifying found what cannot be in a log that nobody touched
    fork       danger   the log has signed two histories; the other alarms of the witness are doubts
    gone       doubt    it had entries, and nothing can be verified any more
    missing    doubt    it has had fewer entries than the hub has cosigned, for an hour: a copy may be behind for less
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from fleaglass.hub.intake.queue import Queue
from fleaglass.hub.ledgers.shelf import Book
from fleaglass.hub.witness.pressing import Pressing
from fleaglass.hub.witness.telling import SAID, Notice, tell
from fleaglass.ledger.witness import AlarmKind

__all__ = ["Trouble", "TroubleKind", "notice_of", "tell_trouble", "troubles"]

TroubleKind: TypeAlias = Literal["tampered", "gone", "missing"] | AlarmKind

_HOUR_NS: Final = 3_600_000_000_000
_MOST_PROBLEMS: Final = 10
_ORIGIN: Final = "fleaglass.ledger/"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing about one ledger.

    Attributes:
        severity: how bad.
        kind: to decide by.
        agent: whose ledger, by the log's own name.
        ledger: its name here; None if the hub has only heard of it as a witness.
        says: a sentence without its full stop.
        since_ns: Unix nanoseconds.
    """

    severity: Literal["danger", "doubt"]
    kind: TroubleKind
    agent: str
    ledger: str | None
    says: str
    since_ns: int


def troubles(books: Iterable[Book], alarms: Iterable[Pressing], now_ns: int) -> list[Trouble]:
    """All of it, the worst first, then by agent."""
    books = list(books)
    names = {book.place.title: book.place.name for book in reversed(books)}
    found = [trouble for book in books for trouble in _of_book(book, now_ns)]
    for alarm in alarms:
        agent = alarm.origin.removeprefix(_ORIGIN)
        severity: Literal["danger", "doubt"] = "danger" if alarm.kind == "fork" else "doubt"
        says = f"{agent}'s ledger {SAID[alarm.kind]}"
        found.append(Trouble(severity, alarm.kind, agent, names.get(agent), says, alarm.since_ns))
    return sorted(found, key=lambda trouble: (trouble.severity != "danger", trouble.agent, trouble.since_ns))


def notice_of(book: Book) -> Notice | None:
    """What people are told at once of a log that is not as it should be; None if it may be a copy that is behind."""
    found = next(_of_book(book, 0), None)
    if found is None or book.verified is None:
        return None
    verdict = book.verified.verdict
    problems = verdict.problems[:_MOST_PROBLEMS] if verdict else ()
    told = "\n".join(f"{each.where}: {each.what}" for each in problems) or book.verified.why
    return Notice(
        found.kind, book.place.name, found.says, is_proof=found.severity == "danger", evidence={"problems": told}
    )


async def tell_trouble(queue: Queue, book: Book) -> None:
    """Make an issue of it."""
    if book.verified is not None and (notice := notice_of(book)) is not None:
        await tell(queue, notice, book.verified.at_ns)


def _of_book(book: Book, now_ns: int) -> Iterator[Trouble]:
    found, since_ns = book.verified, book.since_ns
    if found is None or since_ns is None:
        return
    agent, name = book.place.title, book.place.name
    if book.wrong == "tampered":
        first_bad = found.verdict.first_bad if found.verdict else None
        where = "" if first_bad is None else f": entry {first_bad} is the first that cannot be believed"
        yield Trouble("danger", "tampered", agent, name, f"{name}'s ledger was tampered with{where}", since_ns)
    elif book.wrong == "gone":
        says = f"{name}'s ledger had entries and cannot be verified any more"
        yield Trouble("doubt", "gone", agent, name, says, since_ns)
    elif now_ns - since_ns > _HOUR_NS:
        says = f"{name}'s ledger lacks {found.missing} entries that the hub has cosigned: it was cut, or is an old copy"
        yield Trouble("doubt", "missing", agent, name, says, since_ns)
