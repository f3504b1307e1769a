"""Sentry's REST API below /api/0, as much of it as the real `sentry-cli` 3.x and `fleaglass release` ask for.

    routes    the paths                bodies    what they take
    projects  whom a slug means        answers   what they say, in Sentry's words
                                       refusals  how they say no

There is one organisation, and every slug means it; a project that a release names is made when there is none. So the
guides' commands work as they are written. Who may ask is the gate's (access/): a `Bearer` token where the hub asks for
one, and any text that looks like one where it is open.
"""

from fleaglass.hub.sentry_api.routes import sentry_api_routes

__all__ = ["sentry_api_routes"]
