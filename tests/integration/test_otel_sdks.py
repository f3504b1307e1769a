"""Spans from the plain OpenTelemetry SDKs arrive unchanged, value by value and type by type."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter as GrpcExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter as HttpExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode

from scripts.markdown import Page
from tests.support.processes import Hub, eventually, running_hub

pytestmark = pytest.mark.integration

SENT: dict[str, Any] = {
    "text": "buy “é”",
    "text.empty": "",
    "int": 2**53 + 1,
    "int.zero": 0,
    "double": 0.1,
    "double.zero": 0.0,
    "bool.false": False,
    "bytes": b"\x00\xff",
    "array": ["a", "b"],
    "array.empty": [],
}
SHOWN: dict[str, Any] = {
    "text": {"type": "string", "value": "buy “é”"},
    "text.empty": {"type": "string", "value": ""},
    "int": {"type": "int", "value": str(2**53 + 1)},
    "int.zero": {"type": "int", "value": "0"},
    "double": {"type": "double", "value": 0.1},
    "double.zero": {"type": "double", "value": 0.0},
    "bool.false": {"type": "bool", "value": False},
    "bytes": {"type": "bytes", "value": "AP8="},
    "array": {"type": "array", "value": [{"type": "string", "value": "a"}, {"type": "string", "value": "b"}]},
    "array.empty": {"type": "array", "value": []},
}


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    with running_hub(tmp_path_factory.mktemp("hub")) as running:
        yield running


@pytest.mark.parametrize("protocol", ["http", "grpc"])
def test_the_python_sdk(hub: Hub, protocol: str) -> None:
    exporter: SpanExporter = (
        GrpcExporter(endpoint=f"http://{hub.grpc}", insecure=True)
        if protocol == "grpc"
        else HttpExporter(endpoint=f"{hub.url}/v1/traces")
    )
    provider = TracerProvider(resource=Resource({"service.name": "py-service", "pf.agent_id": "py-agent"}))
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    linked = SpanContext(trace_id=0xABC, span_id=0xDEF, is_remote=True)
    tracer = provider.get_tracer("py-tracer", "2.0")
    with tracer.start_as_current_span("py.work", kind=SpanKind.CLIENT, attributes=SENT, links=[Link(linked)]) as span:
        span.add_event("halfway", {"step": 1}, timestamp=1_700_000_000_123_456_789)
        span.set_status(Status(StatusCode.ERROR, "no"))
    assert provider.force_flush()
    provider.shutdown()

    shown = _shown(hub, format(span.get_span_context().trace_id, "032x"))
    assert _attributes(shown) == SHOWN
    assert shown["span_id"] == format(span.get_span_context().span_id, "016x")
    assert (shown["name"], shown["kind"], shown["agent"], shown["service"]) == (
        "py.work",
        "client",
        "py-agent",
        "py-service",
    )
    assert (shown["status"], shown["status_message"]) == ("error", "no")
    assert shown["scope"] == {"name": "py-tracer", "version": "2.0"}
    assert shown["parent_span_id"] is None
    assert (shown["start_ns"], shown["end_ns"]) == (str(span.start_time), str(span.end_time))  # type: ignore[attr-defined]
    [event] = shown["events"]
    assert (event["name"], event["time_ns"]) == ("halfway", "1700000000123456789")
    assert _attributes(event) == {"step": {"type": "int", "value": "1"}}
    [link] = shown["links"]
    assert (link["trace_id"], link["span_id"]) == (format(0xABC, "032x"), format(0xDEF, "016x"))


def test_the_javascript_sdk(hub: Hub) -> None:
    root = Path(__file__).parents[2]
    node = shutil.which("node")
    if node is None or not (root / "web/node_modules/@opentelemetry").is_dir():
        pytest.skip("needs Node and the packages of web/ (make setup)")
    script = Path(__file__).with_name("otel_js.mjs")
    done = subprocess.run([node, script, hub.url], capture_output=True, text=True, timeout=30, check=True)
    sent = json.loads(done.stdout)

    shown = _shown(hub, sent["traceId"])
    assert shown["span_id"] == sent["spanId"]
    assert (shown["name"], shown["kind"], shown["agent"], shown["status"]) == ("js.work", "client", "js-agent", "error")
    assert _attributes(shown) == {
        "text": {"type": "string", "value": "buy “é”"},
        "text.empty": {"type": "string", "value": ""},
        "int": {"type": "int", "value": "7"},
        "int.zero": {"type": "int", "value": "0"},
        "int.negative": {"type": "int", "value": "-3"},
        "double": {"type": "double", "value": 0.1},
        "bool.false": {"type": "bool", "value": False},
        "array.text": {"type": "array", "value": [{"type": "string", "value": "a"}, {"type": "string", "value": "b"}]},
        "array.number": {
            "type": "array",
            "value": [{"type": "double", "value": 1.5}, {"type": "double", "value": 2.5}],
        },
        "array.empty": {"type": "array", "value": []},
    }
    assert [event["name"] for event in shown["events"]] == ["halfway"]


def test_the_python_in_the_docs(hub: Hub) -> None:
    """The page's program, as a reader would run it; only the address differs, by the standard variable."""
    page = Page.read(Path(__file__).parents[2] / "docs/sending-from-opentelemetry.md")
    [program] = [code.text for code in page.code() if code.language == "python"]
    environment = os.environ | {"OTEL_EXPORTER_OTLP_ENDPOINT": hub.url}
    subprocess.run([sys.executable, "-c", program], env=environment, timeout=30, check=True)
    [trace] = eventually(lambda: hub.get("/api/v1/traces", agent="my-agent-1")["traces"])
    assert (trace["outcome"], trace["reason"], trace["service"]) == ("skipped", "nothing to do yet", "my-agent")


def _shown(hub: Hub, trace_id: str) -> dict[str, Any]:
    def found() -> Any:
        listed = hub.get("/api/v1/traces", attr="text:buy “é”")["traces"]
        return trace_id in [trace["trace_id"] for trace in listed]

    eventually(found)
    [span] = hub.get(f"/api/v1/traces/{trace_id}")["spans"]
    assert isinstance(span, dict)
    return span


def _attributes(of: dict[str, Any]) -> dict[str, Any]:
    return {attribute["key"]: attribute["value"] for attribute in of["attributes"]}
