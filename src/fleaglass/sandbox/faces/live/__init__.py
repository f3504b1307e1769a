"""The face of the services' published code: six addresses, a key each, errors flat and in snake_case.

Every answer of success carries an `_info` object. Requests count per exact path and address, in fixed windows of a
minute, and no header ever says how many are left.
"""

from __future__ import annotations

import sqlite3

from fleaglass.sandbox import accounts
from fleaglass.sandbox.accounts import Agent
from fleaglass.sandbox.errors import ApiError
from fleaglass.sandbox.faces.face import Endpoint, Face, Meter
from fleaglass.sandbox.faces.live import casino, domains, escrow, faucet, refusal, trading, wallet
from fleaglass.sandbox.faces.view import View

__all__ = ["LIVE", "SERVICES"]

SERVICES = {
    "casino": "casino/api/v1",
    "faucet": "faucet",
    "escrow": "escrow",
    "trading": "trading/v1",
    "wallet": "wallet/v1",
    "domains": "domains/v1",
}
"""Where each service is, below /live."""

_PER_MINUTE = 120
"""Requests to a path of which nothing else is known."""


def _opens(db: sqlite3.Connection, endpoint: Endpoint, authorization: str | None) -> Agent:
    service = endpoint.host if endpoint.host in accounts.KEY_PREFIXES else "casino"
    return accounts.authenticate(db, authorization, service)


def _dress(endpoint: Endpoint, view: View) -> View:
    return {**view, "_info": {"service": endpoint.host, "version": "sandbox"}}


def _refuse(error: ApiError, endpoint: Endpoint | None) -> View:
    return refusal.refuse(error, endpoint)


def _meter(endpoint: Endpoint, path: str, caller: str, client: str) -> Meter:
    return Meter(f"live {path} {client}", endpoint.per_minute or _PER_MINUTE)


LIVE = Face(
    name="live",
    root="/live",
    endpoints=(
        *casino.ENDPOINTS,
        *faucet.ENDPOINTS,
        *escrow.ENDPOINTS,
        *trading.ENDPOINTS,
        *wallet.ENDPOINTS,
        *domains.ENDPOINTS,
    ),
    opens=_opens,
    dress=_dress,
    refuse=_refuse,
    meter=_meter,
)
