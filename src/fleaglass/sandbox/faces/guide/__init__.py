"""The face of the integration guides: one address, one key for all services, and codes in upper case.

Paths and success statuses are those of the guides; the calls that they leave open (polling, limit orders, closing,
the escrow list, casino, faucet, domains) are completed in the same style.
"""

from __future__ import annotations

import sqlite3

from fleaglass.sandbox import accounts
from fleaglass.sandbox.accounts import Agent
from fleaglass.sandbox.errors import ApiError
from fleaglass.sandbox.faces.face import Endpoint, Face, Meter
from fleaglass.sandbox.faces.guide import casino, domains, escrow, faucet, trading, wallet
from fleaglass.sandbox.faces.view import View

__all__ = ["GUIDE"]


def _opens(db: sqlite3.Connection, endpoint: Endpoint, authorization: str | None) -> Agent:
    return accounts.authenticate(db, authorization)


def _dress(endpoint: Endpoint, view: View) -> View:
    return view


def _refuse(error: ApiError, endpoint: Endpoint | None) -> View:
    return error.body


def _meter(endpoint: Endpoint, path: str, caller: str, client: str) -> Meter:
    return Meter(f"guide {caller}")


GUIDE = Face(
    name="guide",
    root="/v1",
    endpoints=(
        *trading.ENDPOINTS,
        *escrow.ENDPOINTS,
        *wallet.ENDPOINTS,
        *casino.ENDPOINTS,
        *domains.ENDPOINTS,
        *faucet.ENDPOINTS,
    ),
    opens=_opens,
    dress=_dress,
    refuse=_refuse,
    meter=_meter,
)
