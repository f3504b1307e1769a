"""A span that strays from the registry is caught, whichever way it reaches the check."""

import re
from dataclasses import replace

import pytest
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

from fleaglass.recorder.seams import EndedEvent, EndedSpan
from tests.support.registry import RegistryCheck, check_span, check_spans

TRADE = {"pf.asset": "BTC", "pf.side": "buy", "pf.quantity": 0.5, "pf.order_type": "market"}


def trade(**changes: object) -> dict[str, object]:
    attributes = TRADE | {f"pf.{name}": value for name, value in changes.items()}
    return {"name": "pf.trade.execute", "kind": "internal", "attributes": attributes}


def test_a_span_by_the_book_has_no_faults() -> None:
    assert check_span(trade(signal_confidence=0.82) | {"events": [{"name": "escrow_initiated"}]}) == []


@pytest.mark.parametrize(
    ("span", "fault"),
    [
        (trade(colour="red"), "attribute pf.colour is not in the registry"),
        (trade(quantity=1), "attribute pf.quantity must be double, is int 1"),
        (trade(http_status=True), "attribute pf.http_status must be int, is bool True"),
        (trade(http_status=400.0), "attribute pf.http_status must be int, is float 400.0"),
        (trade(fee_usd="0.1"), "attribute pf.fee_usd must be double, is str '0.1'"),
        (trade(side="long"), "attribute pf.side must be one of buy, sell, is 'long'"),
        (trade(confidence=0.8), "attribute pf.confidence is deprecated, use pf.signal_confidence"),
        (trade() | {"kind": "client"}, "is client, should be internal"),
        (
            trade() | {"status": "ok"},
            "status is ok, should be unset: how it ended is an attribute, and ok would hide a later error",
        ),
        (trade() | {"status": "error"}, "status is error, but attribute error.type is missing"),
        (trade() | {"events": [{"name": "filled"}]}, "event filled is not in the registry"),
        (
            trade() | {"events": [{"name": "order_filled", "attributes": {"fill_price": 1.0, "quantity": 1}}]},
            "event order_filled: attribute quantity must be double, is int 1",
        ),
        (
            trade() | {"events": [{"name": "order_filled", "attributes": {"fill_price": 1.0}}]},
            "event order_filled: required attribute quantity is missing",
        ),
        (
            trade() | {"events": [{"name": "escrow_released", "attributes": {"colour": "red"}}]},
            "event escrow_released: attribute colour is not in the registry",
        ),
        ({"name": "pf.trade.excute", "attributes": {}}, "this span name is not in the registry"),
        ({"name": "my.stage", "attributes": {"pf.colour": 1}}, "attribute pf.colour is not in the registry"),
        (trade() | {"resource": {"service.name": "a"}}, "resource: required attribute pf.agent_id is missing"),
        (
            trade() | {"resource": {"service.name": "a", "pf.agent_id": "a", "pf.colour": "red"}},
            "resource: attribute pf.colour is not in the registry",
        ),
    ],
)
def test_a_stray_span_is_found(span: dict[str, object], fault: str) -> None:
    assert check_span(span) == [fault]


def test_a_missing_required_attribute_is_found() -> None:
    span = trade()
    span["attributes"] = {name: value for name, value in TRADE.items() if name != "pf.side"}
    assert check_span(span) == ["required attribute pf.side is missing"]


def test_an_http_span_is_known_by_its_shape() -> None:
    span = {"name": "POST /trading/order", "kind": "client", "attributes": {"http.request.method": "POST"}}
    assert check_span(span) == [
        "required attribute server.address is missing",
        "required attribute url.template is missing",
    ]
    assert check_span(span | {"kind": "server"}) == []


def test_what_is_not_ours_is_let_pass() -> None:
    assert check_span({"name": "my.stage", "attributes": {"custom.colour": 3, "db.system": "x"}}) == []


def test_spans_of_the_hubs_api_are_read() -> None:
    """The hub's JSON tags each value with its type, so that 1 and 1.0 stay apart."""
    span = {
        "name": "pf.wallet.balance_check",
        "kind": "internal",
        "resource": 0,
        "attributes": [
            {"key": "pf.wallet_id", "value": {"type": "string", "value": "w_1"}},
            {"key": "pf.cache_hit", "value": {"type": "bool", "value": False}},
            {"key": "pf.assets_count", "value": {"type": "int", "value": "3"}},
            {"key": "pf.balance_usd", "value": {"type": "double", "value": 100}},
        ],
        "events": [],
    }
    assert check_span(span) == []


def test_a_trace_must_hang_together() -> None:
    cycle = {
        "name": "agent.decision_cycle",
        "span_id": "01",
        "attributes": {"pf.cycle_id": "c", "pf.cycle_outcome": "completed"},
    }
    poll = {
        "name": "pf.trade.confirmation_poll",
        "span_id": "02",
        "parent_span_id": "01",
        "attributes": {"pf.order_id": "o"},
    }
    stage = {"name": "my.stage", "span_id": "03", "parent_span_id": "01", "attributes": {}}
    assert check_spans([cycle, poll | {"parent_span_id": "03"}, stage]) == []
    assert check_spans([cycle, poll]) == [
        "pf.trade.confirmation_poll: hangs below agent.decision_cycle, should hang below pf.trade.execute"
    ]
    assert check_spans([poll | {"parent_span_id": None}]) == [
        "pf.trade.confirmation_poll: has no parent, should hang below pf.trade.execute"
    ]


def test_the_recorders_own_spans_are_read() -> None:
    """A sink sees every span an agent ends, so a fixture can hold a whole test-suite against the registry."""
    check = RegistryCheck()
    span = EndedSpan(
        trace_id="0" * 32,
        span_id="0" * 16,
        parent_span_id=None,
        name="risk.check",
        kind="internal",
        start_ns=0,
        end_ns=1,
        status="unset",
        status_message="",
        attributes={"pf.risk.check": "net_vega", "pf.risk.passed": True},
        events=(),
        links=(),
        resource={"service.name": "purple-flea-agent", "pf.agent_id": "a-1", "deployment.region": "local"},
    )
    check(span)
    check.assert_clean()
    check(replace(span, attributes={"pf.risk.check": "net_vega"}, events=(EndedEvent("order_filed", 0, {}),)))
    assert list(check.problems) == [
        "risk.check: required attribute pf.risk.passed is missing",
        "risk.check: event order_filed is not in the registry",
    ]


# The same, on OpenTelemetry's own spans -------------------------------------------------------------------------------


@pytest.fixture
def provider() -> TracerProvider:
    return TracerProvider(resource=Resource({"service.name": "purple-flea-agent", "pf.agent_id": "a-1"}))


def test_opentelemetrys_spans_are_read(provider: TracerProvider) -> None:
    exporter = InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracer = provider.get_tracer("test")
    with (
        tracer.start_as_current_span("pf.trade.execute", attributes=TRADE),
        tracer.start_as_current_span("pf.trade.confirmation_poll", attributes={"pf.order_id": "o"}) as poll,
    ):
        poll.record_exception(ValueError("no"))
    assert check_spans(exporter.get_finished_spans()) == []
    with tracer.start_as_current_span("pf.trade.execute", kind=SpanKind.CLIENT, attributes=TRADE | {"pf.quantity": 1}):
        pass
    stray: ReadableSpan = exporter.get_finished_spans()[-1]
    assert check_span(stray) == ["attribute pf.quantity must be double, is int 1", "is client, should be internal"]


def test_a_processor_collects_what_a_test_did_wrong(provider: TracerProvider) -> None:
    check = RegistryCheck()
    provider.add_span_processor(check)
    tracer = provider.get_tracer("test")
    for _ in range(2):
        tracer.start_span("pf.wallet.balance_chek").end()
    tracer.start_span("my.stage").end()
    with pytest.raises(
        AssertionError, match=re.escape("pf.wallet.balance_chek: this span name is not in the registry (2")
    ):
        check.assert_clean()
    assert check.checked == 3
    check.assert_clean()
