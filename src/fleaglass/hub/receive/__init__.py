"""What comes in: OTLP over HTTP and gRPC, bounded, checked, and acknowledged once it is stored."""

from fleaglass.hub.receive.grpc import Admit, PortInUse, TurnedAway, serve_grpc
from fleaglass.hub.receive.http import otlp_routes
from fleaglass.hub.receive.origin import OwnOrigin

__all__ = ["Admit", "OwnOrigin", "PortInUse", "TurnedAway", "otlp_routes", "serve_grpc"]
