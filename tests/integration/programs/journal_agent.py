"""An agent that records as fast as it can, until it is killed: HOME TRUTH ADDRESS.

Each cycle is a span with an order in it. What has ended is counted in the file TRUTH, which is no journal: a count of
8 bytes, stored after the span's last record was written.
"""

from __future__ import annotations

import mmap
import sys
import time
from pathlib import Path

from fleaglass.journal import OtlpDestination, Route, SentryDestination, Writer
from fleaglass.journal.records import Opened, Scope, SpanEnded, SpanMarked, SpanStarted, encode

__all__: list[str] = []

PARENT = 1 << 32


class Clock:
    def wall_ns(self) -> int:
        return time.time_ns()


def main(home: Path, truth: Path, address: str) -> None:
    route = Route(
        agent_id="kill-nine",
        destinations=(
            OtlpDestination(name="hub", traces=address),
            SentryDestination(name="sentry", dsn=address.replace("//", "//key@") + "/1"),
        ),
        batch=256,
        linger_ms=50,
    )
    journal = Writer(
        home,
        files={"route.json": route.encode()},
        segment_bytes=1 << 18,
        clock=Clock(),
        say=print,
    )
    journal.stand("opened", Opened.kind, encode(Opened("kill-nine", {}, time.time_ns(), "0", {})))
    journal.stand("scope", Scope.kind, encode(Scope(0, "test")))
    trace = b"t" * 16
    with truth.open("r+b") as file:
        counted = memoryview(mmap.mmap(file.fileno(), 8)).cast("Q")
    number = 0
    while True:
        number += 1
        now, cycle, order = time.time_ns(), (PARENT + number).to_bytes(8, "big"), number.to_bytes(8, "big")
        begun = SpanStarted(trace, cycle, b"", "agent.decision_cycle", 1, now, {})
        journal.append(begun.kind, encode(begun))
        begun = SpanStarted(trace, order, cycle, "pf.trade.execute", 3, now, {})
        journal.append(begun.kind, encode(begun))
        mark = SpanMarked(trace, order, now, {"pf.asset": "BTC"})
        journal.append(mark.kind, encode(mark))
        time.sleep(0.0005)
        for span, parent, name in ((order, cycle, "pf.trade.execute"), (cycle, b"", "agent.decision_cycle")):
            ended = SpanEnded(trace, span, parent, name, 1, now, now + 1, {"text": "x" * 200})
            journal.append(ended.kind, encode(ended))
        counted[0] = number


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
