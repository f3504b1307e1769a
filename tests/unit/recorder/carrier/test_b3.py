"""B3 in its forms; each case is one that its specification names."""

import pytest
from opentelemetry import context as otel
from opentelemetry import trace
from opentelemetry.propagators.b3 import B3MultiFormat, B3SingleFormat

from fleaglass.recorder.carrier.b3 import multi_headers, read_b3, single_header

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
CONTEXT = trace.SpanContext(int(TRACE, 16), int(SPAN, 16), False, trace.TraceFlags(1))
IDS = (CONTEXT.trace_id, CONTEXT.span_id)


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ({}, "missing"),
        ({"b3": ""}, "missing"),
        ({"b3": "0"}, "missing"),
        ({"b3": "d"}, "missing"),
        ({"b3": f"{TRACE}-{SPAN}"}, IDS),
        ({"b3": f" {TRACE}-{SPAN}-1"}, IDS),
        ({"b3": f"{TRACE}-{SPAN}-0"}, IDS),
        ({"b3": f"{TRACE}-{SPAN}-d-{SPAN}"}, IDS),
        ({"b3": f"{TRACE}-{SPAN}".upper()}, IDS),
        ({"b3": f"{TRACE[16:]}-{SPAN}-1"}, (int(TRACE[16:], 16), IDS[1])),
        ({"b3": f"{TRACE}-{SPAN}-2"}, "malformed"),
        ({"b3": f"{TRACE}-{SPAN}-1-"}, "malformed"),
        ({"b3": f"{'0' * 32}-{SPAN}-1"}, "malformed"),
        ({"b3": f"{TRACE}-{'0' * 16}-1"}, "malformed"),
        ({"b3": f"{TRACE[1:]}-{SPAN}-1"}, "malformed"),
        ({"b3": "x" * 100_000}, "malformed"),
        ({"x-b3-traceid": TRACE, "x-b3-spanid": SPAN}, IDS),
        ({"b3": "1", "x-b3-traceid": TRACE, "x-b3-spanid": SPAN}, IDS),
        ({"x-b3-traceid": TRACE}, "malformed"),
        ({"x-b3-spanid": SPAN}, "malformed"),
        ({"x-b3-traceid": f"{TRACE}-{SPAN}", "x-b3-spanid": "1"}, "malformed"),
        ({"b3": "nonsense", "x-b3-traceid": TRACE, "x-b3-spanid": SPAN}, "malformed"),
    ],
)
def test_what_is_read(headers: dict[str, str], found: object) -> None:
    assert read_b3(headers) == found


@pytest.mark.parametrize(
    ("written", "reader"), [(single_header, B3SingleFormat()), (multi_headers, B3MultiFormat())], ids=["one", "many"]
)
def test_opentelemetry_reads_what_is_written(written, reader) -> None:
    seen = trace.get_current_span(reader.extract(written(CONTEXT), otel.Context())).get_span_context()
    assert (seen.trace_id, seen.span_id, seen.trace_flags.sampled) == (*IDS, True)


def test_a_span_that_is_not_sampled_says_so() -> None:
    span = trace.SpanContext(*IDS, False, trace.TraceFlags(2))
    assert single_header(span)["b3"].endswith("-0")
    assert multi_headers(span)["x-b3-sampled"] == "0"
