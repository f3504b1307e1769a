"""An endpoint profile: how HTTP says what an agent does, as data.

An operation (``trading.order``) is what an agent wants. A profile says for each service where it is and how its errors
look, and for each operation which method and path that is, what the fields are called in the request and in the answer,
which statuses mean success, and whether it may have an effect. Another deployment is another profile, not other code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

__all__ = ["Endpoint", "Profile", "ServiceProfile"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One operation's HTTP form. Field tables go from our name to the venue's."""

    method: Literal["GET", "POST", "DELETE"]
    path: str
    """Template below the base URL; our names in braces, each for one segment."""
    spends: bool
    """Whether it may move money or change what is owned: then it is never repeated, and a lost answer is unknown."""
    sends: Mapping[str, str] = field(default_factory=dict)
    """Goes into the query of a GET, else into the body."""
    receives: Mapping[str, str] = field(default_factory=dict)
    """A dot goes into an object: ``cost.total_charged_usd``."""
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Our field → the venue's value → ours, where they differ: ``{"side": {"long": "buy", "short": "sell"}}``."""
    spreads: frozenset[str] = frozenset()
    """Fields of ours that are mappings and whose items stand in the body by themselves."""
    rows: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Fields of ours that are lists of mappings: what their items' fields are called. ``values``, ``spreads`` hold."""
    at: str | None = None
    """The service at whose address and with whose key it is, if that is another one."""
    hyphenated: frozenset[str] = frozenset()
    """Names of ours that the request says with hyphens where we have underscores."""
    texts: frozenset[str] = frozenset()
    """Numbers of ours that the venue takes as strings."""
    success: frozenset[int] = frozenset({200, 201})


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceProfile:
    """One service of a deployment."""

    base_url: str
    endpoints: Mapping[str, Endpoint]
    """By the operation's name, which starts with the service's: ``trading.order``."""
    error_code: str = "code"
    """Where an error's body has its code."""
    error_message: str = "message"
    key_of: str | None = None
    """The service whose key and account it shares, if it has none of its own."""
    takes_key: bool = True


@dataclass(frozen=True, kw_only=True)
class Profile:
    """A deployment: its services, and what differs between deployments beyond names."""

    name: str
    services: Mapping[str, ServiceProfile]
    order_states: Mapping[str, str]
    """The venue's order status, in lower case → ours (``pf.order.state``). What is missing is ``unknown``."""
    order_size: Literal["quantity", "size_usd"] = "quantity"
    """What the size of an order is given in: units of the asset, or USD."""
    fills_at_once: bool = False
    """Whether the answer to a market order is its fill, so that there is nothing to ask for afterwards."""
    closes_by: Literal["asset_or_position_id", "position_id"] = "asset_or_position_id"
    escrow_fee_pct: float = 1.0
    """Fee of an escrow in per cent of its amount, for when the answer does not say."""
    escrow_context: Literal["metadata", "description"] = "metadata"
    """Where an escrow carries a trace context: in its metadata, or as a mark after the text of its conditions."""
    escrow_conditions_chars: int | None = None
    """The longest conditions that the venue certainly takes: a mark goes in only as far as it fits."""
    wallet_type: str = "custodial"
    """Who holds the wallets' keys (``pf.wallet_type``)."""
    wallet_network: str | None = None
    """The network that a wallet operation is about when the agent names none."""
    network_coins: Mapping[str, str] = field(default_factory=dict)
    """Network → ticker of its own coin, which is what a transfer sends that names no token."""

    @cached_property
    def endpoints(self) -> Mapping[str, Endpoint]:
        """All endpoints, by operation."""
        return {name: endpoint for service in self.services.values() for name, endpoint in service.endpoints.items()}
