"""A body is taken whole or refused whole, with words that say where it is wrong."""

from __future__ import annotations

import base64
import contextlib
import json

import pytest
from google.protobuf.json_format import MessageToDict
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from fleaglass.hub.receive.otlp import Malformed, parse
from fleaglass.hub.receive.otlp_json import parse_json
from fleaglass.hub.store import Batch, Signal
from tests.support.otlp import TEN_KINDS, gauge, logs, traces

SIGNALS: tuple[Signal, ...] = ("traces", "logs", "metrics")


def test_a_good_body_is_counted_and_kept_as_it_came() -> None:
    body = traces({}, {}, {}).SerializeToString()
    assert parse("traces", body) == Batch("traces", body, 3, "svc")


def test_an_empty_request_has_no_rows() -> None:
    assert parse("traces", b"").rows == 0


@pytest.mark.parametrize(
    ("span", "said"),
    [
        ({"trace_id": b"short"}, r"span 1 \('span'\): trace_id has 5 bytes, not 16"),
        ({"span_id": b""}, "span_id has 0 bytes, not 8"),
        ({"parent_span_id": b"1234567"}, "parent_span_id has 7 bytes, not 0 or 8"),
        ({"trace_id": bytes(16)}, "an id of zeros is no id"),
        ({"span_id": bytes(8)}, "an id of zeros is no id"),
        ({"start_time_unix_nano": 2**63}, "pass the year 2262"),
        ({"end_time_unix_nano": 2**64 - 1}, "pass the year 2262"),
    ],
)
def test_a_span_that_cannot_be_is_named(span: dict[str, object], said: str) -> None:
    with pytest.raises(Malformed, match=said):
        parse("traces", traces(span).SerializeToString())


def test_a_metrics_body_is_not_a_trace() -> None:
    with pytest.raises(Malformed):
        parse("traces", gauge("pf.wallet.balance", 1.0).SerializeToString())


@pytest.mark.parametrize("cut", [1, 7, 40])
def test_a_truncated_body_is_refused(cut: int) -> None:
    with pytest.raises(Malformed, match="not an OTLP traces request"):
        parse("traces", traces({"attributes": TEN_KINDS}).SerializeToString()[:-cut])


@pytest.mark.parametrize("signal", SIGNALS)
@given(body=st.binary(max_size=300))
def test_any_bytes_are_taken_or_refused(signal: Signal, body: bytes) -> None:
    for reader in (parse, parse_json):
        with contextlib.suppress(Malformed):
            assert reader(signal, body).rows >= 0


@pytest.mark.parametrize("signal", SIGNALS)
@given(
    document=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "resourceSpans",
                        "scopeSpans",
                        "spans",
                        "traceId",
                        "spanId",
                        "attributes",
                        "key",
                        "value",
                        "intValue",
                    ]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_any_json_is_taken_or_refused(signal: Signal, document: object) -> None:
    with contextlib.suppress(Malformed):
        assert parse_json(signal, json.dumps(document).encode()).rows >= 0


def test_json_with_hex_ids_is_the_same_request_as_protobuf() -> None:
    request = traces({"attributes": TEN_KINDS, "name": "pf.trade.execute"}, {"parent": 1})
    document = MessageToDict(request)
    for span in document["resourceSpans"][0]["scopeSpans"][0]["spans"]:
        for key in ("traceId", "spanId", "parentSpanId"):
            if key in span:
                span[key] = base64.b64decode(span[key]).hex()
    batch = parse_json("traces", json.dumps(document).encode())
    assert batch.rows == 2
    assert ExportTraceServiceRequest.FromString(batch.body) == request


def test_json_ids_that_are_not_hex_are_named() -> None:
    document = {"resourceSpans": [{"scopeSpans": [{"spans": [{"traceId": "zz", "spanId": "00"}]}]}]}
    with pytest.raises(Malformed, match="traceId must be hex digits, not 'zz'"):
        parse_json("traces", json.dumps(document).encode())


def test_unknown_json_fields_are_skipped() -> None:
    assert parse_json("traces", b'{"resourceSpans": [], "later": {"x": 1}}').rows == 0


def test_a_log_record_with_half_an_id_is_refused() -> None:
    with pytest.raises(Malformed, match="log record 1"):
        parse("logs", logs({"trace_id": b"12345678"}).SerializeToString())


def test_a_metric_point_becomes_one_json_line() -> None:
    batch = parse("metrics", gauge("pf.wallet.balance", 12.5, currency="USD").SerializeToString())
    assert batch.rows == 1
    line = json.loads(batch.body)
    assert (line["name"], line["kind"], line["unit"], line["value"]) == ("pf.wallet.balance", "gauge", "USD", "d12.5")
    assert line["time"] == "2023-11-14 22:13:20.000000000"
    assert json.loads(line["attributes"]) == [["currency", "sUSD"]]


def test_a_metric_point_beyond_time_is_refused() -> None:
    request = gauge("a", 1.0)
    request.resource_metrics[0].scope_metrics[0].metrics[0].gauge.data_points[0].time_unix_nano = 2**63
    with pytest.raises(Malformed, match="data point 1: its times pass the year 2262"):
        parse("metrics", request.SerializeToString())


@pytest.mark.parametrize("parent", [None, ""])
def test_a_json_root_may_say_that_it_has_no_parent(parent: str | None) -> None:
    """null is the protobuf JSON mapping's word for a field that is not there."""
    span = {"traceId": "01" * 16, "spanId": "02" * 8, "parentSpanId": parent}
    document = {"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}
    assert parse_json("traces", json.dumps(document).encode()).rows == 1


@pytest.mark.parametrize("trace_id", [None, "01 " * 15 + "01"])
def test_a_json_span_without_a_plain_trace_id_is_refused(trace_id: str | None) -> None:
    span = {"traceId": trace_id, "spanId": "02" * 8}
    with pytest.raises(Malformed, match=r"trace_?[iI]d"):
        parse_json("traces", json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}).encode())
