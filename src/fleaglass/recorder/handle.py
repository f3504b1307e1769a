"""``init``: from settings to an agent, and which agents this process has.

Process-wide and idempotent: the first ``init`` of an agent id makes the agent, every later one returns the same handle.
It takes no network action, starts no thread, and never raises for a telemetry reason: when something about the
configuration is wrong it says so in the log, once, and the agent trades on.
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Final

from fleaglass.recorder.agent import Agent
from fleaglass.recorder.core import NOTHING, Core
from fleaglass.recorder.delivery import Delivery
from fleaglass.recorder.guard import guard
from fleaglass.recorder.otlp import OtlpSender
from fleaglass.recorder.resource import resource_of
from fleaglass.recorder.scrub import looks_like_key
from fleaglass.recorder.seams import Seams, Sink
from fleaglass.recorder.span import current_span
from fleaglass.recorder.span_log import SpanLog
from fleaglass.recorder.tracing import tracer_for
from fleaglass.settings import Settings

__all__ = ["current_core", "init", "init_offline", "watching"]

_agents: Final[dict[str, Agent]] = {}
_watchers: Final[list[Sink]] = []
_lock: Final = threading.Lock()


def init(
    agent_id: str | None = None,
    *,
    strategy: str | None = None,
    release: str | None = None,
    environment: str | None = None,
    region: str | None = None,
    services: Sequence[str] | None = None,
    endpoint: str | None = None,
    span_log: str | None = None,
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
        endpoint: address of the hub or of another OTLP/HTTP collector; ``http://127.0.0.1:4318`` by default.
        span_log: file that gets a line per ended span.
        seams: clock, ids and sinks, for tests.
    """
    arguments = {
        "agent_id": agent_id,
        "strategy": strategy,
        "release": release,
        "environment": environment,
        "region": region,
        "services": services,
        "endpoint": endpoint,
        "span_log": span_log,
    }
    agent = Agent(NOTHING, Settings.load(), None)
    with guard("initialising"):
        settings = Settings.read(arguments)
        agent = _start(settings, seams or Seams())
        _warn(settings, agent)
    return agent


def init_offline(agent_id: str, *, services: Sequence[str], seams: Seams) -> Agent:
    """Make an agent that sends nothing and reads no environment and no files, for tests; `init` finds it by its id."""
    return _start(Settings.load({"agent_id": agent_id, "services": services, "exporter": "none"}), seams)


def _start(settings: Settings, seams: Seams) -> Agent:
    with _lock:
        agent = _agents.get(settings.agent_id)
        if agent is None:
            agent = _agents[settings.agent_id] = _make(settings, seams)
            agent.on_shutdown = partial(_forget, agent)
            atexit.register(agent.shutdown)
        return agent


def _forget(agent: Agent) -> None:
    with _lock:
        if _agents.get(agent.agent_id) is agent:
            del _agents[agent.agent_id]
    atexit.unregister(agent.shutdown)


@contextmanager
def watching(sink: Sink) -> Iterator[None]:
    """A block in which every agent that is made hands its ended spans to this sink as well. For test suites."""
    _watchers.append(sink)
    try:
        yield
    finally:
        _watchers.remove(sink)


def current_core() -> Core:
    """The agent whose span is open here, else the process's first; a core that records nothing if there is none."""
    span = current_span()
    if span is not None:
        return span.core
    return next((agent.core for agent in tuple(_agents.values())), NOTHING)


def _make(settings: Settings, seams: Seams) -> Agent:
    if settings.disabled:
        return Agent(Core(agent_id=settings.agent_id, clock=seams.clock, ids=seams.ids), settings, None)
    delivery = _delivery(settings) if settings.exporter == "otlp" else None
    span_log = (SpanLog(settings.span_log),) if settings.span_log is not None else ()
    sinks = (*span_log, *seams.sinks, *_watchers)
    tracer = tracer_for(settings, seams.ids, sinks, resource_of(settings), delivery)
    return Agent(Core(settings.agent_id, tracer, seams.clock, seams.ids), settings, delivery)


def _delivery(settings: Settings) -> Delivery:
    sender = OtlpSender(
        settings.endpoint,
        headers=dict(settings.headers),
        timeout_s=settings.timeout_s,
        compress=settings.compression == "gzip",
        certificate=settings.certificate,
    )
    return Delivery(
        sender,
        queue_spans=settings.queue_spans,
        batch_spans=settings.batch_spans,
        linger_s=settings.linger_ms / 1000,
    )


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
