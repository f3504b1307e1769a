"""What does the ledger cost an agent, and whoever verifies it?

    .venv/bin/python bench/ledger.py --json

Last line: appends_per_s (64 tasks of one event loop, each of which waits until its entry is on the disk, canonical JSON
included), append_us (an append that nobody waits for), append_overhead_ms (one durable append, less one fdatasync of
the same size by the thread that waits; in turns), fdatasync_ms (that one), proof_ms (a proof from a log of a million
entries, and the slowest hundredth of them), verify_1m_s (all of that log verified), verify_rss_mb (by a process of that
size), and order_cost_ms_on and order_cost_ms_strict (what the mode adds to an order of the venue's client).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
from ledger_orders import order_costs

from fleaglass.ledger.canonical import encode
from fleaglass.ledger.entry import Entry
from fleaglass.ledger.log import Draft, Ledger, Seams
from fleaglass.ledger.prove import prove
from fleaglass.ledger.reading import LogFiles
from fleaglass.ledger.storage.edge import Edge
from fleaglass.ledger.tree.checkpoint import Checkpoint
from fleaglass.ledger.tree.keys import Ed25519Signer
from fleaglass.ledger.tree.note import sign

TASKS = 64
BOTH = {"asset": "BTC", "side": "buy", "quantity": "0.0125", "order_type": "limit", "limit_price": "64250.50"}
INTENT = {**BOTH, "size_usd": "803.13", "signal_confidence": "0.82", "venue_ahead_least_s": "0.012"}
OUTCOME = {**BOTH, "state": "filled", "order_id": "o-1234567", "fill_price": "64250.25", "fee_usd": "0.80"}
ENTRIES = 1_000_000
AT_ONCE = 65_536
SIGNER = Ed25519Signer("fleaglass.ledger/bench", bytes(32))
VERIFY = """
import json, resource, sys, time
from pathlib import Path
from fleaglass.ledger.reading import LogFiles
from fleaglass.ledger.tree.keys import Ed25519Verifier, VerifierKey
from fleaglass.ledger.verify import verify
began = time.perf_counter()
verdict = verify(LogFiles(Path(sys.argv[1])), [Ed25519Verifier.of(VerifierKey.parse(sys.argv[2]))])
seconds = time.perf_counter() - began
assert verdict.is_whole, verdict
print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""


def draft(answered: str = "") -> Draft:
    """An intent as the venue writes it, or the outcome of one; about 560 bytes."""
    return Draft(
        kind="outcome" if answered else "intent",
        ref=answered,
        t=str(time.time_ns()),
        mono=str(time.monotonic_ns()),
        agent="vol-arb-1",
        op="trading.order",
        trace="a4e30cb70c0dd699c2feb33ee771d0f0",
        span="229a94dd8af01b0a",
        parent="9892ccf675bced86",
        strategy="vol-arb-btc",
        release="agent-vol-arb@2.1.0",
        environment="production",
        attributes=OUTCOME if answered else INTENT,
    )


def entries(size: int) -> Iterator[bytes]:
    """Of a log: intents, each with its outcome."""
    for seq in range(size):
        answered = f"{seq - 1:032x}" if seq % 2 else ""
        yield encode(Entry(seq=str(seq), id=f"{seq:032x}", v="1", **msgspec.structs.asdict(draft(answered))))


def appends_per_s(ledger: Ledger, appends: int = 200, runs: int = 5) -> float:
    async def task() -> None:
        for _ in range(appends // 2):
            intent = ledger.append(draft())
            await intent.durable
            await ledger.append(draft(intent.id)).durable

    async def all_tasks() -> float:
        began = time.perf_counter()
        await asyncio.gather(*(task() for _ in range(TASKS)))
        return TASKS * appends / (time.perf_counter() - began)

    return statistics.median(asyncio.run(all_tasks()) for _ in range(runs))


def append_us(ledger: Ledger, appends: int = 2_000, runs: int = 5) -> float:
    took = []
    for _ in range(runs):
        intent = ""
        for _ in range(appends):
            said = draft(intent)
            began = time.perf_counter()
            receipt = ledger.append(said)
            took.append(time.perf_counter() - began)
            intent = "" if intent else receipt.id
        ledger.checkpoint()
    return statistics.median(took) * 1e6


def overhead_ms(ledger: Ledger, folder: Path, pairs: int = 300) -> tuple[float, float]:
    """Of a durable append beyond an fdatasync, in pairs that begin with the one or the other; and that one."""
    handle = os.open(folder / "beside", os.O_WRONLY | os.O_CREAT)
    os.pwrite(handle, bytes(1 << 20), 0)
    os.fsync(handle)
    content = b"x" * 600

    def sync(number: int) -> float:
        began = time.perf_counter()
        os.pwrite(handle, content, number * len(content))
        os.fdatasync(handle)
        return time.perf_counter() - began

    def append() -> float:
        began = time.perf_counter()
        ledger.append(draft()).durable.result()
        return time.perf_counter() - began

    differences, syncs = [], []
    for number in range(pairs):
        first = append() if number % 2 else 0.0
        synced = sync(number)
        syncs.append(synced)
        differences.append((first or append()) - synced)
    os.close(handle)
    return statistics.median(differences) * 1e3, statistics.median(syncs) * 1e3


def write_log(folder: Path, size: int) -> None:
    """A log as the ledger writes it, without waiting for the disk."""
    written, edge = entries(size), Edge()
    while edge.size < size:
        edge, files = edge.grown(list(islice(written, AT_ONCE)))
        for tile, content in files.items():
            path = folder / tile.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    (folder / "checkpoint").write_bytes(sign(Checkpoint(SIGNER.name, size, edge.root()).text, [SIGNER]))


def proofs_ms(folder: Path, size: int, proofs: int = 300) -> tuple[float, float]:
    """The median proof, and the slowest hundredth. Each reads its files anew."""
    choose = random.Random(7)
    took = []
    for _ in range(proofs):
        began = time.perf_counter()
        prove(LogFiles(folder), choose.randrange(size))
        took.append(time.perf_counter() - began)
    return statistics.median(took) * 1e3, sorted(took)[proofs * 99 // 100] * 1e3


def verify_s(folder: Path) -> tuple[float, float]:
    """Seconds, and MB of the process that did it."""
    command = [sys.executable, "-c", VERIFY, str(folder), SIGNER.public.text]
    seconds, rss_mb = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return seconds, rss_mb


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print nothing but the result")
    parser.add_argument("--entries", type=int, default=ENTRIES, help="of the log that is verified")
    options = parser.parse_args()
    measured: dict[str, Any] = {}

    def tell(**values: float) -> None:
        measured.update({name: round(value, 3) for name, value in values.items()})
        if not options.json:
            print(*(f"{name} {value:,.3f}" for name, value in values.items()), flush=True)

    with tempfile.TemporaryDirectory(prefix="fleaglass-bench-") as name:
        folder = Path(name)
        ledger = Ledger.open(folder, "bench", seams=Seams(say=print))
        ledger.append(draft())
        ledger.checkpoint()
        tell(appends_per_s=appends_per_s(ledger))
        tell(append_us=append_us(ledger))
        overhead, fdatasync = overhead_ms(ledger, folder)
        tell(append_overhead_ms=overhead, fdatasync_ms=fdatasync)
        ledger.close()
        tell(**order_costs())
        write_log(folder / "log", options.entries)
        proof, slow = proofs_ms(folder / "log", options.entries)
        tell(proof_ms=proof, proof_p99_ms=slow)
        seconds, rss_mb = verify_s(folder / "log")
        tell(verify_1m_s=seconds, verify_rss_mb=rss_mb)
    print(json.dumps(measured))


if __name__ == "__main__":
    main()
