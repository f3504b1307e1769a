"""What an agent says of itself in numbers leaves with what the shipper derives, each of it once."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

from fleaglass.journal import Writer
from fleaglass.journal.records import Dropped, GivenUp, Opened, Reading, Readings, SpanEnded
from fleaglass.shipper import Batch, NotNow, Refused
from fleaglass.shipper.encode import metrics
from fleaglass.shipper.metrics import Metric, NumberPoint, own_metrics
from tests.unit.shipper.bench import T0, Clock, Recorded, folders, killed, put, ship, shipper_of, turns
from tests.unit.shipper.metrics.test_report import agent, cycle

INTERVAL_S = 10
UPTIME = "pf.agent.uptime"


def tell(journal: Writer, clock: Clock, uptime_s: float = 1.0) -> None:
    put(journal, Readings(clock.wall_ns(), T0, [Reading(UPTIME, uptime_s), Reading("pf.agent.cycles", 3, {"a": "b"})]))


def told(batches: list[Batch], name: str = UPTIME) -> list[list[float]]:
    """Values of a metric in each report."""
    return [
        [
            point.value
            for metric in batch.records
            if isinstance(metric, Metric) and metric.name == name
            for point in metric.points
            if isinstance(point, NumberPoint)
        ]
        for batch in batches
    ]


def dropped(batch: Batch) -> dict[str, float]:
    (metric,) = (each for each in batch.records if isinstance(each, Metric) and each.name == "pf.telemetry.dropped")
    return {str(point.dimensions[0][1]): point.value for point in metric.points if isinstance(point, NumberPoint)}


def test_they_are_the_registrys_metrics_of_the_time_when_they_were_told() -> None:
    found = own_metrics(Readings(T0 + 9, T0, [Reading("pf.agent.cycles", 3, {"pf.cycle_outcome": "skipped"})]))
    point = NumberPoint(dimensions=(("pf.cycle_outcome", "skipped"),), value=3)
    assert found == [Metric(name="pf.agent.cycles", started_ns=T0, time_ns=T0 + 9, points=(point,))]


_readings = st.builds(
    Reading,
    st.sampled_from([UPTIME, "pf.agent.cycles", "pf.span.duration", "pf.of.tomorrow", ""]),
    st.floats() | st.integers(-(2**63), 2**64 - 1),
    st.dictionaries(st.text(max_size=5), st.text(max_size=5) | st.booleans() | st.integers() | st.lists(st.text())),
)


@given(st.lists(_readings, max_size=5))
def test_whatever_a_newer_agent_tells_the_rest_of_the_report_leaves(readings: list[Reading]) -> None:
    request = ExportMetricsServiceRequest.FromString(
        metrics(Opened("a", {}, T0, "", {}), own_metrics(Readings(T0, T0, readings)))
    )
    names = {each.name for of_scope in request.resource_metrics[0].scope_metrics for each in of_scope.metrics}
    assert names <= {UPTIME, "pf.agent.cycles"}


def test_a_report_leaves_as_soon_as_they_are_told_and_each_is_told_once(tmp_path: Path) -> None:
    journal, clock, outlet = agent(tmp_path), Clock(), Recorded()
    shipper = shipper_of(tmp_path, {"hub/metrics": outlet}, clock)
    put(journal, cycle())
    tell(journal, clock, 1)
    turns(shipper, clock, 2 * INTERVAL_S - 1)
    tell(journal, clock, 11)
    turns(shipper, clock, 2 * INTERVAL_S - 1)
    assert told(outlet.batches) == [[1], [11]]
    assert [len(each) for each in told(outlet.batches, "pf.agent.cycles")] == [1, 1]
    shipper.close()


def test_of_an_agent_that_hangs_the_derived_ones_go_on(tmp_path: Path) -> None:
    journal, clock, outlet = agent(tmp_path), Clock(), Recorded()
    shipper = shipper_of(tmp_path, {"hub/metrics": outlet}, clock)
    put(journal, cycle())
    tell(journal, clock)
    turns(shipper, clock, 2 * 4 * INTERVAL_S)
    assert told(outlet.batches) == [[1], [], []]
    shipper.close()


def test_a_report_that_did_not_get_through_is_made_again_with_them(tmp_path: Path) -> None:
    journal, clock, outlet = agent(tmp_path), Clock(), Recorded(NotNow("down"))
    shipper = shipper_of(tmp_path, {"hub/metrics": outlet}, clock)
    tell(journal, clock)
    turns(shipper, clock, 2 * INTERVAL_S - 1)
    assert told(outlet.batches) == [[1], [1]]
    shipper.close()


def test_the_last_ones_of_a_short_life_leave_before_its_journal_goes(tmp_path: Path) -> None:
    journal, clock = agent(tmp_path), Clock()
    tell(journal, clock)
    journal.end()
    assert told(ship(tmp_path, clock=clock)["hub/metrics"].batches) == [[1]]
    assert folders(tmp_path) == []


def test_a_server_can_scrape_them(tmp_path: Path) -> None:
    journal, clock = agent(tmp_path), Clock()
    tell(journal, clock)
    shipper = shipper_of(tmp_path, {}, clock)
    turns(shipper, clock, 2)
    ((_, _, found),) = shipper.metrics()
    assert [each.name for each in found] == [UPTIME, "pf.agent.cycles"]
    shipper.close()


def test_what_was_lost_is_told_by_its_reason(tmp_path: Path) -> None:
    """What the agent could not write, and what a destination refused."""
    journal, clock, outlet = agent(tmp_path), Clock(), Recorded()
    shipper = shipper_of(tmp_path, {"hub/metrics": outlet, "hub/traces": Recorded(Refused("HTTP 400"))}, clock)
    put(journal, cycle(), Dropped("no_journal", {"SpanEnded": 2, "Log": 1}), Dropped("gone", {"Log": 1}))
    put(journal, Dropped("no_journal", {"SpanEnded": 4, "Log": 1}))
    turns(shipper, clock, 2 * INTERVAL_S + 2)
    assert dropped(outlet.batches[-1]) == {"refused": 1, "gone": 1, "no_journal": 5}
    shipper.close()


def test_where_nothing_is_lost_that_is_told_as_well(tmp_path: Path) -> None:
    journal = agent(tmp_path)
    put(journal, cycle())
    journal.end()
    assert dropped(ship(tmp_path)["hub/metrics"].batches[-1]) == {"refused": 0}


def test_what_a_dead_agents_journal_gave_up_for_room_is_told_before_it_goes(tmp_path: Path) -> None:
    journal = agent(tmp_path)
    put(journal, GivenUp(64, 100, {SpanEnded.kind: 7}), cycle())
    killed(journal)
    outlets = {"hub/traces": Recorded(*[NotNow("down")] * 3)}
    assert dropped(ship(tmp_path, outlets)["hub/metrics"].batches[-1]) == {"refused": 0, "disk_cap": 7}
    assert folders(tmp_path) == []
