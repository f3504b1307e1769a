"""OTLP over gRPC, against a real server: its codes, its limits, and its promise."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import grpc
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from tests.support.otlp import gauge, logs, traces
from tests.support.processes import Hub, running_hub

pytestmark = pytest.mark.integration

TRACES = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
LOGS = "/opentelemetry.proto.collector.logs.v1.LogsService/Export"
METRICS = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export"
MIB = 1 << 20


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    with running_hub(tmp_path_factory.mktemp("hub")) as running:
        yield running


@pytest.fixture(scope="module")
def channel(hub: Hub) -> Iterator[grpc.Channel]:
    with grpc.insecure_channel(hub.grpc, options=[("grpc.max_send_message_length", 64 * MIB)]) as opened:
        yield opened


def export(channel: grpc.Channel, method: str, body: bytes, compression: grpc.Compression | None = None) -> bytes:
    answer = channel.unary_unary(method)(body, timeout=20, compression=compression)
    assert isinstance(answer, bytes)
    return answer


@pytest.mark.parametrize("compression", [grpc.Compression.NoCompression, grpc.Compression.Gzip])
def test_spans_are_queryable_once_answered(hub: Hub, channel: grpc.Channel, compression: grpc.Compression) -> None:
    trace = 100 + int(compression)
    answer = export(channel, TRACES, traces({"name": "over.grpc"}, trace=trace).SerializeToString(), compression)
    assert not ExportTraceServiceResponse.FromString(answer).HasField("partial_success")
    assert hub.get(f"/api/v1/traces/{trace:032x}")["spans"][0]["name"] == "over.grpc"


def test_logs_and_metrics_are_readable_by_trace_agent_and_name(hub: Hub, channel: grpc.Channel) -> None:
    export(
        channel,
        LOGS,
        logs({"trace_id": bytes(15) + b"\x07", "span_id": b"12345678", "body": "hello"}).SerializeToString(),
    )
    export(channel, METRICS, gauge("pf.wallet.balance", 12.5).SerializeToString())
    [log] = hub.get("/api/v1/logs", trace_id="7")["logs"]
    assert log["body"] == {"type": "string", "value": "hello"}
    assert hub.get("/api/v1/logs", agent="svc")["logs"] == [log]
    [point] = hub.get("/api/v1/metrics", agent="svc", name="pf.wallet.balance")["points"]
    assert (point["unit"], point["value"]) == ("USD", {"type": "double", "value": 12.5})


@pytest.mark.parametrize("body", [b"\x0a\xff", traces({"trace_id": b"x"}).SerializeToString()])
def test_what_is_not_otlp_is_an_invalid_argument(channel: grpc.Channel, body: bytes) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        export(channel, TRACES, body)
    assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT


@pytest.mark.parametrize("compression", [grpc.Compression.NoCompression, grpc.Compression.Gzip])
def test_more_than_sixteen_mib_is_refused_compressed_or_not(
    hub: Hub, channel: grpc.Channel, compression: grpc.Compression
) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        export(channel, TRACES, bytes(17 * MIB), compression)
    assert refused.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert len(gzip.compress(bytes(17 * MIB))) < MIB, "the second case is a bomb"
    assert hub.process.poll() is None
