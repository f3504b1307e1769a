"""Every table of the state, gathered: importing this registers them all in METADATA."""

from __future__ import annotations

from fleaglass.hub.access import tables as access
from fleaglass.hub.alerting import tables as alerting
from fleaglass.hub.issues import tables as issues
from fleaglass.hub.monitors import tables as monitors
from fleaglass.hub.releases import tables as releases
from fleaglass.hub.sessions import tables as sessions
from fleaglass.hub.state import tables as state
from fleaglass.hub.state.metadata import METADATA
from fleaglass.hub.witness import tables as witness

__all__ = ["METADATA", "access", "alerting", "issues", "monitors", "releases", "sessions", "state", "witness"]
