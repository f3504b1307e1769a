"""An agent that does many things at once, in one of several ways: WAY TRUTH.

Each span that ends is a line of the file TRUTH: its id, and that of the span that was current when it began. Every way
is done twice; the program prints how many of the recorder's objects were there after each, and whether a span was still
current.
"""

from __future__ import annotations

import asyncio
import gc
import json
import multiprocessing
import os
import sys
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

from opentelemetry import trace as api

import fleaglass

WAY, TRUTH = sys.argv[1:]
THREADS, TASKS, CHILDREN = 16, 10_000, 4
agent = fleaglass.init("crowded", release="crowded@1", dsn="none")
truth = os.open(TRUTH, os.O_WRONLY | os.O_APPEND | os.O_CREAT)


def current() -> str:
    found = api.get_current_span().get_span_context()
    return api.format_span_id(found.span_id) if found.is_valid else ""


def tell(span: Any, parent: str) -> None:
    os.write(truth, f"{span.span_id} {parent}\n".encode())


def stage(name: str) -> None:
    parent = current()
    with agent.stage(name) as outer:
        with agent.stage(f"{name}.inner") as inner:
            pass
        tell(inner, outer.span_id)
    tell(outer, parent)


def cycle() -> None:
    with agent.cycle() as decision:
        agent.breadcrumb("note", "x")
        stage("work")
    tell(decision, "")


def threads() -> None:
    """Cycles side by side, each in a thread that knows nothing of the others."""

    def work(_: int) -> None:
        for _ in range(50):
            cycle()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))


async def tasks() -> None:
    """Ten thousand, all open at once, below one cycle."""

    async def task() -> None:
        parent = current()
        with agent.stage("task") as outer:
            await asyncio.sleep(0)
            stage("work")
            await asyncio.sleep(0)
            assert current() == outer.span_id
        tell(outer, parent)

    with agent.cycle() as decision:
        await asyncio.gather(*(task() for _ in range(TASKS)))
    tell(decision, "")


async def generators() -> None:
    """They are left half-way, and closed by the garbage collector where something else is current, or nothing is."""

    async def prices() -> AsyncIterator[int]:
        parent = current()
        try:
            with agent.stage("prices") as span:
                while True:
                    yield 1
        finally:
            tell(span, parent)

    for _ in range(100):
        with agent.cycle() as decision:
            async for _ in prices():
                break
            gc.collect()
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        tell(decision, "")


async def executors() -> None:
    """``to_thread`` takes the context along; ``run_in_executor`` only one that it is given."""
    loop = asyncio.get_running_loop()
    for _ in range(100):
        with agent.cycle() as decision:
            await asyncio.gather(
                asyncio.to_thread(stage, "taken.along"),
                loop.run_in_executor(None, copy_context().run, stage, "handed.over"),
                loop.run_in_executor(None, stage, "alone"),
            )
            assert current() == decision.span_id
        tell(decision, "")


def forks() -> None:
    """Children in the middle of a cycle, that end as forked workers do."""
    with agent.cycle() as decision:
        for _ in range(CHILDREN):
            if os.fork() == 0:
                stage("child")
                cycle()
                os._exit(0)
        assert {os.wait()[1] for _ in range(CHILDREN)} == {0}
        stage("parent")
    tell(decision, "")


def spawns() -> None:
    """Processes that begin anew, and have agents of their own."""
    context = multiprocessing.get_context("spawn")
    with agent.cycle() as decision:
        children = [context.Process(target=cycle) for _ in range(2)]
        for child in children:
            child.start()
        stage("parent")
        for child in children:
            child.join()
    assert [child.exitcode for child in children] == [0, 0]
    tell(decision, "")


def of_the_recorder() -> int:
    gc.collect()
    return sum(type(each).__module__.startswith("fleaglass.recorder") for each in gc.get_objects())


def main() -> None:
    ways: dict[str, Callable[[], object]] = {
        "threads": threads,
        "tasks": lambda: asyncio.run(tasks()),
        "generators": lambda: asyncio.run(generators()),
        "executors": lambda: asyncio.run(executors()),
        "forks": forks,
        "spawns": spawns,
    }
    objects = []
    for _ in range(2):
        ways[WAY]()
        objects.append(of_the_recorder())
    print(json.dumps({"objects": objects, "current": current()}))


if __name__ == "__main__":
    main()
