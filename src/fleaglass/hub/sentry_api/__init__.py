"""Sentry's REST API below /api/0, as much of it as the real `sentry-cli` 3.x and `fleaglass release` ask for.

    routes    the paths                bodies    what they take
    projects  whom a slug means        answers   what they say, in Sentry's words
    refusals  how they say no          door      who may ask

What is the hub's own is simple on purpose: there is one organisation and every slug means it, and a project that a
release names is made when there is none, so that the guides' commands work as they are written.
"""

from fleaglass.hub.sentry_api.door import Authorize, open_to_all
from fleaglass.hub.sentry_api.routes import sentry_api_routes

__all__ = ["Authorize", "open_to_all", "sentry_api_routes"]
