"""What leaves is byte for byte what protobuf makes of the same records."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from fleaglass.journal.records import Log, Opened, SpanEnded
from fleaglass.shipper.encode import logs, spans
from fleaglass.shipper.encode.kept import Kept
from tests.unit.shipper.encode import records
from tests.unit.shipper.encode.protobuf import logs_request, spans_request

OPENED = Opened("a", {}, 1, "0.1.0", {"pf.agent_id": "a"}, "https://schema.example/1")


def span(**fields: Any) -> SpanEnded:
    plain = {"parent_id": b"", "name": "pf.trade.execute", "span_kind": 3, "start_ns": 1, "end_ns": 2, "attributes": {}}
    return SpanEnded(b"t" * 16, b"s" * 8, **{**plain, **fields})


def sent(*batch: SpanEnded) -> list[Span]:
    request = ExportTraceServiceRequest.FromString(spans(OPENED, records.SCOPES, batch))
    return [each for group in request.resource_spans[0].scope_spans for each in group.spans]


def value_sent(value: Any) -> Any:
    ((attribute,),) = [each.attributes for each in sent(span(attributes={"x": value}))]
    kind = attribute.value.WhichOneof("value")
    return kind, kind and getattr(attribute.value, kind)


@given(records.openings, st.lists(records.spans, max_size=5))
def test_spans_are_what_protobuf_makes_of_them(opened: Opened, batch: list[SpanEnded]) -> None:
    expected = spans_request(opened, records.SCOPES, batch)
    encoded = spans(opened, records.SCOPES, batch)
    assert encoded == expected.SerializeToString(deterministic=True)
    assert len(ExportTraceServiceRequest.FromString(encoded).resource_spans) == 1


@given(records.openings, st.lists(records.logs, max_size=5))
def test_log_records_are_what_protobuf_makes_of_them(opened: Opened, batch: list[Log]) -> None:
    expected = logs_request(opened, batch)
    encoded = logs(opened, batch)
    assert encoded == expected.SerializeToString(deterministic=True)
    assert len(ExportLogsServiceRequest.FromString(encoded).resource_logs) == 1


def test_what_was_sent_before_is_told_alike_the_second_time() -> None:
    batch = [span(attributes={"a": "b", "c": 1.5, "d": True, "e": 1, "f": 1.0}) for _ in range(3)]
    assert spans(OPENED, {}, batch) == spans(OPENED, {}, batch)
    assert spans(OPENED, {}, batch) == spans_request(OPENED, {}, batch).SerializeToString(deterministic=True)


def test_libraries_keep_the_order_in_which_they_are_met_and_spans_theirs() -> None:
    batch = [span(name=name, scope=scope) for name, scope in [("1", 2), ("2", 1), ("3", 2), ("4", 9)]]
    (entry,) = ExportTraceServiceRequest.FromString(spans(OPENED, records.SCOPES, batch)).resource_spans
    told = [(group.scope.name, [each.name for each in group.spans]) for group in entry.scope_spans]
    assert told == [("x", ["1", "3"]), ("fleaglass", ["2"]), ("", ["4"])]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (True, ("bool_value", True)),
        (False, ("bool_value", False)),
        (1, ("int_value", 1)),
        (0, ("int_value", 0)),
        (-1, ("int_value", -1)),
        (-(2**63), ("int_value", -(2**63))),
        (2**63 - 1, ("int_value", 2**63 - 1)),
        (2**63, ("string_value", "9223372036854775808")),
        (1.0, ("double_value", 1.0)),
        (0.0, ("double_value", 0.0)),
        (math.inf, ("double_value", math.inf)),
        ("", ("string_value", "")),
        ("Ünï 🦟", ("string_value", "Ünï 🦟")),
        ("half of \ud83e", ("string_value", "half of ?")),
        ("x" * 70_000, ("string_value", "x" * 70_000)),
        (b"\x00\xff", ("bytes_value", b"\x00\xff")),
        (None, (None, None)),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_a_value_keeps_its_type(value: Any, told: Any) -> None:
    assert value_sent(value) == told


def test_no_number_is_taken_for_another_of_the_same_size() -> None:
    """1, 1.0 and True are equal in Python, and so are 0.0 and -0.0."""
    batch = [span(attributes={"x": value}) for value in (1, 1.0, True, 0.0, -0.0, math.nan)]
    values = [each.attributes[0].value for each in sent(*batch)]
    kinds = [value.WhichOneof("value") for value in values]
    assert kinds == ["int_value", "double_value", "bool_value", "double_value", "double_value", "double_value"]
    assert math.copysign(1, values[4].double_value) == -1
    assert math.isnan(values[5].double_value)


def test_lists_may_be_empty_and_nested_only_so_deep() -> None:
    assert value_sent([])[0] == "array_value"
    deep: list[Any] = []
    for _ in range(2_000):
        deep = [deep]
    kind, value = value_sent(deep)
    for _ in range(15):
        (value,) = value.values
        value = value.array_value
    assert kind == "array_value"
    assert value.values[0].string_value == "…"


def test_a_span_without_a_verdict_has_no_status() -> None:
    unset, failed = sent(span(), span(status=2, status_message="Rejected"))
    assert not unset.HasField("status")
    assert (failed.status.code, failed.status.message) == (2, "Rejected")


def test_what_is_kept_is_bounded() -> None:
    made: list[str] = []

    def make(key: str) -> bytes:
        made.append(key)
        return key.encode()

    kept = Kept(make)
    assert kept["a"] == kept["a"] == b"a"
    assert made == ["a"]
    long = "x" * 1_000
    assert kept[long] == kept[long] == long.encode()
    assert made == ["a", long, long]
    for number in range(10_000):
        assert kept[f"{number}"] == f"{number}".encode()
        assert len(kept) <= 4_096
