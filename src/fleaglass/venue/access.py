"""Where each service is, and with which key: what an author says, completed by the profile."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

from fleaglass.venue.profile import Profile

__all__ = ["Access", "Route", "live_at", "routes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How to reach one service. What is left out is the profile's, or the client's.

    Attributes:
        api_key: the key for this service. Recorded nowhere.
        base_url: ``http://`` or ``https://`` address that paths are appended to.
        account_id: the account's id at this service, such as ``ag_0123456789ab``; recorded as ``pf.account_id``.
    """

    api_key: str | None = field(default=None, repr=False)
    base_url: str | None = None
    account_id: str | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """A service's address without credentials and trailing slash, with its key."""

    address: str
    host: str
    port: int
    local: bool
    api_key: str | None = field(repr=False)
    account_id: str | None


def live_at(root_url: str) -> dict[str, Access]:
    """The six services of the profile ``live`` below one address, as the sandbox serves them.

    ::

        PurpleFlea(key, profile=LIVE, services=live_at("http://127.0.0.1:8400/live"))

    Args:
        root_url: the address that the services' own paths are appended to.
    """
    root = root_url.rstrip("/")
    paths = {
        "casino": "/casino/api/v1",
        "faucet": "/faucet",
        "escrow": "/escrow",
        "trading": "/trading/v1",
        "wallet": "/wallet/v1",
        "domains": "/domains/v1",
    }
    return {service: Access(base_url=root + path) for service, path in paths.items()}


def routes(
    profile: Profile, *, api_key: str | None, base_url: str | None, services: Mapping[str, Access]
) -> dict[str, Route]:
    """The route of each service.

    Raises:
        ValueError: a service that the profile does not have, an address that is none, one address for services that
            have several, or a key that could not be sent.
    """
    if unknown := services.keys() - profile.services.keys():
        raise ValueError(f"profile {profile.name} has no service {', '.join(sorted(unknown))}")
    if base_url is not None and len({service.base_url for service in profile.services.values()}) > 1:
        raise ValueError(f"profile {profile.name} has an address per service: give base_url in services")
    for key in (api_key, *(access.api_key for access in services.values())):
        _require_sendable(key)
    found: dict[str, Route] = {}
    for name, service in profile.services.items():
        access = services.get(name, Access())
        lender = services.get(service.key_of or name, Access())
        found[name] = _route(
            access.base_url or base_url or service.base_url,
            (access.api_key or lender.api_key or api_key) if service.takes_key else None,
            access.account_id or lender.account_id,
        )
    return found


def _require_sendable(api_key: str | None) -> None:
    if api_key is not None and not (
        api_key and api_key.isascii() and api_key.isprintable() and api_key == api_key.strip()
    ):
        # The HTTP library would refuse it later, with an error that repeats the key.
        raise ValueError("api_key must be printable ASCII, not empty and without blanks around it")


def _route(base_url: str, api_key: str | None, account_id: str | None) -> Route:
    try:
        base = httpx.URL(base_url)
    except httpx.InvalidURL as error:
        raise ValueError(f"base_url is no address: {error}") from None
    if base.scheme not in {"http", "https"} or not base.host:
        raise ValueError("base_url must be an http:// or https:// address")
    return Route(
        address=f"{base.scheme}://{base.netloc.decode('ascii')}{base.path.rstrip('/')}",
        host=base.host,
        port=base.port or (443 if base.scheme == "https" else 80),
        local=_is_loopback(base.host),
        api_key=api_key,
        account_id=account_id,
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
