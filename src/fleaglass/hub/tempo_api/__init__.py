"""Tempo's HTTP API below /tempo/api, as much of it as Grafana's Tempo data source and Traces Drilldown ask for.

    routes      the paths                  search, metrics, tags, traces    the answers
    parameters  what requests say          refusals                         how it says no
    logfmt      the search of old          values                           attributes in JSON

The queries themselves are in traceql/. Who may ask is the gate's (access/): a token with the scope `read`.
"""

from fleaglass.hub.tempo_api.routes import tempo_routes

__all__ = ["tempo_routes"]
