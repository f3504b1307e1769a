"""OpenTelemetry and Sentry by themselves, for the half of each test that shows what goes wrong without care.

Nothing here is global: a tracer provider of the test's own, and a Sentry client that is bound to a scope for the length
of a block. What needs a whole process of its own runs in one: `in_new_process`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sentry_sdk
from opentelemetry import trace as api
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

__all__ = ["Kept", "RawOtel", "in_new_process", "raw_sentry"]


class RawOtel:
    """A tracer whose ended spans are kept.

    Args:
        processors: put before the exporter.
        options: of the ``TracerProvider``.
    """

    def __init__(self, *processors: SpanProcessor, **options: Any) -> None:
        self._exporter = InMemorySpanExporter()
        self.provider = TracerProvider(shutdown_on_exit=False, **options)
        for processor in (*processors, SimpleSpanProcessor(self._exporter)):
            self.provider.add_span_processor(processor)
        self.tracer: api.Tracer = self.provider.get_tracer("raw")

    @property
    def spans(self) -> list[ReadableSpan]:
        """Exported spans, in the order they ended."""
        return list(self._exporter.get_finished_spans())

    @property
    def span(self) -> ReadableSpan:
        """The only one."""
        (span,) = self.spans
        return span


class Kept(Transport):
    """Envelopes that would have left."""

    def __init__(self, options: Any = None) -> None:
        super().__init__(options)
        self.envelopes: list[Envelope] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        self.envelopes.append(envelope)

    def items(self, kind: str) -> list[dict[str, Any]]:
        """Payloads of one type, such as ``event`` or ``transaction``."""
        return [
            json.loads(item.get_bytes()) for envelope in self.envelopes for item in envelope.items if item.type == kind
        ]

    @property
    def events(self) -> list[dict[str, Any]]:
        return self.items("event")

    @property
    def event(self) -> dict[str, Any]:
        """The only one."""
        (event,) = self.events
        return event


@contextmanager
def raw_sentry(**options: Any) -> Iterator[Kept]:
    """A block with a Sentry client of its own; by default without integrations."""
    kept = Kept()
    settings: dict[str, Any] = {"default_integrations": False, "auto_enabling_integrations": False} | options
    client = sentry_sdk.Client(dsn="http://key@127.0.0.1:1/1", transport=kept, **settings)
    with sentry_sdk.isolation_scope() as isolation, sentry_sdk.new_scope() as current:
        for scope in (isolation, current):
            scope.clear()  # of what other tests have left in this process
            scope.set_client(client)
        yield kept


def in_new_process(program: str) -> dict[str, Any]:
    """Run a program that prints one line of JSON, in a process of its own; gives what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
