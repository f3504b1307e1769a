"""A Prometheus server can read what is served, whatever an agent calls its spans."""

from __future__ import annotations

import re
from http.client import HTTPConnection
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from fleaglass._openmetrics import CONTENT_TYPE
from fleaglass.journal.records import Opened
from fleaglass.shipper.metrics import Metric, NumberPoint, Totals, metrics_of
from fleaglass.shipper.metrics.endpoint import Endpoint
from fleaglass.shipper.metrics.exposition import exposition
from tests.unit.shipper.bench import Clock, Recorded, put, shipper_of, turns
from tests.unit.shipper.metrics.spans import T0, span, totals_of
from tests.unit.shipper.metrics.test_report import agent, cycle

LABEL = r'[a-z_]+="(?:[^"\\\n]|\\\\|\\n|\\")*"'
NUMBER = r"(?:[+-]?Inf|-?[0-9.e+-]+)"
SAMPLE = re.compile(
    rf"[a-z_]+\{{(?:{LABEL}(?:,{LABEL})*)?\}} {NUMBER}"
    rf'(?: # \{{trace_id="[0-9a-f]{{32}}",span_id="[0-9a-f]{{16}}"\}} {NUMBER} [0-9.]+)?'
)
ABOUT = re.compile(r"# (?:TYPE|UNIT|HELP) [a-z_]+ .+")


def served(*totals: Totals) -> list[str]:
    sources = [
        (Opened(f"agent-{number}", {}, T0, "0.1.0", {}), f"{number:032x}", metrics_of(each, started_ns=T0, now_ns=T0))
        for number, each in enumerate(totals)
    ]
    return exposition(sources).decode().split("\n")


def test_a_counter_has_its_dashboards_name_and_an_exemplar() -> None:
    failed = span("x", {"error.type": "Rejected"}, ms=250, status=2, span_id=b"12345678")
    assert [line for line in served(totals_of(failed)) if "pf_errors" in line] == [
        "# TYPE pf_errors counter",
        "# HELP pf_errors Errors by their class, each counted where it arose, and not again on its way up.",
        f'pf_errors_total{{agent_id="agent-0",journal="{0:032x}",error_type="Rejected"}} 1'
        f' # {{trace_id="{b"t".hex() * 16}",span_id="{b"12345678".hex()}"}} 0.25 1700000000.250',
    ]


def test_buckets_add_up_and_each_journal_has_series_of_its_own() -> None:
    slow = span("pf.signal.analysis", ms=100)
    lines = [
        line.partition(" # ")[0] for line in served(totals_of(slow, slow, span("pf.signal.analysis")), totals_of(slow))
    ]
    lines = [line for line in lines if "pf_span_duration_seconds" in line]
    assert lines[:2] == ["# TYPE pf_span_duration_seconds histogram", "# UNIT pf_span_duration_seconds seconds"]
    first = f'agent_id="agent-0",journal="{0:032x}",pf_span_name="pf.signal.analysis"'
    assert f'pf_span_duration_seconds_bucket{{{first},le="0.05"}} 1' in lines
    assert f'pf_span_duration_seconds_bucket{{{first},le="0.1"}} 3' in lines
    assert f'pf_span_duration_seconds_bucket{{{first},le="+Inf"}} 3' in lines
    assert f"pf_span_duration_seconds_count{{{first}}} 3" in lines
    assert sum(line.startswith("# TYPE") for line in lines) == 1
    assert any('agent_id="agent-1"' in line for line in lines)


def test_a_series_says_what_runs_and_where_and_says_it_once() -> None:
    resource = {"pf.environment": "production", "pf.release": "agent@2.1.0", "pf.strategy": "vol-arb"}
    opened = Opened("agent-0", {}, T0, "0.1.0", resource)
    gain = Metric(
        name="pf.trade.pnl",
        started_ns=T0,
        time_ns=T0,
        points=(NumberPoint(dimensions=(("pf.strategy", "vol-arb"), ("pf.pnl_type", "net")), value=2.5),),
    )
    about = 'agent_id="agent-0",journal="j",environment="production",release="agent@2.1.0",strategy="vol-arb"'
    assert f'pf_trade_pnl_usdc{{{about},pnl_type="net"}} 2.5' in exposition([(opened, "j", [gain])]).decode()


def test_slippage_may_be_negative_so_it_has_no_sum() -> None:
    lines = served(totals_of(span("pf.trade.execute", {"pf.asset": "BTC", "pf.slippage_bps": -3.0})))
    assert any(line.startswith("pf_trade_slippage_bps_bucket") for line in lines)
    assert not any(line.startswith(("pf_trade_slippage_bps_sum", "pf_trade_slippage_bps_count")) for line in lines)


@given(st.lists(st.tuples(st.text(max_size=12), st.text(max_size=12), st.floats()), max_size=5))
def test_every_line_is_well_formed(told: list[tuple[str, str, float]]) -> None:
    totals = totals_of(
        *(span(name, {"error.type": kind}, status=2) for name, kind, _ in told),
        *(span("pf.trade.execute", {"pf.asset": asset, "pf.slippage_bps": bps}) for _, asset, bps in told),
        *(span("pf.trade.execute", {"pf.fee_usd": fee}) for _, _, fee in told),
    )
    *lines, eof, empty = served(totals)
    assert (eof, empty) == ("# EOF", "")
    for line in lines:
        assert ABOUT.fullmatch(line) or SAMPLE.fullmatch(line), line


def fetched(port: int, path: str) -> tuple[int, str | None, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    answer = connection.getresponse()
    found = answer.status, answer.getheader("Content-Type"), answer.read().decode()
    connection.close()
    return found


def test_what_a_shipper_derives_can_be_scraped(tmp_path: Path) -> None:
    journal, clock = agent(tmp_path), Clock()
    shipper = shipper_of(tmp_path, {"hub/metrics": Recorded()}, clock)
    endpoint = Endpoint("127.0.0.1", 0)
    try:
        assert fetched(endpoint.port, "/metrics") == (200, CONTENT_TYPE, "# EOF\n")
        put(journal, cycle(), cycle())
        turns(shipper, clock, 2)
        endpoint.publish(shipper.metrics())
        status, _, text = fetched(endpoint.port, "/metrics")
        assert status == 200
        assert 'pf_cycle_outcome="skipped",le="+Inf"} 2' in text
        assert fetched(endpoint.port, "/")[0] == 404
    finally:
        endpoint.close()
        shipper.close()
