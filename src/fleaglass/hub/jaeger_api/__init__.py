"""Jaeger's query interface below /jaeger/api: the JSON that Grafana's Jaeger data source and Jaeger's page ask for.

    routes      the paths              asked       what requests say
    answers     traces in its JSON     services    who there is, and who calls whom

A search is a TraceQL query (traceql/). Who may ask is the gate's (access/): a token with the scope `read`.
"""

from fleaglass.hub.jaeger_api.routes import jaeger_routes

__all__ = ["jaeger_routes"]
