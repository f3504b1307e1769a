"""A store on a server, over ClickHouse's HTTP interface in a second process: what a hub of it meets.

All of the hub's tests can be run so: FLEAGLASS_TEST_STORE=server (tests/support/stores.py).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from fleaglass.hub.store import Batch, EngineError, Refused, Unavailable, WrongSchema, open_store, place_of
from fleaglass.hub.store.backup import BackupError, make_backup
from fleaglass.hub.store.clients import Clients
from fleaglass.hub.store.engine import Engine, own
from tests.support.clickhouse_front import PASSWORD
from tests.support.otlp import logs, traces
from tests.support.stores import front, migrated

SECRETS = (PASSWORD, quote(PASSWORD, safe=""))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with this version's tables, for all of these tests; each uses traces of its own."""
    with front(tmp_path_factory.mktemp("server")) as there:
        migrated(there)
        yield there


def spans(engine: Engine, trace: int) -> int:
    [row] = engine.query(
        "SELECT count() AS rows FROM spans FINAL WHERE trace_id = toFixedString(unhex({id:String}), 16)",
        {"id": f"{trace:032x}"},
    )
    return int(row["rows"])


def without_secrets(said: str) -> str:
    assert not any(secret in said for secret in SECRETS)
    return said


def test_two_hubs_use_one_server_and_a_span_that_both_sent_is_there_once(address: str) -> None:
    body = traces({}, {"id": 2}, trace=1).SerializeToString()
    with own(address) as one, own(address) as other:
        one.insert("traces", body)
        other.insert("traces", body)
        assert spans(one, 1) == spans(other, 1) == 2


def test_what_has_no_end_yet_and_records_are_parsed_by_the_server_too(address: str) -> None:
    with own(address) as engine:
        engine.insert("open", traces({"end_time_unix_nano": 0}, trace=2).SerializeToString())
        engine.insert("logs", logs({"body": "here"}).SerializeToString())
        assert engine.query("SELECT count() AS n FROM open_spans FINAL") == [{"n": 1}]
        assert engine.query("SELECT body FROM logs FINAL") == [{"body": "shere"}]


def test_a_question_may_be_about_thousands_of_traces(address: str) -> None:
    """Its parameters are too long for an address."""
    ids = [f"{number:032x}" for number in range(10_000)]
    with own(address) as engine:
        assert engine.query("SELECT length({ids:Array(String)}) AS n", {"ids": ids}) == [{"n": 10_000}]


async def test_a_body_that_it_cannot_read_is_refused_and_its_neighbour_stored(address: str, tmp_path: Path) -> None:
    good, bad = (traces({"attributes": {"a": "b"}}, trace=3).SerializeToString() for _ in range(2))
    async with open_store(tmp_path, address) as store:
        outcomes = await asyncio.gather(
            store.submit(Batch("traces", good, 1)), store.submit(Batch("traces", bad[:-3], 1)), return_exceptions=True
        )
        assert outcomes[0] is None
        assert isinstance(outcomes[1], Refused)
    with own(address) as engine:
        assert spans(engine, 3) == 1


async def test_a_server_that_goes_away_has_senders_try_again(tmp_path: Path) -> None:
    with front(tmp_path / "server") as address:
        migrated(address)
        async with open_store(tmp_path / "data", address) as store:
            body = Batch("traces", traces({}).SerializeToString(), 1)
            await store.query("RENAME TABLE raw_traces TO away")
            with pytest.raises(Unavailable, match="UNKNOWN_TABLE"):
                await store.submit(body)
            await store.query("RENAME TABLE away TO raw_traces")
            await store.submit(body)
    with pytest.raises(EngineError) as gone:
        place_of(address).connect()
    without_secrets(str(gone.value))


def test_a_server_without_the_tables_is_not_touched_and_the_command_is_told(tmp_path: Path) -> None:
    with front(tmp_path) as address:
        with pytest.raises(WrongSchema, match="run fleaglass hub migrate with the same --store") as told, own(address):
            pass
        with closing(Clients(place_of(f"{address.removesuffix('fleaglass')}default"))) as clients:
            assert clients.query("SELECT name FROM system.databases WHERE name = 'fleaglass'") == []
    assert without_secrets(str(told.value)).startswith("the store clickhouse://127.0.0.1:")


def test_a_wrong_password_is_told_without_it(address: str) -> None:
    wrong = address.replace(quote(PASSWORD, safe=""), "wr0ng-secret")
    with pytest.raises(EngineError, match="Authentication failed") as refused, own(wrong):
        pass
    assert "wr0ng-secret" not in str(refused.value)


def test_where_the_store_is_is_told_without_who_may(address: str) -> None:
    with own(address) as engine:
        assert without_secrets(engine.dsn) == f"clickhouse://{address.rpartition('@')[2]}"
        assert engine.folder is None


def test_a_backup_is_left_to_the_server(address: str, tmp_path: Path) -> None:
    with own(address) as engine, pytest.raises(BackupError, match="back it up with the server's own BACKUP"):
        make_backup(
            engine.query, engine.folder, tmp_path, tmp_path / "made", "1.2.3", datetime(2026, 11, 30, tzinfo=UTC)
        )
    assert list(tmp_path.iterdir()) == []
