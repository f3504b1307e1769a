"""A hub's own figures: as Prometheus reads them, and as the page does; every refusal is in both."""

from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI

from fleaglass._openmetrics import CONTENT_TYPE
from fleaglass.hub.alerting.tables import incidents
from fleaglass.hub.api import own_metrics
from fleaglass.hub.api.own_metrics import own_metrics_routes
from fleaglass.hub.api.refusals import refusal_routes
from fleaglass.hub.intake import Queue
from fleaglass.hub.state import Alone, State
from fleaglass.hub.store import Store
from fleaglass.hub.store.writer import QUEUE_BYTES
from fleaglass.hub.tally import Tally
from tests.support.otlp import T0
from tests.unit.hub.api.state_api import StateApi


@pytest.fixture
def tally() -> Tally:
    """Of a hub that refused some."""
    told = Tally(wall=lambda: T0)
    told.refusals.count("quota", "traces", 'a"b\\')
    told.refusals.count("quota", "traces", 'a"b\\')
    told.refusals.count("malformed", "logs")
    return told


async def test_prometheus_reads_what_the_hub_does(
    store: Store, state: State, queue: Queue, tally: Tally, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_metrics, "resident_bytes", lambda: 4_096)
    for status in ("open", "open", "resolved"):
        _incident(state, status)
    app = FastAPI()
    app.include_router(own_metrics_routes(store, state, queue, tally, Alone(state)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://hub") as client:
        answer = await client.get("/metrics")
    assert (answer.status_code, answer.headers["content-type"]) == (200, CONTENT_TYPE)
    *lines, last = [line for line in answer.text.splitlines() if not line.startswith(("# HELP", "# TYPE"))]
    assert last == "# EOF"
    assert lines == [
        "fleaglass_hub_queue_requests 0",
        "fleaglass_hub_queue_bytes 0",
        "fleaglass_hub_intake_envelopes 0",
        "fleaglass_hub_intake_bytes 0",
        "fleaglass_hub_commit_seconds_count 0",
        "fleaglass_hub_commit_seconds_sum 0.0",
        *(f'fleaglass_hub_rows_total{{kind="{kind}"}} 0' for kind in store.counters.rows),
        "fleaglass_hub_retries_total 0",
        "fleaglass_hub_failed_total 0",
        'fleaglass_hub_refused_total{reason="quota",kind="traces",agent="a\\"b\\\\"} 2',
        'fleaglass_hub_refused_total{reason="malformed",kind="logs",agent=""} 1',
        "fleaglass_hub_open_incidents 2",
        "fleaglass_hub_leads 1",
        "fleaglass_hub_resident_memory_bytes 4096",
    ]
    names = {line.split("{")[0].split(" ")[0] for line in lines}
    typed = {line.split()[2] for line in answer.text.splitlines() if line.startswith("# TYPE")}
    assert all(any(name.startswith(family) for family in typed) for name in names)


async def test_the_page_is_told_how_full_the_hub_is_and_whom_it_turned_away(store: Store, tally: Tally) -> None:
    assert await StateApi(refusal_routes(store, tally))("GET", "refusals") == {
        "since_ns": str(T0),
        "waiting": 0,
        "waiting_bytes": 0,
        "most_bytes": QUEUE_BYTES,
        "commits": 0,
        "commit_ms": None,
        "refusals": [
            {
                "agent": 'a"b\\',
                "kind": "traces",
                "reason": "quota",
                "comes_again": True,
                "requests": 2,
                "last_ns": str(T0),
            },
            {
                "agent": "",
                "kind": "logs",
                "reason": "malformed",
                "comes_again": False,
                "requests": 1,
                "last_ns": str(T0),
            },
        ],
    }


def _incident(state: State, status: str) -> None:
    with state.write() as connection:
        connection.execute(
            incidents.insert().values(
                rule="r",
                kind="k",
                severity="critical",
                group_hash="0",
                labels={},
                status=status,
                began_ns=T0,
                fired_ns=T0,
                unit="ms",
                summary="s",
                evidence={},
                changed_ns=T0,
            )
        )
