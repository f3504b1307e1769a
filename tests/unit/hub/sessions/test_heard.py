"""An agent is heard of by its spans, those that ended and those that are open."""

from __future__ import annotations

from fleaglass.hub.sessions.heard import last_heard
from fleaglass.hub.store import Store
from fleaglass.hub.store.engine import Engine
from tests.support.otlp import T0, traces

HOUR_NS = 3600 * 1_000_000_000


async def test_the_newest_span_of_each_agent_and_environment(store: Store, engine: Engine) -> None:
    def sent(table: str, agent: str, environment: str, **span: int) -> None:
        resource = {"pf.agent_id": agent, "deployment.environment.name": environment}
        engine.insert(table, traces(span, resource=resource).SerializeToString())

    sent("traces", "a", "production", id=1, end_time_unix_nano=T0 + 5)
    sent("traces", "a", "production", id=2, end_time_unix_nano=T0 + 9)
    sent("traces", "a", "staging", id=3, end_time_unix_nano=T0 + 7)
    sent("open", "b", "", id=4)
    heard = await last_heard(store, T0 + HOUR_NS)
    assert heard.pop(("b", "")) > T0  # by the clock of the engine, when it came in
    assert heard == {("a", "production"): T0 + 9, ("a", "staging"): T0 + 7}
    assert ("a", "production") not in await last_heard(store, T0 + 25 * HOUR_NS)
