"""The JSON API of alerting: incidents, the rules that open them, and what was sent to whom.

incidents ─▶ incident_list, incident_detail, chart          changes: acknowledge, mute, note
rules     ─▶ rule_list, in words by rule_words              deliveries: what was sent, waits or was given up
          ─▶ trying: on stored history, or by a test message
"""

from __future__ import annotations

from fleaglass.hub.api.alerting.incident_routes import incident_routes
from fleaglass.hub.api.alerting.rule_routes import rule_routes
from fleaglass.hub.api.alerting.trial_routes import trial_routes

__all__ = ["incident_routes", "rule_routes", "trial_routes"]
