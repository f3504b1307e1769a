"""Sampling decides what leaves the process, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from opentelemetry import trace as api
from opentelemetry.context import Context
from opentelemetry.util.types import Attributes

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.sampling import Sampler, SamplingResult
else:
    Sampler = object  # a provider asks for its methods only, and loading the SDK takes long

__all__ = ["RecordAll"]


class RecordAll(Sampler):
    """Another sampler's decisions, but what it would drop is recorded all the same, and only not exported.

    So span processors see every span. Exporters skip those without the sampled flag (OpenTelemetry's specification
    calls the decision RECORD_ONLY).

    Args:
        sampler: decides what is exported.
    """

    def __init__(self, sampler: Sampler) -> None:
        self._sampler = sampler

    def should_sample(
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: api.SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[api.Link] | None = None,
        trace_state: api.TraceState | None = None,
    ) -> SamplingResult:
        """What the sampler says, with "record" for "drop"."""
        from opentelemetry.sdk.trace.sampling import Decision, SamplingResult

        result = self._sampler.should_sample(parent_context, trace_id, name, kind, attributes, links, trace_state)
        if result.decision is not Decision.DROP:
            return result
        return SamplingResult(Decision.RECORD_ONLY, attributes, result.trace_state)

    def get_description(self) -> str:
        """The sampler's own description inside of this one's name."""
        return f"RecordAll{{{self._sampler.get_description()}}}"
