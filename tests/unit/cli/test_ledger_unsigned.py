"""A log whose agent was killed in its first second: what was acknowledged is read, and said to be unsigned."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from fleaglass.ledger.canonical import decode
from tests.support.ledger_commands import VKEY, run
from tests.support.ledgers import intent, layout, ledger, outcome

UNSIGNED = "vol-arb-1: 3 entries, none signed yet: whoever can write the disk can rewrite them unseen"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The log's home."""
    log = ledger(tmp_path / "live")
    first = log.append(intent(asset="BTC", side="buy", quantity="0.5"), {"memo": "m"})
    log.append(outcome(first.id, state="filled", order_id="ord_1"))
    log.append(intent(asset="ETH", side="buy", quantity="2"))
    shutil.copytree(tmp_path / "live", tmp_path / "killed")
    log.close()
    return layout(tmp_path / "killed").folder


def test_verify_says_how_many_there_are_and_that_none_is_signed(home: Path) -> None:
    found = run("verify", home)
    assert (found.exit_code, found.stdout.splitlines()) == (
        0,
        [
            UNSIGNED,
            "  its agent was stopped in its first second; they are signed when it runs again",
            "  intents without an answer: 1",
        ],
    )
    found = run("verify", home, "--vkey", VKEY, "--json", "--require-anchor")
    said = json.loads(found.stdout)
    assert (found.exit_code, said["origin"], said["size"], said["tail"], said["open_intents"]) == (3, "", 0, 3, 1)


def test_entries_that_cannot_be_are_found_though_none_is_signed(tmp_path: Path) -> None:
    log = ledger(tmp_path)
    log.append(outcome("f" * 32, state="filled"))
    found = run("verify", layout(tmp_path).folder)
    log.close()
    assert (found.exit_code, found.stdout.splitlines()[1:]) == (
        1,
        [
            "  the first entry that cannot be believed: 0",
            "  entry 0: state/wal: the entry refers to another, and no intent before it is that",
        ],
    )


def test_a_checkpoint_elsewhere_shows_that_it_was_signed_and_put_back(home: Path, tmp_path: Path) -> None:
    live = layout(tmp_path / "live")
    vkey = run("keys", "list", "--home", tmp_path / "live").stdout.strip()
    found = run("verify", home, "--vkey", vkey, "--anchor", live.checkpoint)
    assert (found.exit_code, "it was cut or rolled back" in found.stdout) == (1, True)


def test_a_log_whose_checkpoint_is_gone_is_not_taken_for_one_that_was_never_signed(tmp_path: Path) -> None:
    log = ledger(tmp_path)
    log.append(intent())
    log.checkpoint()
    log.append(intent())
    layout(tmp_path).checkpoint.unlink()
    for command in (["verify"], ["export"], ["reconcile", "--venue", tmp_path]):
        found = run(*command, layout(tmp_path).folder)
        assert (found.exit_code, "is missing, and this log has been signed" in found.stderr) == (2, True), command
    log.close()


def test_reconcile_compares_them(home: Path, tmp_path: Path) -> None:
    venue = tmp_path / "venue.jsonl"
    order = {"kind": "order", "id": "ord_1", "asset": "BTC", "side": "buy", "quantity": "0.5", "state": "filled"}
    venue.write_text(json.dumps(order))
    found = run("reconcile", home, "--venue", venue, "--json")
    assert (found.exit_code, found.stderr) == (0, f"{home}: 3 entries, none signed yet\n")
    assert sorted(each["verdict"] for each in json.loads(found.stdout)["findings"]) == ["matched", "unresolved"]


def test_export_hands_them_out_with_no_checkpoint(home: Path) -> None:
    found = run("export", home)
    first, *entries = found.stdout.splitlines()
    assert (found.exit_code, json.loads(first)) == (0, {"checkpoint": ""})
    assert [decode(each.encode(), "it").seq for each in entries] == ["0", "1", "2"]
    assert found.stderr == "3 of 3 entries, 0 values disclosed; none signed yet\n"
    found = run("export", home, "--format", "tar", "-o", home / "x.tar")
    assert (found.exit_code, "3 entries, none signed yet" in found.stderr) == (2, True)


def test_it_has_no_key_yet_which_is_no_failure(home: Path) -> None:
    found = run("keys", "list", "--home", home.parents[1])
    assert (found.exit_code, found.stdout) == (0, "")
    assert found.stderr == "vol-arb-1: no key yet; it is made when the first entries are signed\n"
