"""A log that its own key signed can still say what cannot be; and what is not anchored is said."""

from __future__ import annotations

import json
import os
import tracemalloc
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from fleaglass.ledger.reading import LogFiles, UnusableLog
from fleaglass.ledger.storage.wal import Record, encode_record
from fleaglass.ledger.tree.checkpoint import Checkpoint, open_checkpoint
from fleaglass.ledger.tree.cosignature import Cosigner
from fleaglass.ledger.tree.keys import Ed25519Signer, Ed25519Verifier
from fleaglass.ledger.tree.note import sign
from fleaglass.ledger.tree.policy import Policy
from fleaglass.ledger.verify import Anchor, Problem, Verdict, said, verify
from fleaglass.ledger.verify.verdict import MOST_PROBLEMS, Findings
from tests.support.ledger_logs import AGENT, KEY, KNOWN, T0_NS, checkpoint_of, entries, entry, id_of, write_log

WITNESS = Cosigner("witness.example", b"w" * 32, lambda: 1_795_000_000)
POLICY = Policy.parse(f"witness w {WITNESS.public.text}\nquorum w\n".encode())


def verified(log: Path, data: list[bytes], **more: Any) -> Verdict:
    write_log(log, data)
    return verify(LogFiles(log), [KNOWN], **more)


def problems(log: Path, data: list[bytes]) -> list[tuple[int | None, str]]:
    return [(each.index, each.what) for each in verified(log, data).problems]


def test_a_log_is_its_folder_or_the_home_that_it_is_in(tmp_path: Path) -> None:
    write_log(tmp_path / "log", entries(3))
    for folder in (tmp_path, tmp_path / "log"):
        assert verify(LogFiles(folder), [KNOWN]).size == 3


def test_a_folder_without_a_checkpoint_is_no_log(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(UnusableLog, match="is no log with a checkpoint"):
            verify(LogFiles(folder), [KNOWN])


def test_a_log_without_entries_is_whole(tmp_path: Path) -> None:
    found = verified(tmp_path, [])
    assert (found.size, found.problems, found.is_anchored) == (0, (), True)


def test_another_key_does_not_open_it(tmp_path: Path) -> None:
    write_log(tmp_path, entries(3))
    found = verify(LogFiles(tmp_path), [Ed25519Verifier.of(Ed25519Signer(KEY.name, b"x" * 32).public)])
    assert (found.origin, found.problems[0].where) == ("", "checkpoint")
    assert "no known key" in found.problems[0].what


def test_an_entry_that_is_not_where_it_says_is_named(tmp_path: Path) -> None:
    data = [entry(0), entry(1, seq="7"), entry(2, seq="02")]
    assert problems(tmp_path, data) == [
        (1, "the entry says that it is number '7'"),
        (2, "the entry says that it is number '02'"),
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b"[" * 60_000,
        b'{"x":' * 10_000,
        b'{"id":"\xff"}',
        b'{"v":"1"}',
        entry(1, t=5),
        entry(1, kind="other"),
        entry(1, id="x" * 32),
    ],
)
def test_an_entry_that_cannot_be_read_is_named(tmp_path: Path, data: bytes) -> None:
    ((index, what),) = problems(tmp_path, [entry(0), data])
    assert (index, what.startswith("the entry cannot be read: ")) == (1, True)


def test_an_entry_of_a_newer_form_is_only_counted(tmp_path: Path) -> None:
    newer = json.dumps({"v": "2", "kind": "other", "seq": 1}).encode()
    found = verified(tmp_path, [entry(0), newer, entry(2)])
    assert (found.problems, found.newer) == ((), 1)


@pytest.mark.parametrize("kind", ["outcome", "resolution"])
def test_an_answer_to_nothing_is_named(tmp_path: Path, kind: str) -> None:
    for ref in ("", "f" * 32, "no id", id_of(2), id_of(1), id_of(4)):
        data = [entry(0), entry(1), entry(2, kind=kind, ref=ref), entry(3, kind="observe", ref=""), entry(4)]
        assert problems(tmp_path, data) == [(2, "the entry refers to another, and no intent before it is that")]


def test_an_intent_may_be_answered_again_and_late(tmp_path: Path) -> None:
    first = id_of(0)
    data = [entry(0), entry(1), entry(2), entry(3, kind="resolution", ref=first), entry(4, kind="outcome", ref=first)]
    found = verified(tmp_path, data)
    assert (found.problems, found.open_intents) == ((), 1)


def test_an_intent_whose_outcome_is_unknown_is_open_until_it_is_resolved(tmp_path: Path) -> None:
    data = [entry(0), entry(1, a={"state": "unknown"})]
    assert verified(tmp_path, data).open_intents == 1
    data.append(entry(2, kind="resolution", ref=id_of(0), a={"state": "unknown", "how": "absent"}))
    assert verified(tmp_path, data).open_intents == 0


@pytest.mark.parametrize("most", [1, 3, 16_384])
def test_answers_are_told_from_each_other_however_many_intents_are_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(said, "_MOST_RECENT", most)
    intents = [entry(index, kind="intent") for index in range(10)]
    closing = [entry(10 + index, kind="outcome", ref=id_of(index), a={"state": "filled"}) for index in range(4)]
    unknown = entry(14, kind="outcome", ref=id_of(4), a={"state": "unknown"})
    again = entry(15, kind="resolution", ref=id_of(0))
    found = verified(tmp_path, [*intents, *closing, unknown, again])
    assert (found.problems, found.open_intents) == ((), 6)
    assert problems(tmp_path, [*intents, entry(10, kind="outcome", ref=id_of(11)), entry(11, kind="intent")]) == [
        (10, "the entry refers to another, and no intent before it is that")
    ]


def test_an_open_intent_takes_some_bytes_and_not_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(said, "_MOST_RECENT", 16)
    taken, count = said.Said(Findings()), 5_000
    tracemalloc.start()
    for index in range(count):
        taken.take(index, entry(index, kind="intent", a={"asset": "BTC" * 100}), "it")
    bytes_each = tracemalloc.get_traced_memory()[0] / count
    tracemalloc.stop()
    assert taken.open_intents == count
    assert bytes_each < 32


def test_what_erases_disclosures_may_refer_to_any_entry_before_it(tmp_path: Path) -> None:
    assert problems(tmp_path, [entry(0), entry(1), entry(2, kind="redact", ref=id_of(1))]) == []
    assert problems(tmp_path, [entry(0), entry(1), entry(2, kind="redact", ref="f" * 32)])


def test_of_a_log_that_is_all_wrong_a_hundred_problems_are_enough(tmp_path: Path) -> None:
    found = verified(tmp_path, [entry(index, seq="x") for index in range(2000)])
    assert MOST_PROBLEMS <= len(found.problems) <= MOST_PROBLEMS + 256
    assert found.first_bad == 0


def test_of_references_that_are_all_wrong_a_hundred_are_enough_too(tmp_path: Path) -> None:
    data = [entry(index, kind="outcome", ref="f" * 32) for index in range(2000)]
    assert len(verified(tmp_path, data).problems) == MOST_PROBLEMS


def test_of_files_that_no_log_has_a_hundred_are_enough(tmp_path: Path) -> None:
    write_log(tmp_path, entries(3))
    (tmp_path / "tile/strange").mkdir()
    for number in range(300):
        (tmp_path / f"tile/strange/{number}").touch()
    assert len(verify(LogFiles(tmp_path), [KNOWN]).problems) == MOST_PROBLEMS


def test_a_file_whose_name_is_no_text_is_named_in_characters_that_can_be_printed(tmp_path: Path) -> None:
    write_log(tmp_path, entries(3))
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/tile/\xff\x1b[2J")).touch()
    (problem,) = verify(LogFiles(tmp_path), [KNOWN]).problems
    assert problem.where == "tile/\\xff\\x1b[2J"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.timeout(60)
def test_a_pipe_where_a_file_should_be_holds_up_nobody(tmp_path: Path) -> None:
    write_log(tmp_path, entries(3))
    for name, found in [("tile/0/000.p/3", nullcontext()), ("checkpoint", pytest.raises(UnusableLog))]:
        (tmp_path / name).unlink()
        os.mkfifo(tmp_path / name)
        with found:
            assert not verify(LogFiles(tmp_path), [KNOWN]).is_whole


def test_a_size_that_nobody_can_have_written_ends_soon(tmp_path: Path) -> None:
    write_log(tmp_path, entries(3))
    (tmp_path / "checkpoint").write_bytes(sign(Checkpoint(KEY.name, 2**62, bytes(32)).text, [KEY]))
    found = verify(LogFiles(tmp_path), [KNOWN])
    assert found.first_bad == 0
    assert len(found.problems) <= MOST_PROBLEMS + 2


def test_a_log_is_anchored_up_to_the_newest_checkpoint_elsewhere(tmp_path: Path) -> None:
    data = entries(300)
    held = [open_checkpoint(checkpoint_of(data[:size]), [KNOWN]).checkpoint for size in (256, 7)]
    found = verified(tmp_path, data, anchors=[Anchor("mail", each) for each in held])
    assert (found.anchored, found.anchors, found.is_anchored) == (256, 2, True)
    assert found.unanchored_since_ns == T0_NS + 256 * 1_000_000_000
    alone = verified(tmp_path, data)
    assert (alone.anchored, alone.is_anchored, alone.unanchored_since_ns) == (0, False, T0_NS)
    all_of_it = open_checkpoint(checkpoint_of(data), [KNOWN]).checkpoint
    assert verified(tmp_path, data, anchors=[Anchor("mail", all_of_it)]).unanchored_since_ns is None


def test_an_anchor_of_nothing_anchors_nothing(tmp_path: Path) -> None:
    empty = open_checkpoint(checkpoint_of([]), [KNOWN]).checkpoint
    found = verified(tmp_path, entries(3), anchors=[Anchor("mail", empty)])
    assert (found.problems, found.anchored) == ((), 0)


def test_witnesses_of_a_policy_anchor_the_logs_own_checkpoint(tmp_path: Path) -> None:
    write_log(tmp_path, entries(3), signers=[KEY, WITNESS])
    found = verify(LogFiles(tmp_path), [KNOWN], policy=POLICY)
    assert (found.anchored, found.quorum_missing) == (3, "")
    write_log(tmp_path, entries(3))
    found = verify(LogFiles(tmp_path), [KNOWN], policy=POLICY)
    assert (found.anchored, found.quorum_missing) == (0, "it asks for 'w', and has cosignatures of nobody")
    found = verify(LogFiles(tmp_path), [KNOWN], policy=Policy.parse(b"quorum none"))
    assert (found.anchored, found.quorum_missing) == (0, "")


def tailed(home: Path, data: list[bytes], tail: list[tuple[int, bytes]], torn: bytes = b"") -> Verdict:
    (home / "state").mkdir(exist_ok=True)
    records = b"".join(encode_record(Record(index, index, each, b"")) for index, each in tail)
    (home / "state" / "wal-00000001").write_bytes(records + torn + bytes(4096))
    write_log(home / "log", data)
    return verify(LogFiles(home), [KNOWN])


def test_what_is_not_folded_yet_goes_on_where_the_log_ends(tmp_path: Path) -> None:
    data = entries(7)
    found = tailed(tmp_path, data[:4], list(enumerate(data))[2:], torn=b"half a record")
    assert (found.size, found.tail, found.problems, found.open_intents) == (4, 3, (), 1)
    assert tailed(tmp_path, data, list(enumerate(data))[2:4]).tail == 0
    found = tailed(tmp_path, data[:4], [(5, data[5])])
    assert [each.where for each in found.problems] == ["state"], "one is missing between"
    found = tailed(tmp_path, data[:4], [(4, entry(4, seq="9")), (5, data[5])])
    assert found.first_bad == 4


def test_a_damaged_tail_is_found(tmp_path: Path) -> None:
    data = entries(7)
    assert tailed(tmp_path, data[:4], list(enumerate(data))[4:]).is_whole
    file = tmp_path / "state" / "wal-00000001"
    file.write_bytes(file.read_bytes().replace(b'"o-2"', b'"o-3"'))
    found = verify(LogFiles(tmp_path), [KNOWN])
    assert [each.where for each in found.problems] == ["state"]


@pytest.mark.parametrize(
    ("path", "offset", "expected"),
    [
        ("tile/1/000", 40, 256),
        ("tile/1/001.p/17", 40, 65536 + 256),
        ("tile/2/000.p/1", 5, 0),
        ("tile/0/270", 64, 270 * 256 + 2),
        ("tile/entries/200", 2, 200 * 256),
    ],
)
def test_in_a_log_of_three_levels_the_first_bad_entry_is_the_same(
    three_levels: Path, path: str, offset: int, expected: int
) -> None:
    file = three_levels / path
    was = file.read_bytes()
    file.write_bytes(was[:offset] + bytes([was[offset] ^ 1]) + was[offset + 1 :])
    found = verify(LogFiles(three_levels), [KNOWN])
    file.write_bytes(was)
    assert (found.first_bad, len(found.problems)) == (expected, 1)


@pytest.fixture(scope="module")
def three_levels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("log")
    write_log(folder, entries(70_000))
    assert verify(LogFiles(folder), [KNOWN]) == Verdict(
        origin=f"fleaglass.ledger/{AGENT}",
        size=70_000,
        root=open_checkpoint((folder / "checkpoint").read_bytes(), [KNOWN]).checkpoint.root.hex(),
        unanchored_since_ns=T0_NS,
    )
    return folder


def test_a_problem_says_where_and_what(tmp_path: Path) -> None:
    write_log(tmp_path, entries(3))
    (tmp_path / "tile/0/000.p/3").unlink()
    assert verify(LogFiles(tmp_path), [KNOWN]).problems == (Problem(0, "tile/0/000.p/3", "it is missing"),)
