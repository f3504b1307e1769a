"""The handle of one agent: everything its author calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from fleaglass.recorder.core import Core
from fleaglass.recorder.cycle import Cycle, Pipeline
from fleaglass.recorder.delivery import Counts, Delivery
from fleaglass.recorder.guard import guard
from fleaglass.recorder.handoff import Handoff, HandoffBlock, Task
from fleaglass.recorder.stage import Stage, record_risk_check
from fleaglass.settings import Settings

__all__ = ["Agent"]


class Agent:
    """The handle of one agent. Its methods never raise; what they return always works."""

    def __init__(self, core: Core, settings: Settings, delivery: Delivery | None) -> None:
        self._core = core
        self._settings = settings
        self._delivery = delivery
        self.on_shutdown: Callable[[], None] = lambda: None
        """Called first thing by ``shutdown``."""

    @property
    def core(self) -> Core:
        """What all its spans share."""
        return self._core

    @property
    def agent_id(self) -> str:
        """The agent's name."""
        return self._core.agent_id

    @property
    def settings(self) -> Settings:
        """What the agent runs with, after arguments, environment and file were weighed."""
        return self._settings

    def cycle(self, market: str | None = None, *, asset: str | None = None, timestamp: object = None) -> Cycle:
        """One decision cycle, for ``with``; in async code too.

        Args:
            market: the market decided on, such as ``BTC/USD``.
            asset: the asset, such as ``BTC``; found out from the signal or the order if not given.
            timestamp: when the market data was made (a datetime or RFC 3339 text), which tells how old it was.
        """
        return Cycle(self._core, market=market, asset=asset, timestamp=timestamp)

    def stage(self, name: str) -> Stage:
        """One step inside a cycle, for ``with``: ``signal.analysis``, ``signal.validate``, ``order.size`` or yours."""
        return Stage(self._core, name)

    def pipeline(self, asset: str, side: str) -> Pipeline:
        """The stages between a signal and a confirmed fill, for ``with``. Optional.

        Args:
            asset: asset ticker, such as ``BTC``.
            side: ``buy`` or ``sell``.
        """
        return Pipeline(self._core, asset=asset, side=side)

    def risk_check(self, name: str, *, passed: bool, value: object = None, limit: object = None) -> bool:
        """Record one risk check. Returns ``passed``, so it can stand in an ``if``.

        Args:
            name: name of the check, such as ``net_vega``.
            passed: whether it lets the trade through.
            value: what was measured.
            limit: what it was held against, in the same unit.
        """
        with guard("recording a risk check"):
            record_risk_check(self._core, name, passed=passed, value=value, limit=limit)
        return passed

    def handoff(self, task_type: str, *, counterparty: str | None = None, task: str | None = None) -> HandoffBlock:
        """Hand work to another agent, for ``with``: gives the carrier to put into the escrow's metadata.

        Args:
            task_type: kind of work, an identifier of low cardinality; the only thing about it that travels.
            counterparty: agent id of the hired agent.
            task: text of the task. Recorded only if given here, and never sent.
        """
        return HandoffBlock(Handoff(self._core, task_type=task_type, counterparty=counterparty, task=task))

    def take_over(
        self,
        carrier: object,
        *,
        mode: Literal["child", "link"] = "link",
        task_type: str | None = None,
        escrow_id: str | None = None,
        task: str | None = None,
    ) -> Task:
        """Take over work from another agent, for ``with``.

        Args:
            carrier: what the hirer's ``handoff`` gave; untrusted, anything at all may be passed.
            mode: ``child`` continues the hirer's trace, ``link`` starts a new one that points to it.
            task_type: kind of work; taken from the carrier if not given.
            escrow_id: the escrow that pays for it.
            task: text of the task. Recorded only if given here.
        """
        return Task(self._core, carrier, mode=mode, task_type=task_type, escrow_id=escrow_id, task=task)

    def counts(self) -> Counts:
        """Spans recorded, accepted by the collector, rejected by it, and dropped, since the start."""
        return self._delivery.counts() if self._delivery is not None else Counts()

    def flush(self, timeout: float = 2.0) -> bool:
        """Wait until the collector has everything recorded so far, at most ``timeout`` seconds; whether it has."""
        return self._delivery.flush(timeout) if self._delivery is not None else True

    def shutdown(self, timeout: float | None = None) -> bool:
        """Deliver what is left and stop, in at most ``timeout`` seconds (2 by default); whether all was delivered.

        Also done when the interpreter exits. Signals are left alone: an agent that wants its last spans delivered
        when it is terminated calls this from its own handler.
        """
        delivered = True
        with guard("shutting down"):
            self.on_shutdown()
            if self._delivery is not None:
                delivered = self._delivery.shutdown(self._settings.shutdown_timeout_s if timeout is None else timeout)
        return delivered
