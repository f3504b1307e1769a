"""What comes in: OTLP over HTTP and gRPC, and what Sentry's clients send; bounded, checked, on disk when answered."""

from fleaglass.hub.receive.grpc import Admit, Export, PortInUse, TurnedAway, serve_grpc
from fleaglass.hub.receive.http import otlp_routes
from fleaglass.hub.receive.origin import OwnOrigin
from fleaglass.hub.receive.reception import Reception
from fleaglass.hub.receive.sentry import sentry_routes

__all__ = [
    "Admit",
    "Export",
    "OwnOrigin",
    "PortInUse",
    "Reception",
    "TurnedAway",
    "otlp_routes",
    "sentry_routes",
    "serve_grpc",
]
