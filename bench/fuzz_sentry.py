"""Does anything that can be sent to a hub break it? Ten minutes of damaged requests against a real one.

Envelopes with every kind of item, /store/, decompression bombs, wrong keys and projects, and the calls of both JSON
APIs, each damaged in its JSON, its bytes, its encoding or its address, over several connections. Request n is the same
for the same seed, so that whatever is found can be sent again.

What counts as found: an answer of 5xx, none within a minute, a hub that died, a traceback in its log, an envelope that
it had to set aside, one that still waits at the end, and memory that grew: the median of the last quarter of the run
against that of the second.

    .venv/bin/python bench/fuzz_sentry.py --minutes 10 --json

Last line: executions, per_s, errors_5xx, aside, peak_rss_mb, growth_mb, seconds; beside them the slowest answer, how
long this process itself was held up at most, the answers by status (0 is a request that hung up on purpose), and what
was found. The exit code is 1 if anything was, and each request is in a file that is named.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Coroutine
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import psutil

sys.path.insert(0, str(Path(__file__).parent))
from fuzz_requests import ENCODINGS, Request, bomb, request

FLEAGLASS: Final = (sys.executable, "-m", "fleaglass.cli")
ANSWER_S: Final = 60
MOST_GROWTH: Final = 0.1
"""Of what it had in the second quarter."""
MOST_FOUND: Final = 20

Answer = tuple[int, bytes]
"""Status and body."""


class Hub:
    """A hub in a process of its own, whose log is kept."""

    def __init__(self, folder: Path, state: str | None) -> None:
        self.folder = folder
        self.log = folder / "hub.log"
        command = [*FLEAGLASS, "up", "--http-port", "0", "--grpc-port", "0", "--data", str(folder / "data"), "--json"]
        command += ["--state", state] if state else []
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"the hub did not start: {self.log.read_text()}")
        dsn = urlsplit(json.loads(line)["dsn"])
        self.host, self.port, self.key = dsn.hostname or "", dsn.port or 0, dsn.username or ""
        self._watched = psutil.Process(self.process.pid)

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None

    def rss_mb(self) -> float:
        return float(self._watched.memory_info().rss) / 1e6

    def tracebacks(self) -> int:
        return self.log.read_text(errors="replace").count("Traceback (most recent call last)")

    def set_aside(self) -> list[tuple[int, str, bytes]]:
        """What it could not digest: number, reason and body."""
        with closing(sqlite3.connect(self.folder / "data" / "intake.db")) as database:
            return database.execute("SELECT id, reason, body FROM aside ORDER BY id").fetchall()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(60)


class Connection:
    """One HTTP/1.1 connection, made again when it is closed."""

    def __init__(self, host: str, port: int) -> None:
        self._address = host, port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def send(self, sent: Request) -> Answer:
        """Status and body of the answer; status 0 when there was none, as for a request that was torn.

        A connection that idled may be closed by now: then a new one is tried.
        """
        is_used = self._streams is not None
        try:
            return await self._exchange(sent)
        except (OSError, EOFError, IndexError, ValueError):
            self.close()
            return await self.send(sent) if is_used else (0, b"")

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def _exchange(self, sent: Request) -> Answer:
        self._streams = self._streams or await asyncio.open_connection(*self._address)
        reader, writer = self._streams
        headers = {"host": f"{self._address[0]}:{self._address[1]}", "content-length": len(sent.body), **sent.headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        writer.write(f"{sent.method} {sent.path} HTTP/1.1\r\n{head}\r\n".encode() + sent.body[: sent.torn])
        if sent.torn is not None:
            await writer.drain()
            self.close()
            return 0, b""
        status = int((await reader.readline()).split()[1])
        length, closes = 0, False
        while (line := await reader.readline()).strip():
            name, _, value = line.decode("latin-1").lower().partition(":")
            length = int(value) if name == "content-length" else length
            closes = closes or (name == "connection" and "close" in value)
        body = await reader.readexactly(length)
        if closes:
            self.close()
        return status, body


@dataclass
class Findings:
    """What came of it."""

    folder: Path
    executions: int = 0
    answers: Counter[int] = field(default_factory=Counter)
    found: list[str] = field(default_factory=list)
    rss_mb: list[float] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")
    held_up_s: float = 0.0

    def add(self, what: str, content: Any) -> None:
        """Keep what was found in a file of its own."""
        self.found.append(what)
        if len(self.found) <= MOST_FOUND:
            path = self.folder / f"found_{len(self.found)}.json"
            path.write_text(json.dumps({"what": what, **content}, indent=1))
            print(f"FOUND {what}\n  {path}", file=sys.stderr, flush=True)

    def settled_mb(self) -> tuple[float, float]:
        """The median of the second quarter and that of the last; in the first the hub warms up."""
        quarter = max(1, len(self.rss_mb) // 4)
        return statistics.median(self.rss_mb[quarter : 2 * quarter]), statistics.median(self.rss_mb[-quarter:])


def shown(number: int, sent: Request) -> dict[str, Any]:
    """A request as JSON."""
    return {"number": number, **asdict(sent), "body": base64.b64encode(sent.body).decode()}


async def patiently(answer: Coroutine[Any, Any, Answer]) -> Answer | None:
    """The answer, None when there is none within a minute, of which only seconds count that this process had itself."""
    task = asyncio.ensure_future(answer)
    for _ in range(ANSWER_S):
        done, _pending = await asyncio.wait({task}, timeout=1)
        if done:
            return task.result()
    task.cancel()
    return None


async def fuzz(hub: Hub, findings: Findings, seed: int, seconds: float, connections: int, now_s: float) -> None:
    """Send until the time is up or the hub is dead."""
    until = time.monotonic() + seconds
    numbers = iter(range(10**12))

    async def work() -> None:
        connection = Connection(hub.host, hub.port)
        while time.monotonic() < until and hub.is_alive:
            number = next(numbers)
            sent = request(seed, number, now_s, hub.key)
            began = time.monotonic()
            answer = await patiently(connection.send(sent))
            if answer is None:
                connection.close()
                findings.add(f"request {number} had no answer within {ANSWER_S} s: {sent.about}", shown(number, sent))
                continue
            status, body = answer
            findings.executions += 1
            findings.answers[status] += 1
            findings.slowest = max(findings.slowest, (time.monotonic() - began, f"{number}: {sent.about}"))
            if status >= 500:
                told = body[:500].decode(errors="replace")
                findings.add(f"request {number} was answered {status}: {sent.about}: {told}", shown(number, sent))
            if status == 0 and sent.torn is None:
                findings.add(f"request {number} was not answered: {sent.about}", shown(number, sent))
            if status == 429:
                await asyncio.sleep(0.2)
        connection.close()

    async def watch() -> None:
        began = last = time.monotonic()
        while time.monotonic() < until and hub.is_alive:
            findings.rss_mb.append(hub.rss_mb())
            looked = time.monotonic()
            await asyncio.sleep(1)
            findings.held_up_s = max(findings.held_up_s, time.monotonic() - looked - 1)
            if time.monotonic() - last >= 10:
                last = time.monotonic()
                print(
                    f"{last - began:5.0f} s {findings.executions:8} executions {findings.rss_mb[-1]:6.0f} MB"
                    f"  {len(findings.found)} found  {dict(findings.answers.most_common(6))}",
                    file=sys.stderr,
                    flush=True,
                )

    await asyncio.gather(watch(), *(work() for _ in range(connections)))


async def settled(hub: Hub, seconds: float = 120) -> dict[str, int]:
    """The hub's intake once nothing waits in it any more, or after so long."""
    connection = Connection(hub.host, hub.port)
    until = time.monotonic() + seconds
    while True:
        status, body = await connection.send(Request("GET", "/api/v1/status", {}, b"", "status"))
        intake: dict[str, int] = json.loads(body)["intake"] if status == 200 else {"waiting": -1, "aside": -1}
        if not intake["waiting"] or not hub.is_alive or time.monotonic() > until:
            connection.close()
            return intake
        await asyncio.sleep(0.5)


def run(arguments: argparse.Namespace, folder: Path) -> dict[str, Any]:
    for encoding in list(ENCODINGS)[1:]:
        bomb(encoding)  # makes them before the clock runs
    findings, hub = Findings(folder), Hub(folder, arguments.state)
    began = time.monotonic()
    try:
        asyncio.run(fuzz(hub, findings, arguments.seed, arguments.minutes * 60, arguments.connections, arguments.now))
        intake = asyncio.run(settled(hub))
        seconds, idle_mb = time.monotonic() - began, hub.rss_mb() if hub.is_alive else 0.0
    finally:
        died = None if hub.is_alive else hub.process.returncode
        hub.stop()
    if died is not None:
        findings.add(f"the hub died with {died}", {"log": hub.log.read_text(errors="replace")[-5_000:]})
    elif intake["waiting"]:
        findings.add(f"{intake['waiting']} envelopes still wait", {})
    aside = hub.set_aside()
    for number, reason, body in aside:
        findings.add(f"envelope {number} was set aside: {reason}", {"body": base64.b64encode(body).decode()})
    if tracebacks := hub.tracebacks():
        findings.add(f"{tracebacks} tracebacks in the log", {"log": hub.log.read_text(errors="replace")[-20_000:]})
    before_mb, after_mb = findings.settled_mb()
    if after_mb > (1 + MOST_GROWTH) * before_mb:
        findings.add(f"memory grew from {before_mb:.0f} to {after_mb:.0f} MB", {"rss_mb": findings.rss_mb})
    return {
        "executions": findings.executions,
        "per_s": round(findings.executions / (arguments.minutes * 60), 1),
        "errors_5xx": sum(many for status, many in findings.answers.items() if status >= 500),
        "aside": len(aside),
        "peak_rss_mb": round(max(findings.rss_mb)),
        "growth_mb": round(after_mb - before_mb, 1),
        "seconds": round(seconds),
        "idle_rss_mb": round(idle_mb),
        "slowest_s": round(findings.slowest[0], 1),
        "slowest": findings.slowest[1],
        "held_up_s": round(findings.held_up_s, 1),
        "answers": {str(status): many for status, many in sorted(findings.answers.items())},
        "found": findings.found[:MOST_FOUND],
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--now", type=float, default=time.time(), help="Unix seconds on the clients' clocks")
    parser.add_argument("--connections", type=int, default=6)
    parser.add_argument("--state", help="the hub's --state: postgresql://…")
    parser.add_argument("--json", action="store_true", help="print only the result line")
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="fleaglass-fuzz-"))
    result = run(arguments, folder)
    if not result["found"]:
        shutil.rmtree(folder)
    if not arguments.json:
        for name, value in result.items():
            print(f"{name:14} {value}")
    print(json.dumps(result))
    return 1 if result["found"] else 0


if __name__ == "__main__":
    sys.exit(main())
