"""Whom the hub knows, in memory: tokens, logins, keys and projects, looked up again when a second has passed.

Commands in other processes make and revoke tokens while the hub runs. What is revoked opens nothing a second later.
What has just been made is found at once, since whoever finds nothing asks for a look that is newer than the question.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from fleaglass.hub.access.keys import all_keys
from fleaglass.hub.access.logins import Login, all_logins
from fleaglass.hub.access.projects import all_projects
from fleaglass.hub.access.tokens import Token, all_tokens, digest_of, mark_used
from fleaglass.hub.state import State

__all__ = ["Known", "Register"]

_GOOD_FOR_S: Final = 1.0
_USED_EVERY_NS: Final = 60_000_000_000  # a token's last use is written once a minute, not once a request


@dataclass(frozen=True, slots=True)
class Known:
    """What opens something: tokens and logins by their digests, keys with the project that each opens."""

    tokens: Mapping[str, Token]
    logins: Mapping[str, Login]
    keys: Mapping[str, int]
    projects: frozenset[int]

    def token(self, secret: str) -> Token | None:
        """The token of this secret."""
        return self.tokens.get(digest_of(secret))

    def logged_in(self, secret: str, now_ns: int) -> Token | None:
        """The token that made this login, while both are good."""
        login = self.logins.get(digest_of(secret))
        return self.tokens.get(login.token_digest) if login is not None and now_ns < login.expires_ns else None


class Register:
    """Used on the event loop only.

    Args:
        state: the database.
        now_ns: Unix nanoseconds.
        monotonic: a clock in seconds that never goes back.
    """

    def __init__(
        self,
        state: State,
        now_ns: Callable[[], int] = time.time_ns,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._state = state
        self._now_ns = now_ns
        self._monotonic = monotonic
        self._known = Known({}, {}, {}, frozenset())
        self._looked_at_s = float("-inf")
        self._looking = asyncio.Lock()
        self._used_ns: dict[int, int] = {}

    async def known(self, *, afresh: bool = False) -> Known:
        """What opens something, as of a second ago or, `afresh`, as of this call. Raises StateError."""
        asked_at_s = self._monotonic()
        not_before_s = asked_at_s if afresh else asked_at_s - _GOOD_FOR_S
        if self._looked_at_s <= not_before_s:
            async with self._looking:  # those who wait here share one look
                if self._looked_at_s <= not_before_s:
                    begun_at_s = self._monotonic()
                    self._known = await self._state.reading(_look)
                    self._looked_at_s = begun_at_s
        return self._known

    async def used(self, token: Token) -> None:
        """A token has opened something. Raises StateError."""
        now_ns = self._now_ns()
        if now_ns - self._used_ns.get(token.id, token.used_ns or 0) >= _USED_EVERY_NS:
            self._used_ns[token.id] = now_ns
            await self._state.writing(lambda connection: mark_used(connection, token.id, now_ns))


def _look(connection: Connection) -> Known:
    tokens = {digest: token for digest, token in all_tokens(connection).items() if token.revoked_ns is None}
    keys = {key.public: key.project for key in all_keys(connection) if key.revoked_ns is None}
    return Known(tokens, all_logins(connection), keys, frozenset(each.id for each in all_projects(connection)))
