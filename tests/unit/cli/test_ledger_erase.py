"""`fleaglass ledger erase`: what is erased is found by nobody, and all that was proved stays proved."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result

from fleaglass.ledger.commitments import commitment
from fleaglass.ledger.entry import Entry
from fleaglass.ledger.log import Draft, Ledger, Seams
from fleaglass.ledger.prove import check_proof, prove
from fleaglass.ledger.reading import LogFiles, read_entry
from fleaglass.ledger.tree.keys import Ed25519Verifier, VerifierKey
from fleaglass.ledger.tree.proof import TlogProof
from tests.support.ledger_commands import run

SIZE, ERASED = 300, 41
PINS = [f"{number:04}" for number in range(10_000)]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """With a log whose entries commit to one of ten thousand numbers each, and to a text."""
    ledger = Ledger.open(tmp_path, "a", seams=Seams())
    for number in range(SIZE):
        said = Draft(kind="intent", t="1", mono="1", agent="a", op="escrow.create", attributes={"amount_usd": "5"})
        ledger.append(said, {"pin": PINS[number * 31], "memo": f"rent {number}"})
    ledger.close()
    return tmp_path


def erase(home: Path, *more: object) -> Result:
    return run("erase", "a", *more, "--by", "ada", "--why", "they asked for it", "--home", home)


def found_by_dictionary(home: Path, entry: Entry) -> set[str]:
    """Numbers that a commitment can be to, with any salt that stands in any file."""
    texts = [path.read_bytes().decode("latin-1") for path in home.rglob("*") if path.is_file()]
    lines = (line for text in texts for line in text.splitlines() if entry.id in line and '"v"' not in line)
    salts = {bytes.fromhex(salt) for line in lines for salt in re.findall(r"\b[0-9a-f]{32}\b", line)}
    return {pin for pin in PINS for salt in salts if commitment("pin", pin, salt) == entry.commitments["pin"]}


def proofs(home: Path) -> Iterator[TlogProof]:
    files = LogFiles(home / "ledger/a")
    return (prove(files, index) for index in range(SIZE))


def test_every_proof_still_holds_and_no_dictionary_finds_the_value(home: Path) -> None:
    vkey = run("keys", "list", "--home", home).stdout.strip()
    key = Ed25519Verifier.of(VerifierKey.parse(vkey))
    before = list(proofs(home))
    entry = read_entry(before[ERASED].extra)
    assert found_by_dictionary(home, entry) == {PINS[ERASED * 31]}
    assert erase(home, ERASED).exit_code == 0
    assert found_by_dictionary(home, entry) == set()
    for proof in (*before, *proofs(home)):
        check_proof(proof, [key])
    assert run("verify", home / "ledger/a", "--vkey", vkey).exit_code == 0
    kept = read_entry(before[ERASED + 1].extra)
    assert found_by_dictionary(home, kept) == {PINS[(ERASED + 1) * 31]}


def test_only_what_is_named_is_erased_and_the_log_says_who_wanted_it(home: Path) -> None:
    erased = erase(home, 0, 7, "--name", "pin")
    assert (erased.exit_code, erased.output) == (0, "erased 2 values of 2 entries of a\n")
    exported = run("export", home / "ledger/a", "--disclose", "memo", "-o", home / "out.jsonl")
    assert exported.exit_code == 0
    lines = [json.loads(line) for line in (home / "out.jsonl").read_text().splitlines()]
    assert sum("disclosure" in line for line in lines) == SIZE
    text = (home / "out.jsonl").read_text()
    assert '"kind":"redact"' in text
    assert '"why":"they asked for it"' in text
    assert run("export", home / "ledger/a", "--disclose", "pin", "-o", home / "pins.jsonl").exit_code == 0
    assert (home / "pins.jsonl").read_text().count('"disclosure"') == SIZE - 2


@pytest.mark.parametrize(
    ("agent", "entry", "says"), [("b", "0", "b has no log in"), ("a", "300", "a has no entry 300"), ("a", "x", "x")]
)
def test_what_is_not_there_is_2_and_nothing_is_erased(home: Path, agent: str, entry: str, says: str) -> None:
    done = run("erase", agent, "0", entry, "--by", "ada", "--why", "x", "--home", home)
    assert (done.exit_code, says in done.output) == (2, True)
    assert erase(home, 0).exit_code == 0


def test_an_agent_that_runs_keeps_its_log(home: Path) -> None:
    ledger = Ledger.open(home, "a", seams=Seams())
    assert erase(home, 0).exit_code == 2
    ledger.close()


def test_where_there_is_nothing_to_erase_nothing_is_written(home: Path) -> None:
    assert erase(home, 3).exit_code == 0
    before = (home / "ledger/a/log/checkpoint").read_bytes()
    for more in ((3,), (4, "--name", "pan")):
        done = erase(home, *more)
        assert (done.exit_code, "nothing is there to erase" in done.output) == (2, True)
    assert (home / "ledger/a/log/checkpoint").read_bytes() == before
