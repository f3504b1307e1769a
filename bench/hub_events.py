"""How many error events a second does a hub group and keep, and does it keep them when it is killed?

Speed: one client sends distinct events over a few connections, each with a stack of its own, so that each becomes an
issue. The clock runs from the first byte until the hub has grouped the last one, when the API must count as many
issues; an answer means that the event is on disk. Then the same again by one connection, as an SDK sends.

Loss: a client sends without pause while the hub is killed with SIGKILL and started again, twenty times. Afterwards a
process of its own reads the store: every event that was answered has to be there.

    .venv/bin/python bench/hub_events.py --json

Last line: events_per_s, lost, and beside them one_connection_per_s, issues, issues_expected, bytes_per_event (all that
the store takes, once merges have settled), answered, kills, rss_mb.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from hub_ingest import FLEAGLASS, Hub, Sender, settle, stored_bytes

FRAMES = 20
PATH = "/api/1/envelope/"


def event(number: int, event_id: str, seed: int, at_s: float | None = None, trace_id: str | None = None) -> bytes:
    """An envelope with a Python error event as an SDK sends it; another `number` is another place in the code.

    It happened at `at_s` (Unix time), or now, in a trace (32 hex digits), or in one that nobody else tells of.
    """
    at_s = time.time() if at_s is None else at_s
    trace_id = trace_id or f"{seed * 100_003 + number:032x}"
    frames = [
        {
            "function": f"step_{depth}" if depth < FRAMES - 1 else f"place_order_{number}",
            "module": "agent.loop" if depth < FRAMES - 1 else f"agent.venue_{number % 50}",
            "filename": "agent/loop.py",
            "abs_path": "/srv/agent/loop.py",
            "lineno": 100 + depth,
            "pre_context": ["def step(self):", "    signal = self.model(market)", "    if not signal:"],
            "context_line": f"        return self.step_{depth}(signal)",
            "post_context": ["", "def other(self):", "    pass"],
            "vars": {"signal": "<Signal buy 0.82>", "market": "'BTC/USD'", "size": "0.25"},
            "in_app": depth > 5,
        }
        for depth in range(FRAMES)
    ]
    body = {
        "event_id": event_id,
        "timestamp": at_s,
        "platform": "python",
        "level": "error",
        "release": "agent-vol-arb@2.1.0",
        "environment": "production",
        "server_name": "desk-1",
        "sdk": {"name": "sentry.python", "version": "2.75.0"},
        "tags": {"agent_id": f"vol-arb-{seed % 4}", "trade.asset": "BTC", "trade.phase": "order_placement"},
        "user": {"id": f"vol-arb-{seed % 4}"},
        "contexts": {"trace": {"trace_id": trace_id, "span_id": f"{number + 1:016x}"}},
        "breadcrumbs": {
            "values": [
                {
                    "timestamp": at_s,
                    "category": "signal",
                    "message": "BUY BTC z=2.31",
                    "level": "info",
                    "data": {"z_score": 2.31},
                }
                for _ in range(10)
            ]
        },
        "exception": {
            "values": [
                {
                    "type": f"OrderRejectedError{number}",
                    "value": f"order ord_{number:08x} rejected: margin",
                    "module": "agent.errors",
                    "mechanism": {"type": "generic", "handled": True},
                    "stacktrace": {"frames": frames},
                }
            ]
        },
    }
    payload = json.dumps(body).encode()
    return b'{"event_id":"%s"}\n{"type":"event","length":%d}\n%s\n' % (event_id.encode(), len(payload), payload)


def ids(seed: int) -> Iterator[str]:
    """Event ids, always the same for one seed."""
    source = random.Random(seed)
    while True:
        yield f"{source.getrandbits(128):032x}"


async def send(host: str, port: int, bodies: list[tuple[str, bytes]], connections: int, answered: set[str]) -> None:
    """Send each once, again after a 429 and after a connection that broke; `answered` gets the ids of those kept."""
    waiting = iter(bodies)

    async def work() -> None:
        async with Sender(host, port) as sender:
            for event_id, body in waiting:
                while True:
                    status, answer = await sender.request("POST", PATH, body)
                    if status == 200:
                        answered.add(event_id)
                        break
                    if status != 429:
                        raise SystemExit(f"the hub answered {status}: {answer[:200]!r}")
                    await asyncio.sleep(0.2)

    await asyncio.gather(*(work() for _ in range(connections)))


async def count_issues(host: str, port: int) -> int:
    """How many issues the API counts."""
    async with Sender(host, port) as sender:
        status, answer = await sender.request("GET", "/api/v1/issues?limit=1")
    if status != 200:
        raise SystemExit(f"the hub answered {status}: {answer[:200]!r}")
    return int(json.loads(answer)["counts"]["all"])


async def grouped(host: str, port: int, issues: int) -> float:
    """When the last one was grouped: nothing waits to be digested any more, and the API counts that many issues."""
    await digested(host, port)
    ended = time.perf_counter()
    if (found := await count_issues(host, port)) != issues:
        raise SystemExit(f"{found} issues, not {issues}")
    return ended


async def speed(hub: Hub, events: int, connections: int, first: int) -> float:
    """Events per second, from the first byte to the last one grouped."""
    bodies = [
        (event_id, event(number, event_id, first))
        for number, event_id in zip(range(first, first + events), ids(first), strict=False)
    ]
    began = time.perf_counter()
    answered: set[str] = set()
    await send(hub.host, hub.port, bodies, connections, answered)
    return events / (await grouped(hub.host, hub.port, first + events) - began)


async def hail(hub: Hub, answered: set[str], source: Iterator[str], numbers: Iterator[int], seconds: float) -> None:
    """Send without pause until the hub is gone."""

    async def work() -> None:
        async with Sender(hub.host, hub.port) as sender:
            while True:
                event_id = next(source)
                status, _ = await sender.request("POST", PATH, event(next(numbers) % 500, event_id, 9))
                if status == 200:
                    answered.add(event_id)

    async def kill() -> None:
        await asyncio.sleep(seconds)
        hub.process.kill()
        hub.process.wait(10)

    await asyncio.gather(kill(), *(work() for _ in range(8)), return_exceptions=True)


def loss(hub: Hub, kills: int) -> tuple[int, int, int]:
    """Answered events, those of them that the store lacks, and those that it has twice."""
    answered: set[str] = set()
    source, numbers, chance = ids(77), iter(range(10**9)), random.Random(5)
    for number in range(kills):
        asyncio.run(hail(hub, answered, source, numbers, chance.uniform(0.2, 1.5)))
        hub.start()
        if number % 5 == 4:
            print(f"  {number + 1} kills, {len(answered)} answered", file=sys.stderr)
    asyncio.run(digested(hub.host, hub.port))
    hub.stop()
    found = stored(hub.data)
    return len(answered), len(answered - set(found)), len(found) - len(set(found))


async def digested(host: str, port: int) -> None:
    """Return once nothing waits to be digested any more."""
    until = time.monotonic() + 120
    async with Sender(host, port) as sender:
        while json.loads((await sender.request("GET", "/api/v1/status"))[1])["intake"]["waiting"]:
            if time.monotonic() > until:
                raise SystemExit("events still wait to be digested after two minutes")
            await asyncio.sleep(0.05)


def stored(data: Path) -> list[str]:
    """The id of every event in the store, read by a process of its own."""
    command = [*FLEAGLASS, "store", "--data", str(data), "--events"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def run(events: int, connections: int, kills: int) -> dict[str, Any]:
    with Hub() as hub:
        asyncio.run(speed(hub, 200, connections, 0))  # warms up
        by_many = asyncio.run(speed(hub, events, connections, 200))
        by_one = asyncio.run(speed(hub, events, 1, 200 + events))
        expected = 200 + 2 * events
        issues = asyncio.run(count_issues(hub.host, hub.port))
        rss = hub.rss_mb()
        settle(hub)
        held = asyncio.run(stored_bytes(hub.host, hub.port))
        answered, lost, twice = loss(hub, kills) if kills else (0, 0, 0)
    return {
        "events_per_s": round(by_many),
        "one_connection_per_s": round(by_one),
        "issues": issues,
        "issues_expected": expected,
        "bytes_per_event": round(held / expected, 1),
        "answered": answered,
        "lost": lost,
        "twice": twice,
        "kills": kills,
        "rss_mb": round(rss),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=5_000)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--json", action="store_true", help="print only the result line")
    arguments = parser.parse_args()
    result = run(arguments.events, arguments.connections, arguments.kills)
    if not arguments.json:
        for name, value in result.items():
            print(f"{name:22} {value}")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
