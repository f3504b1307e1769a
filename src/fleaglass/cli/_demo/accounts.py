"""Accounts at the sandbox: one for each agent, with play money in it.

The sandbox opens them by its own switch. A claim at the faucet would be a money operation of the agent's account that
is in no ledger, and the demo's ledgers have all of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import httpx

__all__ = ["Account", "open_account"]

_PLAY_USD: Final = 10_000


@dataclass(frozen=True, slots=True)
class Account:
    """What an agent needs to trade. The key is good for this sandbox only."""

    agent_id: str
    api_key: str = field(repr=False)
    wallet_id: str


async def open_account(http: httpx.AsyncClient, agent_id: str) -> Account:
    """Open an account with money in it; `http` has the sandbox's address. Raises httpx.HTTPError."""
    answer = await http.post("/_sandbox/accounts", json={"agent_id": agent_id, "credit_usd": _PLAY_USD})
    opened = answer.raise_for_status().json()
    return Account(agent_id, opened["api_key"], opened["wallet_id"])
