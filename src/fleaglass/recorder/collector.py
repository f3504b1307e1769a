"""Where an agent's telemetry goes by its settings: the places for OTLP, and a Sentry server for what is not OTLP."""

from __future__ import annotations

from contextlib import suppress

from fleaglass.destinations import Dsn, places, plain
from fleaglass.journal import Destination, OtlpDestination, Route, SentryDestination
from fleaglass.recorder.guard import guard
from fleaglass.settings import Settings

__all__ = ["metrics_of", "route_of"]


def route_of(settings: Settings) -> Route | None:
    """Where what the agent records is sent; ``None`` if nothing leaves. A place that cannot be used is one log line."""
    destinations: list[Destination] = []
    for place in places(settings) if settings.exporter == "otlp" else ():
        if place.problem:
            name = place.destination.name
            guard.say(f"destination {name}", f"nothing is sent to the destination {name}, because {place.problem}")
        else:
            destinations.append(place.destination)
    if settings.dsn is not None:
        with suppress(ValueError):  # said by whoever makes the link
            Dsn.parse(settings.dsn)
            destinations.append(SentryDestination(name="sentry", dsn=settings.dsn))
    if not destinations:
        return None
    return Route(
        agent_id=settings.agent_id,
        destinations=tuple(destinations),
        batch=settings.batch_spans,
        linger_ms=settings.linger_ms,
        metrics_interval_ms=settings.metrics_interval_ms,
        keep_idle=settings.keep_idle,
    )


def metrics_of(settings: Settings) -> tuple[str, OtlpDestination] | None:
    """The address for metrics and what belongs to it: one place, the first that takes any; ``None`` if none does."""
    wanted = (plain(settings),) if settings.metrics_endpoint is not None else places(settings)
    for place in wanted:
        if place.metrics is not None and not place.problem:
            return place.metrics, place.destination
    return None
