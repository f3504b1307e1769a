"""Whether anybody is asked who they are, and by which names the hub goes: from how it is started.

--auth auto     nobody on loopback; everybody beyond it, and where a public address says that there is a way in
--auth on       everybody
--auth off      nobody; refused beyond loopback
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias
from urllib.parse import urlsplit

__all__ = ["OPEN", "Auth", "Policy", "Unsafe", "is_loopback", "policy"]

Auth: TypeAlias = Literal["auto", "on", "off"]


class Unsafe(ValueError):
    """The hub would be open to others."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What was decided.

    Attributes:
        asks: whether a request must show a token.
        public: addresses that the hub is reached by from elsewhere, without a path; the first is in DSNs.
        by_number: whether it may be called by any IP address: bound beyond loopback it has several.
    """

    asks: bool
    public: tuple[str, ...] = ()
    by_number: bool = False


OPEN: Final = Policy(asks=False)
"""That of a hub on loopback."""


def policy(host: str, auth: Auth = "auto", public_urls: Sequence[str] = ()) -> Policy:
    """The policy for a hub that listens on `host`. Raises Unsafe, and ValueError for an address that is none."""
    public = tuple(_server(address) for address in public_urls)
    is_local = is_loopback(host)
    if auth == "off" and not is_local:
        raise Unsafe(f"--auth off leaves the hub open to everybody who reaches {host}; use it on loopback only")
    asks = auth == "on" or (auth == "auto" and (not is_local or bool(public)))
    return Policy(asks, public, by_number=not is_local)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches it."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _server(address: str) -> str:
    """Scheme, host and port, in lower case. Raises ValueError."""
    parts = urlsplit(address.strip().lower())
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.username:
        raise ValueError(f"a public address is like https://hub.example, got {address[:200]!r}")
    return f"{parts.scheme}://{parts.netloc}"
