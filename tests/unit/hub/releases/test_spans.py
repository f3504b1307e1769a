"""An agent that sends nothing but spans runs in a release as well."""

from __future__ import annotations

from fleaglass.hub.releases.spans import Ran, releases_of_spans
from fleaglass.hub.store import Store
from fleaglass.hub.store.engine import Engine
from tests.support.otlp import T0, traces

HOUR = 3_600_000_000_000


async def test_a_release_is_known_by_its_spans_from_the_first_to_the_last(engine: Engine, store: Store) -> None:
    def ran(trace: int, hours: int, release: str, environment: str = "production") -> None:
        resource = {"pf.release": release, "deployment.environment.name": environment}
        request = traces({"start_time_unix_nano": T0 + hours * HOUR}, resource=resource, trace=trace)
        engine.insert("traces", request.SerializeToString())

    ran(1, 1, "agent@1.0.0")
    ran(2, 3, "agent@1.0.0")
    ran(3, 2, "agent@1.0.0", "staging")
    ran(4, 2, "")
    ran(5, -23, "agent@0.9.0")
    assert await releases_of_spans(store, T0 + 4 * HOUR) == [
        Ran("agent@1.0.0", "production", T0 + HOUR, T0 + 3 * HOUR),
        Ran("agent@1.0.0", "staging", T0 + 2 * HOUR, T0 + 2 * HOUR),
    ]
