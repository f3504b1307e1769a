"""GET /status, and the figures it shares with the live stream."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

from fleaglass.hub.api.status import Figures
from fleaglass.hub.intake import Queue
from fleaglass.hub.receive.points import lines
from fleaglass.hub.store import Store
from fleaglass.hub.store.engine import Engine
from fleaglass.hub.tally import Tally
from tests.support.otlp import T0, key_values, traces
from tests.unit.hub.api.conftest import Api

Put = Callable[..., None]


async def test_the_hub_itself(api: Api, put: Put, engine: Engine) -> None:
    put(traces({}, {"parent": 1}), traces({}, {"parent": 1}))
    status = await api("status")
    where = urlsplit(engine.dsn)
    assert status.pop("storage")["level"] == "ok"
    assert status == {
        "version": "9.9.9",
        "started_ns": str(T0),
        "takes": ["open", "envelopes"],
        "intake": {"waiting": 0, "waiting_bytes": 0, "aside": 0},
        "store": {"backend": where.scheme, "path": (where.hostname or "") + where.path},
        "spans": 2,
        "spans_per_s": 0.0,
        "rejected": 0,
        "dropped": 0,
    }


def dropped(agent: str, temporality: int, *values: int, reason: str = "queue_full") -> bytes:
    request = ExportMetricsServiceRequest()
    entry = request.resource_metrics.add()
    entry.resource.attributes.extend(key_values({"pf.agent_id": agent}))
    metric = entry.scope_metrics.add().metrics.add(name="pf.telemetry.dropped")
    metric.sum.aggregation_temporality = temporality
    for number, value in enumerate(values):
        point = metric.sum.data_points.add(time_unix_nano=T0 + number, start_time_unix_nano=T0, as_int=value)
        point.attributes.extend(key_values({"pf.drop_reason": reason}))
    return b"".join(lines(request))


async def test_what_agents_say_they_dropped_is_added_up(store: Store, queue: Queue, engine: Engine) -> None:
    now = [0.0]
    figures = Figures(store, queue, Tally(), now=lambda: now[0])
    assert (await figures.rates())["dropped"] == 0
    engine.insert("metrics", dropped("a", 2, 3, 5, 9) + dropped("a", 2, 4, reason="disk_cap") + dropped("b", 1, 1, 2))
    assert (await figures.rates())["dropped"] == 0  # kept for five seconds
    now[0] = 5.0
    assert (await figures.rates())["dropped"] == 9 + 4 + 3


async def test_rejected_requests_are_counted(store: Store, queue: Queue) -> None:
    tally = Tally()
    tally.refusals.count("malformed", "traces")
    tally.refusals.count("too_large", "logs", "a")
    assert (await Figures(store, queue, tally).rates())["rejected"] == 2


async def test_the_disk_and_what_its_cap_took(api: Api, put: Put, engine: Engine) -> None:
    put(traces({}))
    engine.query("INSERT INTO dropped VALUES ('2023-11-16 10:00:00', 'idle', '2023-11-14', 7, 700)")
    disk = (await api("status"))["storage"]
    assert disk["bytes"] > 0
    assert disk["cap"] is None
    assert disk["dropped"] == [{"time_s": 1700128800, "kind": "idle", "day": "2023-11-14", "rows": 7, "bytes": 700}]
