"""`fleaglass ledger` verifies and proves with a public key, and its exit code is the answer."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest
from click.testing import Result

from fleaglass.cli import main
from fleaglass.ledger.log import Draft, Ledger, Seams
from fleaglass.ledger.tree.cosignature import Cosigner
from fleaglass.ledger.tree.keys import Ed25519Signer
from tests.support.ledger_commands import DATA, VKEY, log_home, run
from tests.support.ledger_logs import KEY, checkpoint_of, entry, write_log

WITNESS = Cosigner("witness.example", b"w" * 32, lambda: 1_795_000_000)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return log_home(tmp_path)


@pytest.fixture
def anchor(tmp_path: Path) -> Path:
    path = tmp_path / "mailed"
    path.write_bytes(checkpoint_of(DATA[:200]))
    return path


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "policy"
    path.write_text(f"log {VKEY}\nwitness w {WITNESS.public.text}\nquorum w\n")
    return path


def verify(home: Path, *more: object) -> Result:
    return run("verify", home, "--vkey", VKEY, *more)


def test_a_whole_log_is_0_and_what_nobody_else_has_seen_is_said(home: Path) -> None:
    found = verify(home)
    assert found.exit_code == 0
    first, *lines = found.stdout.splitlines()
    assert first.startswith("fleaglass.ledger/vol-arb-1: 300 entries, whole; root ")
    assert lines == [
        "  self-signed only: operator rewrite NOT detectable",
        "  tail window: from entry 0 of 2026-11-18T11:06:40Z, the key's holder can rewrite unseen",
        "  intents without an answer: 0",
    ]


def test_a_checkpoint_from_elsewhere_anchors_what_precedes_it(home: Path, anchor: Path) -> None:
    found = verify(home, "--anchor", anchor, "--require-anchor")
    assert found.exit_code == 0
    assert found.stdout.splitlines()[1:3] == [
        "  anchored: the first 200 entries are held elsewhere",
        "  tail window: from entry 200 of 2026-11-18T11:10:00Z, the key's holder can rewrite unseen",
    ]


def test_whole_but_unanchored_is_3_where_an_anchor_is_required(home: Path, policy: Path) -> None:
    assert verify(home, "--require-anchor").exit_code == 3
    found = verify(home, "--require-anchor", "--policy", policy)
    assert (found.exit_code, "  the policy is not met: it asks for 'w'" in found.stdout) == (3, True)
    write_log(home / "log", DATA, signers=[KEY, WITNESS])
    assert verify(home, "--require-anchor", "--policy", policy).exit_code == 0


def test_a_log_that_was_tampered_with_is_1_and_the_first_bad_entry_is_named(home: Path) -> None:
    file = home / "log/tile/entries/000"
    file.write_bytes(file.read_bytes().replace(b'"o-3"', b'"o-4"', 1))
    found = verify(home)
    assert found.exit_code == 1
    assert found.stdout.splitlines() == [
        "fleaglass.ledger/vol-arb-1 was TAMPERED with",
        "  the first entry that cannot be believed: 7",
        "  entry 7: tile/0/000: entry 7 has another hash than the one that stands here",
    ]


def test_a_rewrite_that_was_signed_anew_is_1_against_an_anchor(home: Path, anchor: Path) -> None:
    write_log(home / "log", [*DATA[:7], entry(7, a={}), *DATA[8:]])
    assert verify(home).exit_code == 0
    found = verify(home, "--anchor", anchor)
    assert (found.exit_code, "changed and signed anew" in found.stdout) == (1, True)


def test_another_key_is_1(home: Path) -> None:
    other = Ed25519Signer(KEY.name, b"x" * 32).public.text
    found = run("verify", home, "--vkey", other)
    assert (found.exit_code, found.stdout.splitlines()[0]) == (1, "the log was TAMPERED with, or is another's")


def test_the_verdict_is_data_too(home: Path, anchor: Path) -> None:
    found = json.loads(verify(home, "--anchor", anchor, "--json").stdout)
    assert (found["size"], found["problems"], found["anchored"], found["anchors"]) == (300, [], 200, 1)


def test_what_cannot_be_used_is_2_and_says_why(home: Path, anchor: Path, policy: Path, tmp_path: Path) -> None:
    own = home / "state/anchors/newest"
    own.parent.mkdir(parents=True)
    shutil.copy(anchor, own)
    foreign = tmp_path / "foreign"
    foreign.write_bytes(checkpoint_of(DATA[:3], signers=[WITNESS]))
    policy.write_text(f"log {Ed25519Signer('other', b'o' * 32).public.text}\nquorum none")
    nonsense = tmp_path / "nonsense"
    nonsense.write_text("quorum")
    for arguments, reason in [
        (("verify", tmp_path / "nowhere", "--vkey", VKEY), "is no log with a checkpoint"),
        (("verify", home), "Missing option '--vkey'"),
        (("verify", home, "--vkey", VKEY[:-1]), "not of the form name+id+base64"),
        (("verify", home, "--vkey", KEY.text), "this is a private key"),
        (("verify", home, "--vkey", WITNESS.public.text), "a log's is meant"),
        (("verify", home, "--vkey", "nowhere"), "nowhere cannot be read"),
        (("verify", home, "--vkey", VKEY, "--anchor", own), "is in the log's own folder"),
        (("verify", home, "--vkey", VKEY, "--anchor", home / "log/checkpoint"), "is in the log's own folder"),
        (("verify", home, "--vkey", VKEY, "--anchor", foreign), "is no checkpoint of this log"),
        (("verify", home, "--vkey", VKEY, "--anchor", "nowhere"), "nowhere cannot be read"),
        (("verify", home, "--vkey", VKEY, "--policy", policy), "the policy names other logs"),
        (("verify", home, "--vkey", VKEY, "--policy", nonsense), "line 1: 'quorum' says nothing"),
        (("prove", tmp_path / "nowhere", 3), "is no log with a checkpoint"),
        (("prove", home), "name one entry"),
        (("prove", home, "--span", ""), "name one entry"),
        (("prove", home, 3, "--order", "o-1"), "name one entry"),
        (("check-proof", "nowhere", "--vkey", VKEY), "nowhere cannot be read"),
        (("check-proof", anchor, "--vkey", VKEY), "is no proof"),
    ]:
        found = run(*arguments)
        assert (found.exit_code, reason in found.output) == (2, True), (arguments, found.output)
        assert KEY.text.rsplit("+", 1)[1] not in found.output


def test_an_order_is_proved_and_the_proof_checked_with_the_public_key_alone(home: Path, tmp_path: Path) -> None:
    written = run("prove", home, "--order", "o-3", "--out", tmp_path / "out")
    path = tmp_path / "out" / "vol-arb-1-7.tlog-proof"
    assert (written.exit_code, written.stdout) == (0, f"{path}\n")
    shutil.rmtree(home)
    key = tmp_path / "vol-arb-1.vkey"
    key.write_text(VKEY + "\n")
    found = run("check-proof", path, "--vkey", key)
    assert found.exit_code == 0
    first, *rest = found.stdout.splitlines()
    assert first == f"entry 7 is one of the 300 entries of {KEY.name}; signed by {KEY.name}"
    assert json.loads("\n".join(rest)) == json.loads(DATA[7])
    as_json = json.loads(run("check-proof", path, "--vkey", key, "--json").stdout)
    assert (as_json["holds"], as_json["index"], as_json["entry"]["a"]["order_id"]) == (True, 7, "o-3")


def test_a_span_is_proved_entry_by_entry(home: Path, tmp_path: Path) -> None:
    found = run("prove", home, "--span", f"{4:016x}", "--out", tmp_path, "--json")
    assert [json.loads(line)["index"] for line in found.stdout.splitlines()] == [6, 7]


def test_what_is_not_in_the_log_is_1(home: Path, tmp_path: Path) -> None:
    for arguments, reason in [((300,), "none with the index 300"), (("--order", "o-x"), "has the order o-x")]:
        found = run("prove", home, *arguments, "--out", tmp_path / "out")
        assert (found.exit_code, reason in found.output, (tmp_path / "out").exists()) == (1, True, False)


def test_a_proof_that_does_not_hold_is_1(home: Path, tmp_path: Path, policy: Path) -> None:
    run("prove", home, 7, "--out", tmp_path)
    path = tmp_path / "vol-arb-1-7.tlog-proof"
    found = run("check-proof", path, "--vkey", VKEY, "--policy", policy)
    assert (found.exit_code, "the policy is not met" in found.output) == (1, True)
    path.write_text(path.read_text().replace("index 7", "index 8"))
    found = run("check-proof", path, "--vkey", VKEY, "--json")
    assert (found.exit_code, "does not lead to the root" in found.stderr) == (1, True)
    assert json.loads(found.stdout)["holds"] is False


def test_an_entry_that_is_no_json_is_shown_so_that_no_terminal_obeys_it(tmp_path: Path) -> None:
    write_log(tmp_path, [b"\x1b[2J\xff", b"[" * 50_000])
    for index, shown in [(0, "\\x1b[2J"), (1, "[[[")]:
        run("prove", tmp_path, index, "--out", tmp_path / "out")
        found = run("check-proof", tmp_path / "out" / f"{tmp_path.name}-{index}.tlog-proof", "--vkey", VKEY)
        assert (found.exit_code, shown in found.stdout, "\x1b" in found.stdout) == (0, True, False)


def agents(tmp_path: Path, *names: str) -> Path:
    """A home with a log of two entries for each."""
    for name in names:
        ledger = Ledger.open(tmp_path, name, seams=Seams())
        for _ in range(2):
            ledger.append(Draft(kind="observe", t="1", mono="1", agent=name))
        ledger.close()
    return tmp_path


def test_the_public_keys_of_all_logs_are_listed_and_verify_them(tmp_path: Path) -> None:
    home = agents(tmp_path, "a", "b")
    listed = run("keys", "list", "--home", home)
    assert listed.exit_code == 0
    for name, vkey in zip(("a", "b"), listed.stdout.splitlines(), strict=True):
        assert run("verify", home / "ledger" / name, "--vkey", vkey).exit_code == 0
    named = [json.loads(line) for line in run("keys", "list", "--home", home, "--json").stdout.splitlines()]
    assert [(each["log"], each["vkey"]) for each in named] == list(zip("ab", listed.stdout.splitlines(), strict=True))
    assert "PRIVATE" not in listed.output
    assert run("keys", "list", "b", "--home", home).stdout == f"{listed.stdout.splitlines()[1]}\n"
    (home / "all").write_text(listed.stdout)
    found = run("verify", home / "ledger/a", "--vkey", home / "all")
    assert (found.exit_code, "has more than one line; `fleaglass ledger keys list AGENT`" in found.stderr) == (2, True)
    found = run("verify", home, "--vkey", listed.stdout.splitlines()[0])
    assert (found.exit_code, f"; there are {home / 'ledger/a'}, {home / 'ledger/b'}" in found.stderr) == (2, True)


def test_a_key_that_is_missing_or_that_others_may_read_is_1(tmp_path: Path) -> None:
    home = agents(tmp_path, "a", "b", "c")
    (home / "ledger/a/keys/key").unlink()
    (home / "ledger/b/keys/key").chmod(0o644)
    listed = run("keys", "list", "--home", home)
    assert (listed.exit_code, len(listed.stdout.splitlines()), len(listed.stderr.splitlines())) == (1, 1, 2)


def test_a_key_is_changed_and_the_log_is_verified_with_the_new_one(tmp_path: Path) -> None:
    home = agents(tmp_path, "a")
    old = run("keys", "list", "--home", home).stdout.strip()
    rotated = run("keys", "rotate", "a", "--why", "a year has passed", "--home", home)
    new = rotated.stdout.strip()
    assert (rotated.exit_code, new == old) == (0, False)
    assert run("keys", "list", "--home", home).stdout.strip() == new
    for vkey in (old, new):
        assert run("verify", home / "ledger/a", "--vkey", vkey).exit_code == 0


def test_a_lost_key_is_replaced_by_a_new_log_that_names_what_is_trusted_of_the_old(tmp_path: Path) -> None:
    home = agents(tmp_path, "a")
    old = run("keys", "list", "--home", home).stdout.strip()
    trusted = tmp_path / "mailed"
    shutil.copy(home / "ledger/a/log/checkpoint", trusted)
    (home / "ledger/a/keys/key").unlink()
    given = ("keys", "replace", "a", "--why", "lost", "--home", home, "--trusted", trusted)
    assert run(*given).exit_code == 2
    assert run(*given, "--vkey", VKEY).exit_code == 2
    replaced = run(*given, "--vkey", old)
    assert replaced.exit_code == 0
    new = home / "ledger/a~2"
    assert run("verify", new, "--vkey", replaced.stdout.strip()).exit_code == 0
    run("prove", new, 0, "--out", tmp_path)
    proved = run("check-proof", tmp_path / "a~2-0.tlog-proof", "--vkey", replaced.stdout.strip(), "--json")
    assert "fleaglass.ledger/a\n2\n" in json.loads(proved.stdout)["entry"]["a"]["after"]


def test_keys_of_a_log_that_is_not_there_or_is_being_written_are_2(tmp_path: Path) -> None:
    home = agents(tmp_path, "a")
    for how in ("rotate", "replace"):
        found = run("keys", how, "b", "--why", "x", "--home", home)
        assert (found.exit_code, "b has no log in" in found.output) == (2, True)
    assert not (home / "ledger/b").exists()
    ledger = Ledger.open(home, "a", seams=Seams())
    for how in ("rotate", "replace"):
        assert run("keys", how, "a", "--why", "x", "--home", home).exit_code == 2
    ledger.close()
    found = run("keys", "list", "--home", tmp_path / "nowhere")
    assert (found.exit_code, found.stdout) == (0, "")
    assert found.stderr == f"there is no log in {tmp_path / 'nowhere'}: an agent begins one when it first spends\n"
    assert run("keys", "list", "b", "--home", home).exit_code == 2


def test_without_a_command_the_help_stands_alone_and_it_is_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["fleaglass", "ledger"])
    with pytest.raises(SystemExit) as end:
        main()
    said = capsys.readouterr().err
    assert (end.value.code, said.startswith("Usage: fleaglass ledger "), "(see" in said) == (2, True, False)
