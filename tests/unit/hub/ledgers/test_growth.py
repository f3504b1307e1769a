"""A log is kept up with while it is written, and told as it stands."""

from __future__ import annotations

from pathlib import Path

from fleaglass.hub.ledgers.growth import Growth, Standing
from fleaglass.hub.ledgers.places import Place
from tests.support.ledger_story import AGENT, T0_NS, Writer, tampered_copy, write_story


def _open(standing: Standing) -> list[tuple[int, bool]]:
    return [(each.index, each.is_lost) for each in standing.open]


def test_open_intents_come_and_go_as_the_log_grows(tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    growth = Growth(Place(tmp_path / "ledger" / AGENT))
    intent = writer.say("intent", "trading.order")
    writer.sign()
    assert _open(growth.standing()) == [(0, False)]
    writer.say("outcome", "trading.order", ref=intent.id, state="unknown")
    writer.sign()
    assert _open(growth.standing()) == [(0, True)]
    writer.say("resolution", "trading.order", ref=intent.id, state="filled", how="found")
    writer.sign()
    standing = growth.standing()
    assert _open(standing) == []
    assert standing.kinds == {"intent": 1, "outcome": 1, "resolution": 1}
    assert (standing.read, standing.agent, standing.last_ns) == (3, AGENT, T0_NS + 2_000_000_000)


def test_what_no_checkpoint_speaks_of_is_not_there_yet(tmp_path: Path) -> None:
    writer = write_story(tmp_path)
    growth = Growth(Place(tmp_path / "ledger" / AGENT))
    writer.order(9)
    assert growth.standing().read == 9
    writer.sign()
    assert growth.standing().read == 11


def test_files_of_256_are_read_across_their_edges(tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    growth = Growth(Place(tmp_path / "ledger" / AGENT))
    for number in range(300):
        writer.order(number)
        if number in (60, 127, 128, 200):
            writer.sign()
            assert growth.standing().read == 2 * (number + 1)
    writer.sign()
    standing = growth.standing()
    assert (standing.read, standing.kinds, standing.open) == (600, {"intent": 300, "outcome": 300}, ())


def test_a_log_that_was_rolled_back_is_read_anew(tmp_path: Path) -> None:
    log = tmp_path / "ledger" / AGENT / "log"
    writer = Writer(tmp_path)
    writer.order(0)
    writer.sign()
    old = (log / "checkpoint").read_bytes()
    growth = Growth(Place(log))
    writer.say("intent", "escrow.create")
    writer.sign()
    assert _open(growth.standing()) == [(2, False)]
    (log / "checkpoint").write_bytes(old)
    assert (growth.standing().read, _open(growth.standing())) == (2, [])


def test_a_missing_file_is_told_with_how_far_the_log_could_be_read(tmp_path: Path) -> None:
    write_story(tmp_path)
    copy = tampered_copy(tmp_path, tmp_path / "copies")
    (copy / "log/tile/entries/000.p/9").unlink()
    standing = Growth(Place(copy)).standing()
    assert standing.checkpoint is not None
    assert (standing.checkpoint.size, standing.read) == (9, 0)
    assert standing.problem == "tile/entries/000.p/9 is missing"
