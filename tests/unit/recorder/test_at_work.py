"""Several agents in one process: what does not say whose it is belongs to the one that is at work."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import logging
from collections.abc import Iterator

import pytest

from fleaglass.recorder import current_core
from fleaglass.testing import Recording, recording

logger = logging.getLogger("strategy.vol")


@pytest.fixture
def a() -> Iterator[Recording]:
    with recording("a", release="a@1") as record:
        yield record


@pytest.fixture
def b(a: Recording) -> Iterator[Recording]:
    with recording("b", release="b@1") as record:
        yield record


def at_work() -> str:
    return current_core().agent_id


def test_the_innermost_session_or_span_says_whose_work_it_is(a: Recording, b: Recording) -> None:
    with b.agent.session():
        assert at_work() == "b"
        with a.agent.cycle():
            assert at_work() == "a"
            with b.agent.session(), a.agent.session():
                assert at_work() == "a"
                with b.agent.monitor("job"):
                    assert at_work() == "b"
            assert at_work() == "a"
        with a.agent.session(), b.agent.session():
            assert at_work() == "b"
        assert at_work() == "b"
    assert at_work() == "a"  # nobody's, so the first's


def test_a_session_that_ends_in_another_context_changes_nothing_there(a: Recording, b: Recording) -> None:
    session = b.agent.session()
    contextvars.copy_context().run(session.__enter__)
    with b.agent.session():
        session.__exit__(None, None, None)
    with a.agent.session():
        session.__exit__(None, None, None)
        assert at_work() == "a"


def test_a_session_that_was_ended_is_at_work_no_more(a: Recording) -> None:
    with recording("gone") as gone:
        session = gone.agent.session().__enter__()
        assert at_work() == "gone"
    assert at_work() == "a"
    session.__exit__(None, None, None)


async def test_each_task_is_its_agents(a: Recording, b: Recording) -> None:
    async def run(record: Recording) -> None:
        async with record.agent.session():
            await asyncio.sleep(0)
            assert at_work() == record.agent.agent_id
            await asyncio.to_thread(lambda: logger.error("no price for %s", at_work()))

    await asyncio.gather(run(a), run(b))
    for record in (a, b):
        (event,) = record.events
        assert event["logentry"]["formatted"] == f"no price for {record.agent.agent_id}"
        assert event["tags"]["agent_id"] == record.agent.agent_id
        assert [session.errors for session in record.sessions] == [0, 1]


def test_a_line_in_a_session_inside_of_another_agents_cycle(a: Recording, b: Recording) -> None:
    with a.agent.cycle(), b.agent.session():
        logger.error("no price")
    (event,) = b.events
    assert "trace" not in event["contexts"]
    assert a.events == []
    assert a.breadcrumbs == []


async def test_a_task_that_failed_unheard_is_one_event_also_with_several_agents(a: Recording, b: Recording) -> None:
    """Of the agent whose span it came through, else of the first."""

    async def in_a_span() -> None:
        with b.agent.stage("quotes"):
            raise ValueError("in a span")

    async def outside() -> None:
        raise ValueError("outside")

    tasks = [asyncio.create_task(in_a_span()), asyncio.create_task(outside())]
    await asyncio.wait(tasks)
    with b.agent.cycle():
        del tasks
        gc.collect()
    told = {record.agent.agent_id: [e["exception"]["values"][-1]["value"] for e in record.events] for record in (a, b)}
    assert told == {"a": ["outside"], "b": ["in a span"]}
