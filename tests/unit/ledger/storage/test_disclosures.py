"""What commitments stand for is kept apart, can be erased, and no proof depends on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.ledger.canonical import decode
from fleaglass.ledger.commitments import is_opened_by
from fleaglass.ledger.errors import EntryError, LedgerDamaged, LedgerKeyError
from fleaglass.ledger.storage.disclosures import Disclosure, committed, disclosures_in
from fleaglass.ledger.tree.merkle import leaf_hash, root_of
from tests.support.ledgers import intent, layout, ledger, shown, stored


def disclosed(home: Path) -> list[Disclosure]:
    return list(disclosures_in(layout(home).disclosures.read_bytes(), "here"))


def test_each_opens_the_commitment_of_its_entry(tmp_path: Path) -> None:
    log = ledger(tmp_path)
    log.append(intent(), {"memo": "rent", "to": "0xabc"})
    log.append(intent(), {"memo": "rent"})
    log.close()
    entries = {entry.id: entry for entry in (decode(raw, "it") for raw in stored(tmp_path))}
    found = disclosed(tmp_path)
    assert [(each.name, each.value) for each in found] == [("memo", "rent"), ("to", "0xabc"), ("memo", "rent")]
    for each in found:
        assert is_opened_by(entries[each.entry].commitments[each.name], each.name, each.value, bytes.fromhex(each.salt))
    assert len({each.salt for each in found}) == 3


def test_after_an_erasure_the_values_are_nowhere_the_log_says_so_and_its_root_holds(tmp_path: Path) -> None:
    log = ledger(tmp_path)
    erased = log.append(intent(), {"memo": "the widow's rent", "to": "0xabc"})
    kept = log.append(intent(), {"memo": "of the other"})
    log.checkpoint()
    before = stored(tmp_path)
    log.erase([erased.id], by="owner", why="a request of the widow")
    log.close()
    entries = stored(tmp_path)
    assert entries[:2] == before
    assert shown(tmp_path).root == root_of([leaf_hash(raw) for raw in entries])
    assert [each.entry for each in disclosed(tmp_path)] == [kept.id]
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(b"widow's rent" in raw for raw in files)
    redaction = decode(entries[2], "it")
    assert redaction.kind == "redact"
    assert redaction.attributes == {"by": "owner", "why": "a request of the widow", "entries": erased.id, "names": "[]"}


def test_an_erasure_that_waits_for_the_key_takes_no_more_room_by_the_second(tmp_path: Path) -> None:
    log = ledger(tmp_path)
    erased = log.append(intent(), {"memo": "the widow's rent"})
    log.checkpoint()
    key = layout(tmp_path).keys / "key"
    key.rename(key.with_name("away"))
    for attempt in (lambda: log.erase([erased.id], by="owner", why="asked for"), log.checkpoint, log.checkpoint):
        with pytest.raises(LedgerKeyError):
            attempt()
    assert len(list(layout(tmp_path).state.glob("wal-*"))) == 2
    key.with_name("away").rename(key)
    log.checkpoint()
    log.close()
    assert disclosed(tmp_path) == []
    assert not any(b"widow's rent" in path.read_bytes() for path in layout(tmp_path).state.rglob("*") if path.is_file())


def test_only_what_is_named_is_erased(tmp_path: Path) -> None:
    log = ledger(tmp_path)
    receipts = [log.append(intent(), {"memo": "rent", "to": "0xabc"}) for _ in range(2)]
    log.erase([receipt.id for receipt in receipts], names=["to"], by="owner", why="asked for")
    log.append(intent(), {"to": "0xdef"})
    log.close()
    assert [(each.name, each.value) for each in disclosed(tmp_path)] == [("memo", "rent")] * 2 + [("to", "0xdef")]


def test_an_erasure_of_thousands_is_told_in_as_many_entries_as_it_takes(tmp_path: Path) -> None:
    log = ledger(tmp_path)
    log.erase([f"{number:032x}" for number in range(2500)], by="owner", why="all of them")
    log.close()
    entries = [decode(raw, "it") for raw in stored(tmp_path)]
    assert [len(entry.attributes["entries"].split()) for entry in entries] == [1000, 1000, 500]


def test_a_line_that_was_not_written_to_its_end_is_written_over(tmp_path: Path) -> None:
    log = ledger(tmp_path)
    log.append(intent(), {"memo": "rent"})
    log.close()
    with layout(tmp_path).disclosures.open("ab") as file:
        file.write(b'{"entry":"no')
    log = ledger(tmp_path, start=500)
    log.append(intent(), {"memo": "food"})
    log.close()
    assert [each.value for each in disclosed(tmp_path)] == ["rent", "food"]


@pytest.mark.parametrize("secret", [5, None, "half of a pair \ud800"])
def test_what_is_no_text_is_refused_and_not_shown(tmp_path: Path, secret: Any) -> None:
    log = ledger(tmp_path)
    with pytest.raises(EntryError, match="the secret 'memo'") as refused:
        log.append(intent(), {"memo": secret})
    assert "half" not in str(refused.value)
    assert log.append(intent()).index == 0
    log.close()


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(st.dictionaries(TEXTS, TEXTS, max_size=5))
def test_any_names_and_values_are_read_back(secrets: dict[str, str]) -> None:
    commitments, lines = committed("e1", secrets, bytes(range(16)) * len(secrets))
    found = list(disclosures_in(lines, "here"))
    assert {each.name: each.value for each in found} == secrets
    assert all(is_opened_by(commitments[each.name], each.name, each.value, bytes(range(16))) for each in found)


@given(st.binary(max_size=200))
def test_no_bytes_do_more_than_be_refused_with_the_line(raw: bytes) -> None:
    with pytest.raises(LedgerDamaged, match="here, line 1"):
        list(disclosures_in(b"x" + raw + b"\n", "here"))
