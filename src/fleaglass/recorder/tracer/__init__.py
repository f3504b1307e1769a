"""Fleaglass's own implementation of OpenTelemetry's API for traces.

::

    Provider ─▶ Tracer ─▶ Span ─▶ the agent's outlet, and span processors that a user adds

It behaves as the SDK does, but for differences that ``tests/unit/recorder/tracer/test_against_sdk.py`` lists with their
reasons, costs a fraction of it, never waits and never raises.
"""

from fleaglass.recorder.tracer.current import find_current
from fleaglass.recorder.tracer.limits import Limits
from fleaglass.recorder.tracer.provider import Processor, Provider
from fleaglass.recorder.tracer.readable import UNSET, Event, Link, Place, Readable, Resource, Scope
from fleaglass.recorder.tracer.sampling import sampler_for
from fleaglass.recorder.tracer.span import Span
from fleaglass.recorder.tracer.tracer import Tracer

__all__ = [
    "UNSET",
    "Event",
    "Limits",
    "Link",
    "Place",
    "Processor",
    "Provider",
    "Readable",
    "Resource",
    "Scope",
    "Span",
    "Tracer",
    "find_current",
    "sampler_for",
]
