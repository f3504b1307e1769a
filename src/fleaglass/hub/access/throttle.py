"""How often an address may be wrong: twenty times at once, then once every three seconds.

It holds up wrong credentials only. Right ones always open, or whoever shares a proxy with somebody who guesses would
be locked out; and nobody guesses 256 bits. What is bounded here is the work that guessing makes.
"""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from typing import Final

__all__ = ["Throttle"]

_PAUSE_S: Final = 3.0
_BURST_S: Final = 20 * _PAUSE_S
_MOST_ADDRESSES: Final = 4096


class Throttle:
    """For each address, one moment: until when its failures have been paid for. Times are of a monotonic clock."""

    def __init__(self, most: int = _MOST_ADDRESSES) -> None:
        self._most = most
        self._paid_until_s: OrderedDict[str, float] = OrderedDict()

    def wait_s(self, address: str, now_s: float) -> float:
        """Seconds until it may be wrong again; 0 if it may."""
        return max(0.0, self._paid_until_s.get(_network(address), now_s) - now_s - (_BURST_S - _PAUSE_S))

    def failed(self, address: str, now_s: float) -> None:
        """It was wrong."""
        network = _network(address)
        self._paid_until_s[network] = max(self._paid_until_s.pop(network, now_s), now_s) + _PAUSE_S
        if len(self._paid_until_s) > self._most:
            self._paid_until_s.popitem(last=False)


def _network(address: str) -> str:
    """An IPv6 customer has 2^64 addresses, which count as one (RFC 6177)."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is None:
        return str(ipaddress.ip_network((found, 64), strict=False).network_address)
    return address
