"""Who may ask: the hub's own rule comes from outside, this is the place where it is asked for.

A request carries `Authorization: Bearer TOKEN`; Sentry's words for what a token may do are its scopes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from typing import Final

from starlette.requests import Request

__all__ = ["ADMIN", "READ", "SCOPES", "WRITE", "Authorize", "open_to_all"]

READ: Final = "project:read"
WRITE: Final = "project:releases"
ADMIN: Final = "project:admin"
SCOPES: Final = ("event:read", "org:read", READ, WRITE, "project:write", ADMIN)
"""Everything that this API knows to ask for, and `sentry-cli info` likes to show."""

Authorize = Callable[[Request, str], Awaitable[Collection[str]]]
"""Whether a request may do what needs the scope: returns every scope that it has, or raises Problem (401, 403)."""


async def open_to_all(_: Request, __: str) -> Collection[str]:
    """On loopback: whoever can reach the port may do everything, with any token or none."""
    return SCOPES
