"""What the writer writes, the verifier finds whole: at every size, after every start, and while it is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from fleaglass.ledger.log import Draft, Ledger, Seams
from fleaglass.ledger.prove import check_proof, find, prove
from fleaglass.ledger.reading import LogFiles
from fleaglass.ledger.tree.checkpoint import open_checkpoint
from fleaglass.ledger.tree.keys import Ed25519Signer, Ed25519Verifier, VerifierKey
from fleaglass.ledger.verify import Anchor, verify
from tests.support.ledger_logs import AGENT, T0_NS


def opened(home: Path) -> Ledger:
    return Ledger.open(home, AGENT, seams=Seams())


def key_of(home: Path) -> Ed25519Verifier:
    return Ed25519Verifier.of(Ed25519Signer.parse((home / "ledger" / AGENT / "keys/key").read_text().strip()).public)


def trade(ledger: Ledger, number: int) -> None:
    """An intent and its outcome."""
    moment = {"t": str(T0_NS), "mono": str(number), "agent": AGENT, "op": "trading.order"}
    intent = ledger.append(Draft(kind="intent", attributes={"asset": "BTC"}, **moment), {"size": "0.5"})
    said = {"state": "filled", "order_id": f"o-{number}"}
    ledger.append(Draft(kind="outcome", ref=intent.id, attributes=said, **moment))


@pytest.mark.parametrize("count", [1, 127, 128, 129, 300])
def test_a_log_is_whole_in_its_tiles_and_in_its_tail(tmp_path: Path, count: int) -> None:
    ledger = opened(tmp_path)
    for number in range(count):
        trade(ledger, number)
    files = LogFiles(tmp_path / "ledger" / AGENT)
    ledger.checkpoint()
    trade(ledger, count)
    found = verify(files, [key_of(tmp_path)])
    assert (found.problems, found.size + found.tail, found.open_intents) == ((), 2 * count + 2, 0)
    ledger.close()
    found = verify(files, [key_of(tmp_path)])
    assert (found.problems, found.size, found.tail, found.ahead) == ((), 2 * count + 2, 0, ())


def test_every_checkpoint_of_a_log_anchors_what_it_grows_to(tmp_path: Path) -> None:
    anchors: list[Anchor] = []
    for start in range(0, 200, 40):
        ledger = opened(tmp_path)
        for number in range(start, start + 40):
            trade(ledger, number)
        ledger.close()
        files = LogFiles(tmp_path / "ledger" / AGENT)
        found = verify(files, [key_of(tmp_path)], anchors=anchors)
        assert (found.problems, found.anchored) == ((), 2 * start)
        anchors.append(Anchor("mail", open_checkpoint(files.checkpoint(), [key_of(tmp_path)]).checkpoint))


def test_an_order_of_it_can_be_proved(tmp_path: Path) -> None:
    ledger = opened(tmp_path)
    for number in range(150):
        trade(ledger, number)
    ledger.close()
    files = LogFiles(tmp_path / "ledger" / AGENT)
    (index,) = find(files, "order", "o-149")
    assert check_proof(prove(files, index), [key_of(tmp_path)]).index == index == 299


def test_after_a_rotation_the_new_key_verifies_all_of_it_and_the_old_one_a_checkpoint_of_both(tmp_path: Path) -> None:
    ledger = opened(tmp_path)
    trade(ledger, 0)
    ledger.checkpoint()
    old = key_of(tmp_path)
    new = Ed25519Verifier.of(VerifierKey.parse(ledger.rotate_key(why="a year has passed")))
    files = LogFiles(tmp_path / "ledger" / AGENT)
    both = Anchor("mail", open_checkpoint(files.checkpoint(), [old]).checkpoint)
    assert verify(files, [old]).is_whole
    trade(ledger, 1)
    ledger.close()
    assert not verify(files, [old]).is_whole
    assert verify(files, [new], anchors=[both]).anchored == 3
    assert verify(files, [old, new], anchors=[both]).anchored == 3
