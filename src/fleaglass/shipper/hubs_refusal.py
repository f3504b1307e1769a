"""How a hub turns somebody away, told from all other servers: by the realm that it names (RFC 6750 §3).

It needs no token to be recognised by, so an agent whose token is wrong knows that it has found a hub.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["is_hubs_refusal"]

_REALM: Final = 'Bearer realm="fleaglass"'


def is_hubs_refusal(status: int, headers: Mapping[str, str]) -> bool:
    """Whether an HTTP answer is one; `headers` with lower-case names."""
    return status in (401, 403) and headers.get("www-authenticate", "").startswith(_REALM)
