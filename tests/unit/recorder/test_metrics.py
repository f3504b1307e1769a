"""An agent's vital signs leave as OTLP metrics, under its own resource, and nobody waits for them."""

import time
from decimal import Decimal

import msgspec
import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

import fleaglass
from fleaglass import semconv
from fleaglass.journal import OtlpDestination
from fleaglass.recorder import Seams
from fleaglass.recorder.collector import route_of
from fleaglass.recorder.metrics import Metrics
from fleaglass.settings import Settings
from fleaglass.testing import Recording, TickingClock, lenient
from tests.unit.recorder.collector import collector


def measured(metrics: Metrics) -> dict[str, list[tuple[float, dict]]]:
    found: dict[str, list[tuple[float, dict]]] = {}
    for name, value, dimensions in map(msgspec.structs.astuple, metrics.take().readings):
        found.setdefault(name, []).append((value, dimensions))
    return found


def signs(record: Recording, strategy: str | None = None) -> Metrics:
    return Metrics(record.agent.core, strategy, lambda kind, payload: None)


def test_uptime_cycles_and_the_age_of_the_last(fleaglass_recording: Recording) -> None:
    record = fleaglass_recording
    metrics = signs(record)
    assert set(measured(metrics)) == {"pf.agent.uptime"}, "nothing of cycles before the first"
    for reason in ("low_confidence", None):
        with record.agent.cycle() as cycle:
            if reason:
                cycle.skip(reason)
    record.clock.advance(60)
    found = measured(metrics)
    assert found["pf.agent.cycles"] == [
        (1, {"pf.cycle_outcome": "completed"}),
        (1, {"pf.cycle_outcome": "skipped"}),
    ]
    assert found["pf.agent.last_cycle.age"][0][0] == pytest.approx(60, abs=0.1)
    assert found["pf.agent.uptime"][0][0] == pytest.approx(60, abs=0.1)
    assert set(found) <= set(semconv.METRICS)


def test_what_it_owns_and_earns_as_its_operations_told(fleaglass_recording: Recording) -> None:
    record = fleaglass_recording
    money = record.agent.core.money
    metrics = signs(record, "vol-arb")
    assert set(measured(metrics)) == {"pf.agent.uptime"}, "what is not known leaves no point"
    money.earned(Decimal("0.1"))
    money.earned(Decimal("0.2"))
    money.stands_to_earn(Decimal("-3"))
    money.holds("w_1", Decimal(1000), {"USD": Decimal(400), "BTC": None}, "custodial")
    record.clock.advance(2 * 3600)
    money.holds("w_1", Decimal(800), {"USD": Decimal(300)}, "custodial")
    money.holds("w_2", Decimal(100), {"USD": Decimal(5)}, "custodial")
    found = measured(metrics)
    assert found["pf.trade.pnl"] == [
        (0.3, {"pf.pnl_type": "realized", "pf.strategy": "vol-arb"}),
        (-3.0, {"pf.pnl_type": "unrealized", "pf.strategy": "vol-arb"}),
    ]
    assert found["pf.wallet.balance"] == [(305.0, {"pf.currency": "USD", "pf.wallet_type": "custodial"})]
    assert found["pf.agent.drawdown"] == [(0.0, {"pf.window": "1h"}), (0.1, {"pf.window": "24h"})]


@pytest.mark.parametrize(
    ("environ", "destination"),
    [
        ({}, "127.0.0.1:4318"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:1/base"}, "c:1"),
        ({"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "http://m:1/x"}, "m:1"),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://t:1/own"}, None),
        ({"OTEL_METRICS_EXPORTER": "none"}, None),
    ],
)
def test_where_they_go(environ: dict, destination: str | None) -> None:
    route = route_of(Settings.load({}, environ))
    assert route is not None
    (address,) = {each.metrics for each in route.destinations if isinstance(each, OtlpDestination)}
    assert (destination is None) == (address is None)
    if address is not None:
        assert destination in address


def test_a_named_address_for_metrics_gets_them_beside_the_backends() -> None:
    environ = {"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "http://m:1/x", "OTEL_EXPORTER_OTLP_HEADERS": "a=b"}
    route = route_of(Settings.load({"destinations": ["jaeger", "hub"]}, environ))
    assert route is not None
    assert [
        (each.name, each.metrics, each.traces is None)
        for each in route.destinations
        if isinstance(each, OtlpDestination)
    ] == [
        ("jaeger", None, False),
        ("hub", "http://127.0.0.1:4318/v1/metrics", False),
        ("otlp-metrics", "http://m:1/x", True),
    ]


def test_they_arrive_each_agent_under_its_own_resource(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_METRIC_EXPORT_INTERVAL", "10")
    with collector() as server:
        agents = [fleaglass.init(name, release="a@1", endpoint=server.url) for name in ("a", "b")]
        for agent in agents:
            with agent.cycle():
                pass
        until = time.monotonic() + 5
        while len(server.others) < 4 and time.monotonic() < until:
            time.sleep(0.01)
        for agent in agents:
            assert agent.shutdown()
    requests = [ExportMetricsServiceRequest.FromString(body) for path, body in server.others if path == "/v1/metrics"]
    found: dict[str, set[str]] = {}
    for request in requests:
        (resource,) = request.resource_metrics
        attributes = {entry.key: entry.value.string_value for entry in resource.resource.attributes}
        names = {metric.name for scope in resource.scope_metrics for metric in scope.metrics}
        found.setdefault(attributes["pf.agent_id"], set()).update(names)
    every = {"pf.agent.uptime", "pf.agent.cycles", "pf.agent.last_cycle.age", "pf.telemetry.dropped"}
    assert {agent: names & every for agent, names in found.items()} == {"a": every, "b": every}


def test_a_short_life_is_told_at_its_end() -> None:
    with collector() as server:
        agent = fleaglass.init("short", endpoint=server.url)
        with agent.cycle():
            pass
        assert agent.shutdown()
    requests = [ExportMetricsServiceRequest.FromString(body) for path, body in server.others if path == "/v1/metrics"]
    points = {
        metric.name: (metric.sum or metric.gauge).data_points
        for request in requests
        for metric in request.resource_metrics[0].scope_metrics[0].metrics
    }
    assert points["pf.agent.cycles"][0].as_int == 1


def test_a_silent_collector_does_not_hold_up_the_end() -> None:
    with collector() as server, lenient():
        server.hold.clear()
        agent = fleaglass.init("hold", endpoint=server.url, seams=Seams(TickingClock()))
        with agent.cycle():
            pass
        begun = time.monotonic()
        agent.shutdown(0.2)
        assert time.monotonic() - begun < 1
