"""The decision cycle: the root of what an agent records, one per decision.

::

    agent.decision_cycle                       agent.cycle(market="BTC/USD")
    ├── pf.wallet.balance_check                await flea.wallet.balance("w_1", max_age=5)
    │   └── GET /wallet/{wallet_id}/balance
    ├── pf.signal.analysis                     agent.stage("signal.analysis")
    ├── order.pipeline                         agent.pipeline("BTC", "buy"), optional
    │   ├── signal.validate                    agent.stage("signal.validate")
    │   ├── risk.check                         agent.risk_check("net_vega", passed=…), one each
    │   ├── order.size                         agent.stage("order.size")
    │   └── pf.trade.execute                   await flea.trading.execute("BTC", "buy", quantity)
    │       ├── POST /trading/order
    │       └── pf.trade.confirmation_poll
    │           └── GET /trading/order/{order_id}
    ├── pf.trade.close                         await flea.trading.close(asset="BTC")
    └── agent_a.create_task                    agent.handoff(task_type="signal_research")
        └── pf.escrow.create                   await flea.escrow.create(…)

The cycle's outcome follows from what happened below it (`recorder/story.py`); an agent only has to say when it chose
not to act.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Final

from opentelemetry import context as otel
from opentelemetry import trace as api

from fleaglass import semconv
from fleaglass.recorder.core import Core
from fleaglass.recorder.guard import guard
from fleaglass.recorder.span import Span, current_span, lineage
from fleaglass.recorder.story import Story, cycle_outcome, pipeline_outcome
from fleaglass.recorder.tracer import Link

__all__ = ["Cycle", "Pipeline"]

# Reasons that the OpenTelemetry integration guide marks with an event as well.
_EVENTS: Final[Mapping[str, str]] = {
    "insufficient_balance": semconv.EVENT_INSUFFICIENT_BALANCE,
    "low_confidence": semconv.EVENT_LOW_CONFIDENCE_SKIP,
}


_TO_PREVIOUS: Final[Mapping[str, str]] = {semconv.PF_LINK_TYPE: semconv.PF_LINK_TYPE_PREVIOUS_CYCLE}


class Cycle(Span):
    """One decision. Made by ``Agent.cycle``."""

    def __init__(self, core: Core, *, market: str | None, asset: str | None, timestamp: object) -> None:
        self.cycle_id = ""
        try:
            self.cycle_id = core.ids.cycle_id()
        except Exception as caught:
            guard.caught("making a cycle id", caught)
        super().__init__(
            core,
            semconv.SPAN_AGENT_DECISION_CYCLE,
            attributes={
                semconv.PF_MARKET: market,
                semconv.PF_ASSET: asset,
                semconv.PF_TIMESTAMP: timestamp,
            },
        )
        self.story: Story = Story(asset=asset)
        core.state.begin_cycle()
        core.pulse.begin_cycle()
        core.reporter.look_around()

    def _below(self) -> otel.Context:
        """Outside of any other cycle: a cycle is a root, or part of a task.

        A cycle may still be current here although it is over, or should be, when it was opened inside an async
        generator that nobody closed.
        """
        context = super()._below()
        while (here := current_span(context)) is not None:
            around = next((span for span in lineage(here) if isinstance(span, Cycle)), None)
            if around is None:
                break
            context = around.outside or otel.Context()
        return self._apart_from_others(context)

    def _start(self, context: otel.Context) -> None:
        """With a link to the decision before, if that one leaves this process."""
        previous = self._core.previous.take()
        if previous is not None and previous[2] & api.TraceFlags.SAMPLED:
            self._links = (*self._links, Link(previous, _TO_PREVIOUS, is_clean=True))
        self._clean = {semconv.PF_CYCLE_ID: self.cycle_id}  # of our own making: it holds no secret
        super()._start(context)
        if self._recorded is not None:
            self._core.previous.begin(self._recorded.place)

    def _apart_from_others(self, context: otel.Context) -> otel.Context:
        """Outside of a trace that is not ours, and linked with it.

        Its spans leave by another way, or do not leave; and one around an agent's whole loop is never over, so all
        decisions would be one that is under way for ever.
        """
        if not context:  # nothing is current at all, as in most agents
            return context
        ours, theirs = current_span(context), api.get_current_span(context).get_span_context()
        if not theirs.is_valid or (ours is not None and ours.span_context.trace_id == theirs.trace_id):
            return context
        if theirs.trace_flags.sampled:
            self._links = (*self._links, Link(theirs, {}))
        above = api.INVALID_SPAN_CONTEXT if ours is None else ours.span_context
        return api.set_span_in_context(api.NonRecordingSpan(above), context)

    def skip(self, reason: str = "", /, **values: object) -> None:
        """Say that the agent chose not to act, and why.

        Args:
            reason: a short phrase of low cardinality, such as ``insufficient_balance`` or ``low_confidence``. May be
                given by name, and here, if it comes first, so may a value be called ``reason``.
            values: what the decision rested on, by short attribute name; recorded on the cycle.
        """
        with guard("skipping a cycle"):
            reason = _phrase(reason or values.pop("reason", ""))
            self.story.decided = semconv.PF_CYCLE_OUTCOME_SKIPPED, reason
            self.set(**values)
            if reason in _EVENTS:
                self._event_where_decided(reason)

    def reject(self, reason: str = "", /, **values: object) -> None:
        """Say that a check stopped the agent from acting, and which; the reason of a risk check is its name."""
        with guard("rejecting a cycle"):
            reason = _phrase(reason or values.pop("reason", ""))
            reason = f"risk {reason}" if reason in self.story.failed_checks else reason
            self.story.decided = semconv.PF_CYCLE_OUTCOME_REJECTED, reason
            self.set(**values)

    def set(self, /, **values: object) -> None:
        """Record values by short attribute name; names the registry does not know go under ``custom.``."""
        self.record_by_short_name(values)

    def _event_where_decided(self, reason: str) -> None:
        """On the stage that is still open, as the guide has it, else on the cycle."""
        here = current_span()
        span = here if here is not None and self in lineage(here) else self
        span.event(
            _EVENTS[reason],
            {semconv.FIELD_AVAILABLE_USD: self.story.balance_usd}
            if reason == "insufficient_balance"
            else {semconv.PF_SIGNAL_CONFIDENCE: self.story.confidence},
        )

    def _close(self, error: BaseException | None) -> None:
        story = self.story
        outcome, reason = cycle_outcome(story, error)
        self.record(
            {
                semconv.PF_CYCLE_OUTCOME: outcome,
                semconv.PF_CYCLE_REASON: reason,
                semconv.PF_ASSET: story.asset,
                semconv.PF_ORDER_ID: story.order_id,
                semconv.PF_PNL_USD: story.realized_pnl_usd,
            }
        )
        self._core.pulse.beat(outcome)


class Pipeline(Span):
    """The stages from a signal to a confirmed fill. Made by ``Agent.pipeline``."""

    def __init__(self, core: Core, *, asset: str, side: str) -> None:
        super().__init__(core, semconv.SPAN_ORDER_PIPELINE, attributes={semconv.PF_ASSET: asset, semconv.PF_SIDE: side})
        self.story: Story = Story()

    def set(self, /, **values: object) -> None:
        """Record values by short attribute name."""
        self.record_by_short_name(values)

    def _close(self, error: BaseException | None) -> None:
        self.record(
            {
                semconv.PF_PIPELINE_OUTCOME: pipeline_outcome(self.story),
                semconv.PF_ORDER_ID: self.story.order_id,
                semconv.PF_SIGNAL_CONFIDENCE: self.story.confidence,
            }
        )


def _phrase(reason: object) -> str:
    """A reason as text: a member of an author's own enumeration is its value."""
    return str(reason.value if isinstance(reason, enum.Enum) else reason)
