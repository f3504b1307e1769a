"""What each operation is and records. ``OPERATIONS`` has them all, by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from fleaglass.venue.observe import casino, domains, escrow, faucet, trading, wallet
from fleaglass.venue.observe.operation import Fields, Observed, begin

__all__ = ["OPERATIONS", "Fields", "Observed", "begin"]

OPERATIONS: Final[Mapping[str, Observed]] = MappingProxyType(
    {
        observed.name: observed
        for service in (casino, faucet, escrow, trading, wallet, domains)
        for observed in service.OPERATIONS
    }
)
