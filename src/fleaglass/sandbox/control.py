"""The sandbox's own switches under /_sandbox: faults at run time, and what the venue knows to be true.

No agent needs these; demos and tests do. They answer this machine only: a loopback caller that addressed a
loopback host, and never a web page (which would send an Origin header).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from ipaddress import ip_address

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fleaglass.sandbox import ledger, views
from fleaglass.sandbox.bodies import decode
from fleaglass.sandbox.errors import Forbidden, InvalidRequest
from fleaglass.sandbox.faults import BadFault, parse_fault
from fleaglass.sandbox.injection import FaultBoard
from fleaglass.sandbox.money import from_units
from fleaglass.sandbox.trading.matching import settle_until_now
from fleaglass.sandbox.venue import Venue

__all__ = ["control_routes"]

_FAULTS_LIMIT = 100


class FaultsBody(msgspec.Struct, frozen=True):
    """POST /_sandbox/faults: the specifications that replace those in force."""

    faults: list[str]


def control_routes(venue: Venue, board: FaultBoard) -> list[Route]:
    """Return GET and POST /_sandbox/faults, and GET /_sandbox/status."""

    async def read_faults(request: Request) -> views.View:
        return {"faults": _faults_view(board)}

    async def replace_faults(request: Request) -> views.View:
        body = decode(FaultsBody, await request.body())
        if len(body.faults) > _FAULTS_LIMIT:
            raise InvalidRequest("faults", f"at most {_FAULTS_LIMIT}")
        try:
            board.replace([parse_fault(spec) for spec in body.faults])
        except BadFault as error:
            raise InvalidRequest("faults", str(error)) from error
        return {"faults": _faults_view(board)}

    async def status(request: Request) -> views.View:
        settle_until_now(venue)
        return {**_status_view(venue), "faults": _faults_view(board)}

    return [
        Route("/_sandbox/faults", _local(read_faults), methods=["GET"]),
        Route("/_sandbox/faults", _local(replace_faults), methods=["POST"]),
        Route("/_sandbox/status", _local(status), methods=["GET"]),
    ]


def _local(answer: Callable[[Request], Awaitable[views.View]]) -> Callable[[Request], Awaitable[Response]]:
    async def guarded(request: Request) -> Response:
        caller = request.client.host if request.client else ""
        if not (_is_loopback(caller) and _is_loopback(request.url.hostname or "")) or "origin" in request.headers:
            raise Forbidden("the sandbox's switches answer this machine only")
        return Response(views.encode(await answer(request)), media_type="application/json")

    return guarded


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _faults_view(board: FaultBoard) -> list[views.View]:
    names = [str(fault) for fault in board.faults]
    return [{"fault": name, "drawn": board.drawn[name], "fired": board.fired[name]} for name in names]


def _status_view(venue: Venue) -> views.View:
    count = venue.db.execute
    return {
        "agents": count("SELECT count(*) FROM agent").fetchone()[0],
        "orders": dict(count("SELECT status, count(*) FROM trade_order GROUP BY status").fetchall()),
        "escrows": dict(count("SELECT status, count(*) FROM escrow GROUP BY status").fetchall()),
        "journal_entries": count("SELECT count(*) FROM entry").fetchone()[0],
        "fees_usd": from_units(ledger.balance(venue.db, "fees")),
        "trial_balance": {unit: from_units(units) for unit, units in ledger.trial_balance(venue.db).items()},
    }
