"""GET /metrics: the hub's own figures, for a Prometheus server to scrape.

    # TYPE fleaglass_hub_refused counter
    fleaglass_hub_refused_total{reason="quota",kind="traces",agent="vol-arb-1"} 17

What agents record is not here: the shipper serves that (docs/metrics-and-sampling.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from fastapi import APIRouter
from sqlalchemy import Connection, func, select
from starlette.requests import Request
from starlette.responses import Response

from fleaglass._openmetrics import CONTENT_TYPE, END, escaped, sample
from fleaglass.hub.alerting.tables import incidents
from fleaglass.hub.api.errors import Guarded
from fleaglass.hub.intake import Queue
from fleaglass.hub.memory import resident_bytes
from fleaglass.hub.state import Lead, State
from fleaglass.hub.store import Store
from fleaglass.hub.tally import Tally

__all__ = ["own_metrics_routes"]

_Sample = tuple[str, tuple[tuple[str, str], ...], float]
"""The ending of its name, labels and value."""
_PREFIX: Final = "fleaglass_hub_"


class _Family(NamedTuple):
    name: str
    type: str
    help: str
    samples: Iterable[_Sample]


def own_metrics_routes(store: Store, state: State, queue: Queue, tally: Tally, lead: Lead) -> APIRouter:
    """The route."""
    api = APIRouter(route_class=Guarded)

    @api.get("/metrics", tags=["hub"], response_class=Response, responses={200: {"content": {CONTENT_TYPE: {}}}})
    async def get_own_metrics(request: Request) -> Response:
        """What the hub does: its queue, commits, refusals, incidents and memory, in OpenMetrics' text form."""
        families = _families(store, queue, tally, lead, await state.reading(_open_incidents))
        text = "\n".join((*(line for family in families for line in _lines(family)), END))
        return Response(text.encode("utf-8", "replace"), media_type=CONTENT_TYPE)

    return api


def _families(store: Store, queue: Queue, tally: Tally, lead: Lead, open_incidents: int) -> Iterator[_Family]:
    counters, resident = store.counters, resident_bytes()
    yield _gauge("queue_requests", "Requests that wait to be committed, or are being.", store.waiting)
    yield _gauge("queue_bytes", "What waits to be committed.", store.waiting_bytes)
    yield _gauge("intake_envelopes", "Envelopes of Sentry's clients that are not digested yet.", queue.waiting)
    yield _gauge("intake_bytes", "The bytes of these.", queue.waiting_bytes)
    commits: list[_Sample] = [("_count", (), counters.commits), ("_sum", (), counters.commit_s)]
    yield _Family("commit_seconds", "summary", "Commits, and what they took.", commits)
    rows: list[_Sample] = [("_total", (("kind", kind),), count) for kind, count in counters.rows.items()]
    yield _Family("rows", "counter", "Rows that were committed.", rows)
    retries = "Requests that had been committed before, or were being, and so added nothing."
    yield _Family("retries", "counter", retries, [("_total", (), counters.retries)])
    failed = "Requests whose commit failed; they were told to come again."
    yield _Family("failed", "counter", failed, [("_total", (), counters.failed)])
    refused: list[_Sample] = [
        ("_total", (("reason", row.reason), ("kind", row.kind), ("agent", row.agent)), row.requests)
        for row in tally.refusals.rows()
    ]
    yield _Family("refused", "counter", "Requests that were refused; the agents refused most, and others.", refused)
    yield _gauge("open_incidents", "Incidents that are open.", open_incidents)
    yield _gauge("leads", "Whether it is the one of its state's hubs that judges and tells.", int(lead.leads))
    if resident is not None:
        yield _gauge("resident_memory_bytes", "Memory of the hub's process.", resident)


def _gauge(name: str, help_: str, value: float) -> _Family:
    return _Family(name, "gauge", help_, [("", (), value)])


def _lines(family: _Family) -> Iterator[str]:
    name = _PREFIX + family.name
    yield f"# TYPE {name} {family.type}"
    yield f"# HELP {name} {escaped(family.help)}"
    for ending, labels, value in family.samples:
        yield sample(name + ending, labels, value)


def _open_incidents(connection: Connection) -> int:
    count = select(func.count()).select_from(incidents).where(incidents.c.status == "open")
    return connection.execute(count).scalar_one()
