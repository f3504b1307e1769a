"""Transactions and streamed spans become OTLP spans that the trace pages know."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from fleaglass.hub.receive.otlp import check
from fleaglass.hub.receive.otlp_of import Converted
from fleaglass.hub.receive.payload import Malformed
from fleaglass.hub.receive.transactions import spans_in, transaction_in
from tests.unit.hub.receive.sentry_payloads import SPAN_ID, TRACE_ID, json_objects

CHILD_ID = "00f067aa0ba902b7"
START_NS = 1_796_032_800_000_000_000
TRANSACTION = {
    "type": "transaction",
    "transaction": "run",
    "start_timestamp": "2026-11-30T10:00:00Z",
    "timestamp": "2026-11-30T10:00:01.500000Z",
    "release": "agent@2.1.0",
    "environment": "production",
    "server_name": "host",
    "platform": "python",
    "sdk": {"name": "sentry.python", "version": "2.75.0"},
    "tags": {"agent_id": "pf_live_agent_abc", "strategy": "vol"},
    "user": {"id": "u_1"},
    "measurements": {"lag": {"value": 3, "unit": "millisecond"}},
    "contexts": {
        "trace": {
            "trace_id": TRACE_ID,
            "span_id": SPAN_ID,
            "op": "agent.decision_cycle",
            "status": "ok",
            "origin": "manual",
            "data": {"pf.market": "BTC", "pf.size_usd": 100, "n": 1, "f": 1.5, "b": True, "l": ["a"], "d": {"k": 1}},
        }
    },
    "spans": [
        {
            "trace_id": TRACE_ID,
            "span_id": CHILD_ID,
            "parent_span_id": SPAN_ID,
            "op": "http.client",
            "description": "POST /v1/orders/spot",
            "start_timestamp": 1796032800.25,
            "timestamp": 1796032800.5,
            "status": "not_found",
            "tags": {"t": "x"},
            "data": {"fill_price": 64000, "api_key": "odd"},
        }
    ],
}


def transaction(sent: dict[str, Any], **more: Any) -> Converted:
    return transaction_in(json.dumps({**sent, **more}).encode(), "shop")


def streamed(*items: object) -> Converted:
    return spans_in(json.dumps({"version": 2, "items": items}).encode(), "shop")


def attributes(of: Any) -> dict[str, Any]:
    found = {}
    for pair in of.attributes:
        kind = pair.value.WhichOneof("value")
        value = getattr(pair.value, kind)
        found[pair.key] = [item.string_value for item in value.values] if kind == "array_value" else value
    return found


def spans(converted: Converted) -> list[Any]:
    request: Any = converted.request
    return [span for resource in request.resource_spans for scope in resource.scope_spans for span in scope.spans]


def resources(converted: Converted) -> list[dict[str, Any]]:
    request: Any = converted.request
    return [attributes(resource.resource) for resource in request.resource_spans]


def test_a_transaction_is_a_root_with_its_spans() -> None:
    converted = transaction(TRANSACTION)
    root, child = spans(converted)
    assert (converted.rows, converted.refused) == (2, 0)
    assert (root.trace_id.hex(), root.span_id.hex(), root.parent_span_id) == (TRACE_ID, SPAN_ID, b"")
    assert (root.start_time_unix_nano, root.end_time_unix_nano) == (START_NS, START_NS + 1_500_000_000)
    assert root.status.code == Status.STATUS_CODE_OK
    assert (child.trace_id.hex(), child.span_id.hex(), child.parent_span_id.hex()) == (TRACE_ID, CHILD_ID, SPAN_ID)
    assert (child.start_time_unix_nano, child.end_time_unix_nano) == (START_NS + 250_000_000, START_NS + 500_000_000)
    assert (child.name, child.kind) == ("POST /v1/orders/spot", Span.SPAN_KIND_CLIENT)
    assert (child.status.code, child.status.message) == (Status.STATUS_CODE_ERROR, "not_found")


def test_attributes_have_their_types_and_the_registrys_names() -> None:
    root, child = spans(transaction(TRANSACTION))
    assert attributes(root) == {
        "agent_id": "pf_live_agent_abc",
        "strategy": "vol",
        "user.id": "u_1",
        "measurement.lag": 3,
        "pf.market": "BTC",
        "pf.size_usd": 100.0,
        "n": 1,
        "f": 1.5,
        "b": True,
        "l": ["a"],
        "d": '{"k":1}',
        "sentry.origin": "manual",
        "sentry.op": "agent.decision_cycle",
        "sentry.description": "run",
    }
    assert isinstance(attributes(root)["pf.size_usd"], float)
    assert attributes(child) == {
        "t": "x",
        "pf.fill_price": 64000.0,
        "api_key": "[scrubbed]",
        "sentry.op": "http.client",
        "sentry.status": "not_found",
    }


def test_a_stage_of_the_registry_is_named_by_its_op() -> None:
    assert spans(transaction(TRANSACTION))[0].name == "agent.decision_cycle"


def test_the_resource_says_which_agent_it_was() -> None:
    assert resources(transaction(TRANSACTION)) == [
        {
            "service.name": "pf_live_agent_abc",
            "pf.agent_id": "pf_live_agent_abc",
            "service.version": "agent@2.1.0",
            "deployment.environment.name": "production",
            "host.name": "host",
            "telemetry.sdk.name": "sentry.python",
            "telemetry.sdk.version": "2.75.0",
        }
    ]
    assert resources(transaction(TRANSACTION, tags={}, release=None, environment=None, server_name=None, sdk=None)) == [
        {"service.name": "shop"}
    ]


@pytest.mark.parametrize(
    ("sent", "code", "message"),
    [
        ("ok", Status.STATUS_CODE_OK, ""),
        ("internal_error", Status.STATUS_CODE_ERROR, "internal_error"),
        ("deadline_exceeded", Status.STATUS_CODE_ERROR, "deadline_exceeded"),
        ("cancelled", Status.STATUS_CODE_UNSET, ""),
        ("unknown", Status.STATUS_CODE_UNSET, ""),
        (None, Status.STATUS_CODE_UNSET, ""),
    ],
)
def test_a_status_is_one_of_otlps(sent: str | None, code: Status.StatusCode.ValueType, message: str) -> None:
    trace = TRANSACTION["contexts"]["trace"] | {"status": sent}  # type: ignore[index]
    status = spans(transaction(TRANSACTION, contexts={"trace": trace}))[0].status
    assert (status.code, status.message) == (code, message)


STREAMED = {
    "trace_id": TRACE_ID,
    "span_id": CHILD_ID,
    "parent_span_id": SPAN_ID,
    "name": "child",
    "start_timestamp": 1796032800.25,
    "end_timestamp": 1796032800.5,
    "is_segment": False,
    "status": "error",
    "links": [{"trace_id": TRACE_ID, "span_id": SPAN_ID, "attributes": {"q": {"value": 1, "type": "integer"}}}],
    "attributes": {
        "sentry.op": {"value": "db.query", "type": "string"},
        "sentry.status.message": {"value": "aborted", "type": "string"},
        "sentry.release": {"value": "web@1.0.0", "type": "string"},
        "sentry.environment": {"value": "staging", "type": "string"},
        "agent_id": {"value": "pf_live_agent_abc", "type": "string"},
        "whole": {"value": 1, "type": "double"},
        "password": {"value": "odd", "type": "string"},
        "list": {"value": ["a", "b"], "type": "array"},
    },
}


def test_a_streamed_span_is_read() -> None:
    """What @sentry/node 11 sends by default, in place of transactions."""
    converted = streamed(STREAMED)
    (span,) = spans(converted)
    assert (span.name, span.kind, span.parent_span_id.hex()) == ("child", Span.SPAN_KIND_CLIENT, SPAN_ID)
    assert (span.start_time_unix_nano, span.end_time_unix_nano) == (START_NS + 250_000_000, START_NS + 500_000_000)
    assert (span.status.code, span.status.message) == (Status.STATUS_CODE_ERROR, "aborted")
    assert (span.links[0].span_id.hex(), attributes(span.links[0])) == (SPAN_ID, {"q": 1})
    told = attributes(span)
    assert (told["whole"], told["password"], told["list"]) == (1.0, "[scrubbed]", ["a", "b"])
    assert isinstance(told["whole"], float)
    assert resources(converted) == [
        {
            "service.name": "pf_live_agent_abc",
            "pf.agent_id": "pf_live_agent_abc",
            "service.version": "web@1.0.0",
            "deployment.environment.name": "staging",
        }
    ]


def test_spans_of_several_agents_have_a_resource_each() -> None:
    other = STREAMED | {"attributes": {"agent_id": {"value": "b", "type": "string"}}}
    assert [said["pf.agent_id"] for said in resources(streamed(STREAMED, other, STREAMED))] == [
        "pf_live_agent_abc",
        "b",
    ]


def test_a_span_by_itself_is_read() -> None:
    """What older clients send for a span without a transaction."""
    (span,) = spans(spans_in(json.dumps(TRANSACTION["spans"][0]).encode(), "shop"))  # type: ignore[index]
    assert (span.name, span.span_id.hex()) == ("POST /v1/orders/spot", CHILD_ID)


def test_spans_that_are_none_are_counted_and_the_others_kept() -> None:
    bad = [{}, 5, STREAMED | {"span_id": "0" * 16}, STREAMED | {"end_timestamp": None}]
    converted = streamed(*bad, STREAMED)
    assert (converted.rows, converted.refused) == (1, 4)
    assert converted.reason == "a span must have a trace_id and a span_id, not 'None'"
    assert transaction(TRANSACTION, spans=[{"span_id": "x"}]).refused == 1


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"contexts": None}, "must have contexts.trace"),
        ({"contexts": {"trace": {"trace_id": TRACE_ID}}}, "must have a trace_id and a span_id"),
        ({"start_timestamp": None}, "must have the times of its start and its end"),
        ({"timestamp": "soon"}, "must have the times of its start and its end"),
    ],
)
def test_a_transaction_without_a_root_is_refused(sent: dict[str, Any], message: str) -> None:
    with pytest.raises(Malformed, match=message):
        transaction(TRANSACTION, **sent)


def test_a_clock_that_is_off_is_put_right() -> None:
    hour = 3_600_000_000_000
    converted = transaction_in(json.dumps(TRANSACTION).encode(), "shop", -hour)
    assert [span.start_time_unix_nano for span in spans(converted)] == [START_NS - hour, START_NS + 250_000_000 - hour]


@given(json_objects())
def test_any_object_is_read_as_the_store_takes_it_or_refused(payload: bytes) -> None:
    for read in (transaction_in, spans_in):
        with contextlib.suppress(Malformed):
            converted = read(payload, "shop")
            assert check("traces", converted.request, converted.request.SerializeToString()).rows == converted.rows
