"""Who does not come in, in words: what is wrong, and what to do.

401   nothing was shown, or nothing that is known        403   what was shown opens other doors
404   there is no such project                           429   its address was wrong too often
"""

from __future__ import annotations

import math
from typing import Final

from fleaglass.hub.access.needs import Need
from fleaglass.hub.access.scopes import Scope
from fleaglass.hub.access.tokens import Token

__all__ = ["Denied", "missing_scope", "no_key", "no_project", "no_token", "too_often", "unknown_token", "wrong_key"]

_MAKE: Final = "fleaglass hub token create NAME --scope"


class Denied(Exception):
    """A request that is turned away: HTTP `status`, a `code` to decide by, a message and a `hint` to read.

    `looked_up` says that something was looked for and not found, which a look at what is new might change.
    """

    def __init__(
        self, status: int, code: str, message: str, hint: str, *, looked_up: bool = False, retry_after_s: int = 0
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.hint = hint
        self.looked_up = looked_up
        self.retry_after_s = retry_after_s


def no_project(number: int) -> Denied:
    """No project has the number of the address."""
    message = f"there is no project {number}"
    return Denied(404, "unknown_project", message, "See them with: fleaglass hub project list", looked_up=True)


def wrong_key(project: int) -> Denied:
    """The key is another project's, or nobody's."""
    message = f"this is no key of project {project}, or it was revoked"
    return Denied(403, "wrong_key", message, "Copy the DSN from: fleaglass hub key list", looked_up=True)


def no_key() -> Denied:
    """An envelope without a key."""
    return Denied(401, "no_key", "no ingest key is sent", "Use the DSN that fleaglass hub key list prints")


def no_token(need: Need) -> Denied:
    """Nothing was shown."""
    hint = f"Send Authorization: Bearer flea_…, from: {_MAKE} {need.scope or 'read'}"
    if need.manner == "api":
        hint += "; in a browser, log in at /login"
    return Denied(401, "no_token", "this hub asks for a token", hint)


def unknown_token(need: Need) -> Denied:
    """A token or a login that opens nothing."""
    message = "this token or login is not known, or no longer"
    return Denied(401, "unknown_token", message, f"Make another with: {_MAKE} {need.scope or 'read'}", looked_up=True)


def missing_scope(token: Token, scope: Scope) -> Denied:
    """A token that opens other doors."""
    message = f"the token {token.name!r} ({token.hint}…) has {', '.join(token.scopes)}, and this needs {scope}"
    return Denied(403, "missing_scope", message, f"Make another with: {_MAKE} {scope}")


def too_often(wait_s: float) -> Denied:
    """An address that guesses."""
    seconds = math.ceil(wait_s)
    message = "wrong credentials came from this address too often"
    return Denied(429, "too_many_failures", message, f"Wait {seconds} s.", retry_after_s=seconds)
