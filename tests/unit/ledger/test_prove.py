"""One entry of a log can be proved to who has nothing but the log's public key."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fleaglass.ledger.prove import By, check_proof, find, prove, size_in
from fleaglass.ledger.reading import LogFiles, UnusableLog
from fleaglass.ledger.tree.cosignature import Cosigner
from fleaglass.ledger.tree.errors import NoteError, PolicyError, ProofError, TileError, TreeError
from fleaglass.ledger.tree.keys import Ed25519Signer, Ed25519Verifier
from fleaglass.ledger.tree.policy import Policy
from fleaglass.ledger.tree.proof import TlogProof
from tests.support.ledger_logs import KEY, KNOWN, checkpoint_of, entries, entry, id_of, write_log

DATA = entries(300)
WITNESS = Cosigner("witness.example", b"w" * 32, lambda: 1_795_000_000)
POLICY = Policy.parse(f"witness w {WITNESS.public.text}\nquorum w\n".encode())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("log")
    write_log(folder, DATA)
    return folder


@pytest.mark.parametrize("index", [0, 1, 255, 256, 299])
def test_every_entry_can_be_proved(folder: Path, index: int) -> None:
    proof = TlogProof.parse(prove(LogFiles(folder), index).encode())
    proved = check_proof(proof, [KNOWN])
    assert (proved.index, proved.entry, proved.signed.checkpoint.size) == (index, DATA[index], 300)


def test_an_entry_that_the_log_has_not_cannot_be_proved(folder: Path) -> None:
    assert size_in(LogFiles(folder).checkpoint()) == 300
    for index in (300, -1):
        with pytest.raises(ProofError, match=f"none with the index {index}"):
            prove(LogFiles(folder), index)
    with pytest.raises(UnusableLog):
        prove(LogFiles(folder / "nowhere"), 0)


def test_every_changed_byte_of_a_proof_is_found(folder: Path) -> None:
    whole = prove(LogFiles(folder), 7).encode()
    for position in range(len(whole)):
        changed = bytearray(whole)
        changed[position] ^= 1 << position % 8
        with pytest.raises(TreeError):
            check_proof(TlogProof.parse(bytes(changed)), [KNOWN])


def test_a_proof_holds_only_for_its_own_entry_place_and_log(folder: Path) -> None:
    proof = prove(LogFiles(folder), 7)
    with pytest.raises(ProofError, match="does not lead to the root"):
        check_proof(replace(proof, extra=DATA[8]), [KNOWN])
    with pytest.raises(ProofError, match="does not have the entry"):
        check_proof(replace(proof, extra=b""), [KNOWN])
    with pytest.raises(ProofError, match="does not lead to the root"):
        check_proof(replace(proof, index=8), [KNOWN])
    with pytest.raises(ProofError, match="does not lead to the root"):
        check_proof(replace(proof, checkpoint=checkpoint_of([*entries(299), entry(0)])), [KNOWN])
    with pytest.raises(NoteError, match="no known key"):
        check_proof(proof, [Ed25519Verifier.of(Ed25519Signer(KEY.name, b"x" * 32).public)])


def test_a_policy_is_asked_of_the_proofs_checkpoint(folder: Path) -> None:
    proof = prove(LogFiles(folder), 7)
    with pytest.raises(PolicyError, match="the policy is not met: it asks for 'w'"):
        check_proof(proof, [KNOWN], POLICY)
    cosigned = replace(proof, checkpoint=checkpoint_of(DATA, signers=[KEY, WITNESS]))
    assert [each.name for each in check_proof(cosigned, [KNOWN], POLICY).signed.opened.signed_by] == [
        KEY.name,
        "witness.example",
    ]


@pytest.mark.parametrize(
    ("by", "id_", "expected"),
    [
        ("order", "o-3", [7]),
        ("order", "o-140", [281]),
        ("order", "mine-1", [301]),
        ("order", 'quoted "☃"', [302]),
        ("order", "\udcff", []),
        ("order", "BTC", []),
        ("span", f"{4:016x}", [6, 7]),
        ("span", "o-3", []),
        ("entry", id_of(9), [9]),
        ("entry", "", []),
    ],
)
def test_entries_are_found_by_what_they_say(tmp_path: Path, by: By, id_: str, expected: list[int]) -> None:
    more = [
        b"not an entry: o-3",
        entry(301, a={"client_order_id": "mine-1"}),
        entry(302, a={"order_id": 'quoted "☃"'}),
    ]
    write_log(tmp_path, [*DATA, *more])
    assert list(find(LogFiles(tmp_path), by, id_)) == expected


def test_a_damaged_log_gives_no_proof_where_it_is_damaged(tmp_path: Path) -> None:
    write_log(tmp_path, DATA)
    file = tmp_path / "tile/0/000"
    file.write_bytes(bytes([file.read_bytes()[0] ^ 1]) + file.read_bytes()[1:])
    with pytest.raises(ProofError, match="does not lead to the root"):
        prove(LogFiles(tmp_path), 1)
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(TileError, match="tile/0/000 has 8191 bytes instead of 8192"):
        prove(LogFiles(tmp_path), 1)
    file.unlink()
    with pytest.raises(TileError, match="tile/0/000 is missing"):
        prove(LogFiles(tmp_path), 1)
    (tmp_path / "tile/entries/000").unlink()
    with pytest.raises(TileError, match="tile/entries/000 is missing"):
        list(find(LogFiles(tmp_path), "order", "o-3"))
