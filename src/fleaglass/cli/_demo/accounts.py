"""Accounts at the sandbox: one for each agent, with the faucet's play money in it."""

from __future__ import annotations

from dataclasses import dataclass, field

import httpx

__all__ = ["Account", "open_account"]


@dataclass(frozen=True, slots=True)
class Account:
    """What an agent needs to trade. The key is good for this sandbox only."""

    agent_id: str
    api_key: str = field(repr=False)
    wallet_id: str


async def open_account(http: httpx.AsyncClient, agent_id: str) -> Account:
    """Register an agent and claim its free balance; `http` has the venue's base URL. Raises httpx.HTTPError."""
    registered = await _post(http, "/faucet/register", {"agent_id": agent_id})
    await _post(http, "/faucet/claim", {"agent_id": agent_id})
    return Account(agent_id, registered["api_key"], registered["wallet_id"])


async def _post(http: httpx.AsyncClient, path: str, body: dict[str, str]) -> dict[str, str]:
    answer = await http.post(path, json=body)
    answer.raise_for_status()
    fields: dict[str, str] = answer.json()
    return fields
