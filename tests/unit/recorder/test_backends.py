"""Any backend that takes OTLP over HTTP gets the same spans: an address is all it needs, or an address and a header."""

from __future__ import annotations

import pytest

import fleaglass
from tests.unit.recorder.collector import collector


@pytest.fixture(autouse=True)
def otlp(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "otlp")
    monkeypatch.setenv("OTEL_METRICS_EXPORTER", "none")
    monkeypatch.setenv("OTEL_LOGS_EXPORTER", "none")


def test_jaeger_and_tempo_need_an_address() -> None:
    with collector() as server:
        agent = fleaglass.init("to-jaeger", endpoint=server.url)
        with agent.cycle(), agent.stage("signal.analysis"):
            pass
        assert agent.shutdown()
        ((path, _, request),) = server.requests
    assert path == "/v1/traces"
    (resource,) = request.resource_spans
    names = [span.name for span in resource.scope_spans[0].spans]
    assert names == ["pf.signal.analysis", "agent.decision_cycle"]


def test_honeycomb_needs_a_header_besides(monkeypatch: pytest.MonkeyPatch) -> None:
    with collector() as server:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", server.url)
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-honeycomb-team=0123abcd")
        agent = fleaglass.init("to-honeycomb")
        with agent.cycle():
            pass
        assert agent.shutdown()
        ((path, headers, _),) = server.requests
    assert (path, headers["x-honeycomb-team"]) == ("/v1/traces", "0123abcd")


def test_several_at_once_each_get_everything() -> None:
    with collector() as one, collector() as two:
        agent = fleaglass.init("to-both", destinations={"jaeger": one.url, "tempo": two.url})
        with agent.cycle():
            pass
        assert agent.shutdown()
        assert one.span_ids == two.span_ids
        assert len(one.span_ids) == 1


def test_one_without_its_key_is_one_line_and_the_others_work(caplog: pytest.LogCaptureFixture) -> None:
    with collector() as server, caplog.at_level("WARNING", "fleaglass"):
        agent = fleaglass.init("to-one", destinations=["honeycomb", f"jaeger={server.url}"])
        with agent.cycle():
            pass
        assert agent.shutdown()
        assert len(server.span_ids) == 1
    said = [record.getMessage() for record in caplog.records if "honeycomb" in record.getMessage()]
    assert said == [
        "nothing is sent to the destination honeycomb, because it has no key: set HONEYCOMB_API_KEY, "
        "or honeycomb_key in fleaglass.toml"
    ]
