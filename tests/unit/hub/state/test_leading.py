"""Of several hubs over one PostgreSQL one leads; another takes over, and what the old one still writes is refused."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text

from fleaglass.hub.state import Alone, NotLeading, State, StateError, leading
from fleaglass.hub.state.leading import Elected
from fleaglass.hub.state.tables import marks
from tests.support.state import ENGINES, empty_state

needs_postgres = pytest.mark.skipif("postgresql" not in ENGINES, reason="no PostgreSQL: scripts/with-postgres.sh")


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    opened = empty_state("postgresql", tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def hubs(state: State) -> Iterator[tuple[Elected, Elected]]:
    pair = Elected(state), Elected(state)
    yield pair
    for each in pair:
        each.stop()


def put(connection: Connection) -> str:
    connection.execute(marks.insert().values(name="deed", value=1))
    return "done"


def deeds(state: State) -> int:
    with state.read() as connection:
        return len(connection.execute(select(marks).where(marks.c.name == "deed")).all())


def cut_off(hub: Elected, state: State) -> None:
    """The server ends the hub's session, as it does with one that hangs."""
    assert hub._session is not None
    number = hub._session.execute(text("SELECT pg_backend_pid()")).scalar()
    with state.write() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:number)"), {"number": number})


def test_over_sqlite_a_hub_leads_from_the_start(tmp_path: Path) -> None:
    opened = empty_state("sqlite", tmp_path)

    async def work() -> str:
        async with leading(opened) as lead:
            assert isinstance(lead, Alone)
            assert lead.leads
            return await lead.writing(put)

    assert (asyncio.run(work()), deeds(opened)) == ("done", 1)
    opened.close()


@needs_postgres
def test_the_first_leads_and_the_second_waits(hubs: tuple[Elected, Elected], state: State) -> None:
    first, second = hubs
    for hub in (first, second, first, second):
        hub.look()
    assert (first.leads, second.leads) == (True, False)
    assert asyncio.run(first.writing(put)) == "done"
    with pytest.raises(NotLeading):
        asyncio.run(second.writing(put))
    assert deeds(state) == 1


@needs_postgres
def test_when_it_stops_another_takes_over(hubs: tuple[Elected, Elected]) -> None:
    first, second = hubs
    first.look()
    first.stop()
    second.look()
    assert (first.leads, second.leads) == (False, True)


@needs_postgres
def test_one_that_was_cut_off_writes_nothing_more_even_before_it_knows(
    hubs: tuple[Elected, Elected], state: State
) -> None:
    first, second = hubs
    first.look()
    cut_off(first, state)
    second.look()
    assert (first.leads, second.leads) == (True, True), "the first has not looked since"
    with pytest.raises(NotLeading):
        asyncio.run(first.writing(put))
    assert (first.leads, deeds(state)) == (False, 0)
    assert asyncio.run(second.writing(put)) == "done"


@needs_postgres
def test_one_that_was_cut_off_stands_again(hubs: tuple[Elected, Elected], state: State, caplog) -> None:
    first, second = hubs
    first.look()
    cut_off(first, state)
    first.look()
    assert not first.leads
    first.look()
    assert first.leads
    second.look()
    assert not second.leads
    assert [record.message[:19] for record in caplog.records if record.levelname == "ERROR"] == ["this hub cannot lea"]


@needs_postgres
def test_a_connection_that_is_lost_is_a_failure_of_the_state_like_any_other(state: State) -> None:
    session = state.session()
    number = session.execute(text("SELECT pg_backend_pid()")).scalar()
    with state.write() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:number)"), {"number": number})
    with pytest.raises(StateError):
        session.execute(text("SELECT 1"))


@needs_postgres
def test_the_server_ends_a_session_that_says_nothing(hubs: tuple[Elected, Elected]) -> None:
    first, _ = hubs
    first.look()
    assert first._session is not None
    assert first._session.execute(text("SHOW idle_session_timeout")).scalar() == "10s"


@needs_postgres
def test_a_hub_that_hangs_within_a_transaction_holds_the_others_for_seconds_only(state: State) -> None:
    with state.write() as connection:
        assert connection.execute(text("SHOW idle_in_transaction_session_timeout")).scalar() == "10s"


@needs_postgres
def test_a_hub_leads_by_itself_while_it_is_the_only_one(state: State) -> None:
    async def work() -> bool:
        async with leading(state) as lead:
            return lead.leads

    assert asyncio.run(work())
    assert asyncio.run(work()), "it has given the lock back"
