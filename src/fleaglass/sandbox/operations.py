"""The endpoint table: every call that the sandbox answers, as data.

Paths and success statuses are those of the integration guides; the calls that they leave open (polling, limit orders,
closing, faucet, the escrow list) are completed in the same style.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ALL", "OPERATIONS", "TRADE", "Operation", "matching", "targets"]

ALL = "all"
"""Fault target: every call but the faucet's, so that accounts can be opened under faults."""
TRADE = "trade"
"""Fault target: the calls that trade (orders and closing), not the reads around them."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One call: its name is {service}.{verb}; `changes` says whether it changes the venue's state."""

    name: str
    method: str
    path: str
    status: int = 200
    changes: bool = False
    keyless: bool = False

    @property
    def service(self) -> str:
        """The part of the name before the dot."""
        return self.name.partition(".")[0]

    @property
    def targets(self) -> frozenset[str]:
        """The names by which a fault can aim at this call."""
        names = {self.name, self.service}
        if self.service != "faucet":
            names.add(ALL)
        if self.name in ("trading.order", "trading.spot", "trading.close"):
            names.add(TRADE)
        return frozenset(names)


OPERATIONS = (
    Operation("trading.order", "POST", "/v1/trading/order", changes=True),
    Operation("trading.spot", "POST", "/v1/orders/spot", status=201, changes=True),
    Operation("trading.poll", "GET", "/v1/trading/order/{order_id}"),
    Operation("trading.cancel", "DELETE", "/v1/trading/order/{order_id}", changes=True),
    Operation("trading.orders", "GET", "/v1/trading/orders"),
    Operation("trading.positions", "GET", "/v1/trading/positions"),
    Operation("trading.close", "POST", "/v1/trading/position/close", changes=True),
    Operation("market.read", "GET", "/v1/markets/{asset}", keyless=True),
    Operation("escrow.create", "POST", "/v1/escrow/create", status=201, changes=True),
    Operation("escrow.list", "GET", "/v1/escrow"),
    Operation("escrow.read", "GET", "/v1/escrow/{escrow_id}"),
    Operation("escrow.complete", "POST", "/v1/escrow/{escrow_id}/complete", changes=True),
    Operation("escrow.release", "POST", "/v1/escrow/{escrow_id}/release", changes=True),
    Operation("escrow.dispute", "POST", "/v1/escrow/{escrow_id}/dispute", changes=True),
    Operation("wallet.balance", "GET", "/v1/wallet/{wallet_id}/balance"),
    Operation("wallet.send", "POST", "/v1/wallet/{wallet_id}/send", changes=True),
    Operation("wallet.swap", "POST", "/v1/wallet/{wallet_id}/swap", changes=True),
    Operation("faucet.register", "POST", "/v1/faucet/register", status=201, changes=True, keyless=True),
    Operation("faucet.claim", "POST", "/v1/faucet/claim", changes=True, keyless=True),
)


def matching(target: str) -> list[Operation]:
    """Return the operations that a fault target means; none for a name that means nothing."""
    return [operation for operation in OPERATIONS if target in operation.targets]


def targets() -> list[str]:
    """Return the group names that a fault can aim at; besides them every operation's own name works."""
    return [ALL, TRADE, *dict.fromkeys(operation.service for operation in OPERATIONS)]
