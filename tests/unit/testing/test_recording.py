"""A recording depends on nothing outside of the test."""

import pytest

from fleaglass.testing import recording

ENVIRONMENT = {
    "OTEL_SDK_DISABLED": "true",
    "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT": "5",
    "OTEL_ATTRIBUTE_COUNT_LIMIT": "2",
    "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT": "3",
    "OTEL_SPAN_EVENT_COUNT_LIMIT": "0",
    "OTEL_SPAN_LINK_COUNT_LIMIT": "0",
    "OTEL_TRACES_SAMPLER": "always_off",
    "FLEAGLASS_DISABLED": "true",
    "FLEAGLASS_STRATEGY": "of-the-environment",
}
HIRER = {"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}


def recorded() -> str:
    with recording("vol-arb-1", release="a@1") as record:
        with record.agent.take_over(HIRER), record.agent.cycle(market="BTC/USD") as cycle:
            cycle.set(**{f"value_{number}": "long enough" for number in range(20)})
            cycle.skip("low_confidence")
        return repr(record.spans)


@pytest.mark.parametrize("variable", ENVIRONMENT)
def test_the_environment_changes_nothing(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    """Many a CI switches OpenTelemetry off."""
    undisturbed = recorded()
    assert "long enough" in undisturbed
    monkeypatch.setenv(variable, ENVIRONMENT[variable])
    assert recorded() == undisturbed
