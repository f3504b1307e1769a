"""What a collector says is understood as protobuf means it, and nothing that it says breaks anything."""

import pytest
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import DecodeError
from google.rpc.error_details_pb2 import ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status as StatusMessage
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsPartialSuccess, ExportLogsServiceResponse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTracePartialSuccess,
    ExportTraceServiceResponse,
)

from fleaglass.shipper.replies import PartialSuccess, Status, partial_success, status
from fleaglass.shipper.said import one_line


def response(rejected: int, message: str) -> bytes:
    partial = ExportTracePartialSuccess(rejected_spans=rejected, error_message=message)
    return ExportTraceServiceResponse(partial_success=partial).SerializeToString()


def trouble(message: str, *details: RetryInfo | ErrorInfo) -> bytes:
    packed = []
    for detail in details:
        packed.append(AnyMessage())
        packed[-1].Pack(detail)
    return StatusMessage(code=8, message=message, details=packed).SerializeToString()


@given(st.integers(-(2**63), 2**63 - 1), st.text(st.characters(exclude_categories=["Cs"])))
def test_how_many_were_rejected_and_why(rejected: int, message: str) -> None:
    told = PartialSuccess(max(rejected, 0), one_line(message))
    assert partial_success(response(rejected, message)) == told


def test_logs_are_rejected_in_the_same_words() -> None:
    partial = ExportLogsPartialSuccess(rejected_log_records=300, error_message="too old")
    answer = ExportLogsServiceResponse(partial_success=partial).SerializeToString()
    assert partial_success(answer) == PartialSuccess(300, "too old")


def test_of_what_is_said_twice_the_last_counts() -> None:
    assert partial_success(response(3, "a") + response(5, "")) == PartialSuccess(5, "a")


def test_fields_of_a_later_version_are_nothing_to_us() -> None:
    unknown = b"\x50\x07" + b"\x59" + bytes(8) + b"\x5d" + bytes(4) + b"\x62\x01x"
    assert partial_success(unknown + response(3, "a") + unknown) == PartialSuccess(3, "a")


@given(st.integers(-(2**40), 2**40), st.integers(-999_999_999, 999_999_999), st.booleans())
def test_how_long_a_collector_wants_to_be_left_alone(seconds: int, nanos: int, is_second: bool) -> None:
    detail = RetryInfo(retry_delay=Duration(seconds=seconds, nanos=nanos))
    details = [ErrorInfo(reason="QUOTA"), detail] if is_second else [detail]
    wait_s = min(max(seconds + nanos / 1e9, 0.0), 86_400.0)
    assert status(trouble("slow down", *details)) == Status("slow down", wait_s)


def test_without_a_word_on_it_there_is_no_time() -> None:
    assert status(trouble("bad", ErrorInfo(reason="X"))) == Status("bad")


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xff not protobuf", b"<html>", b"\x0a\x7f", b"\x0b", b"\x80" * 20, b'{"a":1}']
)
def test_what_is_no_answer_says_nothing(body: bytes) -> None:
    assert partial_success(body) == PartialSuccess()
    assert status(body) == Status()


@given(
    st.binary()
    | st.builds(
        lambda body, at, new: body[:at] + new + body[at + 1 :],
        st.just(response(300, "why") + trouble("m", RetryInfo(retry_delay=Duration(seconds=5)))),
        st.integers(0, 90),
        st.binary(max_size=2),
    )
)
def test_no_bytes_break_the_reader(body: bytes) -> None:
    told = partial_success(body)
    assert told.rejected >= 0
    assert isinstance(status(body), Status)
    try:
        judged = ExportTraceServiceResponse.FromString(body).partial_success
    except DecodeError:
        return
    if told != PartialSuccess():
        assert told == PartialSuccess(max(judged.rejected_spans, 0), one_line(judged.error_message))


@given(st.text())
def test_a_strangers_text_is_one_line_of_a_log(text: str) -> None:
    line = one_line(text)
    assert line.isprintable()
    assert len(line) <= 200
    assert one_line(line) == line


def test_a_long_text_is_cut_and_shows_it() -> None:
    assert one_line("x" * 5_000) == "x" * 199 + "…"
    assert one_line("a\n b\tc\x1b[31m") == "a b c [31m"
