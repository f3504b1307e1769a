"""`fleaglass ledger keys` shows what others verify with, and changes it without losing what was signed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fleaglass.cli import cli
from fleaglass.ledger.reading import LogFiles
from fleaglass.ledger.storage.layout import Layout, layout_of
from fleaglass.ledger.tree.keys import Ed25519Verifier, VerifierKey
from fleaglass.ledger.verify import verify
from tests.unit.ledger import desk


@pytest.fixture
def home(tmp_path: Path) -> Path:
    ledger = desk.ledger(tmp_path)
    ledger.append(desk.intent(asset="BTC"))
    ledger.close()
    return tmp_path


def keys(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["ledger", "keys", desk.AGENT, "--home", str(home), *arguments])


def is_whole(layout: Layout, vkey: str) -> bool:
    return verify(LogFiles(layout.folder), [Ed25519Verifier.of(VerifierKey.parse(vkey))]).is_whole


def test_the_vkey_is_printed_and_verifies_the_log(home: Path) -> None:
    found = keys(home)
    assert (found.exit_code, is_whole(desk.layout(home), found.stdout.strip())) == (0, True)
    as_json = json.loads(keys(home, "--json").stdout)
    assert as_json == {
        "origin": "fleaglass.ledger/vol-arb-1",
        "vkey": found.stdout.strip(),
        "log": str(desk.layout(home).folder),
    }


def test_a_key_that_others_may_read_or_that_is_gone_is_1_and_none_is_made(home: Path) -> None:
    key = desk.layout(home).keys / "key"
    key.chmod(0o644)
    found = keys(home)
    assert (found.exit_code, "chmod 600" in found.stderr) == (1, True)
    key.unlink()
    found = keys(home)
    assert (found.exit_code, "--succeed" in found.stderr, key.exists()) == (1, True, False)


def test_after_a_rotation_both_keys_verify_the_checkpoint_and_witnesses_can_be_told(home: Path) -> None:
    before = keys(home).stdout.strip()
    rotated = keys(home, "--rotate", "--why", "a laptop was lost")
    after = rotated.stdout.strip()
    layout = desk.layout(home)
    assert (rotated.exit_code, before != after, keys(home).stdout.strip()) == (0, True, after)
    assert is_whole(layout, before)
    assert is_whole(layout, after)
    (told,) = layout.handovers.iterdir()
    assert told.read_bytes() == f"{after}\n\n".encode() + layout.checkpoint.read_bytes()


def test_a_lost_key_is_succeeded_by_a_log_that_commits_to_what_somebody_else_has(home: Path, tmp_path: Path) -> None:
    old = desk.layout(home)
    mailed = tmp_path / "mailed"
    mailed.write_bytes(old.checkpoint.read_bytes())
    (old.keys / "key").unlink()
    found = keys(home, "--succeed", "--why", "the disk died", "--trusted", str(mailed))
    new = layout_of(home, desk.AGENT)
    assert (found.exit_code, new.origin) == (0, "fleaglass.ledger/vol-arb-1~2")
    assert is_whole(new, found.stdout.strip())
    (first,) = desk._stored(new.log, 1)
    assert json.loads(first)["a"]["after"] == desk.checkpoint(mailed.read_bytes()).text.decode()


def test_what_cannot_be_meant_is_2_and_changes_nothing(home: Path, tmp_path: Path) -> None:
    nonsense = tmp_path / "nonsense"
    nonsense.write_text("nonsense")
    for arguments, reason in [
        (["--rotate"], "--why goes with"),
        (["--why", "x"], "--why goes with"),
        (["--rotate", "--succeed", "--why", "x"], "name one"),
        (["--rotate", "--why", "x", "--trusted", str(nonsense)], "--trusted goes with"),
        (["--succeed", "--why", "x", "--trusted", str(nonsense)], "has no checkpoint of"),
    ]:
        found = keys(home, *arguments)
        assert (found.exit_code, reason in found.stderr) == (2, True), found.output
    assert [path.name for path in (home / "ledger").iterdir()] == [desk.AGENT]
    found = CliRunner().invoke(cli, ["ledger", "keys", "nobody", "--home", str(home)])
    assert (found.exit_code, "has no ledger" in found.stderr) == (2, True)


def test_while_the_agent_runs_its_key_is_shown_and_not_changed(home: Path) -> None:
    running = desk.ledger(home, start=1_000)
    try:
        vkey = keys(home)
        assert (vkey.exit_code, vkey.stdout.strip()) == (0, running.vkey())
        found = keys(home, "--rotate", "--why", "x")
        assert (found.exit_code, "is written by process" in found.stderr) == (1, True)
    finally:
        running.close()
