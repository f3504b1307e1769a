"""What others hold is kept, for who wants to ask them again."""

from __future__ import annotations

from pathlib import Path

import pytest

from fleaglass.ledger.errors import LedgerError
from fleaglass.ledger.log import Ledger
from tests.support.ledgers import intent, layout, ledger, seams


def test_every_checkpoint_that_was_fetched_back_is_kept_with_who_holds_it_and_since_when(tmp_path: Path) -> None:
    log = ledger(tmp_path)
    notes = []
    for source in ("escrow esc_1", "https://witness.example"):
        log.append(intent())
        notes.append(log.checkpoint())
        log.keep_anchor(notes[-1], source)
    log.close()
    kept = ledger(tmp_path).anchors()
    assert [(each.source, each.note.encode(), each.checkpoint.size) for each in kept] == [
        ("escrow esc_1", notes[0], 1),
        ("https://witness.example", notes[1], 2),
    ]
    assert kept[0].at_ns < kept[1].at_ns
    assert layout(tmp_path).anchors.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("note", [b"", b"\xff", b"no note\n"])
def test_what_is_no_checkpoint_is_not_kept(tmp_path: Path, note: bytes) -> None:
    log = ledger(tmp_path)
    with pytest.raises(LedgerError, match=r"what esc_1 holds is no checkpoint"):
        log.keep_anchor(note, "esc_1")
    log.close()


def test_a_checkpoint_of_another_log_is_not_kept(tmp_path: Path) -> None:
    other = Ledger.open(tmp_path, "other", seams=seams())
    other.append(intent())
    note = other.checkpoint()
    other.close()
    log = ledger(tmp_path)
    with pytest.raises(LedgerError, match=r"a checkpoint of fleaglass.ledger/other, not of fleaglass.ledger/vol-arb-1"):
        log.keep_anchor(note, "esc_1")
    log.close()
