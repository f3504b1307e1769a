"""What lies underneath the recorder's spans: Fleaglass's own implementation of OpenTelemetry's API (`tracer/`).

Every agent has a tracer provider of its own, which is not the global one: a process may run several agents, and a
program that has set up OpenTelemetry for itself keeps its provider. Spans are current in OpenTelemetry's own context
all the same: what other libraries record inside a cycle hangs below it, and is recorded with it, whoever's the global
provider is (`recorder/others/`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from opentelemetry import trace as api

from fleaglass import __version__, semconv
from fleaglass.alerts import Alert, Watch, WatchProcessor
from fleaglass.recorder.guard import guard
from fleaglass.recorder.journaling import Journaling
from fleaglass.recorder.normalise import Value
from fleaglass.recorder.outlet import SCOPE, Outlet
from fleaglass.recorder.seams import Seams, Sink
from fleaglass.recorder.tracer import Limits, Provider, Resource, sampler_for
from fleaglass.settings import Settings

__all__ = ["KINDS", "Kind", "provider_for", "tracer_of"]

Kind: TypeAlias = Literal["internal", "client", "server", "producer", "consumer"]
KINDS: Final[Mapping[Kind, api.SpanKind]] = {
    "internal": api.SpanKind.INTERNAL,
    "client": api.SpanKind.CLIENT,
    "server": api.SpanKind.SERVER,
    "producer": api.SpanKind.PRODUCER,
    "consumer": api.SpanKind.CONSUMER,
}


def provider_for(
    settings: Settings,
    seams: Seams,
    sinks: Sequence[Sink],
    resource: Mapping[str, Value],
    journal: Journaling | None,
    watches: Sequence[Watch] = (),
    heard: Callable[[Alert], None] | None = None,
) -> api.TracerProvider:
    """A provider whose spans go to the journal, and when they have ended to the watches and the sinks.

    Sampling decides what leaves the process, and nothing else: a span that is sampled out is recorded all the same,
    because watches judge it, and an error that is reported from inside it says what it was about.
    """
    watching = WatchProcessor(*watches, fence=guard.theirs, heard=heard) if watches else None
    return Provider(
        Outlet(sinks, journal, settings.agent_id, watching, capture_content=settings.capture_content),
        resource=Resource(MappingProxyType(dict(resource)), semconv.SCHEMA_URL),
        ids=seams.ids,
        clock=seams.clock,
        sampler=sampler_for(settings.sampler, settings.sampler_ratio, seams.ids),
        limits=Limits.of(os.environ) if seams.reads_environment else Limits(),
    )


def tracer_of(provider: api.TracerProvider) -> api.Tracer:
    """The tracer that makes our own spans."""
    return provider.get_tracer(SCOPE, __version__, semconv.SCHEMA_URL)
