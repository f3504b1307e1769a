"""What is said elsewhere of a ledger that is not as it should be."""

from __future__ import annotations

from pathlib import Path

import pytest

from fleaglass.hub.intake.queue import Queue
from fleaglass.hub.intake.reading import read
from fleaglass.hub.ledgers.growth import Growth
from fleaglass.hub.ledgers.places import Place
from fleaglass.hub.ledgers.shelf import Book
from fleaglass.hub.ledgers.trouble import Trouble, notice_of, tell_trouble, troubles
from fleaglass.hub.ledgers.verifying import Verified
from fleaglass.hub.witness.pressing import Pressing
from fleaglass.hub.witness.telling import Notice
from fleaglass.ledger.verify import Problem, Verdict

HOUR = 3_600_000_000_000
WHOLE = Verdict(size=12)
TAMPERED = Verdict(size=12, first_bad=3, problems=(Problem(3, "tile/0/000.p/12", "another hash"),))


def _book(name: str, *verdicts: Verdict | None, cosigned: int | None = None) -> Book:
    place = Place(Path("/home/agents/ledger") / name)
    book = Book(place, Growth(place))
    for at_ns, verdict in enumerate(verdicts, 1):
        book.take(Verified(at_ns, 0, b"", verdict, cosigned=cosigned))
    return book


@pytest.mark.parametrize(
    ("book", "after_ns", "found"),
    [
        (_book("a"), 0, None),
        (_book("a", WHOLE), 0, None),
        (_book("a", None), 0, None),
        (_book("a", WHOLE, cosigned=12), 9 * HOUR, None),
        (
            _book("a", WHOLE, TAMPERED, TAMPERED),
            0,
            ("danger", "tampered", "a's ledger was tampered with: entry 3 is the first that cannot be believed", 2),
        ),
        (
            _book("a", Verdict(problems=(Problem(None, "checkpoint", "not signed"),))),
            0,
            ("danger", "tampered", "a's ledger was tampered with", 1),
        ),
        (_book("a", TAMPERED, WHOLE), 0, None),
        (
            _book("a", WHOLE, TAMPERED, cosigned=20),
            0,
            ("danger", "tampered", "a's ledger was tampered with: entry 3 is the first that cannot be believed", 2),
        ),
        (_book("a", WHOLE, None), 0, ("doubt", "gone", "a's ledger had entries and cannot be verified any more", 2)),
        (_book("a", WHOLE, cosigned=20), HOUR, None),
        (
            _book("a", WHOLE, cosigned=20),
            HOUR + 2,
            (
                "doubt",
                "missing",
                "a's ledger lacks 8 entries that the hub has cosigned: it was cut, or is an old copy",
                1,
            ),
        ),
    ],
)
def test_of_each_log_what_verifying_found_is_said_until_it_is_well_again(
    book: Book, after_ns: int, found: tuple[str, str, str, int] | None
) -> None:
    told = [(each.severity, each.kind, each.says, each.since_ns) for each in troubles([book], [], after_ns)]
    assert told == ([] if found is None else [found])


def test_alarms_stand_beside_it_the_worst_first_and_name_the_log_if_it_is_here() -> None:
    origin = "fleaglass.ledger/"
    alarms = [Pressing(f"{origin}b", "went_back", 4), Pressing(f"{origin}elsewhere", "fork", 5)]
    found = troubles([_book("b", WHOLE), _book("a", TAMPERED)], alarms, 0)
    assert [(each.severity, each.kind, each.agent, each.ledger) for each in found] == [
        ("danger", "tampered", "a", "a"),
        ("danger", "fork", "elsewhere", None),
        ("doubt", "went_back", "b", "b"),
    ]
    assert found[1] == Trouble(
        "danger",
        "fork",
        "elsewhere",
        None,
        "elsewhere's ledger has signed two different histories of the same length: "
        "entries were changed after they were cosigned",
        5,
    )


def test_people_are_told_with_the_problems_and_of_a_copy_that_may_be_behind_nothing() -> None:
    assert notice_of(_book("a", WHOLE)) is None
    assert notice_of(_book("a", WHOLE, cosigned=20)) is None
    assert notice_of(_book("a", TAMPERED)) == Notice(
        "tampered",
        "a",
        "a's ledger was tampered with: entry 3 is the first that cannot be believed",
        is_proof=True,
        evidence={"problems": "tile/0/000.p/12: another hash"},
    )
    gone = notice_of(_book("a", WHOLE, None))
    assert gone is not None
    assert (gone.kind, gone.is_proof) == ("gone", False)


async def test_what_people_are_told_is_an_issue_of_the_log(tmp_path: Path) -> None:
    queue = Queue(tmp_path / "intake.db")
    await tell_trouble(queue, _book("a", WHOLE))
    await tell_trouble(queue, _book("a", TAMPERED))
    (queued,) = await queue.take(10)
    queue.close()
    (event,) = read([queued], {1: "agents"}).events
    assert (event.level, event.fingerprint, event.tags["ledger.alarm"]) == (
        "fatal",
        ("witness tampered a",),
        "tampered",
    )
