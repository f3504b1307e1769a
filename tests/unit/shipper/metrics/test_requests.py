"""Calls to Purple Flea are counted by service and endpoint, though only the operation knows the service."""

from __future__ import annotations

from typing import Any

from fleaglass.journal.reader import RawRecord
from fleaglass.journal.records import Opened, Record, SpanStarted, encode
from fleaglass.shipper.metrics import Totals, metrics_of
from fleaglass.shipper.metrics.exposition import exposition
from fleaglass.shipper.unfinished import Unfinished
from tests.unit.shipper.metrics.spans import T0, histogram, numbers, span, told

ORDER = b"12345678"
DIMENSIONS = (("pf.service", "trading"), ("url.template", "/v1/orders"), ("pf.order_type", "market"))


def operation(attributes: dict[str, Any] | None = None) -> SpanStarted:
    about = {"pf.service": "trading", "pf.order_type": "market"} if attributes is None else attributes
    return SpanStarted(b"t" * 16, ORDER, b"", "pf.trade.execute", 1, T0, about)


def request(attributes: dict[str, Any] | None = None, **fields: Any) -> Record:
    about = {"url.template": "/v1/orders", **(attributes or {})}
    ended = span("POST /v1/orders", about, **{"parent_id": ORDER, "ms": 100, **fields})
    ended.span_kind = 3
    return ended


def totals_of(*records: Record) -> Totals:
    unfinished = Unfinished()
    unfinished.see([RawRecord(each.kind, 0, encode(each), 0, 0) for each in records], 1)
    return unfinished.totals


def test_how_long_the_venue_took_by_service_and_endpoint() -> None:
    totals = totals_of(operation(), request(), request())
    found = histogram(totals, "pf.api.duration")
    assert (found.dimensions, sum(found.counts), found.most) == (DIMENSIONS, 2, 0.1)
    assert "pf.api.errors" not in told(totals)


def test_what_failed_by_its_status() -> None:
    refused = {"error.type": "429"}
    totals = totals_of(operation(), request(refused, status=2), request(refused, status=2), request(status=2))
    assert numbers(totals, "pf.api.errors") == {
        ("trading", "/v1/orders", "429"): 2,
        ("trading", "/v1/orders", "_OTHER"): 1,
    }


def test_a_request_that_was_interrupted_took_no_time_and_is_no_error() -> None:
    assert "pf.api.duration" not in told(totals_of(operation(), request({"pf.interrupted": True}, status=2)))


def test_requests_to_others_are_not_the_venues() -> None:
    for records in ((request(),), (operation({}), request()), (operation(), request({"url.template": None}))):
        assert not {"pf.api.duration", "pf.api.errors"} & told(totals_of(*records)).keys()


def test_dashboards_find_the_latency_in_milliseconds_and_their_buckets() -> None:
    totals = totals_of(operation(), request(ms=20), request(ms=100), request(ms=20_000))
    found = metrics_of(totals, started_ns=T0, now_ns=T0)
    lines = exposition([(Opened("a", {}, T0, "", {}), "j", found)]).decode().split("\n")
    lines = [line for line in lines if line.startswith("pf_order_latency_ms")]
    assert [line.partition('le="')[2].partition(" #")[0] for line in lines[:-2]] == [
        '5.0"} 0',
        '10.0"} 0',
        '25.0"} 1',
        '50.0"} 1',
        '100.0"} 2',
        '250.0"} 2',
        '500.0"} 2',
        '1000.0"} 2',
        '+Inf"} 3',
    ]
    about = 'agent_id="a",journal="j",pf_service="trading",endpoint="/v1/orders",order_type="market"'
    assert lines[-2:] == [f"pf_order_latency_ms_count{{{about}}} 3", f"pf_order_latency_ms_sum{{{about}}} 20120.0"]
    assert [line.rpartition("} ")[2].split()[0] for line in lines if " # " in line] == ["20.0", "100.0", "20000.0"]
