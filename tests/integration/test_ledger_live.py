"""A log can be verified and proved from while its agent writes it: nothing that goes on is taken for damage."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from fleaglass.ledger.entry import Kind
from fleaglass.ledger.log import Draft, Ledger, Seams
from fleaglass.ledger.prove import check_proof, prove, size_in
from fleaglass.ledger.reading import LogFiles
from fleaglass.ledger.storage.keys import read_key
from fleaglass.ledger.storage.layout import layout_of
from fleaglass.ledger.tree.keys import Ed25519Verifier
from fleaglass.ledger.verify import verify

pytestmark = pytest.mark.integration

AGENT = "vol-arb-1"
TRADES = 3000
"""With their 3 kB each, they fill a dozen files and make several segments of the write-ahead log come and go."""


def test_a_log_is_whole_whenever_one_looks(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path, AGENT, seams=Seams())

    def trade() -> None:
        intent = ledger.append(draft("intent", note="x" * 3000))
        ledger.append(draft("outcome", ref=intent.id)).durable.result()

    def write() -> None:
        for _ in range(TRADES):
            trade()

    trade()
    ledger.checkpoint()
    layout = layout_of(tmp_path, AGENT)
    key = Ed25519Verifier.of(read_key(layout.key).public)
    files = LogFiles(layout.folder)
    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    sizes = []
    while writer.is_alive():
        found = verify(files, [key])
        assert (found.problems, found.open_intents <= 1) == ((), True)
        check_proof(prove(files, size_in(files.checkpoint()) - 1), [key])
        sizes.append(found.size)
    ledger.close()
    assert sizes == sorted(sizes)
    assert len(set(sizes)) > 2, "it has grown meanwhile"
    assert verify(files, [key]).size == 2 * TRADES + 2


def draft(kind: Kind, ref: str = "", **attributes: str) -> Draft:
    return Draft(kind=kind, t="1", mono="1", agent=AGENT, ref=ref, attributes=attributes)
