"""The sandbox's own switches under /_sandbox: accounts, faults and time, and what the venue knows to be true.

::

    POST /_sandbox/accounts     open an account, or find one, with keys for both faces and money
    GET  /_sandbox/faults       the faults in force, and how often each has struck; POST replaces them
    POST /_sandbox/clock        let time pass
    GET  /_sandbox/status       how much of everything there is
    GET  /_sandbox/history      what one account did, as fleaglass ledger reconcile reads it
    GET  /_sandbox/books        every balance, order, bet, escrow and domain, and what was asked for how often

No agent needs these; demos and tests do. They answer this machine only: a loopback caller that addressed a
loopback host, and never a web page (which would send an Origin header).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from decimal import Decimal
from ipaddress import ip_address

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fleaglass.sandbox import accounts, bodies, ledger
from fleaglass.sandbox.books import books_view, identities
from fleaglass.sandbox.clock import SECOND_NS
from fleaglass.sandbox.db import transaction
from fleaglass.sandbox.errors import Forbidden, InvalidRequest, NotFound
from fleaglass.sandbox.exchange import Surroundings, answer
from fleaglass.sandbox.faces import GUIDE, LIVE
from fleaglass.sandbox.faces.live import SERVICES
from fleaglass.sandbox.faces.view import View
from fleaglass.sandbox.faults import BadFault, parse_fault
from fleaglass.sandbox.history import NoSuchAccount, account_history
from fleaglass.sandbox.injection import FaultBoard
from fleaglass.sandbox.money import UNIT, from_units
from fleaglass.sandbox.trading.matching import settle_until_now
from fleaglass.sandbox.venue import Venue

__all__ = ["control_routes"]

_FAULTS_LIMIT = 100
_MOST_SECONDS = Decimal(366 * 24 * 3600)
_MOST_CREDIT = Decimal(10_000_000)
_KEY_OF = {"escrow": "casino", "faucet": None}
"""Services of the published code that issue no key of their own: whose they take."""


class FaultsBody(msgspec.Struct, frozen=True):
    """POST /_sandbox/faults: the specifications that replace those in force."""

    faults: list[str]


class AccountBody(msgspec.Struct, frozen=True):
    """POST /_sandbox/accounts: an id of one's own choice, and USD to pay in."""

    agent_id: str | None = None
    name: str | None = None
    credit_usd: Decimal | None = None


class ClockBody(msgspec.Struct, frozen=True):
    """POST /_sandbox/clock: how much time should have passed."""

    seconds: Decimal


def control_routes(around: Surroundings, skip: Callable[[int], None] | None) -> list[Route]:
    """Return the switches; time can be moved only with `skip`, which takes nanoseconds."""
    venue, board = around.venue, around.board

    async def open_account(request: Request) -> View:
        body = bodies.decode(AccountBody, await request.body(), optional=True)
        with transaction(venue.db):
            return _account_view(venue, _account(venue, body), f"{request.base_url}".rstrip("/"))

    async def read_faults(_: Request) -> View:
        return {"faults": _faults_view(board)}

    async def replace_faults(request: Request) -> View:
        body = bodies.decode(FaultsBody, await request.body())
        if len(body.faults) > _FAULTS_LIMIT:
            raise InvalidRequest("faults", f"at most {_FAULTS_LIMIT}")
        try:
            board.replace([parse_fault(spec) for spec in body.faults])
        except BadFault as error:
            raise InvalidRequest("faults", str(error)) from error
        return {"faults": _faults_view(board)}

    async def move_clock(request: Request) -> View:
        seconds = bodies.amount(
            "seconds", bodies.decode(ClockBody, await request.body()).seconds, least=Decimal(0), most=_MOST_SECONDS
        )
        if skip is None:
            raise Forbidden("this clock cannot be put forward")
        skip(seconds * SECOND_NS // UNIT)
        settle_until_now(venue)
        return {"now_s": Decimal(venue.clock()) / SECOND_NS}

    async def status(_: Request) -> View:
        settle_until_now(venue)
        return {**_status_view(venue), "faults": _faults_view(board)}

    async def books(request: Request) -> View:
        agent_id = request.query_params.get("agent_id")
        if agent_id is not None and accounts.find(venue.db, agent_id) is None:
            raise NotFound("agent", agent_id)
        settle_until_now(venue)
        return {**books_view(venue, agent_id), "requests": around.tally.view(agent_id)}

    async def history(request: Request) -> bytes:
        settle_until_now(venue)
        account = request.query_params.get("account")
        try:
            return account_history(venue.db, account)
        except NoSuchAccount as error:
            raise NotFound("account", account or str(error)) from error

    return [
        Route("/_sandbox/accounts", _local(open_account), methods=["POST"]),
        Route("/_sandbox/faults", _local(read_faults), methods=["GET"]),
        Route("/_sandbox/faults", _local(replace_faults), methods=["POST"]),
        Route("/_sandbox/clock", _local(move_clock), methods=["POST"]),
        Route("/_sandbox/status", _local(status), methods=["GET"]),
        Route("/_sandbox/books", _local(books), methods=["GET"]),
        Route("/_sandbox/history", _local(history), methods=["GET"]),
    ]


def _local(respond: Callable[[Request], Awaitable[View | bytes]]) -> Callable[[Request], Awaitable[Response]]:
    async def guarded(request: Request) -> Response:
        caller = request.client.host if request.client else ""
        if not (_is_loopback(caller) and _is_loopback(request.url.hostname or "")) or "origin" in request.headers:
            raise Forbidden("the sandbox's switches answer this machine only")
        told = await respond(request)
        return Response(told, media_type="application/jsonl") if isinstance(told, bytes) else answer(200, told)

    return guarded


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _account(venue: Venue, body: AccountBody) -> accounts.Agent:
    found = accounts.find(venue.db, body.agent_id) if body.agent_id is not None else None
    agent = found or accounts.open_account(venue, body.agent_id, body.name)
    if body.credit_usd is not None:
        accounts.deposit(venue, agent.agent_id, bodies.amount("credit_usd", body.credit_usd, most=_MOST_CREDIT))
    return agent


def _account_view(venue: Venue, agent: accounts.Agent, root: str) -> View:
    """An account with fresh keys; those that it had stay good."""
    keys: dict[str | None, str] = {
        service: accounts.issue_key(venue, agent.agent_id, service) for service in accounts.KEY_PREFIXES
    }
    known_as = identities(venue, agent.agent_id)
    return {
        "agent_id": agent.agent_id,
        "wallet_id": agent.wallet_id,
        "api_key": keys[accounts.GUIDE_KEY],
        "base_url": f"{root}{GUIDE.root}",
        "live": {
            service: {
                "account_id": known_as[service],
                "api_key": keys.get(_KEY_OF.get(service, service)),
                "base_url": f"{root}{LIVE.root}/{path}",
            }
            for service, path in SERVICES.items()
        },
    }


def _faults_view(board: FaultBoard) -> list[View]:
    names = [str(fault) for fault in board.faults]
    return [{"fault": name, "drawn": board.drawn[name], "fired": board.fired[name]} for name in names]


def _status_view(venue: Venue) -> View:
    count = venue.db.execute
    return {
        "agents": count("SELECT count(*) FROM agent").fetchone()[0],
        "orders": dict(count("SELECT status, count(*) FROM trade_order GROUP BY status").fetchall()),
        "escrows": dict(count("SELECT status, count(*) FROM escrow GROUP BY status").fetchall()),
        "bets": count("SELECT count(*) FROM bet").fetchone()[0],
        "domains": count("SELECT count(*) FROM domain").fetchone()[0],
        "auctions": dict(count("SELECT status, count(*) FROM auction GROUP BY status").fetchall()),
        "journal_entries": count("SELECT count(*) FROM entry").fetchone()[0],
        "fees_usd": from_units(ledger.balance(venue.db, "fees")),
        "trial_balance": {unit: from_units(units) for unit, units in ledger.trial_balance(venue.db).items()},
    }
