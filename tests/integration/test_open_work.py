"""A cycle that takes its time, seen from outside: a real hub, and a real shipper that a Prometheus server may ask.

1. An agent's journal holds a cycle that began three seconds ago. The hub shows it as in flight.
2. The cycle ends. The hub shows how, and it is one span.
3. What was derived from it is at the hub, with the trace as its exemplar, and at the shipper's own address.
"""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from fleaglass.journal import OtlpDestination, Route, Writer
from fleaglass.journal.records import Record, SpanEnded, SpanStarted, encode
from tests.support.processes import FLEAGLASS, Hub, eventually, running_hub
from tests.unit.journal.desk import writer

pytestmark = pytest.mark.integration

TRACE, SPAN, NAME = b"t" * 16, b"12345678", "agent.decision_cycle"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with running_hub(tmp_path / "hub") as running:
        yield running


@pytest.fixture
def journal(tmp_path: Path, hub: Hub) -> Writer:
    destination = OtlpDestination(
        name="hub", traces=f"{hub.url}/v1/traces", metrics=f"{hub.url}/v1/metrics", snapshots=True
    )
    route = Route(agent_id="vol-arb-1", destinations=(destination,), linger_ms=0, metrics_interval_ms=200)
    made = writer(tmp_path / "home", files={"route.json": route.encode()})
    made.open()
    return made


@pytest.fixture
def scraped(tmp_path: Path, journal: Writer) -> Iterator[str]:
    """Where the shipper's metrics are."""
    command = [*FLEAGLASS, "ship", "--home", str(tmp_path / "home"), "--metrics-port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as shipper:
        try:
            assert shipper.stderr is not None
            found = re.search(r"http://127\.0\.0\.1:\d+/metrics", shipper.stderr.readline())
            assert found
            yield found[0]
        finally:
            shipper.terminate()


def put(journal: Writer, record: Record) -> None:
    journal.append(record.kind, encode(record))


def test_a_cycle_is_seen_before_it_ends_and_measured_when_it_does(hub: Hub, journal: Writer, scraped: str) -> None:
    begun_ns = time.time_ns() - 3_000_000_000
    put(journal, SpanStarted(TRACE, SPAN, b"", NAME, 1, begun_ns, {"pf.market": "BTC/USD"}))
    [trace] = eventually(lambda: hub.get("/api/v1/traces")["traces"], 20)
    assert (trace["outcome"], trace["name"], trace["agent"]) == ("flight", NAME, "vol-arb-1")
    [span] = hub.get(f"/api/v1/traces/{TRACE.hex()}")["spans"]
    assert (span["start_ns"], span["end_ns"]) == (str(begun_ns), "0")

    attributes = {"pf.market": "BTC/USD", "pf.cycle_outcome": "skipped"}
    put(journal, SpanEnded(TRACE, SPAN, b"", NAME, 1, begun_ns, begun_ns + 4_000_000_000, attributes))
    eventually(lambda: [each["outcome"] for each in hub.get("/api/v1/traces")["traces"]] == ["skipped"], 20)
    [span] = hub.get(f"/api/v1/traces/{TRACE.hex()}")["spans"]
    assert span["duration_ns"] == 4_000_000_000

    name = "pf.cycle.duration"
    points = eventually(lambda: hub.get("/api/v1/metrics", name=name, trace_id=TRACE.hex())["points"], 20)
    assert (points[0]["count"], points[0]["sum"], points[0]["temporality"]) == (1, 4.0, "cumulative")
    eventually(lambda: "pf_cycle_duration" in httpx.get(scraped).text, 20)
    text = httpx.get(scraped).text
    assert 'pf_cycle_outcome="skipped",le="5.0"} 1 # {trace_id="' + TRACE.hex() in text
    assert text.endswith("# EOF\n")
