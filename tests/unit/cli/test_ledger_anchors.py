"""`fleaglass ledger verify` and `prove` with what others hold: files, and what witnesses have cosigned."""

from __future__ import annotations

from pathlib import Path

import pytest

from fleaglass.ledger.storage.anchors import Anchors
from fleaglass.ledger.storage.files import Files
from fleaglass.ledger.storage.layout import Layout
from fleaglass.ledger.tree.keys import Ed25519Signer
from tests.support.ledger_commands import DATA, VKEY, log_home, run
from tests.support.ledger_logs import AGENT, KEY, checkpoint_of, entry, write_log
from tests.support.ledgers import Unsynced
from tests.support.witnessed import COSIGNER

OTHER = Ed25519Signer("fleaglass.ledger/other", b"o" * 32)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return log_home(tmp_path)


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "policy"
    path.write_text(f"witness w {COSIGNER.public.text}\nquorum w\n")
    return path


def keep(home: Path, *notes: bytes) -> None:
    """What the owner has kept of others."""
    layout = Layout(home)
    files = Files(Unsynced(), layout.new)
    files.make_folder(layout.anchors.parent)
    for note in notes:
        Anchors(files, layout.anchors, KEY.name).keep(note, "witness http://w", 1)


def test_a_file_with_many_checkpoints_anchors_by_those_of_this_log(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "mailed"
    of_other = checkpoint_of(DATA[:9], signers=[OTHER], origin=OTHER.name)
    path.write_bytes(b"\n".join([checkpoint_of(DATA[:100]), of_other, checkpoint_of(DATA[:200])]))
    found = run("verify", home, "--vkey", VKEY, "--anchor", path, "--require-anchor")
    assert (found.exit_code, found.stdout.splitlines()[1]) == (
        0,
        "  anchored: the first 200 entries are held elsewhere",
    )
    assert found.stderr == f"{path}: 1 of 3 checkpoints are not this log's, or of another key\n"
    write_log(home / "log", [*DATA[:150], entry(150, a={}), *DATA[151:]])
    found = run("verify", home, "--vkey", VKEY, "--anchor", path)
    assert (found.exit_code, "the first entry that cannot be believed: 100" in found.stdout) == (1, True)
    path.write_bytes(of_other)
    found = run("verify", home, "--vkey", VKEY, "--anchor", path)
    assert (found.exit_code, "is no checkpoint of this log" in found.stderr) == (2, True)


def test_a_folder_with_what_came_with_escrows_anchors_by_what_is_of_this_log(home: Path, tmp_path: Path) -> None:
    kept = tmp_path / "counterparty/state/anchors/from"
    kept.mkdir(parents=True)
    (kept / "1").write_bytes(checkpoint_of(DATA[:3], signers=[OTHER]))
    (kept / "2").write_bytes(checkpoint_of(DATA[:70]))
    found = run("verify", home, "--vkey", VKEY, "--anchor", kept)
    assert "anchored: the first 70 entries are held elsewhere" in found.stdout
    (kept / "2").unlink()
    assert run("verify", home, "--vkey", VKEY, "--anchor", kept).exit_code == 2
    (kept / "1").unlink()
    found = run("verify", home, "--vkey", VKEY, "--anchor", kept)
    assert (found.exit_code, f"{kept} is no checkpoint of this log\n" in found.stderr) == (2, True)


def test_a_file_without_end_is_2(home: Path) -> None:
    found = run("verify", home, "--vkey", VKEY, "--anchor", "/dev/zero")
    assert (found.exit_code, "/dev/zero has more than the 64 MiB that are read" in found.stderr) == (2, True)


def test_what_witnesses_have_cosigned_anchors_though_it_lies_beside_the_log(home: Path, policy: Path) -> None:
    keep(home, checkpoint_of(DATA[:100], signers=[KEY, COSIGNER]), checkpoint_of(DATA[:200]))
    found = run("verify", home, "--vkey", VKEY, "--policy", policy, "--require-anchor")
    assert (found.exit_code, "the first 100 entries are held elsewhere" in found.stdout) == (0, True)
    assert run("verify", home, "--vkey", VKEY, "--require-anchor").exit_code == 3
    write_log(home / "log", [entry(0, a={}), *DATA[1:]])
    assert run("verify", home, "--vkey", VKEY, "--policy", policy).exit_code == 1


def test_a_proof_can_have_the_newest_cosigned_checkpoint(home: Path, policy: Path, tmp_path: Path) -> None:
    assert run("prove", home, 7, "--policy", policy, "--out", tmp_path).exit_code == 1
    cosigned = [checkpoint_of(DATA[:size], signers=[KEY, COSIGNER]) for size in (100, 200)]
    keep(home, *cosigned, checkpoint_of(DATA))
    found = run("prove", home, 7, "--policy", policy, "--out", tmp_path)
    proof = tmp_path / f"{AGENT}-7.tlog-proof"
    assert (found.exit_code, proof.read_bytes().endswith(cosigned[1])) == (0, True)
    assert run("check-proof", proof, "--vkey", VKEY, "--policy", policy).exit_code == 0
    assert run("prove", home, 7, "--out", tmp_path).exit_code == 0
    assert run("check-proof", proof, "--vkey", VKEY, "--policy", policy).exit_code == 1
    late = run("prove", home, 250, "--policy", policy, "--out", tmp_path)
    assert (late.exit_code, "a log of 200 entries has none with the index 250" in late.stderr) == (1, True)


def test_kept_checkpoints_that_cannot_be_read_are_told_of_and_count_for_nothing(home: Path, policy: Path) -> None:
    keep(home, checkpoint_of(DATA[:100], signers=[KEY, COSIGNER]))
    path = home / "state" / "anchors" / "all"
    path.write_bytes(b"nonsense\n" + path.read_bytes())
    found = run("verify", home, "--vkey", VKEY, "--policy", policy, "--require-anchor")
    assert (found.exit_code, "cannot be read" in found.stderr) == (3, True)


def test_a_hub_that_does_not_answer_is_2(home: Path) -> None:
    found = run("verify", home, "--vkey", VKEY, "--hub", "http://127.0.0.1:1")
    assert (found.exit_code, "no checkpoints came from http://127.0.0.1:1" in found.stderr) == (2, True)


def test_who_holds_something_by_the_logs_own_word_is_named_where_nobody_was_shown_to(home: Path) -> None:
    keep(home, checkpoint_of(DATA[:70]))
    line = "  by its own word witness http://w holds a checkpoint: fetch it with --hub or --anchor"
    assert line in run("verify", home, "--vkey", VKEY).stdout.splitlines()
    found = run("verify", home, "--vkey", VKEY, "--require-anchor")
    assert found.exit_code == 3
