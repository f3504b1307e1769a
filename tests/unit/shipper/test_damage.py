"""Whatever is in a journal's folder, the shipper gets to its end, and sends what can be read."""

from __future__ import annotations

import random
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fleaglass.journal import Cursor, Cursors, FormatError, Position, read_cursors
from fleaglass.journal.cursors import hurry_until_ns, write_cursors
from fleaglass.journal.layout import segments_in
from fleaglass.journal.records import SpanEnded
from fleaglass.shipper.tail import Tail, Trouble
from fleaglass.shipper.unfinished import Unfinished, read_unfinished
from tests.unit.journal.desk import only_folder
from tests.unit.shipper.bench import agent, ended, folders, put, ship, started

positions = st.builds(Position, st.integers(0, 99_999_999), st.integers(0, 1 << 40))
counts = st.integers(0, 1 << 40)
cursors = st.builds(
    Cursor,
    at=positions,
    sending=st.none() | st.tuples(positions, positions),
    accepted=counts,
    rejected=counts,
    dropped=st.dictionaries(st.text(), counts, max_size=3),
    down=st.none() | st.text(),
)
several = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def a_journal(home: Path) -> Path:
    """One of several segments, whose agent ended by itself."""
    journal = agent(home, batch=7)
    for number in range(40):
        put(journal, started(number), ended(number, chars=900))
    journal.end()
    return only_folder(home)


@several
@given(cursor=cursors, damaged=counts, missing=counts)
def test_cursors_are_read_back_as_they_were_written(tmp_path: Path, cursor: Cursor, damaged: int, missing: int) -> None:
    written = Cursors(deliveries={"hub/traces": cursor}, damaged=damaged, missing=missing)
    write_cursors(tmp_path, written)
    assert read_cursors(tmp_path) == written


@several
@given(
    content=st.binary(max_size=200)
    | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(msgspec.json.encode)
)
def test_cursors_of_any_bytes_are_read_or_refused_in_words(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "cursors.json").write_bytes(content)
    with pytest.raises(FormatError, match=r"cursors\.json"):
        read_cursors(tmp_path)


@several
@given(content=st.binary(max_size=200))
def test_the_other_notes_of_any_bytes_are_as_if_they_were_not_there(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "unfinished").write_bytes(content)
    (tmp_path / "hurry").write_bytes(content)
    assert isinstance(read_unfinished(tmp_path), Unfinished)
    assert isinstance(hurry_until_ns(tmp_path), int)


@pytest.mark.parametrize("seed", range(12))
def test_damage_anywhere_in_a_journal_costs_what_it_hits_and_the_order_stays(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    folder = a_journal(tmp_path)
    for _, path in segments_in(folder):
        content = bytearray(path.read_bytes())
        for _ in range(chance.randrange(4)):
            content[chance.randrange(len(content))] ^= chance.randrange(1, 256)
        path.write_bytes(content[: chance.choice([len(content), chance.randrange(len(content))])])
    if chance.random() < 0.3:
        chance.choice(segments_in(folder))[1].unlink()
    records = [each for batch in ship(tmp_path)["hub/traces"].batches for each in batch.records]
    sent = [each.start_ns for each in records if isinstance(each, SpanEnded) and each.status == 0]  # and not recovered
    assert sent == sorted(set(sent))
    assert folders(tmp_path) == []


@several
@given(cursor=cursors)
def test_cursors_that_make_no_sense_do_not_stop_it(tmp_path_factory: pytest.TempPathFactory, cursor: Cursor) -> None:
    home = tmp_path_factory.mktemp("home")
    write_cursors(a_journal(home), Cursors(deliveries={"hub/traces": cursor}))
    ship(home)
    assert folders(home) == []


def drain(tail: Tail) -> list[int]:
    """Offsets of everything that is there, in order."""
    tail.look()
    found: list[int] = []
    while (chunk := tail.follow()) is not None:
        found += (record.offset for record in chunk.records)
    return found


@several
@given(cuts=st.lists(st.integers(0, 16_384), min_size=1, max_size=5).map(sorted))
def test_a_segment_that_grows_is_read_once_and_whole(tmp_path_factory: pytest.TempPathFactory, cuts: list[int]) -> None:
    home = tmp_path_factory.mktemp("home")
    journal = agent(home)
    put(journal, *(ended(number, chars=200) for number in range(30)))
    folder = only_folder(home)
    whole = drain(Tail(folder, report=_fail))
    words, head = journal._words, journal._at
    tail = Tail(folder, report=lambda trouble: None)
    found: list[int] = []
    ends = list(whole)
    for cut in cuts:
        words[2] = max(offset for offset in ends if offset <= max(cut, ends[0]))
        found += drain(tail)
    words[2] = head
    found += drain(tail)
    assert found == whole


def _fail(trouble: Trouble) -> None:
    raise AssertionError(str(trouble))
