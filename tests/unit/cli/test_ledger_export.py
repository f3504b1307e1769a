"""What is handed out of a ledger can be checked by who gets it, and says no more than was meant."""

from __future__ import annotations

import base64
import io
import json
import stat
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fleaglass.cli import cli
from fleaglass.cli._ledger._folder import LogFolder
from fleaglass.ledger.storage.disclosures import Disclosure
from fleaglass.ledger.tree.merkle import check_inclusion, inclusion_proof, leaf_hash, root_at
from fleaglass.ledger.tree.tiles import Tile, hash_reader, unbundle
from tests.support.ledger_folder import write_ledger
from tests.unit.ledger.reconcile.book import ASKED, SECOND_NS, T0_NS, Log

SIZE = 300
SET_BACK = 250
"""The entry that was written while the clock was wrong."""
SECRET = {"entry": f"{SIZE:032x}", "name": "amount_usd", "salt": "00" * 16, "value": "123.45"}


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """300 entries, a second apart, except for one; the last has a commitment, and its disclosure is there."""
    log = Log()
    for index in range(SIZE):
        log.intent("trading.order", T0_NS if index == SET_BACK else None, **ASKED)
    folder = tmp_path / "vol-arb-1"
    write_ledger(folder, log.entries)
    (folder / "state/disclosures").mkdir(parents=True)
    (folder / "state/disclosures/all").write_text(json.dumps(SECRET) + "\n")
    return folder


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["ledger", "export", *map(str, arguments)])


def unpacked(raw: bytes) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(raw)) as tar:
        for member in tar:
            content = tar.extractfile(member)
            assert content is not None
            files[member.name] = content.read()
    return files


def test_a_line_is_an_entry_as_it_was_hashed(ledger: Path) -> None:
    result = run(ledger)
    checkpoint, *entries = result.stdout_bytes.splitlines()
    note = json.loads(checkpoint)["checkpoint"]
    assert note.encode() == (ledger / "log/checkpoint").read_bytes()
    raw = unbundle((ledger / "log/tile/entries/000").read_bytes(), 256)
    assert (len(entries), entries[:256]) == (SIZE, raw)
    assert result.stderr == "300 of 300 entries, 0 values disclosed\n"
    assert SECRET["value"] not in result.stdout


def test_from_a_moment_on_nothing_is_left_out(ledger: Path) -> None:
    result = run(ledger, "--since", "2026-11-18T11:10:40Z")
    assert result.stderr == "60 of 300 entries, 0 values disclosed\n"
    assert json.loads(result.stdout.splitlines()[1])["t"] == str(T0_NS + 240 * SECOND_NS)


def test_a_value_is_disclosed_only_by_its_name(ledger: Path) -> None:
    (line,) = [json.loads(line) for line in run(ledger, "--disclose", "amount_usd").stdout.splitlines()[SIZE + 1 :]]
    assert line == {"disclosure": SECRET}


def test_a_value_that_cannot_be_disclosed_is_said_before_anything_is_written(ledger: Path, tmp_path: Path) -> None:
    result = run(ledger, "--disclose", "amount", "--output", tmp_path / "out")
    assert result.exit_code == 2
    assert "there is no value of amount that could be disclosed" in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_tar_proves_its_entries_and_hides_the_older_ones(ledger: Path, tmp_path: Path) -> None:
    output = tmp_path / "part.tar"
    assert run(ledger, "--since", "2026-11-18T11:11:00Z", "--format", "tar", "--output", output).exit_code == 0
    assert stat.S_IMODE(output.stat().st_mode) == 0o600
    files = unpacked(output.read_bytes())
    assert sorted(files) == [
        "log/checkpoint",
        "log/tile/0/000",
        "log/tile/0/001.p/44",
        "log/tile/1/000.p/1",
        "log/tile/entries/001.p/44",
    ]
    read = hash_reader(SIZE, lambda tile: files[f"log/{tile.path}"])
    entry = unbundle(files["log/tile/entries/001.p/44"], 44)[43]
    root = root_at(SIZE, read)
    assert base64.b64encode(root) in files["log/checkpoint"]
    check_inclusion(leaf_hash(entry), SIZE - 1, SIZE, inclusion_proof(SIZE - 1, SIZE, read), root)


@pytest.mark.parametrize("form", ["jsonl", "tar"])
def test_what_an_agent_signs_meanwhile_is_not_spoken_of(
    ledger: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    then, disclosures = (ledger / "log/checkpoint").read_bytes(), LogFolder.disclosures
    more = Log()
    for _ in range(SIZE + 9):
        more.intent("trading.order", **ASKED)

    def sign_meanwhile(log: LogFolder) -> Iterator[Disclosure]:
        write_ledger(ledger, more.entries)
        return disclosures(log)

    monkeypatch.setattr(LogFolder, "disclosures", sign_meanwhile)
    written = run(ledger, "--format", form, "--disclose", "amount_usd").stdout_bytes
    checkpoint = unpacked(written)["log/checkpoint"] if form == "tar" else json.loads(written.split(b"\n")[0])
    assert checkpoint == (then if form == "tar" else {"checkpoint": then.decode()})


def test_a_file_that_is_there_is_left_as_it_is(ledger: Path, tmp_path: Path) -> None:
    """Others may be able to read it."""
    (tmp_path / "out").write_text("mine")
    result = run(ledger, "--output", tmp_path / "out")
    assert (result.exit_code, (tmp_path / "out").read_text()) == (2, "mine")
    assert "cannot be written: File exists" in result.stderr


def test_two_exports_of_the_same_are_the_same(ledger: Path) -> None:
    first, second = (run(ledger, "--format", "tar", "--disclose", "amount_usd").stdout_bytes for _ in range(2))
    assert first == second
    assert json.loads(unpacked(first)["state/disclosures/all"]) == SECRET


def test_a_bundle_that_was_cut_off_is_no_entry(ledger: Path) -> None:
    path = ledger / "log" / Tile("entries", 1, 44).path
    path.write_bytes(path.read_bytes()[:-1])
    result = run(ledger)
    assert result.exit_code == 2
    assert "the file ends within entry 43 of 44" in result.stderr
