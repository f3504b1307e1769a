"""What each preset sends, as a receiver sees it: path, headers and encoding."""

import pytest

from fleaglass.destinations import places
from fleaglass.journal.records import Opened, SpanEnded
from fleaglass.settings import Settings
from fleaglass.shipper import Accepted, Batch
from fleaglass.shipper.outlets import make_outlet
from tests.unit.recorder.collector import Collector, collector

OPENED = Opened("vol-arb-1", {}, 1, "0.1.0", {"service.name": "purple-flea-agent"})
PIPELINE = SpanEnded(b"t" * 16, b"s" * 8, b"", "order.pipeline", 1, 1, 2, {"pf.asset": "BTC"})
QUERY = SpanEnded(b"t" * 16, b"q" * 8, b"s" * 8, "SELECT orders", 3, 1, 2, {"db.system.name": "sqlite"})
KEYS = {"HONEYCOMB_API_KEY": "hcaik_0123456789", "LS_ACCESS_TOKEN": "ls-token-0123", "DD_API_KEY": "dd-key-0123"}


def deliver(server: Collector, name: str) -> tuple[str, dict[str, str], list[object]]:
    """Path, headers and spans of what arrives."""
    environ = {**KEYS, "FLEAGLASS_DESTINATIONS": f"{name}={server.url}"}
    if name == "sentry":
        environ |= {"FLEAGLASS_DESTINATIONS": name, "SENTRY_DSN": server.url.replace("://", "://abc@") + "/7"}
    (place,) = places(Settings.load({}, environ))
    assert place.problem == ""
    batch = Batch("b", OPENED, {}, [PIPELINE, QUERY])
    assert make_outlet(place.destination, "traces").send(batch) == Accepted()
    ((path, headers, request),) = server.requests
    spans = request.resource_spans[0].scope_spans[0].spans
    return path, {name.lower(): value for name, value in headers.items()}, list(spans)


@pytest.mark.parametrize(
    ("name", "path", "own", "encoding"),
    [
        ("hub", "/v1/traces", {}, None),
        ("jaeger", "/v1/traces", {}, None),
        ("tempo", "/v1/traces", {}, None),
        ("otlp", "/v1/traces", {}, None),
        ("honeycomb", "/v1/traces", {"x-honeycomb-team": "hcaik_0123456789"}, "gzip"),
        ("lightstep", "/v1/traces", {"lightstep-access-token": "ls-token-0123"}, "gzip"),
        ("datadog", "/v1/traces", {"dd-api-key": "dd-key-0123", "compute_stats": "true"}, "gzip"),
        ("sentry", "/api/7/integration/otlp/v1/traces", {"x-sentry-auth": "sentry sentry_key=abc"}, "gzip"),
    ],
)
def test_a_backend_gets_what_it_expects(name: str, path: str, own: dict[str, str], encoding: str | None) -> None:
    with collector() as server:
        found, headers, spans = deliver(server, name)
    assert found == path
    assert headers["content-type"] == "application/x-protobuf"
    assert headers.get("content-encoding") == encoding
    usual = {"host", "user-agent", "content-type", "content-length", "content-encoding", "accept-encoding"}
    assert {key: value for key, value in headers.items() if key not in usual} == own
    assert [span.name for span in spans] == ["order.pipeline", "SELECT orders"]  # type: ignore[attr-defined]


def ops(spans: list[object]) -> list[str | None]:
    return [
        next((each.value.string_value for each in span.attributes if each.key == "sentry.op"), None)  # type: ignore[attr-defined]
        for span in spans
    ]


def test_at_sentry_an_order_pipeline_is_a_transaction_of_that_op() -> None:
    with collector() as server:
        *_, spans = deliver(server, "sentry")
    assert ops(spans) == ["order.pipeline", None]
    assert "sentry.op" not in PIPELINE.attributes


def test_nobody_else_gets_sentrys_op() -> None:
    with collector() as server:
        *_, spans = deliver(server, "jaeger")
    assert ops(spans) == [None, None]


def test_an_op_of_the_authors_own_stays() -> None:
    span = SpanEnded(b"t" * 16, b"s" * 8, b"", "order.pipeline", 1, 1, 2, {"sentry.op": "theirs"})
    with collector() as server:
        environ = {"FLEAGLASS_DESTINATIONS": "sentry", "SENTRY_DSN": server.url.replace("://", "://abc@") + "/7"}
        (place,) = places(Settings.load({}, environ))
        make_outlet(place.destination, "traces").send(Batch("b", OPENED, {}, [span]))
        ((_, _, request),) = server.requests
    assert ops(list(request.resource_spans[0].scope_spans[0].spans)) == ["theirs"]
