"""An agent that decides as fast as it can until it is killed: TRUTH OTLP DSN VENUE.

TRUTH is a mapping of its own, no journal: after each step it holds a line of 16 bytes, and then their number. A step is
written down when it is over, so a kill in between leaves more in the journal than here, never less::

    S span      began              F span      a request that spends is about to leave
    E span      ended              A span      its answer is recorded
"""

from __future__ import annotations

import asyncio
import mmap
import struct
import sys
from pathlib import Path
from typing import Any

_LINE = struct.Struct("<c7xQ")
LINE_BYTES = _LINE.size
HEAD_BYTES = 16


class Truth:
    """What the agent knows to have happened."""

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._bytes = mmap.mmap(file.fileno(), 0)
        self._count = memoryview(self._bytes).cast("Q")
        self._most = (len(self._bytes) - HEAD_BYTES) // LINE_BYTES

    def tell(self, what: bytes, span: int) -> None:
        count = self._count[0]
        if count < self._most:
            _LINE.pack_into(self._bytes, HEAD_BYTES + count * LINE_BYTES, what, span)
            self._count[0] = count + 1

    def is_full(self) -> bool:
        return self._count[0] >= self._most - 1_000


def read(path: Path) -> list[tuple[bytes, int]]:
    """The lines of a process that is over."""
    raw = path.read_bytes()
    (count,) = struct.unpack_from("<Q", raw)
    return [_LINE.unpack_from(raw, HEAD_BYTES + number * LINE_BYTES) for number in range(count)]


def id_of(span: Any) -> int:
    return int(span.span_context.span_id)


async def main(truth: Truth, otlp: str, dsn: str, venue: str) -> None:
    import fleaglass
    from fleaglass.recorder.span import Span
    from fleaglass.venue import PurpleFlea

    sent = Span.sent

    def mark(span: Span, has_left: bool) -> None:
        """As the recorder's own, and then the truth."""
        sent.fset(span, has_left)  # type: ignore[misc]
        truth.tell(b"F", id_of(span))

    Span.sent = sent.setter(mark)  # type: ignore[assignment, method-assign]
    agent = fleaglass.init("kill-nine", endpoint=otlp, dsn=dsn, release="kill-nine@1")
    async with agent.session(), PurpleFlea("key-of-nobody", base_url=venue) as flea:
        number = 0
        while not truth.is_full():
            number += 1
            with agent.cycle(market="BTC/USD") as cycle:
                truth.tell(b"S", id_of(cycle))
                for _ in range(20):
                    with agent.stage("signal.analysis") as stage:
                        truth.tell(b"S", id_of(stage))
                        stage.set(confidence=0.9, signal_type="momentum")
                        agent.breadcrumb("signal", "buy BTC")
                    truth.tell(b"E", id_of(stage))
                if number % 3 == 0:
                    await flea.trading.execute("BTC", "buy", 1)
            truth.tell(b"E", id_of(cycle))
    sys.exit("the truth is full: the agent was not killed in time")


if __name__ == "__main__":
    path, otlp, dsn, venue = sys.argv[1:]
    asyncio.run(main(Truth(Path(path)), otlp, dsn, venue))
