"""A hub that has enough says so, and the exporters people have come back when they were asked to."""

from __future__ import annotations

import time
from collections.abc import Iterator

import grpc
import httpx
import pytest
from google.rpc.code_pb2 import RESOURCE_EXHAUSTED
from google.rpc.error_details_pb2 import RetryInfo
from google.rpc.status_pb2 import Status
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter as GrpcExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter as HttpExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from fleaglass.shipper.answer import Answer, NotNow
from fleaglass.shipper.grpc import GrpcSender
from fleaglass.shipper.otlp import OtlpSender
from tests.support.otlp import traces
from tests.support.processes import Hub, running_hub

pytestmark = pytest.mark.integration

PER_S = 20
USED_UP = PER_S * 11
"""Spans that a burst lets through, and a second's worth that has to be made good."""
TRACES = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    with running_hub(tmp_path_factory.mktemp("hub"), "--quota-spans-per-s", str(PER_S)) as running:
        yield running


def body(agent: str, spans: int, trace: int) -> bytes:
    return traces(*[{}] * spans, resource={"pf.agent_id": agent}, trace=trace).SerializeToString()


def use_up(hub: Hub, agent: str, trace: int) -> None:
    headers = {"content-type": "application/x-protobuf"}
    answer = httpx.post(f"{hub.url}/v1/traces", content=body(agent, USED_UP, trace), headers=headers, timeout=20)
    assert answer.status_code == 200


def a_span(agent: str) -> ReadableSpan:
    with (
        TracerProvider(resource=Resource({"pf.agent_id": agent})).get_tracer("t").start_as_current_span("again") as span
    ):
        pass
    assert isinstance(span, ReadableSpan)
    return span


def test_over_grpc_the_answer_says_when_there_is_room_again(hub: Hub) -> None:
    use_up(hub, "grpc", 1)
    with grpc.insecure_channel(hub.grpc) as channel, pytest.raises(grpc.RpcError) as refused:
        channel.unary_unary(TRACES)(body("grpc", 1, 2), timeout=20)
    assert refused.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
    trailers = dict(refused.value.trailing_metadata())
    status, info = Status.FromString(trailers["grpc-status-details-bin"]), RetryInfo()
    assert status.code == RESOURCE_EXHAUSTED
    assert "grpc sends more than 20 spans/s" in status.message
    assert status.details[0].Unpack(info)
    assert 0 < info.retry_delay.ToMilliseconds() <= 1_000


@pytest.mark.parametrize("kind", ["grpc", "http"])
def test_opentelemetrys_exporters_wait_and_lose_nothing(hub: Hub, kind: str) -> None:
    agent = f"sdk-{kind}"
    exporter: SpanExporter = (
        GrpcExporter(endpoint=hub.grpc, insecure=True, timeout=20)
        if kind == "grpc"
        else HttpExporter(endpoint=f"{hub.url}/v1/traces", timeout=20)
    )
    use_up(hub, agent, 3 if kind == "grpc" else 4)
    span = a_span(agent)
    assert exporter.export([span]) is SpanExportResult.SUCCESS
    exporter.shutdown()
    assert span.context is not None
    assert len(hub.get(f"/api/v1/traces/{span.context.trace_id:032x}")["spans"]) == 1
    assert f'{{reason="quota",kind="traces",agent="{agent}"}} 1' in httpx.get(f"{hub.url}/metrics").text


@pytest.mark.parametrize("kind", ["grpc", "http"])
def test_our_shipper_is_told_how_long_to_leave_the_hub_alone(hub: Hub, kind: str) -> None:
    agent = f"ours-{kind}"
    use_up(hub, agent, 5 if kind == "grpc" else 6)
    sender = (
        GrpcSender(f"http://{hub.grpc}", "traces", headers={}, timeout_s=20)
        if kind == "grpc"
        else OtlpSender(f"{hub.url}/v1/traces", headers={}, timeout_s=20)
    )
    answer: Answer = sender.send(body(agent, 1, 7))
    assert isinstance(answer, NotNow)
    assert answer.retry_after_s is not None
    assert 0 < answer.retry_after_s <= 1
    time.sleep(answer.retry_after_s)
    assert not isinstance(sender.send(body(agent, 1, 7)), NotNow)
    sender.close()
