"""The limits follow OpenTelemetry's variables."""

from __future__ import annotations

import pytest

from fleaglass.recorder import guard
from fleaglass.recorder.tracer import Limits
from fleaglass.recorder.tracer.limits import NO_LIMIT


@pytest.mark.parametrize(
    ("environ", "limits"),
    [
        ({}, Limits()),
        ({"OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT": "3"}, Limits(attributes=3)),
        ({"OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT": " "}, Limits(attributes=NO_LIMIT)),
        ({"OTEL_ATTRIBUTE_COUNT_LIMIT": "3"}, Limits(attributes=3, event_attributes=3, link_attributes=3)),
        (
            {"OTEL_ATTRIBUTE_COUNT_LIMIT": "3", "OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT": "0"},
            Limits(attributes=3, event_attributes=0, link_attributes=3),
        ),
        ({"OTEL_ATTRIBUTE_COUNT_LIMIT": ""}, Limits()),
        ({"OTEL_LINK_ATTRIBUTE_COUNT_LIMIT": "4"}, Limits(link_attributes=4)),
        ({"OTEL_SPAN_EVENT_COUNT_LIMIT": "5", "OTEL_SPAN_LINK_COUNT_LIMIT": ""}, Limits(events=5, links=NO_LIMIT)),
        ({"OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT": "6"}, Limits(chars=6, other_chars=6)),
        (
            {"OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT": "6", "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT": "7"},
            Limits(chars=7, other_chars=6),
        ),
    ],
)
def test_a_variable_sets_a_limit_and_an_empty_one_lifts_it(environ: dict[str, str], limits: Limits) -> None:
    assert Limits.of(environ) == limits


@pytest.mark.parametrize("text", ["many", "-1", "1.5", "²"])
def test_a_limit_that_is_no_number_is_named_and_not_used(text: str, caplog: pytest.LogCaptureFixture) -> None:
    guard.forget()
    for _ in range(2):
        assert Limits.of({"OTEL_SPAN_EVENT_COUNT_LIMIT": text}) == Limits()
    (record,) = caplog.records
    assert record.getMessage().startswith("OTEL_SPAN_EVENT_COUNT_LIMIT: must be a whole number of at least 0, got")
