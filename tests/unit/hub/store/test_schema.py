"""A store of every earlier version is brought to this one's tables, and keeps its rows; a newer one is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from clickhouse_connect.driver.client import Client

from fleaglass.hub.store.address import EmbeddedAddress
from fleaglass.hub.store.clients import Clients
from fleaglass.hub.store.ddl import statements
from fleaglass.hub.store.embedded import Embedded
from fleaglass.hub.store.engine import Engine
from fleaglass.hub.store.layout import Layout
from fleaglass.hub.store.schema import SCHEMA, WrongSchema, check, found, migrate
from fleaglass.hub.store.table import Table
from fleaglass.hub.store.tables import TABLES
from tests.support.otlp import traces
from tests.support.stores import EMBEDDED_ONLY

pytestmark = EMBEDDED_ONLY

BY_NAME = {table.name: table for table in TABLES}
LATER_COLUMNS = {"pf_fill_rate", "pf_bet_outcome"}
DURABLE = "fsync_after_insert = 1, fsync_part_directory = 1"
MERGING = f"{DURABLE}, min_bytes_for_wide_part = 268435456, merge_selector_base = 10"
FIRST = ("spans", "logs", "metrics")


class Another(Embedded):
    """A database beside the tests' own, in the one engine that a process may have."""

    def __init__(self, folder: Path) -> None:
        super().__init__(EmbeddedAddress(folder))
        self.layout = Layout("another")

    def connect(self) -> Client:
        client = super().connect()
        client.database = "another"
        return client


@pytest.fixture
def place(engine: Engine) -> Iterator[Another]:
    assert engine.folder is not None
    engine.query("CREATE DATABASE another")
    yield Another(engine.folder)
    engine.query("DROP DATABASE another SYNC")


@pytest.fixture
def clients(place: Another) -> Iterator[Clients]:
    with closing(Clients(place)) as opened:
        yield opened


def old(table: Table, settings: str, ttl: str = "") -> str:
    """How versions before the numbers made a table."""
    columns = [f"{name} {kind}" for name, kind in table.columns.items()]
    columns += [f"INDEX {name} {index} GRANULARITY 1" for name, index in table.indexes.items()]
    partition = f"PARTITION BY toDate({table.day})" if table.day else ""
    engine = "ReplacingMergeTree" if table.replacing else "MergeTree"
    return (
        f"CREATE TABLE {table.name} ({', '.join(columns)}) ENGINE = {engine} {partition} ORDER BY {table.order} {ttl}"
        f" SETTINGS {settings}"
    )


def with_fewer_columns(name: str) -> Table:
    columns = BY_NAME[name].columns
    return replace(BY_NAME[name], columns={key: columns[key] for key in columns if key not in LATER_COLUMNS})


EVENTS = [old(BY_NAME[name], MERGING, "TTL toDateTime(time) + INTERVAL 400 DAY") for name in ("events", "attachments")]
OPEN = old(BY_NAME["open_spans"], MERGING, "TTL seen + INTERVAL 2 DAY")
EARLIER = {
    "nothing": [],
    "the first tables": [old(with_fewer_columns(name), DURABLE) for name in FIRST],
    "fewer merges": [old(with_fewer_columns(name), MERGING) for name in FIRST],
    "two more columns": [old(BY_NAME[name], MERGING) for name in FIRST],
    "open spans": [*(old(BY_NAME[name], MERGING) for name in FIRST), OPEN],
    "events": [*(old(BY_NAME[name], MERGING) for name in FIRST), OPEN, *EVENTS],
    "the last one without a number": [text for text in statements(Layout()) if "fleaglass_schema" not in text],
    "a number that was never written": list(statements(Layout())),
    "number 1": [*statements(Layout()), "INSERT INTO fleaglass_schema (version) VALUES (1)"],
}
NUMBER_2 = {
    ", INDEX by_seen seen TYPE minmax GRANULARITY 1": "",
    ", seen DateTime,": ",",
    ", seen DateTime)": ")",
    ", now() AS seen": "",
}
"""What number 2 brought, and what stood there before."""


def before_2(statement: str) -> str:
    """The statement as it was for number 1."""
    for now, before in NUMBER_2.items():
        statement = statement.replace(now, before)
    return statement


def definitions(clients: Clients) -> object:
    """Whatever a table is made of, but for the order of its columns and its TTL, which upkeep sets (retention.py)."""
    return (
        clients.query(
            "SELECT table, name, type, default_expression FROM system.columns WHERE database = 'another' ORDER BY ALL"
        ),
        clients.query(
            "SELECT table, name, expr FROM system.data_skipping_indices WHERE database = 'another' ORDER BY ALL"
        ),
        clients.query(
            "SELECT name, arraySort(splitByRegexp(', | TTL .* SETTINGS | SETTINGS ', engine_full)), as_select"
            " FROM system.tables WHERE database = 'another' ORDER BY name"
        ),
    )


@pytest.fixture(scope="module")
def wanted(_opened: Engine) -> object:
    """What a new store is made of."""
    assert _opened.folder is not None
    _opened.query("CREATE DATABASE another")
    place = Another(_opened.folder)
    with closing(Clients(place)) as clients:
        migrate(clients.query, place)
        made = definitions(clients)
    _opened.query("DROP DATABASE another SYNC")
    return made


@pytest.mark.parametrize("before", EARLIER)
def test_a_store_of_every_earlier_version_becomes_this_ones(
    place: Another, clients: Clients, wanted: object, before: str
) -> None:
    for statement in EARLIER[before]:
        clients.query(before_2(statement))
    if EARLIER[before]:
        clients.query("INSERT INTO spans (trace_id, span_id, start_time) VALUES ('1', '1', 0)")
    version, run = migrate(clients.query, place)
    assert (version, found(clients.query, place.layout).version) == (int(before == "number 1"), SCHEMA)
    assert run
    assert definitions(clients) == wanted
    [row] = clients.query("SELECT count() AS spans, count(pf_fill_rate) AS told FROM spans")
    assert row == {"spans": 1 if EARLIER[before] else 0, "told": 0}
    check(clients.query, place)


def test_it_is_done_once(place: Another, clients: Clients) -> None:
    migrate(clients.query, place)
    assert migrate(clients.query, place) == (SCHEMA, [])
    assert clients.query("SELECT count() AS times FROM fleaglass_schema") == [{"times": 1}]


@pytest.mark.parametrize("stopped_after", [1, 9, 20])
def test_one_that_was_stopped_in_the_middle_is_done_again(
    place: Another, clients: Clients, wanted: object, stopped_after: int
) -> None:
    for statement in list(statements(place.layout))[:stopped_after]:
        clients.query(statement)
    migrate(clients.query, place)
    assert definitions(clients) == wanted


def test_a_dry_run_changes_nothing(place: Another, clients: Clients) -> None:
    version, would_run = migrate(clients.query, place, dry_run=True)
    assert version == 0
    assert would_run[-1].startswith(f"INSERT INTO fleaglass_schema (version, fleaglass) VALUES ({SCHEMA}, ")
    assert found(clients.query, place.layout).tables == frozenset()


def test_a_newer_store_is_refused_and_left_as_it_is(place: Another, clients: Clients) -> None:
    migrate(clients.query, place)
    clients.query(f"INSERT INTO fleaglass_schema (version, fleaglass) VALUES ({SCHEMA + 1}, '9.9')")
    before = definitions(clients)
    for use in (migrate, check):
        with pytest.raises(
            WrongSchema,
            match=rf"a newer Fleaglass \(its tables are of version {SCHEMA + 1}, this one knows {SCHEMA}\)",
        ):
            use(clients.query, place)
    assert definitions(clients) == before


def test_what_is_behind_is_told_the_command(place: Another, clients: Clients) -> None:
    with pytest.raises(
        WrongSchema, match="has tables of version 0, and this Fleaglass needs 2; run fleaglass hub migrate"
    ):
        check(clients.query, place)


def test_a_view_takes_rows_after_it_was_changed_in_place(engine: Engine) -> None:
    for statement in statements(engine.layout, found(engine.query, engine.layout).tables):
        engine.query(statement)
    engine.insert("traces", traces({}).SerializeToString())
    engine.insert("open", traces({"end_time_unix_nano": 0}).SerializeToString())
    assert [engine.query(f"SELECT count() AS n FROM {table}") for table in ("spans", "open_spans")] == [[{"n": 1}]] * 2
