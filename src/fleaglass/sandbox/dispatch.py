"""Performing one operation, without HTTP: first what fell due, then the operation, whole or not at all."""

from __future__ import annotations

from fleaglass.sandbox.db import transaction
from fleaglass.sandbox.faces.face import Call, Endpoint
from fleaglass.sandbox.faces.view import View
from fleaglass.sandbox.trading.matching import settle_until_now
from fleaglass.sandbox.venue import Venue

__all__ = ["perform"]


def perform(venue: Venue, endpoint: Endpoint, call: Call) -> View:
    """Return the endpoint's view. Raises ApiError, and then nothing of the operation stays."""
    settle_until_now(venue)
    with transaction(venue.db):
        return endpoint.handler(venue, call)
