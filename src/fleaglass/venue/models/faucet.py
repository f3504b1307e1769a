"""A new account, and its first money."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

__all__ = ["Account", "Claim"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A registered account. The key is shown nowhere, not even in the ``repr``; the venue shows it only once."""

    agent_id: str | None
    api_key: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A granted claim."""

    claim_id: str | None
    agent_id: str | None
    credited_usd: Decimal | None
