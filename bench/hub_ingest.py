"""How many spans a second does a hub acknowledge, and what do they cost it?

A real hub in a process of its own takes OTLP protobuf over HTTP from concurrent senders in this one. An answer counts
only because the hub commits and fsyncs before it gives one; afterwards a fresh process reads the store and every span
id sent is looked up in it.

    .venv/bin/python bench/hub_ingest.py --json

Last line: spans_per_s (acknowledged, wall clock), cpu_s_per_100k (the hub's user + system seconds, its merges until
they settle included), rss_mb (highest seen), queryable_s (answer to visible in the API, worst of five), fsync (what the
store's tables are set to), bytes_per_span (all that the store's tables take, by the spans in them, once merges have
settled), validated (every id found, none twice).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import psutil
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

sys.path.insert(0, str(Path(__file__).parent))
from otlp_bodies import bodies

FLEAGLASS = (sys.executable, "-m", "fleaglass.cli")


class Sender:
    """One keep-alive HTTP/1.1 connection."""

    def __init__(self, host: str, port: int) -> None:
        self._address = host, port

    async def __aenter__(self) -> Sender:
        self._reader, self._writer = await asyncio.open_connection(*self._address)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()

    async def request(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        """Status and body of one exchange."""
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {self._address[0]}:{self._address[1]}\r\n"
            f"Content-Type: application/x-protobuf\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self._writer.write(head.encode() + body)
        status = int((await self._reader.readline()).split()[1])
        length = 0
        while (line := await self._reader.readline()) != b"\r\n":
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        return status, await self._reader.readexactly(length)


async def send_all(host: str, port: int, waiting: Iterable[bytes], senders: int) -> list[float]:
    """Send every body, `senders` at a time; seconds from sending to answer, one a body."""
    queue = iter(waiting)
    seconds: list[float] = []

    async def work() -> None:
        async with Sender(host, port) as sender:
            for body in queue:
                began = time.perf_counter()
                status, answer = await sender.request("POST", "/v1/traces", body)
                if status != 200:
                    raise SystemExit(f"the hub answered {status}: {answer[:200]!r}")
                seconds.append(time.perf_counter() - began)

    await asyncio.gather(*(work() for _ in range(senders)))
    return seconds


async def queryable(host: str, port: int, body: bytes) -> float:
    """Seconds from the answer to a body until its last trace is in the API."""
    trace_id = ExportTraceServiceRequest.FromString(body).resource_spans[0].scope_spans[0].spans[-1].trace_id.hex()
    async with Sender(host, port) as sender:
        await sender.request("POST", "/v1/traces", body)
        began = time.perf_counter()
        while (await sender.request("GET", f"/api/v1/traces/{trace_id}"))[0] != 200:
            await asyncio.sleep(0.005)
            if time.perf_counter() - began > 10:
                raise SystemExit(f"trace {trace_id} did not become visible within 10 s")
        return time.perf_counter() - began


async def stored_bytes(host: str, port: int) -> int:
    """What the hub says that its store takes: the parts of all tables that are in use."""
    async with Sender(host, port) as sender:
        status, answer = await sender.request("GET", "/api/v1/status")
    if status != 200:
        raise SystemExit(f"the hub answered {status}: {answer[:200]!r}")
    return int(json.loads(answer)["storage"]["bytes"])


class Hub:
    """A hub in a process of its own, on free ports; its store is removed afterwards, unless it lies in `data`."""

    def __init__(self, *options: str, data: Path | None = None) -> None:
        self._options = options
        self._kept = data

    def __enter__(self) -> Hub:
        self._folder = tempfile.TemporaryDirectory(prefix="fleaglass-bench-")
        self.data = self._kept or Path(self._folder.name)
        self.start()
        return self

    def start(self) -> None:
        """Start it, or start it again on the same store."""
        command = [*FLEAGLASS, "up", "--http-port", "0", "--grpc-port", "0", "--data", str(self.data), "--json"]
        self.process = subprocess.Popen([*command, *self._options], stdout=subprocess.PIPE)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("the hub did not start")
        self.host, port = json.loads(line)["otlp_http"].removeprefix("http://").rsplit(":", 1)
        self.port = int(port)
        self._watched = psutil.Process(self.process.pid)

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._folder.cleanup()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)

    def cpu_s(self) -> float:
        times = self._watched.cpu_times()
        return float(times.user + times.system)

    def rss_mb(self) -> float:
        return float(self._watched.memory_info().rss) / 1e6


def settle(hub: Hub, most_s: int = 15) -> None:
    """Wait until the hub idles (its background merges are done), so many seconds at most."""
    for _ in range(2 * most_s):
        before = hub.cpu_s()
        time.sleep(0.5)
        if hub.cpu_s() - before < 0.02:
            return


def stored(data: Path) -> tuple[list[str], bool]:
    """Span ids in the store and whether its tables fsync, read by a fresh process."""
    done = subprocess.run(
        [*FLEAGLASS, "store", "--data", str(data), "--spans"], capture_output=True, text=True, check=True
    )
    shown = subprocess.run(
        [*FLEAGLASS, "store", "--data", str(data), "--json"], capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines(), bool(json.loads(shown.stdout)["fsync"])


def ids(sent: Iterable[bytes]) -> list[str]:
    """`trace_id span_id` of every span in these bodies."""
    requests = (ExportTraceServiceRequest.FromString(body) for body in sent)
    spans = (span for request in requests for span in request.resource_spans[0].scope_spans[0].spans)
    return [f"{span.trace_id.hex()} {span.span_id.hex()}" for span in spans]


def run(spans: int, size: int, senders: int) -> dict[str, Any]:
    now = time.time_ns()
    warm = list(bodies(senders, size, now, seed=1))
    load = list(bodies(spans // size, size, now, seed=2))
    probes = list(bodies(5, size, now, seed=3))
    with Hub() as hub:
        asyncio.run(send_all(hub.host, hub.port, warm, senders))
        settle(hub)
        cpu, began = hub.cpu_s(), time.perf_counter()
        answers = sorted(asyncio.run(send_all(hub.host, hub.port, load, senders)))
        wall = time.perf_counter() - began
        rss = hub.rss_mb()
        settle(hub)
        cpu = hub.cpu_s() - cpu
        held = asyncio.run(stored_bytes(hub.host, hub.port))
        visible = max(asyncio.run(queryable(hub.host, hub.port, probe)) for probe in probes)
        hub.stop()
        found, fsync = stored(hub.data)
        sent = ids([*warm, *load, *probes])
    return {
        "spans_per_s": round(len(load) * size / wall),
        "cpu_s_per_100k": round(cpu / (len(load) * size) * 100_000, 2),
        "rss_mb": round(rss),
        "queryable_s": round(visible, 3),
        "fsync": fsync,
        "bytes_per_span": round(held / ((len(warm) + len(load)) * size), 1),
        "validated": len(found) == len(sent) and set(found) == set(sent),
        "spans": len(load) * size,
        "answer_ms_p50": round(answers[len(answers) // 2] * 1000),
        "answer_ms_max": round(answers[-1] * 1000),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--spans", type=int, default=102_400)
    parser.add_argument("--size", type=int, default=512, help="spans a body")
    parser.add_argument("--senders", type=int, default=32, help="bodies under way at once")
    parser.add_argument(
        "--rounds", type=int, default=3, help="runs, each with a fresh hub; the median by spans/s is told"
    )
    parser.add_argument("--json", action="store_true", help="print only the result line")
    arguments = parser.parse_args()
    results = []
    for number in range(arguments.rounds):
        results.append(run(arguments.spans, arguments.size, arguments.senders))
        if not arguments.json:
            print(f"round {number + 1}: {json.dumps(results[-1])}", file=sys.stderr)
    results.sort(key=lambda result: result["spans_per_s"])
    median = results[len(results) // 2]
    rates = [result["spans_per_s"] for result in results]
    print(json.dumps({**median, "spans_per_s_rounds": rates, "validated": all(r["validated"] for r in results)}))


if __name__ == "__main__":
    main()
