"""API tokens: shown once when they are made, and afterwards known by their SHA-256 alone.

A token has 256 random bits, so a fast hash keeps it: there is nothing to guess, and whoever reads the database cannot
turn a digest back. For the same reason looking a digest up takes no care about time: nobody can steer what is hashed.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, select

from fleaglass.hub.access.scopes import Scope
from fleaglass.hub.access.tables import tokens

__all__ = ["Token", "add_token", "all_tokens", "digest_of", "mark_used", "new_secret", "revoke_token"]

_PREFIX: Final = "flea_"
_HINT_CHARS: Final = len(_PREFIX) + 4


@dataclass(frozen=True, slots=True)
class Token:
    """A token without its secret; `hint` is how that begins. Times are Unix nanoseconds."""

    id: int
    name: str
    hint: str
    scopes: tuple[Scope, ...]
    added_ns: int
    used_ns: int | None = None
    revoked_ns: int | None = None


def new_secret() -> str:
    """A new token's secret, from the system's randomness."""
    return _PREFIX + secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """SHA-256 in hex: what the database knows a secret by."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def add_token(connection: Connection, name: str, scopes: Iterable[Scope], secret: str, now_ns: int) -> Token:
    """Keep a new token."""
    given = tuple(dict.fromkeys(scopes))
    hint = secret[:_HINT_CHARS]
    made = connection.execute(
        tokens.insert().values(name=name, digest=digest_of(secret), hint=hint, scopes=list(given), added_ns=now_ns)
    )
    assert made.inserted_primary_key is not None
    return Token(made.inserted_primary_key[0], name, hint, given, now_ns)


def all_tokens(connection: Connection) -> dict[str, Token]:
    """Digest -> token, in the order they were made, the revoked ones too."""
    return {row["digest"]: _token(row) for row in connection.execute(select(tokens).order_by(tokens.c.id)).mappings()}


def revoke_token(connection: Connection, number: int, now_ns: int) -> bool:
    """Let a token open nothing from now on; False if there is none of that number that opens something."""
    where = tokens.c.id == number, tokens.c.revoked_ns.is_(None)
    return bool(connection.execute(tokens.update().where(*where).values(revoked_ns=now_ns)).rowcount)


def mark_used(connection: Connection, number: int, now_ns: int) -> None:
    """Remember when a token was last used."""
    connection.execute(tokens.update().where(tokens.c.id == number).values(used_ns=now_ns))


def _token(row: Mapping[Any, Any]) -> Token:
    return Token(
        row["id"],
        row["name"],
        row["hint"],
        tuple(row["scopes"]),
        row["added_ns"],
        row["used_ns"],
        row["revoked_ns"],
    )
