"""An agent that decides 20 times a second until its standard input ends: FOLDER OTLP_HTTP OTLP_GRPC DSN.

Each cycle is 5 spans, and once a second an error is captured. What has ended is in FOLDER/recorded-spans, and the
errors are in FOLDER/recorded-events. A line of standard input, a number, is so many spans as fast as it goes.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from outages_ids import Ids

A_SECOND = 20
STAGES = ("signal.analysis", "signal.validate", "order.size", "signal.analysis")
SPANS_A_CYCLE = len(STAGES) + 1


class Asked:
    """What is asked for on standard input."""

    def __init__(self) -> None:
        self._bursts: SimpleQueue[int] = SimpleQueue()
        self.is_over = False
        threading.Thread(target=self._listen, daemon=True).start()

    def spans(self) -> int:
        """How many at once; mostly none."""
        try:
            return self._bursts.get_nowait()
        except Empty:
            return 0

    def _listen(self) -> None:
        for line in sys.stdin:
            self._bursts.put(int(line))
        self.is_over = True


def id_of(span: Any) -> bytes:
    context = span.span_context
    return bytes(context.trace_id.to_bytes(16, "big") + context.span_id.to_bytes(8, "big"))


def decide(agent: Any, spans: Ids, events: Ids, *, is_failing: bool) -> None:
    """One cycle, and then the truth of it."""
    ended: list[bytes] = []
    with agent.cycle(market="BTC/USD", asset="BTC") as cycle:
        for name in STAGES:
            with agent.stage(name) as stage:
                stage.set(confidence=0.87, model_latency_ms=3.1, z_score=1.87)
                agent.breadcrumb("signal", "buy BTC", confidence=0.87)
            ended.append(id_of(stage))
        if is_failing:
            event_id = agent.capture(RuntimeError("the order book has a hole"))
            events.add([id_of(cycle)[:16] + bytes.fromhex(event_id)[:8]])
    spans.add([*ended, id_of(cycle)])


def beats(asked: Asked) -> Iterator[int]:
    """Numbers, at a steady rate."""
    due, number = time.monotonic(), 0
    while not asked.is_over:
        yield number
        number += 1
        due = max(due + 1 / A_SECOND, time.monotonic() - 1)
        time.sleep(max(0.0, due - time.monotonic()))


def main() -> None:
    import fleaglass

    folder, http, grpc, dsn = Path(sys.argv[1]), *sys.argv[2:]
    destinations = {
        "http": {"preset": "otlp", "endpoint": http},
        "grpc": {"preset": "otlp", "endpoint": grpc, "protocol": "grpc"},
    }
    agent = fleaglass.init("outages", release="outages@1", dsn=dsn, destinations=destinations)
    spans, events, asked = Ids(folder / "recorded-spans"), Ids(folder / "recorded-events"), Asked()
    with agent.session():
        for number in beats(asked):
            decide(agent, spans, events, is_failing=number % A_SECOND == 0)
            for _ in range(asked.spans() // SPANS_A_CYCLE):
                decide(agent, spans, events, is_failing=False)


if __name__ == "__main__":
    main()
