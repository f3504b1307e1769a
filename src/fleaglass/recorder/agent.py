"""The handle of one agent: everything its author calls."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from opentelemetry.trace import TracerProvider

from fleaglass.recorder.breaker import HALF_OPEN_AFTER_S, Breaker
from fleaglass.recorder.core import Core
from fleaglass.recorder.cycle import Cycle, Pipeline
from fleaglass.recorder.genai import AgentRun, ToolCall
from fleaglass.recorder.guard import guard
from fleaglass.recorder.handoff import Handoff, HandoffBlock, Task
from fleaglass.recorder.journaling import Counts, Journaling
from fleaglass.recorder.monitor import Monitor
from fleaglass.recorder.rounds import Rounds
from fleaglass.recorder.session import Session
from fleaglass.recorder.stage import Stage, record_risk_check
from fleaglass.recorder.telling import Telling
from fleaglass.recorder.upkeep import Upkeep
from fleaglass.recorder.ways import Way, in_turn
from fleaglass.settings import Settings

__all__ = ["Agent"]


class Agent(Telling):
    """The handle of one agent. Its methods never raise; what they return always works."""

    def __init__(
        self,
        core: Core,
        settings: Settings,
        journal: Journaling | None,
        rounds: Rounds | None = None,
    ) -> None:
        self._core = core
        self._settings = settings
        self._journal = journal
        self._upkeep = Upkeep(
            core,
            settings,
            rounds or Rounds(core.clock),
            flush=self.flush,
            write=journal.put if journal is not None else None,
            tend=journal.tend if journal is not None else None,
        )
        self.on_shutdown: Callable[[], None] = lambda: None
        """Called first thing by ``shutdown``."""
        self.stop_listening: Callable[[], None] = lambda: None
        """Ends what it listens to in its process."""
        self._ways: Sequence[Way] = (core.sentry,) if journal is None else (core.sentry, journal)

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

    @property
    def tracer_provider(self) -> TracerProvider:
        """An OpenTelemetry ``TracerProvider`` for other libraries, such as instrumentations of a model's client.

        Their spans hang below ours, and leave with ours, scrubbed. Records nothing when the agent is disabled. It ends
        with the agent, so there is nothing to shut down.
        """
        return self._core.tracer_provider

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

    def invoke_agent(self, name: str, *, provider: str | None = None, model: str | None = None) -> AgentRun:
        """An agent of a framework at work inside this one, for ``with``, by OpenTelemetry's GenAI conventions.

        Args:
            name: name of that agent, such as ``analyst``.
            provider: who provides its model, such as ``anthropic``.
            model: the model it asks.
        """
        return AgentRun(self._core, name, provider=provider, model=model)

    def execute_tool(self, name: str, *, call_id: str | None = None, arguments: object = None) -> ToolCall:
        """A tool that a model asked for, for ``with``, by OpenTelemetry's GenAI conventions.

        Args:
            name: name of the tool, such as ``order_book``.
            call_id: the model's id of this call.
            arguments: what it is called with. Recorded only with ``capture_content``.
        """
        return ToolCall(self._core, name, call_id=call_id, arguments=arguments)

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
        carrier: object = None,
        *,
        mode: Literal["child", "link"] = "link",
        task_type: str | None = None,
        escrow_id: str | None = None,
        task: str | None = None,
    ) -> Task:
        """Take over work from another agent, for ``with``.

        Args:
            carrier: what the hirer's ``handoff`` gave: the dict itself, the headers of an HTTP request, JSON with
                either inside, an escrow's metadata or description. Untrusted, so anything at all may be passed.
            mode: ``child`` continues the hirer's trace, ``link`` starts a new one that points to it.
            task_type: kind of work; taken from the carrier if not given.
            escrow_id: the escrow that pays for it. Without a carrier it is what joins the two traces.
            task: text of the task. Recorded only if given here.
        """
        return Task(self._core, carrier, mode=mode, task_type=task_type, escrow_id=escrow_id, task=task)

    def breaker(
        self,
        name: str,
        *,
        opens_on: str | Iterable[str] = (),
        services: str | Iterable[str] = (),
        half_open_after_s: float = HALF_OPEN_AFTER_S,
    ) -> Breaker:
        """A breaker that stops spends while something is wrong. The same one, when it is asked for again.

        While it is open, what spends at the venue raises ``fleaglass.venue.BreakerOpen`` before anything is sent. What
        closes a position, withdraws an order, settles an escrow or reads is never stopped. A program that asks the
        venue by itself asks ``allows()`` first.

        Args:
            name: what you call it, such as ``trading``.
            opens_on: names of rules in the rules file; of another watch, the kind of its alerts.
            services: the services whose spends it stops, such as ``trading``; all by default.
            half_open_after_s: how long it stops everything, in seconds; then one spend may try.
        """
        name = str(name)
        with guard("making a breaker"):
            return self._core.breakers.named(
                name,
                opens_on=_several(opens_on),
                services=_several(services),
                half_open_after_s=half_open_after_s,
            )
        return self._core.breakers.named(name)

    def session(self, *, handle_sigterm: bool = True) -> Session:
        """One run of the agent, for ``with`` and ``async with``, around everything it does.

        Sentry's release health sees it begin and end, by how the block is left: ``exited``, or ``crashed`` with the
        exception captured. A run that is killed is reported ``abnormal`` by the next. While it lasts, a check-in a
        minute says whether cycles complete. Inside an open session, this is that session.

        Args:
            handle_sigterm: whether SIGTERM ends the session before it ends the process, as it would have. Only in
                the main thread, and not in a program with a handler of its own: what that makes of the block counts.
        """
        return self._upkeep.session(handle_sigterm=handle_sigterm)

    def monitor(
        self,
        slug: str,
        schedule: str | int | None = None,
        *,
        margin: int = 1,
        max_runtime: int = 30,
        failure_threshold: int = 1,
        recovery_threshold: int = 1,
        timezone: str = "UTC",
    ) -> Monitor:
        """Watch a job on a schedule: a decorator for functions, and for ``with`` and ``async with``.

        Limits and their defaults are those of Sentry's cron monitors. A schedule that makes no sense is named in the
        log, once, and the job runs all the same.

        Args:
            slug: name of the job, such as ``daily-recalibration``.
            schedule: a crontab line such as ``0 0 * * *``, or an interval in minutes; None for a monitor that is
                set up at the server.
            margin: minutes that a run may begin late, 1 to 40320.
            max_runtime: minutes that a run may take, 1 to 40320.
            failure_threshold: failed or missed runs in a row that open an issue, 1 to 720.
            recovery_threshold: good runs in a row that close it, 1 to 720.
            timezone: IANA name of the zone that the schedule is meant in.
        """
        return self._upkeep.monitor(
            slug,
            schedule=schedule,
            margin=margin,
            max_runtime=max_runtime,
            failure_threshold=failure_threshold,
            recovery_threshold=recovery_threshold,
            timezone=timezone,
        )

    def marker(self, kind: str = "", /, **values: object) -> None:
        """Mark that the running agent changed: a parameter, the checkpoint of its model. Unchanged values mark nothing.

        Args:
            kind: what kind of thing changed, such as ``parameters`` or ``model_checkpoint``. May be given by name.
            values: the values from now on, by name; where ``kind`` comes first, one may be called so too.
        """
        with guard("setting a marker"):
            self._upkeep.markers.set(kind or values.pop("kind", ""), values)

    def counts(self) -> Counts:
        """Spans recorded, accepted by the collector, rejected by it, and dropped, since the start."""
        return self._journal.counts("traces") if self._journal is not None else Counts()

    def flush(self, timeout: float = 2.0) -> bool:
        """Wait until everything recorded so far has arrived, at most ``timeout`` seconds; whether it has.

        That is spans and log records at the collector, errors, sessions and check-ins at Sentry.
        """
        with guard("flushing"):
            return in_turn(self._ways, lambda way, share_s: way.flush(share_s), timeout)
        return False

    def meet_others(self, look: Callable[[], None], begin_work: Callable[[], None]) -> None:
        """Have it looked for other tracing in the process, every few seconds and when the agent begins to work."""
        self._upkeep.meet_others(look, begin_work)

    def end_with_process(self) -> None:
        """The interpreter exits. What has not arrived by now is sent without it, unless only this process can."""
        waits = self._journal is None or not self._journal.outlives_the_process
        self.shutdown(None if waits else 0.0)

    def shutdown(self, timeout: float | None = None) -> bool:
        """Deliver what is left and stop, in at most ``timeout`` seconds (2 by default); whether all was delivered.

        When the interpreter exits nobody waits: what has not been delivered is in the agent's journal, and is sent
        without it. (The thread shipper ends with the process, so it gets this time.)
        """
        delivered = True
        with guard("shutting down"):
            self.on_shutdown()
            until_s = time.monotonic() + (self._settings.shutdown_timeout_s if timeout is None else timeout)
            self._upkeep.leave()
            self._core.bookkeeping.close()
            left_s = max(0.0, until_s - time.monotonic())
            delivered = in_turn(self._ways, lambda way, share_s: way.shutdown(share_s), left_s)
            self._upkeep.join(until_s - time.monotonic())
        return delivered


def _several(one_or_several: str | Iterable[str]) -> tuple[str, ...]:
    return (one_or_several,) if isinstance(one_or_several, str) else tuple(one_or_several)
