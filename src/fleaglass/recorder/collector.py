"""Where an agent's telemetry goes by its settings: one collector, an address for each signal, and a Sentry server."""

from __future__ import annotations

from contextlib import suppress
from typing import Final
from urllib.parse import urlsplit

from fleaglass.journal import Destination, OtlpDestination, Route, SentryDestination
from fleaglass.recorder.sentry.dsn import Dsn
from fleaglass.settings import Settings

__all__ = ["beside_traces", "route_of", "server_of"]

_TRACES: Final = "/v1/traces"


def beside_traces(settings: Settings, path: str) -> str | None:
    """The address of another signal, such as ``/v1/logs``, at the collector that gets the traces.

    ``None`` when those go to an address of some other form: then the signal needs one of its own.
    """
    if not settings.endpoint.endswith(_TRACES):
        return None
    return settings.endpoint.removesuffix(_TRACES) + path


def server_of(address: str) -> str:
    """Scheme, host and port of an address, without its credentials."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def route_of(settings: Settings) -> Route | None:
    """Where what the agent records is sent; ``None`` if nothing leaves."""
    destinations: list[Destination] = []
    if settings.exporter == "otlp":
        destinations.append(
            OtlpDestination(
                name="otlp",
                traces=settings.endpoint,
                logs=_logs(settings),
                headers=dict(settings.headers),
                timeout_s=settings.timeout_s,
                compress=settings.compression == "gzip",
                certificate=settings.certificate,
            )
        )
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


def _logs(settings: Settings) -> str | None:
    """The address for log records; None if they do not leave, or it is unclear where to."""
    return (settings.logs_endpoint or beside_traces(settings, "/v1/logs")) if settings.logs == "otlp" else None
