"""The senders of bench/runaway.py, each run as a process of its own: ten quiet agents, or one that runs away.

    python runaway_agents.py quiet   ADDRESS SECONDS SEED        a cycle of five spans, four times a second, ten times
    python runaway_agents.py runaway ADDRESS SECONDS SEED RATE   512 spans a request, RATE spans a second
    python runaway_agents.py sink    SECONDS                     takes everything, and does nothing with it

Both senders do as an exporter does: what is answered with a delay is sent again after it. They print one line of JSON:
the quiet ones how long each request took from its first attempt to its acknowledgement, the runaway what became of it.
The sink prints its address.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any, Final

import grpc
from google.rpc.error_details_pb2 import RetryInfo
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

sys.path.insert(0, str(Path(__file__).parent))
from otlp_bodies import bodies

METHOD: Final = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
QUIET: Final = 10
EVERY_S: Final = 0.25
REQUEST_SPANS: Final = 512  # what OpenTelemetry's batch processor sends at most
UNDER_WAY: Final = 400  # requests that the runaway keeps for another attempt: 87 MB
_RETRYABLE: Final = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED)
_AGENT: Final = "pf.agent_id"


def as_agent(body: bytes, agent: str, trace_prefix: bytes) -> bytes:
    """A body of another agent, whose trace ids begin with these eight bytes."""
    request = ExportTraceServiceRequest.FromString(body)
    for pair in request.resource_spans[0].resource.attributes:
        if pair.key == _AGENT:
            pair.value.string_value = agent
    for span in request.resource_spans[0].scope_spans[0].spans:
        span.trace_id = trace_prefix + span.trace_id[8:]
    return bytes(request.SerializeToString())


async def export(call: Any, body: bytes, answers: Counter[str], asked_s: list[float]) -> None:
    """Send it until it is acknowledged, as OTLP says; note each answer, and the seconds that it asked for."""
    while True:
        try:
            await call(body, timeout=60)
        except grpc.aio.AioRpcError as error:
            answers[error.code().name] += 1
            if error.code() not in _RETRYABLE:
                raise
            asked_s.append(retry_delay_s(error))
            await asyncio.sleep(asked_s[-1])
        else:
            answers["OK"] += 1
            return


def retry_delay_s(error: grpc.aio.AioRpcError) -> float:
    """What the answer's RetryInfo says; a second if gRPC itself has given up."""
    details = dict(error.trailing_metadata() or ()).get("grpc-status-details-bin")
    if details is None:
        return 1.0
    info = RetryInfo()
    assert any(detail.Unpack(info) for detail in Status.FromString(details).details)
    return info.retry_delay.seconds + info.retry_delay.nanos / 1e9


async def quiet(address: str, seconds: float, seed: int) -> dict[str, Any]:
    """Ten agents, each on a channel of its own."""
    answers: Counter[str] = Counter()
    took_ms: list[float] = []

    async def agent(number: int) -> None:
        random_ = random.Random(seed * QUIET + number)
        mine = list(bodies(int(seconds / EVERY_S), 5, time.time_ns(), seed=seed * QUIET + number))
        async with grpc.aio.insecure_channel(address, [("grpc.use_local_subchannel_pool", 1)]) as channel:
            await channel.channel_ready()
            call = channel.unary_unary(METHOD)
            await asyncio.sleep(random_.random() * EVERY_S)
            for body in mine:
                named = as_agent(body, f"quiet-{number}", random_.randbytes(8))
                began = time.perf_counter()
                await export(call, named, answers, [])
                took = time.perf_counter() - began
                took_ms.append(took * 1_000)
                await asyncio.sleep(max(EVERY_S * (0.5 + random_.random()) - took, 0))

    await asyncio.gather(*(agent(number) for number in range(QUIET)))
    return {"took_ms": took_ms, "answers": answers}


async def runaway(address: str, seconds: float, seed: int, rate: float) -> dict[str, Any]:
    """One agent; a request leaves whenever it is due, whatever became of those before it."""
    mark = b"\xfa\xce" * 4
    stock = [as_agent(body, "runaway", mark) for body in bodies(8, REQUEST_SPANS, time.time_ns(), seed=seed)]
    random_, answers = random.Random(seed), Counter[str]()
    asked_s: list[float] = []
    under_way: set[asyncio.Task[None]] = set()
    missed = acknowledged = 0

    async def one(call: Any, body: bytes) -> None:
        nonlocal acknowledged
        await export(call, body, answers, asked_s)
        acknowledged += REQUEST_SPANS

    options = [("grpc.use_local_subchannel_pool", 1)]
    async with grpc.aio.insecure_channel(address, options) as channel:
        await channel.channel_ready()
        print("ready", flush=True)
        call = channel.unary_unary(METHOD)
        began, requests = time.perf_counter(), int(seconds * rate / REQUEST_SPANS)
        for number in range(requests):
            await asyncio.sleep(began + number * REQUEST_SPANS / rate - time.perf_counter())
            if len(under_way) >= UNDER_WAY:
                missed += 1
                continue
            body = stock[number % len(stock)].replace(mark, random_.randbytes(8))  # a trace of its own, cheaply made
            task = asyncio.create_task(one(call, body))
            under_way.add(task)
            task.add_done_callback(under_way.discard)
        wall = time.perf_counter() - began
        in_time, unanswered = acknowledged, len(under_way)
        for task in list(under_way):
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
    return {
        "offered_per_s": requests * REQUEST_SPANS / wall,
        "acknowledged_per_s": in_time / wall,
        "not_sent": missed,
        "unanswered": unanswered,
        "answers": answers,
        "asked_s": sorted(asked_s),
    }


async def sink(seconds: float) -> None:
    """A server that acknowledges whatever comes."""

    async def export(body: bytes, context: Any) -> bytes:
        return b""

    service, _, method = METHOD[1:].partition("/")
    server = grpc.aio.server()
    handler = grpc.unary_unary_rpc_method_handler(export)
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service, {method: handler}),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    print(f"127.0.0.1:{port}", flush=True)
    await asyncio.sleep(seconds)
    await server.stop(0)


def main() -> None:
    if sys.argv[1] == "sink":
        asyncio.run(sink(float(sys.argv[2])))
        return
    role, address, seconds, seed, *rate = sys.argv[1:]
    work = (
        quiet(address, float(seconds), int(seed))
        if role == "quiet"
        else runaway(address, float(seconds), int(seed), float(rate[0]))
    )
    print(json.dumps(asyncio.run(work)))


if __name__ == "__main__":
    main()
