"""The hub's HTTP application: OTLP in, JSON API and web UI out, all on one port.

/v1/{traces,logs,metrics}   receive/     OTLP
/api/{project}/envelope     receive/     what Sentry's clients send
/api/v1/…                   api/         JSON, and /api/v1/openapi.json
/api/0/…                    sentry_api/  releases, as sentry-cli tells them
/tempo/api/…                tempo_api/   traces, for Grafana's Tempo data source
/jaeger/api/…               jaeger_api/  traces, for its Jaeger data source
/witness/…                  witness/     checkpoints of the agents' ledgers, to be cosigned
/metrics                    api/         the hub's own, for Prometheus
/login                      access/      a token for a cookie
/healthz  /readyz           here         the process runs; the store answers
/…                          web.py       the control room

Every request passes OwnOrigin, which knows the hub's names, and then the gate, which knows who may do what.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from functools import partial

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from starlette.requests import ClientDisconnect
from starlette.routing import Router
from starlette.types import ASGIApp, Receive, Scope, Send

from fleaglass import __version__
from fleaglass.hub.access.doorman import Doorman
from fleaglass.hub.access.gate import Gate, admit_by_envelope
from fleaglass.hub.access.login_page import login_routes
from fleaglass.hub.access.policy import Policy
from fleaglass.hub.alerting.at_work import Alerting
from fleaglass.hub.api import create_api
from fleaglass.hub.api.access_routes import access_routes
from fleaglass.hub.api.alerting import incident_routes, rule_routes, trial_routes
from fleaglass.hub.api.backup import backup_routes
from fleaglass.hub.api.issue_routes import issue_routes
from fleaglass.hub.api.ledgers import ledger_routes
from fleaglass.hub.api.losses import loss_routes
from fleaglass.hub.api.monitor_routes import monitor_routes
from fleaglass.hub.api.own_metrics import own_metrics_routes
from fleaglass.hub.api.refusals import refusal_routes
from fleaglass.hub.api.release_routes import release_routes
from fleaglass.hub.api.safety_routes import safety_routes
from fleaglass.hub.api.session_routes import session_routes
from fleaglass.hub.api.witness_routes import witness_routes
from fleaglass.hub.intake import Queue
from fleaglass.hub.jaeger_api import jaeger_routes
from fleaglass.hub.ledgers import Ledgers
from fleaglass.hub.receive import OwnOrigin, Reception, otlp_routes, sentry_routes
from fleaglass.hub.receive.quota import Quota
from fleaglass.hub.sentry_api import sentry_api_routes
from fleaglass.hub.state import Lead, State
from fleaglass.hub.store import EngineError, Store
from fleaglass.hub.tally import Tally
from fleaglass.hub.tempo_api import tempo_routes
from fleaglass.hub.web import web_routes
from fleaglass.hub.witness.desk import Desk
from fleaglass.hub.witness.routes import witness_endpoints

__all__ = ["create_app"]


def create_app(
    store: Store,
    state: State,
    queue: Queue,
    policy: Policy,
    doorman: Doorman,
    tally: Tally,
    reception: Reception,
    envelope_quota: Quota,
    alerting: Alerting,
    witness: Desk,
    ledgers: Ledgers,
    lead: Lead,
    stopping: asyncio.Event,
) -> ASGIApp:
    """The application over an open store, state and intake; `tally` counts what the receivers turned away.

    `reception` takes OTLP in; `envelope_quota` is what each project may send of Sentry's envelopes.
    `alerting` is who judges the rules and tells people, `witness` who cosigns ledgers, and `ledgers` are those that
    are shown; `lead` says whether this is the hub that judges.

    Set `stopping` when the server is about to end: live streams would hold it up.
    """
    app = FastAPI(
        title="Fleaglass",
        version=__version__,
        summary="What the agents decided, what it cost, and what is still in flight.",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.include_router(create_api(store, queue, tally, stopping))
    app.include_router(refusal_routes(store, tally))
    app.include_router(own_metrics_routes(store, state, queue, tally, lead))
    app.include_router(backup_routes(store))
    app.include_router(issue_routes(store, state))
    app.include_router(loss_routes(state))
    app.include_router(monitor_routes(state))
    app.include_router(session_routes(state))
    app.include_router(release_routes(store, state))
    app.include_router(incident_routes(store, state, alerting.rounds.rulebook))
    app.include_router(rule_routes(state, alerting.rounds.rulebook))
    app.include_router(trial_routes(store, state, alerting.rounds.rulebook, alerting.notifier.fire))
    app.include_router(safety_routes(store, state, ledgers, time.time_ns))
    app.include_router(witness_routes(witness))
    app.include_router(ledger_routes(store, state, ledgers, time.time_ns))
    app.include_router(access_routes(state, policy))
    app.include_router(sentry_api_routes(state))
    app.include_router(tempo_routes(store))
    app.include_router(jaeger_routes(store))
    app.router.routes.extend(login_routes(state, doorman))
    app.router.routes.extend(witness_endpoints(witness))

    @app.get("/healthz", tags=["health"])
    async def healthz() -> dict[str, str]:
        """The process runs."""
        return {"status": "ok"}

    @app.get("/readyz", tags=["health"], responses={503: {"description": "The store does not answer"}})
    async def readyz() -> JSONResponse:
        """The store answers."""
        try:
            await store.query("SELECT 1")
        except EngineError as error:
            return JSONResponse({"status": "unavailable", "reason": str(error)[:300]}, 503)
        return JSONResponse({"status": "ready"})

    app.router.routes.extend(web_routes())
    # What comes thousands of times a second does not pass the API's machinery, which costs more than receiving it.
    ingest = [
        *otlp_routes(reception),
        *sentry_routes(queue, partial(admit_by_envelope, doorman), tally.refusals, envelope_quota),
    ]
    whole = _quiet(Router(ingest, default=app, redirect_slashes=False))
    return OwnOrigin(Gate(whole, doorman, tally.refusals), policy.public, by_number=policy.by_number)


def _quiet(app: ASGIApp) -> ASGIApp:
    """The application, for which whoever hangs up in the middle of a request is no fault to log: nobody is answered."""

    async def quietly(scope: Scope, receive: Receive, send: Send) -> None:
        with suppress(ClientDisconnect):
            await app(scope, receive, send)

    return quietly
