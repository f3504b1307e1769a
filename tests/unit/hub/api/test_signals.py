"""GET /logs and GET /metrics: what was sent, by trace, agent and name."""

from __future__ import annotations

from typing import Any

import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.metrics.v1.metrics_pb2 import Metric

from fleaglass.hub.receive.points import lines
from fleaglass.hub.store.engine import Engine
from tests.support.otlp import T0, TEN_KINDS, gauge, key_values, logs, span_id, trace_id
from tests.unit.hub.api.conftest import MINUTE, Api
from tests.unit.hub.api.test_detail import MORE_KINDS, pairs, told


def put_logs(engine: Engine, *records: dict[str, Any], **resource: str) -> None:
    engine.insert("logs", logs(*records, resource=resource or {"service.name": "svc"}).SerializeToString())


def put_metrics(engine: Engine, *requests: ExportMetricsServiceRequest) -> None:
    engine.insert("metrics", b"".join(line for request in requests for line in lines(request)))


async def test_a_log_record_comes_back_as_it_was_sent(api: Api, engine: Engine) -> None:
    record = {
        "time_unix_nano": T0 + 7,
        "severity_number": 17,
        "severity_text": "ERROR",
        "event_name": "order.lost",
        "trace_id": trace_id(3),
        "span_id": span_id(4),
        "body": {"text": "gone", "raw": b"\x00\xff\xfe"},
        "attributes": TEN_KINDS,
    }
    put_logs(engine, record, record)
    assert await api("logs") == {
        "logs": [
            {
                "time_ns": str(T0 + 7),
                "severity": "ERROR",
                "severity_number": 17,
                "body": told(record["body"]),
                "event_name": "order.lost",
                "trace_id": f"{3:032x}",
                "span_id": f"{4:016x}",
                "agent": "svc",
                "service": "svc",
                "attributes": pairs(dict(sorted(TEN_KINDS.items()))),
            }
        ]
    }


@pytest.mark.parametrize("body", [*TEN_KINDS.values(), *MORE_KINDS.values()], ids=repr)
async def test_a_body_of_any_kind(api: Api, engine: Engine, body: Any) -> None:
    put_logs(engine, {"body": body})
    [record] = (await api("logs"))["logs"]
    assert record["body"] == told(body)
    assert (record["trace_id"], record["span_id"]) == (None, None)


async def test_logs_by_trace_agent_name_and_time(api: Api, engine: Engine) -> None:
    put_logs(
        engine, {"body": "1", "trace_id": trace_id(0xA), "event_name": "e"}, {"body": "2", "time_unix_nano": T0 + 1}
    )
    put_logs(engine, {"body": "3", "time_unix_nano": T0 + MINUTE}, **{"pf.agent_id": "other"})

    async def bodies(**query: Any) -> list[str]:
        return [record["body"]["value"] for record in (await api("logs", **query))["logs"]]

    assert await bodies() == ["3", "2", "1"]
    assert await bodies(limit=1) == ["3"]
    assert await bodies(trace_id="a") == await bodies(name="e") == ["1"]
    assert await bodies(agent="other") == await bodies(from_=T0 + 2) == ["3"]
    assert await bodies(agent="svc", to=T0 + 1) == ["1"]
    assert await bodies(agent="nobody") == []
    assert (await api.refused("logs", trace_id="x"))[1] == "bad_filter"
    assert (await api.refused("logs", asset="BTC"))[1] == "unknown_parameter"


async def test_a_gauge_comes_back_as_it_was_sent(api: Api, engine: Engine) -> None:
    put_metrics(engine, gauge("pf.wallet.balance", 0.1, **{"pf.currency": "USD"}))
    assert await api("metrics") == {
        "points": [
            {
                "name": "pf.wallet.balance",
                "kind": "gauge",
                "unit": "USD",
                "description": "",
                "temporality": "unspecified",
                "monotonic": False,
                "time_ns": str(T0),
                "start_ns": "0",
                "agent": "svc",
                "service": "svc",
                "attributes": pairs({"pf.currency": "USD"}),
                "value": {"type": "double", "value": 0.1},
                "count": None,
                "sum": None,
                "min": None,
                "max": None,
                "buckets": None,
                "exemplars": [],
            }
        ]
    }


def histogram() -> ExportMetricsServiceRequest:
    request = ExportMetricsServiceRequest()
    metric: Metric = request.resource_metrics.add().scope_metrics.add().metrics.add(name="pf.trade.duration", unit="s")
    metric.histogram.aggregation_temporality = 2
    point = metric.histogram.data_points.add(
        time_unix_nano=T0, count=3, sum=0.75, explicit_bounds=[0.1, 1.0], bucket_counts=[1, 2, 0]
    )
    point.attributes.extend(key_values({"pf.asset": "BTC"}))
    point.exemplars.add(time_unix_nano=T0, trace_id=trace_id(0xA), span_id=span_id(2), as_double=0.5)
    return request


async def test_a_histogram_with_its_buckets_and_exemplars(api: Api, engine: Engine) -> None:
    put_metrics(engine, histogram())
    [point] = (await api("metrics"))["points"]
    assert (point["kind"], point["temporality"], point["value"]) == ("histogram", "cumulative", None)
    assert (point["count"], point["sum"], point["min"], point["max"]) == (3, 0.75, None, None)
    assert point["buckets"] == {"bounds": [0.1, 1.0], "counts": [1, 2, 0]}
    assert point["exemplars"] == [{"time_ns": str(T0), "trace_id": f"{0xA:032x}", "span_id": f"{2:016x}", "value": 0.5}]


async def test_metrics_by_name_agent_and_exemplar(api: Api, engine: Engine) -> None:
    put_metrics(engine, gauge("a", 1.0), gauge("b", float("inf")), histogram())

    async def names(**query: Any) -> list[str]:
        return [point["name"] for point in (await api("metrics", **query))["points"]]

    assert await names() == ["a", "b", "pf.trade.duration"]
    assert await names(name="b") == ["b"]
    assert await names(agent="svc") == ["a", "b"]
    assert await names(trace_id="a") == ["pf.trade.duration"]
    assert await names(limit=1) == ["a"]
    assert await names(to=T0) == []
    assert (await api("metrics", name="b"))["points"][0]["value"] == {"type": "double", "value": "Infinity"}
