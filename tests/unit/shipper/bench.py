"""What the shipper tests share: journals as agents leave them, outlets that answer as told, a clock set by hand."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

from fleaglass.journal import Destination, OtlpDestination, Route, SentryDestination, Writer
from fleaglass.journal.records import Envelope, Log, Record, Scope, SpanEnded, SpanStarted, encode
from fleaglass.shipper import Accepted, Answer, Batch, Shipper, Signal
from tests.unit.journal.desk import writer

__all__ = ["HUB", "SENTRY", "Clock", "Recorded", "agent", "ended", "log", "numbers", "put", "ship", "started"]

HUB = OtlpDestination(name="hub", traces="http://127.0.0.1:4318/v1/traces", logs="http://127.0.0.1:4318/v1/logs")
SENTRY = SentryDestination(name="sentry", dsn="http://key@127.0.0.1:9000/1")
T0 = 1_700_000_000_000_000_000


class Clock:
    """It goes on when it is told to."""

    def __init__(self) -> None:
        self.s = 1_000.0

    def monotonic(self) -> float:
        return self.s

    def wall_ns(self) -> int:
        return T0 + int(self.s * 1e9)


class Recorded:
    """An outlet that keeps what it is given, and answers in turn as it was told to; then that it accepts."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.batches: list[Batch] = []
        self.may_answer = threading.Event()
        self.may_answer.set()

    def send(self, batch: Batch) -> Answer:
        self.may_answer.wait()
        self.batches.append(batch)
        return self.answers.pop(0) if self.answers else Accepted()


def agent(home: Path, *destinations: Destination, batch: int = 512, linger_ms: int = 0, **arguments: object) -> Writer:
    """The journal of an agent that lives until it ``end``s, or is killed."""
    route = Route(agent_id="vol-arb-1", destinations=destinations or (HUB,), batch=batch, linger_ms=linger_ms)
    journal = writer(home, files={"route.json": route.encode()}, **arguments)
    journal.stand(("scope", 0), Scope.kind, encode(Scope(0, "fleaglass", "0.1.0")))
    journal.open()
    return journal


def killed(journal: Writer) -> None:
    """The system gives its lease back; nobody says anything."""
    lease = journal._lease
    assert lease is not None
    lease.end()


def started(number: int, name: str = "agent.decision_cycle", *, parent: int = 0) -> SpanStarted:
    parent_id = parent.to_bytes(8, "big") if parent else b""
    return SpanStarted(b"t" * 16, number.to_bytes(8, "big"), parent_id, name, 1, T0 + number, {"number": number})


def ended(number: int, chars: int = 0) -> SpanEnded:
    attributes = {"number": number, "text": "x" * chars}
    return SpanEnded(b"t" * 16, number.to_bytes(8, "big"), b"", "cycle", 1, T0 + number, T0 + number + 5, attributes)


def log(number: int) -> Log:
    return Log(T0, T0, 9, "INFO", f"line {number}", "agent", {"number": number})


def envelope(number: int, **fields: str) -> Envelope:
    return Envelope("error", b'{"number":%d}' % number, **fields)


def put(journal: Writer, *records: Record) -> None:
    for record in records:
        journal.append(record.kind, encode(record))


def numbers(batches: Iterable[Batch]) -> list[int]:
    """Which spans or lines have arrived, in order."""
    return [record.attributes["number"] for batch in batches for record in batch.records]  # type: ignore[attr-defined]


def shipper_of(home: Path, outlets: dict[str, Recorded], clock: Clock | None = None) -> Shipper:
    """A shipper to these outlets, by ``destination/signal``; one that is not named accepts everything."""
    clock = clock or Clock()

    def make_outlet(destination: Destination, signal: Signal) -> Recorded:
        return outlets.setdefault(f"{destination.name}/{signal}", Recorded())

    return Shipper(home, make_outlet, monotonic=clock.monotonic, wall_ns=clock.wall_ns)


def turns(shipper: Shipper, clock: Clock, count: int = 20, step_s: float = 0.5) -> None:
    """Let time go by: after each turn, whatever is under way is waited for."""
    for _ in range(count):
        shipper.turn()
        answered(shipper)
        clock.s += step_s


def answered(shipper: Shipper) -> None:
    """Wait until every link that may answer has answered."""
    for link in shipper._links.values():
        outlet = link._outlet
        while link.is_busy and outlet.may_answer.is_set() and link._answers.empty():  # type: ignore[attr-defined]
            threading.Event().wait(0.001)


def ship(home: Path, outlets: dict[str, Recorded] | None = None, clock: Clock | None = None) -> dict[str, Recorded]:
    """Ship until nothing is left to do, or nothing can be done."""
    outlets, clock = outlets if outlets is not None else {}, clock or Clock()
    shipper = shipper_of(home, outlets, clock)
    turns(shipper, clock)
    shipper.close()
    return outlets


def folders(home: Path) -> Sequence[Path]:
    """Of the journals that are left."""
    return sorted((home / "journals").iterdir())
