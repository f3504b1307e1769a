"""What a hub needs before it answers anybody: a project, an ingest key for it and, beyond loopback, an administrator.

Everything is made once. A token is in the answer once, for its owner to see, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import Connection

from fleaglass.hub.access.keys import IngestKey, add_key, all_keys, new_key
from fleaglass.hub.access.projects import FIRST, add_first_project
from fleaglass.hub.access.tokens import add_token, all_tokens, new_secret

__all__ = ["Beginning", "NoTokens", "first_start"]


class NoTokens(Exception):
    """Tokens are asked for, and every one has been revoked: nobody could come in."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """The first project's key, None if it was revoked; and the administrator's token if it has just been made."""

    key: IngestKey | None
    admin_token: str | None = field(default=None, repr=False)


def first_start(
    connection: Connection,
    now_ns: int,
    *,
    asks_for_tokens: bool,
    key: Callable[[], str] = new_key,
    secret: Callable[[], str] = new_secret,
) -> Beginning:
    """Make what is missing. Raises NoTokens."""
    add_first_project(connection, now_ns)
    keys = [each for each in all_keys(connection) if each.project == FIRST.id]
    if not keys:
        keys = [add_key(connection, FIRST.id, "first", key(), now_ns)]
    open_key = next((each for each in keys if each.revoked_ns is None), None)
    if not asks_for_tokens:
        return Beginning(open_key)
    tokens = all_tokens(connection).values()
    if not tokens:
        admin_token = secret()
        add_token(connection, "administrator", ("admin",), admin_token, now_ns)
        return Beginning(open_key, admin_token)
    if all(token.revoked_ns is not None for token in tokens):
        raise NoTokens("every token has been revoked; make one with: fleaglass hub token create NAME --scope admin")
    return Beginning(open_key)
