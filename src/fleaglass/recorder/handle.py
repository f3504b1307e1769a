"""``init``: from settings to an agent, and which agents this process has.

Process-wide and idempotent: the first ``init`` of an agent id makes the agent, every later one returns the same handle.
It takes no network action, starts no thread, and never raises for a telemetry reason: when something about the
configuration is wrong it says so in the log, once, and the agent trades on.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any, Final

from fleaglass._forks import Lock
from fleaglass.alerts import Watch
from fleaglass.recorder.agent import Agent
from fleaglass.recorder.at_work import core_at_work
from fleaglass.recorder.bookkeeping import bookkeeping_for
from fleaglass.recorder.breaker import Breakers
from fleaglass.recorder.core import NOTHING, Core
from fleaglass.recorder.errors import errors_for
from fleaglass.recorder.guard import guard
from fleaglass.recorder.journaling import journaling_for
from fleaglass.recorder.listening import listen
from fleaglass.recorder.log_export import LogExport
from fleaglass.recorder.money import Money
from fleaglass.recorder.noise import Rule
from fleaglass.recorder.others import join, leave
from fleaglass.recorder.policy import Policy
from fleaglass.recorder.pulse import Pulse
from fleaglass.recorder.reporter import Hook
from fleaglass.recorder.resource import resource_of
from fleaglass.recorder.rules import rule_watches
from fleaglass.recorder.scrub import looks_like_key
from fleaglass.recorder.seams import Seams, Sink
from fleaglass.recorder.span import current_span
from fleaglass.recorder.span_log import SpanLog
from fleaglass.recorder.surroundings import Surroundings
from fleaglass.recorder.tracing import provider_for, tracer_of
from fleaglass.settings import Settings

__all__ = ["agents", "current_core", "init", "init_offline", "surrounded_by", "watching"]

_agents: Final[dict[str, Agent]] = {}
_surroundings: Final[list[Surroundings]] = [Surroundings()]
_watchers: Final[list[Sink]] = []
_lock: Final = Lock()


def init(
    agent_id: str | None = None,
    *,
    strategy: str | None = None,
    release: str | None = None,
    environment: str | None = None,
    region: str | None = None,
    services: Sequence[str] | None = None,
    hub: str | None = None,
    endpoint: str | None = None,
    destinations: Sequence[str] | Mapping[str, object] | None = None,
    span_log: str | None = None,
    capture_content: bool | None = None,
    dsn: str | None = None,
    ledger: str | None = None,
    ledger_anchors: Sequence[str] | None = None,
    noise: Rule | Sequence[Rule] | None = None,
    before_send: Hook | Sequence[Hook] | None = None,
    watches: Watch | Sequence[Watch] | None = None,
    rules: str | os.PathLike[str] | None = None,
    seams: Seams | None = None,
) -> Agent:
    """Make the agent, or return the one this process has already under that id.

    What is not given comes from the environment, ``fleaglass.toml`` or the defaults (`fleaglass.settings`).

    Args:
        agent_id: the agent's name. Not an API key.
        strategy: name of the strategy.
        release: release of the agent, such as ``agent-vol-arb@2.1.0``.
        environment: deployment environment.
        region: region the agent runs in.
        services: Purple Flea services the agent uses, such as ``("trading", "wallet")``.
        hub: address of a hub on another machine, such as ``https://hub.example``; the setting ``hub_token`` has its
            token.
        endpoint: address of another OTLP/HTTP collector; by default the hub here, ``http://127.0.0.1:4318``.
        destinations: backends instead of the endpoint, such as ``("hub", "honeycomb")``, or by name with what is to be
            known of them (docs/backends).
        span_log: file that gets a line per ended span.
        capture_content: whether what is said to a model, and by it, is recorded (scrubbed and bounded).
        dsn: the Sentry project for errors, sessions and check-ins; ``none`` for none, whatever the environment says.
        ledger: ``on``, ``strict`` or ``off``: whether what it spends is recorded in its ledger (docs/ledger.md).
        ledger_anchors: who gets the ledger's checkpoints, such as ``("hub", "file:/mnt/other/anchors")``.
        noise: what is no issue, asked in order, instead of `fleaglass.DEFAULT_NOISE`. Of this and the next two, one may
            stand by itself.
        before_send: called with each event and a hint, in order; what returns ``None`` drops the event.
        watches: rules of `fleaglass.alerts` that look at every span as it ends, sampled out or not.
        rules: a rules file, such as ``alerts.toml``; what of it an agent can judge by itself is judged here, too.
        seams: clock, ids and sinks, for tests.
    """
    arguments: dict[str, Any] = {
        "agent_id": agent_id,
        "strategy": strategy,
        "release": release,
        "environment": environment,
        "region": region,
        "services": services,
        "hub": hub,
        "endpoint": endpoint,
        "destinations": destinations,
        "span_log": span_log,
        "capture_content": capture_content,
        "dsn": dsn,
        "ledger": ledger,
        "ledger_anchors": ledger_anchors,
        "noise": noise,
        "before_send": before_send,
        "watches": watches,
        "rules": rules,
    }
    agent = Agent(NOTHING, Settings.load(), None)
    with guard("initialising"):
        here = _surroundings[-1]
        arguments = here.complete(arguments)
        policy = Policy.of(**{name: arguments[name] for name in ("noise", "before_send", "watches")})
        settings = here.settings(arguments)
        agent = _start(settings, seams or here.seams(settings.agent_id), policy)
        _warn(settings, agent)
        here.receive(agent)
        if seams is None:  # last: a session that the surroundings have opened is not yet the program's work
            join(agent)
    return agent


def init_offline(
    agent_id: str,
    *,
    seams: Seams,
    noise: Rule | Sequence[Rule] | None = None,
    before_send: Hook | Sequence[Hook] | None = None,
    watches: Watch | Sequence[Watch] | None = None,
    **settings: object,
) -> Agent:
    """Make an agent that sends nothing and reads no environment and no files, for tests; `init` finds it by its id.

    It keeps no ledger unless it is told to, and where: ``ledger="on", home=...``.

    Raises ``ValueError`` for a setting that makes no sense, and for an agent that exists already: in a test that is a
    mistake.
    """
    if agent_id in _agents:
        raise ValueError(
            f"this process has an agent {agent_id!r} already, which would keep what this one is to record; "
            "shut that one down, or take another id"
        )
    found = Settings.load({"ledger": "off", **settings, "agent_id": agent_id, "exporter": "none"})
    if unknown := settings.keys() - set(Settings.__struct_fields__):
        raise ValueError(f"there are no such settings: {', '.join(sorted(unknown))}")
    if found.problems:
        raise ValueError("; ".join(found.problems))
    seams = replace(seams, reads_environment=False)
    return _start(found, seams, Policy.of(noise=noise, before_send=before_send, watches=watches))


def _start(settings: Settings, seams: Seams, policy: Policy) -> Agent:
    with _lock:
        agent = _agents.get(settings.agent_id)
        if agent is None:
            agent = _agents[settings.agent_id] = _make(settings, seams, policy)
            agent.on_shutdown = partial(_forget, agent)
            atexit.register(agent.end_with_process)
        return agent


def _forget(agent: Agent) -> None:
    with _lock:
        if _agents.get(agent.agent_id) is agent:
            del _agents[agent.agent_id]
    atexit.unregister(agent.end_with_process)
    leave(agent.core)
    agent.stop_listening()


@contextmanager
def surrounded_by(surroundings: Surroundings) -> Iterator[None]:
    """A block in which agents are made as these surroundings say."""
    _surroundings.append(surroundings)
    try:
        yield
    finally:
        _surroundings.remove(surroundings)


@contextmanager
def watching(sink: Sink) -> Iterator[None]:
    """A block in which every agent that is made hands its ended spans to this sink as well. For test suites."""
    _watchers.append(sink)
    try:
        yield
    finally:
        _watchers.remove(sink)


def agents() -> tuple[Agent, ...]:
    """The agents of this process, the first one first."""
    return tuple(_agents.values())


def current_core() -> Core:
    """The agent that is at work here, else the process's first; a core that records nothing if there is none."""
    if (core := core_at_work()) is not None:
        return core
    if not _agents:
        _surroundings[-1].stand_in()
    return next((agent.core for agent in agents()), NOTHING)


def _make(settings: Settings, seams: Seams, policy: Policy) -> Agent:
    if settings.disabled:
        return Agent(Core(agent_id=settings.agent_id, clock=seams.clock, ids=seams.ids), settings, None)
    span_log = (SpanLog(settings.span_log),) if settings.span_log is not None else ()
    sinks = (*span_log, *seams.sinks, *_watchers)
    resource = resource_of(settings)
    journal = journaling_for(settings, resource, seams.clock)
    ruled = rule_watches(settings)
    breakers = Breakers(seams.clock, None if policy.watches else {watch.rule.name for watch in ruled})
    provider = provider_for(settings, seams, sinks, resource, journal, (*policy.watches, *ruled), breakers.hear)
    errors = errors_for(settings, seams, policy, current_span, journal)
    core = Core(
        agent_id=settings.agent_id,
        tracer=tracer_of(provider),
        tracer_provider=provider,
        clock=seams.clock,
        ids=seams.ids,
        propagators=settings.propagators,
        capture_content=settings.capture_content,
        pulse=Pulse(seams.clock, stalled_after_s=settings.stalled_after_s),
        money=Money(seams.clock),
        breakers=breakers,
        bookkeeping=bookkeeping_for(settings),
        sentry=errors.sentry,
        trail=errors.trail,
        state=errors.state,
        reporter=errors.reporter,
    )
    agent = Agent(core, settings, journal, seams.rounds)
    export = LogExport(core, journal) if journal is not None and journal.takes("logs") else None
    agent.stop_listening = listen(core, settings, export)
    return agent


def _warn(settings: Settings, agent: Agent) -> None:
    for problem in settings.problems:
        guard.say(problem, problem)
    if settings != agent.settings:
        guard.say(
            f"init again {agent.agent_id}",
            f"agent {agent.agent_id} exists already; the other arguments of this init do nothing",
        )
    if settings.agent_id == Settings.load().agent_id:
        guard.say("no agent id", f"no agent id was given and FLEAGLASS_AGENT_ID is not set; this is {agent.agent_id}")
    if looks_like_key(agent.agent_id):
        # Accepted, since the guides use one shape for both. Not repeated here: it may be the key after all.
        guard.say("id like a key", "the agent id has the shape of an API key; ids are recorded, so never pass a key")
