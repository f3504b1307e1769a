"""Where an agent's telemetry goes by its settings: the places for OTLP, and a Sentry server for what is not OTLP."""

from __future__ import annotations

from contextlib import suppress

import msgspec

from fleaglass.destinations import HUB_ONLY, Dsn, places, plain
from fleaglass.journal import Destination, OtlpDestination, Route, SentryDestination
from fleaglass.recorder.guard import guard
from fleaglass.settings import Settings

__all__ = ["route_of"]


def route_of(settings: Settings) -> Route | None:
    """Where what the agent records is sent; ``None`` if nothing leaves. A place that cannot be used is one log line."""
    collectors: list[OtlpDestination] = []
    sentries: list[SentryDestination] = []
    for place in places(settings) if settings.exporter == "otlp" else ():
        if place.problem:
            name = place.destination.name
            guard.say(f"destination {name}", f"nothing is sent to the destination {name}, because {place.problem}")
        else:
            collectors.append(place.destination)
            if place.envelopes is not None and settings.dsn is not None:
                sentries.append(place.envelopes)
    if collectors and settings.metrics_endpoint is not None:
        named = plain(settings).destination
        if all(each.metrics != named.metrics for each in collectors):
            collectors.append(_for_metrics(named))
    if settings.dsn is not None and settings.dsn != HUB_ONLY:
        with suppress(ValueError):  # said by whoever makes the link
            Dsn.parse(settings.dsn)
            sentries.append(SentryDestination(name="sentry", dsn=settings.dsn))
    destinations: list[Destination] = [*collectors, *sentries]
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


def _for_metrics(collector: OtlpDestination) -> OtlpDestination:
    """The collector that the address for metrics is of, where spans go to others."""
    return msgspec.structs.replace(collector, name="otlp-metrics", traces=None, logs=None, snapshots=False)
