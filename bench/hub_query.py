"""How fast does a hub answer over ten million spans, quiet and while it takes in more?

A real hub in a process of its own is given 30 days of 200 agents (query_load.py) and 3,000 error events in 300 issues,
over HTTP as agents send them. Then a client asks what the control room's pages ask, one question after the other, each
time about another trace, filter, agent or issue; and once more while another process sends 5,000 spans a second at a
steady pace.

    by_id_ms     GET /traces/{id}
    search_ms    GET /traces with filters: 50 of the last day's traces, or all with an order's id in 30 days
    chart_ms     GET /stats of 24 hours, of the fleet and of an agent
    pnl_ms       GET /performance of 30 days, by agent, strategy, release, asset, side and hour, of the fleet and of one
    issue_ms     all that the page of an issue asks: the issue, its recommended event and its incidents side by side,
                 then the event's trace

    .venv/bin/python bench/hub_query.py --json
    .venv/bin/python bench/hub_query.py --json --data FOLDER     keeps what was loaded, and uses it the next time

The hub runs without alert rules, which would be judged on a month of spans at once, and keeps idle cycles and ordinary
traces for as long as money, or most of the month would be thinned away while it is measured. Last line: p50 and p95 of
each, in milliseconds, `_busy` for those beside ingest; `within` says which p95 hold their bar.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import multiprocessing
import os
import random
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parent))
from hub_events import digested, event
from hub_events import ids as event_ids
from hub_events import send as send_events
from hub_ingest import Hub, Sender, send_all, settle, stored_bytes
from query_load import AGENTS, DAY_NS, SPANS_OF_A_CYCLE, Body, fleet, month

DAYS: Final = 30
EVENTS: Final = 3_000
ISSUES: Final = 300
BUSY_SPANS_PER_S: Final = 5_000
WARM_UP: Final = 3
SENDERS: Final = 32

BARS_MS: Final = {"by_id_ms": 50, "search_ms": 200, "chart_ms": 300, "pnl_ms": 500, "issue_ms": 100}
"""What a p95 may be; beside ingest twice as much."""

_LOADED: Final = "loaded.json"
_SAMPLE: Final = 2_000
_AN_OLD_LOAD_NS: Final = DAY_NS // 4

Ask = Callable[[Sequence[Sender], int], Awaitable[None]]
"""Asks a question for the so many-th time."""


def load(hub: Hub, spans: int) -> dict[str, Any]:
    """Fill an empty hub; what of it can be asked about, and how long it took."""
    until_ns, chance = time.time_ns(), random.Random(7)
    loaded: dict[str, Any] = {"until_ns": until_ns, "spans": 0, "traces": [], "orders": []}
    seen = {"traces": 0, "orders": 0}

    def sample(name: str, found: Sequence[str]) -> None:
        for each in found:
            seen[name] += 1
            kept = loaded[name]
            if len(kept) < _SAMPLE:
                kept.append(each)
            elif (place := chance.randrange(seen[name])) < _SAMPLE:
                kept[place] = each

    def bodies() -> Iterator[bytes]:
        for body in month(spans, DAYS, until_ns):
            loaded["spans"] += body.spans
            sample("traces", body.traces)
            sample("orders", body.orders)
            yield body.bytes

    began = time.perf_counter()
    asyncio.run(send_all(hub.host, hub.port, bodies(), SENDERS))
    loaded["load_s"] = round(time.perf_counter() - began, 1)
    asyncio.run(_load_events(hub, loaded))
    return loaded


async def _load_events(hub: Hub, loaded: dict[str, Any]) -> None:
    chance, until_s = random.Random(8), loaded["until_ns"] / 1e9
    sent = []
    for place, name in zip(range(EVENTS), event_ids(9), strict=False):
        at_s, trace_id = until_s - chance.random() * 29 * 86_400, chance.choice(loaded["traces"])
        sent.append((name, event(place % ISSUES, name, place, at_s, trace_id)))
    await send_events(hub.host, hub.port, sent, SENDERS, set())
    await digested(hub.host, hub.port)
    async with Sender(hub.host, hub.port) as sender:
        found = await get(sender, "/api/v1/issues?limit=200")
    loaded["issues"] = [issue["id"] for issue in found["issues"]]


async def get(sender: Sender, path: str) -> Any:
    """The JSON that the hub answers."""
    status, answer = await sender.request("GET", path)
    if status != 200:
        raise SystemExit(f"the hub answered {status} to {path}: {answer[:200]!r}")
    return json.loads(answer)


def questions(loaded: dict[str, Any], seed: int) -> dict[str, Ask]:
    """By name."""
    chance = random.Random(seed)
    traces, orders, issues = (loaded[name] for name in ("traces", "orders", "issues"))

    def agent() -> str:
        return f"agent-{chance.randrange(AGENTS):03}"

    searches: list[Callable[[], str]] = [
        lambda: f"range=24h&agent={agent()}",
        lambda: "range=24h&status=error",
        lambda: "range=24h&asset=XMR&outcome=rejected",
        lambda: f"range=24h&name=pf.trade.close&agent={agent()}",
        lambda: f"range=24h&min_duration_ms={chance.randrange(1_500, 3_000)}",
        lambda: "range=24h&attr=pf.error.code:insufficient_margin",
        lambda: f"range=30d&attr=pf.order_id:{chance.choice(orders)}",
        lambda: f"range=24h&q={agent()}",
        lambda: f"range=1h&asset={chance.choice(('BTC', 'ETH', 'SOL'))}&status=error",
    ]
    groups = ("agent", "strategy", "release", "asset", "side", "hour")

    async def by_id(senders: Sequence[Sender], _: int) -> None:
        await get(senders[0], f"/api/v1/traces/{chance.choice(traces)}")

    async def search(senders: Sequence[Sender], time_: int) -> None:
        await get(senders[0], f"/api/v1/traces?{searches[time_ % len(searches)]()}&limit=50")

    async def chart(senders: Sequence[Sender], time_: int) -> None:
        await get(senders[0], f"/api/v1/stats?range=24h{f'&agent={agent()}' if time_ % 2 else ''}")

    async def pnl(senders: Sequence[Sender], time_: int) -> None:
        whose = f"&agent={agent()}" if time_ // len(groups) % 2 else ""
        await get(senders[0], f"/api/v1/performance?range=30d&by={groups[time_ % len(groups)]}{whose}")

    async def issue(senders: Sequence[Sender], _: int) -> None:
        path = f"/api/v1/issues/{(number := chance.choice(issues))}"
        _, shown, _ = await asyncio.gather(
            get(senders[0], path),
            get(senders[1], f"{path}/events/recommended"),
            get(senders[2], f"/api/v1/incidents?issue={number}&status=all&sort=severity&limit=10"),
        )
        await get(senders[1], f"/api/v1/traces/{shown['trace_id']}")

    return {"by_id_ms": by_id, "search_ms": search, "chart_ms": chart, "pnl_ms": pnl, "issue_ms": issue}


async def measure(hub: Hub, asked: dict[str, Ask], times: int) -> dict[str, list[float]]:
    """Milliseconds of each question, asked in turn so often."""
    took: dict[str, list[float]] = {name: [] for name in asked}
    for time_ in range(-WARM_UP, times):
        for name, ask in asked.items():
            async with AsyncExitStack() as opened:  # for each, since the hub closes what is idle for seconds
                senders = [await opened.enter_async_context(Sender(hub.host, hub.port)) for _ in range(3)]
                began = time.perf_counter()
                await ask(senders, time_ % times)
                if time_ >= 0:
                    took[name].append((time.perf_counter() - began) * 1000)
    return took


class Ingest:
    """Another process that sends at a steady pace until the block ends; `spans_per_s` is what was acknowledged."""

    def __init__(self, hub: Hub) -> None:
        context = multiprocessing.get_context("spawn")
        self._ending = context.Event()
        self._sent = context.Value("q", 0)
        self._process = context.Process(target=_feed, args=(hub.host, hub.port, self._ending, self._sent))

    def __enter__(self) -> Ingest:
        self._process.start()
        while not self._sent.value:
            time.sleep(0.05)
        self._began, self._first = time.perf_counter(), self._sent.value
        return self

    def __exit__(self, *_: object) -> None:
        self.spans_per_s = round((self._sent.value - self._first) / (time.perf_counter() - self._began))
        self._ending.set()
        self._process.join(30)


def _feed(host: str, port: int, ending: Event, sent: Any) -> None:
    asyncio.run(_pace(host, port, ending, sent))


async def _pace(host: str, port: int, ending: Event, sent: Any) -> None:
    """A body of some 500 spans every tenth of a second, over connections that wait for each other's answers."""
    agents, cycles, ways = fleet(seed=os.getpid()), 61, 10
    began = time.perf_counter()

    async def one(way: int) -> None:
        async with Sender(host, port) as sender:
            for turn in range(10**9):
                number = turn * ways + way
                body = _just_now(agents[number % len(agents)], cycles)
                await asyncio.sleep(began + number * cycles * SPANS_OF_A_CYCLE / BUSY_SPANS_PER_S - time.perf_counter())
                if ending.is_set():
                    return
                status, answer = await sender.request("POST", "/v1/traces", body.bytes)
                if status != 200:
                    raise SystemExit(f"the hub answered {status}: {answer[:200]!r}")
                sent.value += body.spans

    await asyncio.gather(*(one(way) for way in range(ways)))


def _just_now(agent: Any, cycles: int) -> Body:
    now_ns = time.time_ns()
    body: Body = agent.body([now_ns - (cycles - number) * 1_000_000 for number in range(cycles)], "1.5.0")
    return body


def quantiles(took: Sequence[float]) -> dict[str, float]:
    """Median and 95th percentile: the time that at least so many of them did not take longer than."""
    ordered, shares = sorted(took), {"p50": 0.5, "p95": 0.95}
    return {name: round(ordered[math.ceil(len(ordered) * share) - 1], 1) for name, share in shares.items()}


def run(spans: int, data: Path | None, times: int, only: Sequence[str]) -> dict[str, Any]:
    kept = None if data is None else data / _LOADED
    with Hub("--keep-days", "400", "--keep-idle-days", "400", *_no_rules(data), data=data) as hub:
        if kept is not None and kept.exists():
            loaded = json.loads(kept.read_text())
            if time.time_ns() - loaded["until_ns"] > _AN_OLD_LOAD_NS:
                raise SystemExit(f"what {data} has was loaded hours ago, so that the last day is not full: remove it")
        else:
            loaded = load(hub, spans)
            if kept is not None:
                kept.write_text(json.dumps(loaded))
        settle(hub, 120)
        asked = {name: ask for name, ask in questions(loaded, seed=11).items() if not only or name in only}
        load_average = os.getloadavg()[0]
        quiet = asyncio.run(measure(hub, asked, times))
        with Ingest(hub) as ingest:
            busy = asyncio.run(measure(hub, asked, times))
        held = asyncio.run(stored_bytes(hub.host, hub.port))
        rss = hub.rss_mb()
    figures = {name: quantiles(took) for name, took in quiet.items()}
    figures |= {f"{name}_busy": quantiles(took) for name, took in busy.items()}
    return {
        **figures,
        "within": {name: figure["p95"] <= _bar_ms(name) for name, figure in figures.items()},
        "spans": loaded["spans"],
        "requests": times,
        "busy_spans_per_s": ingest.spans_per_s,
        "load_s": loaded["load_s"],
        "bytes_per_span": round(held / loaded["spans"], 1),
        "rss_mb": round(rss),
        "load_average": round(load_average, 1),
    }


def _bar_ms(name: str) -> int:
    return 2 * BARS_MS[name.removesuffix("_busy")] if name.endswith("_busy") else BARS_MS[name]


def _no_rules(data: Path | None) -> tuple[str, str]:
    folder = Path(os.environ.get("TMPDIR", "/tmp")) if data is None else data
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "no-rules.toml"
    file.write_text("version = 1\n")
    return "--rules", str(file)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--spans", type=int, default=10_000_000)
    parser.add_argument("--requests", type=int, default=60, help="of each kind, quiet and busy")
    parser.add_argument("--data", type=Path, help="a folder that keeps what was loaded; an empty one is filled first")
    parser.add_argument("--only", action="append", default=[], choices=list(BARS_MS), help="may be repeated")
    parser.add_argument("--json", action="store_true", help="print only the result line")
    arguments = parser.parse_args()
    result = run(arguments.spans, arguments.data, arguments.requests, arguments.only)
    if not arguments.json:
        for name, value in result.items():
            print(f"{name:18} {value}")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
