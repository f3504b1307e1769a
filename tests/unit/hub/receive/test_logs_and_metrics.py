"""Log records and measurements become OTLP's."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given

from fleaglass.hub.receive.logs_of import logs_in
from fleaglass.hub.receive.metrics_of import metrics_in
from fleaglass.hub.receive.otlp import check
from fleaglass.hub.receive.otlp_of import Converted
from fleaglass.hub.receive.payload import Malformed
from tests.unit.hub.receive.sentry_payloads import RECEIVED_NS, SPAN_ID, TRACE_ID, json_objects
from tests.unit.hub.receive.test_transactions import attributes

T = 1796032799.25
T_NS = RECEIVED_NS - 750_000_000


def logs(*items: object) -> Converted:
    return logs_in(json.dumps({"version": 2, "items": items}).encode(), "shop", RECEIVED_NS)


def records(converted: Converted) -> list[Any]:
    request: Any = converted.request
    return [one for resource in request.resource_logs for scope in resource.scope_logs for one in scope.log_records]


def metrics(*items: object) -> Converted:
    return metrics_in(json.dumps({"version": 2, "items": items}).encode(), "shop", RECEIVED_NS)


def measured(converted: Converted) -> list[Any]:
    request: Any = converted.request
    return [one for resource in request.resource_metrics for scope in resource.scope_metrics for one in scope.metrics]


def typed(**values: object) -> dict[str, object]:
    return {name.replace("__", "."): {"value": value, "type": "string"} for name, value in values.items()}


def test_a_log_record_is_read() -> None:
    converted = logs(
        {
            "timestamp": T,
            "level": "warn",
            "body": "refused pf_live_k3yk3yk3yk3y",
            "trace_id": TRACE_ID,
            "severity_number": 14,
            "attributes": typed(asset="BTC", api_key="odd", sentry__trace__parent_span_id=SPAN_ID, agent_id="a_1"),
        }
    )
    (record,) = records(converted)
    assert (record.time_unix_nano, record.observed_time_unix_nano) == (T_NS, RECEIVED_NS)
    assert (record.severity_number, record.severity_text) == (14, "WARN")
    assert record.body.string_value == "refused [scrubbed]"
    assert (record.trace_id.hex(), record.span_id.hex()) == (TRACE_ID, SPAN_ID)
    told = attributes(record)
    assert (told["asset"], told["api_key"]) == ("BTC", "[scrubbed]")
    assert attributes(converted.request.resource_logs[0].resource) == {"service.name": "a_1", "pf.agent_id": "a_1"}


@pytest.mark.parametrize(
    ("level", "number"),
    [("trace", 1), ("debug", 5), ("info", 9), ("warning", 13), ("error", 17), ("fatal", 21), ("odd", 0), (None, 0)],
)
def test_a_level_without_a_number_has_otlps(level: str | None, number: int) -> None:
    (record,) = records(logs({"level": level, "body": "x"}))
    assert record.severity_number == number
    assert record.time_unix_nano == RECEIVED_NS


def test_what_is_no_record_is_counted() -> None:
    converted = logs(5, {"body": "x"})
    assert (converted.rows, converted.refused, converted.reason) == (1, 1, "a log record must be an object")


def test_counts_of_one_name_are_one_sum() -> None:
    same = {"type": "counter", "name": "orders", "attributes": typed(asset="BTC")}
    other = same | {"attributes": typed(asset="ETH")}
    sequence = {"sentry.timestamp.sequence": {"value": 1, "type": "integer"}}
    converted = metrics(
        same | {"value": 2, "timestamp": T},
        other | {"value": 5, "timestamp": T},
        same | {"value": 3, "timestamp": T + 0.5, "attributes": typed(asset="BTC") | sequence},
    )
    first, second = measured(converted)
    (point,) = first.sum.data_points
    assert (point.as_double, point.start_time_unix_nano, point.time_unix_nano) == (5.0, T_NS, T_NS + 500_000_000)
    assert (first.sum.is_monotonic, first.sum.aggregation_temporality, attributes(point)) == (True, 1, {"asset": "BTC"})
    assert second.sum.data_points[0].as_double == 5.0
    assert converted.rows == 2


def test_of_a_gauge_the_last_value_counts() -> None:
    gauge = {"type": "gauge", "name": "balance", "unit": "USD"}
    (metric,) = measured(metrics(gauge | {"value": 7.5, "timestamp": T + 1}, gauge | {"value": 9, "timestamp": T}))
    assert (metric.unit, metric.gauge.data_points[0].as_double) == ("USD", 7.5)


def test_a_distribution_is_a_histogram_with_its_traces() -> None:
    said = {"type": "distribution", "name": "latency", "timestamp": T, "trace_id": TRACE_ID, "span_id": SPAN_ID}
    (metric,) = measured(metrics(*(said | {"value": value} for value in (0, 5, 5.5, 20_000))))
    (point,) = metric.histogram.data_points
    assert (point.count, point.sum, point.min, point.max) == (4, 20_010.5, 0, 20_000)
    assert list(point.bucket_counts) == [1, 1, 1, *([0] * 12), 1]
    assert [exemplar.as_double for exemplar in point.exemplars] == [0, 5, 5.5, 20_000]
    assert point.exemplars[0].trace_id.hex() == TRACE_ID


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (5, "a metric must be an object"),
        ({"type": "set", "name": "a", "value": 1}, "a type of counter, gauge, distribution, not 'set'"),
        ({"type": "gauge", "value": 1}, "a metric must have a name"),
        ({"type": "gauge", "name": "a", "value": "1"}, "metric 'a' must have a number as its value, not '1'"),
        ({"type": "gauge", "name": "a", "value": True}, "metric 'a' must have a number"),
    ],
)
def test_what_is_no_measurement_is_counted(sent: object, reason: str) -> None:
    converted = metrics(sent)
    assert (converted.rows, converted.refused) == (0, 1)
    assert reason in converted.reason


@pytest.mark.parametrize("payload", [b"{}", b'{"items":{}}', b"nonsense", b"[]"])
def test_what_is_no_container_is_refused(payload: bytes) -> None:
    with pytest.raises(Malformed, match="the log item"):
        logs_in(payload, "shop", RECEIVED_NS)
    with pytest.raises(Malformed, match="the trace_metric item"):
        metrics_in(payload, "shop", RECEIVED_NS)


@given(json_objects())
def test_any_item_is_read_as_the_store_takes_it_or_counted(payload: bytes) -> None:
    container = b'{"items":[' + payload + b"]}"
    with contextlib.suppress(Malformed):
        converted = logs_in(container, "shop", RECEIVED_NS)
        assert check("logs", converted.request, converted.request.SerializeToString()).rows == converted.rows
        converted = metrics_in(container, "shop", RECEIVED_NS)
        assert check("metrics", converted.request, converted.request.SerializeToString()).rows == converted.rows
