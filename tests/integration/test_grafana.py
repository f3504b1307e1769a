"""Grafana's data sources on a hub that asks for tokens: what was acknowledged is seen at once, by who may read."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import TracesData

from tests.support.otlp import traces
from tests.support.processes import run, running_hub

pytestmark = pytest.mark.integration

ID = f"{7:032x}"


def bearer(data: Path, scope: str) -> dict[str, str]:
    done = run("hub", "token", "create", scope, "--scope", scope, "--data", str(data))
    assert done.returncode == 0, done.stderr
    return {"authorization": f"Bearer {done.stdout.strip()}"}


def test_grafana_sees_a_span_as_soon_as_it_is_acknowledged(tmp_path: Path) -> None:
    reader, sender = bearer(tmp_path, "read"), bearer(tmp_path, "ingest")
    now = time.time_ns()
    span = {"name": "pf.trade.execute", "start_time_unix_nano": now, "end_time_unix_nano": now + 10**9}
    body = traces({**span, "attributes": {"pf.slippage_bps": 42.5}}, trace=7).SerializeToString()
    with running_hub(tmp_path, "--auth", "on") as hub, httpx.Client(base_url=hub.url, timeout=30) as http:
        sent = http.post("/v1/traces", content=body, headers={**sender, "content-type": "application/x-protobuf"})
        assert sent.status_code == 200, sent.text
        seconds = {"start": now // 10**9 - 3600, "end": now // 10**9 + 1}
        q = "{ span.pf.slippage_bps > 30 }"
        found = http.get("/tempo/api/search", params={"q": q, **seconds}, headers=reader).json()
        assert [trace["traceID"] for trace in found["traces"]] == [ID]

        told = http.get(f"/tempo/api/traces/{ID}", headers={**reader, "accept": "application/protobuf"})
        trace = TracesData.FromString(told.content)
        assert trace.resource_spans[0].scope_spans[0].spans[0].name == "pf.trade.execute"

        chart = {"q": "{} | quantile_over_time(span.pf.slippage_bps, .95)", "step": "1m", **seconds}
        (series,) = http.get("/tempo/api/metrics/query_range", params=chart, headers=reader).json()["series"]
        assert [sample["value"] for sample in series["samples"]] == [42.5]

        (same,) = http.get(f"/jaeger/api/traces/{ID}", headers=reader).json()["data"]
        assert same["traceID"] == ID

        for path in ("/tempo/api/echo", "/tempo/api/search", "/jaeger/api/services", f"/jaeger/api/traces/{ID}"):
            assert http.get(path).status_code == 401
            assert http.get(path, headers=sender).status_code == 403
            assert http.get(path, headers=reader).status_code == 200
