"""Logins: a browser's cookie, made from a token, and good for a week or until the token is revoked."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final, NamedTuple

from sqlalchemy import Connection, select

from fleaglass.hub.access.tables import logins, tokens
from fleaglass.hub.access.tokens import digest_of

__all__ = ["GOOD_FOR_S", "Login", "all_logins", "end_login", "new_login", "start_login"]

GOOD_FOR_S: Final = int(timedelta(days=7).total_seconds())


class Login(NamedTuple):
    """Whose it is, by the token's digest, and when it ends, in Unix nanoseconds."""

    token_digest: str
    expires_ns: int


def new_login() -> str:
    """A new cookie's text, from the system's randomness."""
    return secrets.token_urlsafe(32)


def start_login(connection: Connection, token: int, secret: str, now_ns: int) -> None:
    """Keep a new login, and forget those that are over."""
    connection.execute(logins.delete().where(logins.c.expires_ns <= now_ns))
    expires_ns = now_ns + GOOD_FOR_S * 1_000_000_000
    connection.execute(logins.insert().values(digest=digest_of(secret), token=token, expires_ns=expires_ns))


def end_login(connection: Connection, secret: str) -> None:
    """Forget a login."""
    connection.execute(logins.delete().where(logins.c.digest == digest_of(secret)))


def all_logins(connection: Connection) -> dict[str, Login]:
    """Digest -> login."""
    found = select(logins.c.digest, tokens.c.digest, logins.c.expires_ns).join(tokens)
    return {digest: Login(token, expires_ns) for digest, token, expires_ns in connection.execute(found)}
