"""Metrics reach their destination every so often, and say the same whatever happens to the shipper in between."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from fleaglass.journal import OtlpDestination, Route, Writer
from fleaglass.journal.layout import segments_in
from fleaglass.journal.records import Opened, SpanStarted, encode
from fleaglass.shipper import Batch, NotNow, Refused, Shipper
from fleaglass.shipper.metrics import HistogramPoint, Metric
from tests.unit.journal.desk import only_folder, writer
from tests.unit.shipper.bench import (
    T0,
    Clock,
    Recorded,
    folders,
    killed,
    put,
    ship,
    shipper_of,
    turns,
)
from tests.unit.shipper.metrics.spans import span

HUB = OtlpDestination(name="hub", traces="http://127.0.0.1:4318/v1/traces", metrics="http://127.0.0.1:4318/v1/metrics")


def agent(home: Path, *, destination: OtlpDestination = HUB) -> Writer:
    """An agent's journal; it began two seconds after T0, and its metrics leave every ten seconds."""
    route = Route(agent_id="vol-arb-1", destinations=(destination,), linger_ms=0, metrics_interval_ms=10_000)
    journal = writer(home, files={"route.json": route.encode()})
    opened = Opened("vol-arb-1", {}, T0 + 2, "0.1.0", {"pf.agent_id": "vol-arb-1", "service.instance.id": "vol-arb-1"})
    journal.stand("opened", Opened.kind, encode(opened))
    journal.open()
    return journal


def cycles(batch: Batch) -> int:
    """How many a report says that there were."""
    for metric in batch.records:
        assert isinstance(metric, Metric)
        if metric.name == "pf.cycle.duration":
            return sum(sum(point.counts) for point in metric.points if isinstance(point, HistogramPoint))
    return 0


def cycle() -> msgspec.Struct:
    return span("agent.decision_cycle", {"pf.cycle_outcome": "skipped"})


def crash(shipper: Shipper) -> None:
    """As the system ends a process, and nothing else."""
    for shipment in shipper._shipments.values():
        shipment._lock.release()


def test_metrics_leave_every_interval_and_count_from_the_beginning(tmp_path: Path) -> None:
    journal, clock, outlet = agent(tmp_path), Clock(), Recorded()
    shipper = shipper_of(tmp_path, {"hub/metrics": outlet}, clock)
    put(journal, cycle())
    turns(shipper, clock, 22)
    put(journal, cycle(), cycle())
    turns(shipper, clock, 20)
    assert [cycles(batch) for batch in outlet.batches] == [1, 3]
    first, second = (batch.records[0] for batch in outlet.batches)
    assert isinstance(first, Metric)
    assert isinstance(second, Metric)
    assert (first.started_ns, second.started_ns) == (T0 + 2, T0 + 2)
    assert second.time_ns - first.time_ns == 10_000_000_000
    shipper.close()


def test_each_process_of_an_agent_is_an_instance_of_its_own(tmp_path: Path) -> None:
    journal = agent(tmp_path)
    put(journal, cycle())
    journal.end()
    (batch,) = ship(tmp_path)["hub/metrics"].batches
    resource = batch.opened.resource
    assert resource["pf.agent_id"] == "vol-arb-1"
    assert batch.id.startswith(f"{resource['service.instance.id']}/metrics/1:")


def test_a_short_life_is_counted_before_its_journal_goes(tmp_path: Path) -> None:
    journal, clock = agent(tmp_path), Clock()
    outlet = Recorded(*[NotNow("refused")] * 3)
    shipper = shipper_of(tmp_path, {"hub/metrics": outlet}, clock)
    put(journal, cycle(), cycle())
    journal.end()
    turns(shipper, clock, 2)
    assert len(folders(tmp_path)) == 1
    assert not shipper.is_idle
    turns(shipper, clock, 60)
    assert cycles(outlet.batches[-1]) == 2
    assert len(outlet.batches) == 4
    assert folders(tmp_path) == []


def test_a_server_that_takes_no_metrics_holds_nothing_up(tmp_path: Path) -> None:
    journal = agent(tmp_path)
    put(journal, cycle())
    journal.end()
    ship(tmp_path, {"hub/metrics": Recorded(Refused("HTTP 404"))})
    assert folders(tmp_path) == []


def test_an_agent_that_recorded_no_span_reports_nothing(tmp_path: Path) -> None:
    agent(tmp_path).end()
    assert ship(tmp_path)["hub/metrics"].batches == []
    assert folders(tmp_path) == []


@pytest.mark.parametrize("is_reported", [True, False], ids=["after a report", "before any report"])
def test_a_restarted_shipper_counts_nothing_twice_and_misses_nothing(tmp_path: Path, is_reported: bool) -> None:
    journal, clock = agent(tmp_path), Clock()
    first = shipper_of(tmp_path, {}, clock)
    for _ in range(40):
        put(journal, *(cycle() for _ in range(10)))
        turns(first, clock, 1, step_s=0.5 if is_reported else 0.01)
    crash(first)
    put(journal, cycle())
    journal.end()
    (batch,) = ship(tmp_path, clock=clock)["hub/metrics"].batches
    assert cycles(batch) == 401


def test_what_a_dead_agent_left_open_is_counted_as_interrupted(tmp_path: Path) -> None:
    journal = agent(tmp_path)
    put(journal, SpanStarted(b"t" * 16, b"12345678", b"", "agent.decision_cycle", 1, T0, {}))
    killed(journal)
    (batch,) = ship(tmp_path)["hub/metrics"].batches
    (metric,) = (each for each in batch.records if isinstance(each, Metric) and each.name == "pf.cycle.duration")
    assert [point.dimensions for point in metric.points] == [(("pf.cycle_outcome", "interrupted"),)]


def test_what_was_told_stays_told_when_segments_have_gone(tmp_path: Path) -> None:
    """The front and the totals are one file: a reader that begins there has them both."""
    journal, clock = agent(tmp_path), Clock()
    for _ in range(30):
        put(journal, *(cycle() for _ in range(10)))
    ship(tmp_path, clock=clock)
    assert segments_in(only_folder(tmp_path))[0][0] > 1
    journal.end()
    (batch,) = ship(tmp_path, clock=clock)["hub/metrics"].batches
    assert cycles(batch) == 300
