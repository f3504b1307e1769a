"""What a hub needed for a moment, it does not keep: tried in processes of their own, in which nothing else happens."""

from __future__ import annotations

import subprocess
import sys

import pytest

from fleaglass.hub import memory

pytestmark = pytest.mark.skipif(memory._trim is None, reason="no glibc here: its allocator gives back by itself")

BEGIN = """
import asyncio
import tempfile
from pathlib import Path
import psutil
from fleaglass.hub.memory import apart, give_back
from fleaglass.hub.store import open_store

def held_mb():
    return psutil.Process().memory_info().rss / 1e6

base = held_mb()
"""

BETWEEN = """
async def main():
    async with open_store(Path(tempfile.mkdtemp())) as store:
        await give_back(store)
        base = held_mb()
        pieces = [bytes(3_000) for _ in range(40_000)]  # 120 MB
        kept = pieces[::40]
        del pieces
        freed = held_mb() - base
        await give_back(store)
        print(freed > 90, held_mb() - base < 30)

asyncio.run(main())
"""

QUERY = """
async def main():
    async with open_store(Path(tempfile.mkdtemp())) as store:
        await give_back(store)
        base = held_mb()
        lists = "SELECT number % 100000 AS n, groupArray(toString(number)) AS all FROM numbers(2000000) GROUP BY n"
        await store.query(f"SELECT count() FROM ({lists} HAVING length(all) > 1)")
        used = held_mb() - base
        await give_back(store)
        print(used > 60, held_mb() - base < used / 2)

asyncio.run(main())
"""

LARGE = """
apart()
for _ in range(3):  # each time it would be called large from a higher size on
    pieces = [b"x" * 1_000_000 for _ in range(100)]
    kept = pieces[1::2]
    used = held_mb() - base
    del pieces
    freed = held_mb() - base
    del kept
    print(used > 90, freed < 70)
"""


def _said(program: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", BEGIN + program], capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_what_is_free_between_what_lives_goes_back() -> None:
    assert _said(BETWEEN) == ["True True"]


def test_what_a_query_needed_goes_back() -> None:
    assert _said(QUERY) == ["True True"]


def test_what_is_large_goes_back_when_it_is_freed() -> None:
    assert _said(LARGE) == ["True True"] * 3
