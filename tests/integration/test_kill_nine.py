"""kill -9 in the middle of ingest, again and again.

1. Several senders post bodies; whatever was answered 200 is written down by them, nothing else.
2. Once the first answer is there, the hub is killed at a random moment, and started again on the same store.
3. After the last kill a process of its own reads every span id from the store.

A span that was answered must be there, exactly once. What was not answered may be there or not: its sender would send
it again.
"""

from __future__ import annotations

import random
import threading
import time
from pathlib import Path

import httpx
import pytest

from tests.support.otlp import span_id, trace_id, traces
from tests.support.processes import Hub, eventually, start_hub, stored_spans

pytestmark = pytest.mark.integration

KILLS = 20
SENDERS = 4
SPANS = 64
SEED = 20


class Sender(threading.Thread):
    """Posts bodies of fresh spans until the hub is gone; keeps the ids that were acknowledged."""

    def __init__(self, hub: Hub, number: int) -> None:
        super().__init__(daemon=True)
        self._url = f"{hub.url}/v1/traces"
        self._number = number
        self.acknowledged: list[str] = []

    def run(self) -> None:
        with httpx.Client(timeout=10) as http:
            for count in range(10_000):
                trace = self._number * 1_000_000 + count + 1
                body = traces(*({"id": number} for number in range(1, SPANS + 1)), trace=trace).SerializeToString()
                try:
                    answer = http.post(self._url, content=body, headers={"content-type": "application/x-protobuf"})
                except httpx.HTTPError:
                    return
                if answer.status_code == 200:
                    self.acknowledged += (
                        f"{trace_id(trace).hex()} {span_id(number).hex()}" for number in range(1, SPANS + 1)
                    )


@pytest.mark.timeout(300)
def test_every_acknowledged_span_survives_twenty_kills(tmp_path: Path) -> None:
    random_ = random.Random(SEED)
    acknowledged: list[str] = []
    for kill in range(KILLS):
        hub = start_hub(tmp_path)
        senders = [Sender(hub, kill * SENDERS + number + 1) for number in range(SENDERS)]
        try:
            for sender in senders:
                sender.start()
            eventually(lambda: any(sender.acknowledged for sender in senders), timeout=30)  # noqa: B023
            time.sleep(random_.uniform(0, 0.4))
        finally:
            hub.kill()
        for sender in senders:
            sender.join(15)
            acknowledged += sender.acknowledged
    stored = stored_spans(tmp_path)
    assert len(acknowledged) >= KILLS * SPANS
    assert set(acknowledged) - set(stored) == set()
    assert len(stored) == len(set(stored))
