"""Work between two agents: the hirer hands over, the hired takes over, the context travels with the escrow.

::

    agent_a.create_task      PRODUCER   with agent.handoff(task_type="signal_research") as carrier:
    └── pf.escrow.create                    await flea.escrow.create(…, metadata={"trace_context": carrier})

    agent_b.task_execution   CONSUMER   with agent.take_over(escrow.metadata["trace_context"], mode=…) as task:

``child``: the task continues the hirer's trace; for agents that trust each other, such as two of the same owner.
``link``: the task is a trace of its own with a link to the hirer's span; for everybody else, and the default.
``escrow``: no carrier came, but both sides know the escrow; the hub joins the two traces by its id.

The carrier comes from a stranger. One that cannot be followed makes a new trace with an event that says why; and what
it says of who asks is recorded as a claim and decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Literal

from opentelemetry import baggage
from opentelemetry import context as otel
from opentelemetry import trace as api

from fleaglass import semconv
from fleaglass.recorder.carrier import W3C, Remote, may_travel, read_carrier, write_carrier
from fleaglass.recorder.core import Core
from fleaglass.recorder.guard import guard
from fleaglass.recorder.span import Span, current_span
from fleaglass.recorder.tracer import Link

__all__ = ["Handoff", "Task", "outgoing_headers"]


def outgoing_headers() -> dict[str, str]:
    """Headers that carry the current context to the venue; a new dict each time, empty when nothing is current."""
    with guard("writing trace headers"):
        here = current_span()
        propagators = W3C if here is None else here.core.propagators
        return write_carrier(api.get_current_span().get_span_context(), baggage.get_all(), propagators)
    return {}


class Handoff(Span):
    """The hirer's side. Entering gives the carrier to put into the escrow's metadata. Made by ``Agent.handoff``."""

    def __init__(self, core: Core, *, task_type: str, counterparty: str | None, task: str | None) -> None:
        self._baggage = {semconv.PF_REQUESTER_AGENT_ID: core.agent_id, semconv.PF_TASK_TYPE: task_type}
        super().__init__(
            core,
            semconv.SPAN_AGENT_A_CREATE_TASK,
            kind="producer",
            attributes={**self._baggage, semconv.PF_COUNTERPARTY: counterparty, semconv.PF_TASK: task},
        )

    def _below(self) -> otel.Context:
        """Baggage rides along, so the venue's requests made inside carry it as well."""
        context = otel.get_current()
        for key, value in self._baggage.items():
            if may_travel(value, key):
                context = baggage.set_baggage(key, value, context)
        return context

    def carrier(self) -> dict[str, str]:
        """``traceparent``, ``tracestate`` if there is one, and ``baggage``, or what the settings ask for instead.

        Empty when nothing is recorded.
        """
        return write_carrier(self._span.get_span_context(), self._baggage, self._core.propagators)


class HandoffBlock:
    """``with`` gives the carrier itself, a plain dict that the caller owns, rather than the span."""

    def __init__(self, span: Handoff) -> None:
        self._span = span

    def __enter__(self) -> dict[str, str]:
        self._span.__enter__()
        with guard("writing a carrier"):
            return self._span.carrier()
        return {}

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._span.__exit__(kind, error, tb)


class Task(Span):
    """The hired agent's side, in a trace that is not that of its own cycles. Made by ``Agent.take_over``."""

    def __init__(
        self,
        core: Core,
        carrier: object,
        *,
        mode: Literal["child", "link"],
        task_type: str | None,
        escrow_id: str | None,
        task: str | None,
    ) -> None:
        self._escrow_id = escrow_id
        self._remote: Remote | None = None
        self._problem: str | None = None
        if carrier is not None or escrow_id is None:  # an escrow's id alone is a hand-off without a carrier
            with guard("reading a carrier"):
                found = read_carrier(carrier, core.propagators)
                self._remote, self._problem = (found, None) if isinstance(found, Remote) else (None, found)
        claimed: Mapping[str, str] = self._remote.baggage if self._remote else {}
        self.requester_agent_id = claimed.get(semconv.PF_REQUESTER_AGENT_ID, "unknown")
        """Who asks, as the carrier claims. Anybody can write a carrier, so decide nothing by it."""
        self.task_type = task_type or claimed.get(semconv.PF_TASK_TYPE)
        """Kind of work: as given, or as the carrier claims."""
        self._follows = mode == "child" and self._remote is not None
        super().__init__(
            core,
            semconv.SPAN_AGENT_B_TASK_EXECUTION,
            kind="consumer",
            attributes={
                semconv.PF_REQUESTER_AGENT_ID: self.requester_agent_id,
                semconv.PF_TASK_TYPE: self.task_type,
                semconv.PF_HANDOFF_MODE: self._mode(),
                semconv.PF_ESCROW_ID: escrow_id,
                semconv.PF_TASK: task,
            },
        )
        if self._remote is not None and not self._follows:
            self._links = (Link(self._remote.span_context(), {}),)

    def _mode(self) -> str | None:
        """What joins it to the hirer's trace."""
        if self._remote is not None:
            return semconv.PF_HANDOFF_MODE_CHILD if self._follows else semconv.PF_HANDOFF_MODE_LINK
        return None if self._escrow_id is None else semconv.PF_HANDOFF_MODE_ESCROW

    def set(self, /, **values: object) -> None:
        """Record values by short attribute name."""
        self.record_by_short_name(values)

    def _below(self) -> otel.Context:
        """A context without our own spans: the work belongs to the hirer's trace or to a new one."""
        context = otel.Context()
        if self._remote is None:
            return context
        for key, value in self._remote.baggage.items():
            context = baggage.set_baggage(key, value, context)
        if self._follows:
            context = api.set_span_in_context(api.NonRecordingSpan(self._remote.span_context()), context)
        return context

    def __enter__(self) -> Task:
        super().__enter__()
        if self._problem is not None:
            self.event(
                semconv.EVENT_CONTEXT_REJECTED,
                {semconv.PF_HANDOFF_PROBLEM: self._problem, semconv.PF_ESCROW_ID: self._escrow_id},
            )
        return self
