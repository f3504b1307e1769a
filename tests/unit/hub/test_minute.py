"""Once a minute the hub concludes what nobody tells it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from fleaglass.hub.alerting.forgetting import KEPT
from fleaglass.hub.alerting.tables import notifications
from fleaglass.hub.intake.digest import Digest
from fleaglass.hub.intake.queue import Queue
from fleaglass.hub.minute import Minutes
from fleaglass.hub.releases.shelf import find_release
from fleaglass.hub.state import State
from fleaglass.hub.store import Store
from fleaglass.hub.store.engine import Engine
from tests.support.otlp import T0, traces
from tests.unit.hub.api.alerting.made import NOW, make_message


async def test_an_agent_that_sends_spans_alone_has_a_release(
    tmp_path: Path, engine: Engine, store: Store, state: State
) -> None:
    resource = {"pf.release": "agent@1.0.0", "deployment.environment.name": "production"}
    engine.insert("traces", traces({}, resource=resource).SerializeToString())
    queue = Queue(tmp_path / "intake.db")

    def now_ns() -> int:
        return T0 + 60_000_000_000

    await Minutes(queue, Digest(queue, store, state, now_ns), store, state, now_ns).tick()
    queue.close()

    with state.read() as connection:
        found = find_release(connection, "agent@1.0.0")
    assert found is not None
    assert (found.first_seen_ns, [seen.name for seen in found.environments]) == (T0, ["production"])
    assert [project.slug for project in found.projects] == ["agents"]


async def test_old_messages_are_forgotten(tmp_path: Path, store: Store, state: State) -> None:
    make_message(state, 1, [1], created_ns=NOW - KEPT.days * 86_400_000_000_000 - 1)
    make_message(state, 2, [1])
    queue = Queue(tmp_path / "intake.db")
    await Minutes(queue, Digest(queue, store, state, lambda: NOW), store, state, lambda: NOW).tick()
    queue.close()
    with state.read() as connection:
        assert connection.execute(select(notifications.c.id)).scalars().all() == [2]
