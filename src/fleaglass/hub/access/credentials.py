"""What a request shows of its sender.

Authorization: Bearer flea_…                        a token
Cookie: fleaglass_login=…                           a login, which a token has made
X-Sentry-Auth: Sentry sentry_key=…, …               an ingest key
?sentry_key=…                                       an ingest key, of browsers

Sources: RFC 6750 §2.1 (Bearer), RFC 6265 §4.2 (Cookie), Sentry's SDK documentation, "Authentication".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qs

__all__ = ["COOKIE", "Credentials", "bearer", "credentials"]

COOKIE: Final = "fleaglass_login"

_LONGEST: Final = 256  # characters; ours have 48, and what is longer need not be looked up


@dataclass(frozen=True, slots=True)
class Credentials:
    """What was shown; each None if it was not. Their texts stay out of the representation."""

    token: str | None = field(default=None, repr=False)
    login: str | None = field(default=None, repr=False)
    key: str | None = field(default=None, repr=False)


def credentials(headers: Mapping[str, str], query: bytes) -> Credentials:
    """Those of a request: `headers` with lower-case names, `query` as it is in the address."""
    return Credentials(
        token=bearer(headers.get("authorization", "")),
        login=_login(headers.get("cookie", "")),
        key=_key_of_header(headers.get("x-sentry-auth", "")) or _key_of_query(query),
    )


def bearer(authorization: str) -> str | None:
    """The token of an Authorization header."""
    scheme, _, token = authorization.strip().partition(" ")
    return _some(token) if scheme.lower() == "bearer" else None


def _login(cookies: str) -> str | None:
    for cookie in cookies.split(";"):
        name, _, value = cookie.strip().partition("=")
        if name == COOKIE:
            return _some(value)
    return None


def _key_of_header(auth: str) -> str | None:
    scheme, _, pairs = auth.strip().partition(" ")
    if scheme.lower() != "sentry":
        return None
    for pair in pairs.split(","):
        name, _, value = pair.strip().partition("=")
        if name == "sentry_key":
            return _some(value)
    return None


def _key_of_query(query: bytes) -> str | None:
    if b"sentry_key" not in query:
        return None
    try:
        found = parse_qs(query.decode("latin-1"), max_num_fields=100)
    except ValueError:  # more fields than that
        return None
    return _some(found.get("sentry_key", [""])[0])


def _some(value: str) -> str | None:
    return value.strip()[: _LONGEST + 1] or None
