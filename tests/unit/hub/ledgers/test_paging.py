"""Entries are read backwards, page by page, also where files are damaged."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.hub.ledgers.paging import Wanted, page_of
from fleaglass.hub.ledgers.places import Place
from tests.support.ledger_logs import entries, entry, write_log


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A log of 600 entries, in three files."""
    folder = tmp_path_factory.mktemp("paging") / "log"
    write_log(folder, entries(600))
    return Place(folder)


@given(limit=st.integers(1, 200), before=st.integers(0, 2**53))
def test_pages_have_every_entry_once_and_in_order(place: Place, limit: int, before: int) -> None:
    expected = list(range(min(before, 600) - 1, -1, -1))
    found: list[int] = []
    at: int | None = before
    while at is not None and len(found) < 300:
        page = page_of(place, 600, Wanted(), at, limit)
        found += [row.index for row in page.rows]
        assert page.next is None or page.next < at
        at = page.next
    assert found == expected[: len(found)]
    assert at is not None or found == expected


def test_an_order_is_found_however_deep_it_is(place: Place) -> None:
    page = page_of(place, 600, Wanted(order="o-3"), 600, 50)
    assert [row.index for row in page.rows] == [7]
    assert page.next is None


def test_what_looks_like_a_match_within_other_words_is_none(tmp_path: Path) -> None:
    write_log(tmp_path / "log", [entry(0, a={"why": 'said "o-3"', "order_id": "o-33"})])
    assert page_of(Place(tmp_path), 1, Wanted(order="o-3"), 1, 50).rows == ()


def test_a_missing_file_is_one_row_that_says_which_entries_are_gone(tmp_path: Path) -> None:
    write_log(tmp_path / "log", entries(300))
    (tmp_path / "log/tile/entries/000").unlink()
    page = page_of(Place(tmp_path), 300, Wanted(), 260, 50)
    assert [row.index for row in page.rows] == [259, 258, 257, 256, 0]
    assert page.rows[-1].problem == "entries 0 to 255 cannot be read: tile/entries/000 is missing"
    assert page.next is None


def test_an_entry_that_is_none_is_shown_with_why(tmp_path: Path) -> None:
    write_log(tmp_path / "log", [entry(0), b'{"kind":"guess"}', b"\xff"])
    rows = page_of(Place(tmp_path), 3, Wanted(), 3, 50).rows
    assert [(row.index, row.entry is None) for row in rows] == [(2, True), (1, True), (0, False)]
    assert "guess" in rows[1].problem
    assert [row.index for row in page_of(Place(tmp_path), 3, Wanted(kind="intent"), 3, 50).rows] == [0]
