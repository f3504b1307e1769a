"""Whatever is in the files of a log, the hub tells it, and breaks at nothing."""

from __future__ import annotations

import json
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from fleaglass.hub.api.ledgers.shapes import EntrySeen
from fleaglass.hub.api.ledgers.view import entry_of_row, summary
from fleaglass.hub.ledgers import Ledgers
from fleaglass.hub.ledgers.checking import check, related
from fleaglass.hub.ledgers.keys import Keys
from fleaglass.hub.ledgers.paging import Wanted, page_of
from fleaglass.hub.ledgers.places import Place
from fleaglass.ledger.tree.errors import TreeError
from tests.support.ledger_logs import KNOWN, entry, write_log

PLACE = Place(Path("nowhere"))
PROMISED = TypeAdapter(EntrySeen)
_texts = st.text(max_size=40)
_fields = st.dictionaries(
    st.sampled_from(["kind", "seq", "id", "ref", "t", "mono", "agent", "op", "trace", "span"]), _texts, max_size=6
)
_entries = st.lists(
    st.binary(max_size=80)
    | _fields.map(lambda fields: entry(0, **fields))
    | st.dictionaries(_texts, _texts, max_size=3).map(lambda said: json.dumps({"a": said}).encode()),
    min_size=1,
    max_size=6,
)
_numbers = count()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


@given(data=_entries)
def test_entries_of_any_content_are_told_in_the_promised_shape(folder: Path, data: list[bytes]) -> None:
    ledgers = Ledgers((folder / str(next(_numbers)),), Keys([KNOWN]))
    write_log(ledgers.folders[0] / "log", data)
    (book,) = ledgers.verify(lambda: 0)
    assert summary(book)["read"] == len(data)
    rows = page_of(book.place, len(data), Wanted(), len(data), 50).rows
    assert [row.data for row in rows] == data[::-1]
    for row in rows:
        PROMISED.validate_python(entry_of_row(row), strict=True)
        found = check(book.place, row.index, ledgers.keys)
        assert (found.proof is not None) == bool(row.data)  # a proof has the entry in it
        if found.entry is not None:
            related(book.place, len(data), row.index, found.entry)


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_are_a_checkpoint_or_refused(note: bytes) -> None:
    with suppress(TreeError):
        Keys([KNOWN]).of(note, PLACE)
