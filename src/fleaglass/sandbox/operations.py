"""What can be asked of the venue, whichever face asks: the vocabulary of faults, counts and endpoints, as data."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ALL", "MARKET", "OPERATIONS", "TRADE", "Operation", "matching", "operation", "targets"]

ALL = "all"
"""Fault target: every operation but the faucet's, so that accounts can be opened under faults."""
TRADE = "trade"
"""Fault target: the operations that trade (orders and closing), not the reads around them."""
MARKET = "market"
"""Fault target: the reads of prices."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing to ask for: its name is {service}.{verb}; `changes` says whether it changes the venue's state."""

    name: str
    changes: bool = False

    @property
    def service(self) -> str:
        """The part of the name before the dot."""
        return self.name.partition(".")[0]

    @property
    def targets(self) -> frozenset[str]:
        """The names by which a fault can aim at this operation."""
        names = {self.name, self.service}
        if self.service != "faucet":
            names.add(ALL)
        if self.name in ("trading.order", "trading.spot", "trading.limit", "trading.close"):
            names.add(TRADE)
        if self.name in ("trading.market", "trading.markets"):
            names.add(MARKET)
        return frozenset(names)


def _changes(service: str, *verbs: str) -> list[Operation]:
    return [Operation(f"{service}.{verb}", changes=True) for verb in verbs]


def _reads(service: str, *verbs: str) -> list[Operation]:
    return [Operation(f"{service}.{verb}") for verb in verbs]


OPERATIONS = (
    *_changes("trading", "order", "spot", "limit", "cancel", "close", "check_limits"),
    *_reads("trading", "poll", "orders", "limits", "positions", "portfolio", "pnl_history", "market", "markets"),
    *_changes("escrow", "create", "complete", "release", "dispute"),
    *_reads("escrow", "read", "list"),
    *_changes("wallet", "create", "send", "swap"),
    *_reads("wallet", "balance", "usdc_balance", "value", "price", "prices", "quote", "swap_status", "export"),
    *_changes("casino", "bet", "batch", "withdraw"),
    *_reads("casino", "history", "balance", "ledger", "health"),
    *_changes("domains", "register", "auction", "bid"),
    *_reads("domains", "search", "check", "list", "account", "auctions", "auction_read"),
    *_changes("faucet", "register", "claim"),
)
"""`faucet.register` opens an account, at whichever service; `domains.register` buys a domain."""

_BY_NAME = {one.name: one for one in OPERATIONS}


def operation(name: str) -> Operation:
    """Return the operation of this name. Raises KeyError."""
    return _BY_NAME[name]


def matching(target: str) -> list[Operation]:
    """Return the operations that a fault target means; none for a name that means nothing."""
    return [one for one in OPERATIONS if target in one.targets]


def targets() -> list[str]:
    """Return the group names that a fault can aim at; besides them every operation's own name works."""
    return [ALL, TRADE, MARKET, *dict.fromkeys(one.service for one in OPERATIONS)]
