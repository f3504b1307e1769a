"""Which requests are Purple Flea's: from a method and an address to an operation and its fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec

from fleaglass.venue.access import Access, Route, routes
from fleaglass.venue.fields import fields_of, path_names
from fleaglass.venue.money import optional_decimal
from fleaglass.venue.observe import OPERATIONS, Observed
from fleaglass.venue.profile import Endpoint, Profile

__all__ = ["Deployment", "Known", "Recognised"]

_MAX_BODY_BYTES: Final = 1_048_576
_decoder: Final = msgspec.json.Decoder(float_hook=optional_decimal)


@dataclass(frozen=True, slots=True)
class Deployment:
    """A profile, and where its services are if that is not where the profile says."""

    profile: Profile
    base_url: str | None = None
    services: Mapping[str, Access] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recognised:
    """A request to the venue: the operation, and what of the address may be recorded."""

    observed: Observed
    profile: Profile
    endpoint: Endpoint
    route: Route
    """To the service that it is about; without key."""
    address: str
    """Without query and credentials."""
    host: str
    port: int
    path: Mapping[str, str]
    query: Mapping[str, Any]

    def fields(self, content: bytes | None) -> dict[str, object]:
        """The operation's fields by our names, from path, query and body. Never raises; what is odd is left out."""
        found = fields_of(self.endpoint, self.path, self.query, _body(content))
        return {**self.observed.implied(found, self.profile), **found}


@dataclass(frozen=True, slots=True)
class _Pattern:
    """One endpoint at one address."""

    name: str
    path: re.Pattern[str]
    prefix: str
    profile: Profile
    endpoint: Endpoint
    route: Route


class Known:
    """All endpoints of some deployments, to be looked up by request.

    Raises:
        ValueError: an address is none.
    """

    def __init__(self, deployments: Iterable[Deployment]) -> None:
        self._patterns: dict[tuple[str, int, str], list[_Pattern]] = {}
        for deployment in deployments:
            self._add(deployment)
        for patterns in self._patterns.values():
            # `/escrow/create` before `/escrow/{escrow_id}`; and of two that are equal, the profile's first.
            patterns.sort(key=lambda pattern: (-len(pattern.prefix), len(path_names(pattern.endpoint))))

    def _add(self, deployment: Deployment) -> None:
        profile = deployment.profile
        found = routes(profile, api_key=None, base_url=deployment.base_url, services=deployment.services)
        for name, endpoint in profile.endpoints.items():
            if (observed := OPERATIONS.get(name)) is None:
                continue
            route = found[endpoint.at or observed.service]
            prefix = urlsplit(route.address).path
            pattern = _Pattern(name, _path_pattern(endpoint), prefix, profile, endpoint, found[observed.service])
            self._patterns.setdefault((route.host, route.port, endpoint.method), []).append(pattern)

    def recognise(self, method: str, url: str) -> Recognised | None:
        """The operation that a request asks for; ``None`` for a request to anybody else. `ValueError` for no URL."""
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or parts.hostname is None:
            return None
        port = parts.port or (443 if parts.scheme == "https" else 80)
        for pattern in self._patterns.get((parts.hostname, port, method.upper()), ()):
            if not parts.path.startswith(pattern.prefix):
                continue
            match = pattern.path.fullmatch(parts.path[len(pattern.prefix) :])
            if match is not None:
                return Recognised(
                    observed=OPERATIONS[pattern.name],
                    profile=pattern.profile,
                    endpoint=pattern.endpoint,
                    route=pattern.route,
                    address=f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}",
                    host=parts.hostname,
                    port=port,
                    path={name: unquote(value) for name, value in match.groupdict().items()},
                    query=_query(parts.query),
                )
        return None


def _path_pattern(endpoint: Endpoint) -> re.Pattern[str]:
    """``/escrow/{escrow_id}/release``, each name one segment."""
    pieces = re.split(r"\{(\w+)\}", endpoint.path)
    literal_then_name = (f"(?P<{piece}>[^/]+)" if odd % 2 else re.escape(piece) for odd, piece in enumerate(pieces))
    return re.compile("".join(literal_then_name))


def _query(query: str) -> dict[str, Any]:
    """Values by name; a list where the name is repeated."""
    return {name: found[0] if len(found) == 1 else found for name, found in parse_qs(query).items()}


def _body(content: bytes | None) -> Mapping[str, Any]:
    if not content or len(content) > _MAX_BODY_BYTES:
        return {}
    try:
        body = _decoder.decode(content)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return {}
    return body if isinstance(body, dict) else {}
