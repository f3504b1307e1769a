"""Performing one operation, without HTTP: first what fell due, then the operation, whole or not at all."""

from __future__ import annotations

from fleaglass.sandbox.db import transaction
from fleaglass.sandbox.handlers import HANDLERS, Call
from fleaglass.sandbox.trading.matching import settle_until_now
from fleaglass.sandbox.venue import Venue
from fleaglass.sandbox.views import View

__all__ = ["perform"]


def perform(venue: Venue, name: str, call: Call) -> View:
    """Return the operation's view. Raises ApiError, and then nothing of the operation stays."""
    settle_until_now(venue)
    with transaction(venue.db):
        return HANDLERS[name](venue, call)
