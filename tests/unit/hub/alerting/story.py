"""A hub with rules, whose clock and agents a test moves by hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select

from fleaglass.hub.alerting.rounds import Rounds
from fleaglass.hub.alerting.tables import alert_standings, incident_activity, incidents
from fleaglass.hub.state import State
from fleaglass.hub.store import Store
from fleaglass.hub.store.engine import Engine
from tests.support.otlp import T0, traces

SECOND = 1_000_000_000
MINUTE = 60 * SECOND
MS = 1_000_000


class Story:
    """`at` seconds after T0, agents' spans end and rounds are made."""

    def __init__(self, engine: Engine, store: Store, state: State, folder: Path, rules: str) -> None:
        self.engine = engine
        self.store = store
        self.state = state
        self.file = folder / "alerts.toml"
        self.file.write_text("version = 1\n" + rules)
        self.now_ns = T0
        self._spans = 0
        self.start()

    def start(self) -> None:
        """A hub begins, with nothing in its memory."""
        self.rounds = Rounds(self.store, self.state, self.file, lambda: self.now_ns)

    async def round(self, at: float) -> None:
        """A round is made."""
        self.now_ns = T0 + round(at * SECOND)
        await self.rounds.tick()

    def span(self, ended: float, ms: float = 10, *, agent: str = "a", **fields: Any) -> dict[str, Any]:
        """A span that ended then, in a trace of its own, arrives; as it was sent, for `send`."""
        self._spans += 1
        end_ns = T0 + round(ended * SECOND)
        span = {
            "id": self._spans,
            "trace": self._spans,
            "name": "pf.trade.execute",
            "start_time_unix_nano": end_ns - round(ms * MS),
            "end_time_unix_nano": end_ns,
            **fields,
        }
        self.send(span, agent)
        return span

    def send(self, span: Mapping[str, Any], agent: str = "a") -> None:
        """A span arrives, perhaps once more."""
        resource = {"pf.agent_id": agent, "pf.environment": "production", "pf.release": "a@1"}
        self.engine.insert("traces", traces(span, resource=resource).SerializeToString())

    def incidents(self) -> list[dict[str, Any]]:
        """All incidents, in the order in which they fired."""
        return self._rows(incidents)

    def standings(self) -> list[dict[str, Any]]:
        """All that stands."""
        return self._rows(alert_standings)

    def activity(self) -> list[tuple[int, str]]:
        """What happened to incidents: (incident, kind)."""
        return [(row["incident"], row["kind"]) for row in self._rows(incident_activity)]

    def _rows(self, table: Any) -> list[dict[str, Any]]:
        with self.state.read() as connection:  # in the order of their keys: PostgreSQL puts a changed row last
            return [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()]


def an_issue(number: int, seen_ns: int = T0, **told: Any) -> dict[str, Any]:
    """A row of `issues`: of an error that happened once."""
    texts = dict.fromkeys(("culprit", "type", "value", "platform"), "")
    times = dict.fromkeys(("first_seen_ns", "last_seen_ns", "active_at_ns", "changed_ns"), seen_ns)
    return {
        "id": number,
        "project": 1,
        "kind": "error",
        "title": "boom",
        "level": "error",
        "first_release": "a@1",
        "last_release": "a@1",
        "status": "unresolved",
        "events": 1,
        "users": 0,
        **texts,
        **times,
        **told,
    }
