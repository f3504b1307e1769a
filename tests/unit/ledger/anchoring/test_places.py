"""A checkpoint goes to a file, a webhook or a witness, and what each has said to it is understood."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleaglass.ledger.anchoring import AnchoredLog, NotAnchored, place_of
from fleaglass.ledger.anchoring.asking import WitnessPlace
from fleaglass.ledger.anchoring.http import Reply
from fleaglass.ledger.anchoring.places import FilePlace, WebhookPlace
from fleaglass.ledger.log import Ledger
from fleaglass.ledger.storage.notes import notes_in
from fleaglass.ledger.tree.checkpoint import open_checkpoint
from fleaglass.ledger.tree.cosignature import witness_verifier
from fleaglass.ledger.tree.keys import Ed25519Verifier, VerifierKey
from fleaglass.ledger.witness import Witness
from tests.support import ledgers as desk
from tests.support.witnessed import COSIGNER, memory_witness

WITNESS = COSIGNER.public


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = desk.ledger(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def log(tmp_path: Path) -> AnchoredLog:
    return AnchoredLog(desk.layout(tmp_path))


def grown(ledger: Ledger, entries: int) -> bytes:
    for _ in range(entries):
        ledger.append(desk.intent(asset="BTC"))
    return ledger.checkpoint()


class Reached:
    """A witness that is reached without a network; it notes what it was asked."""

    def __init__(self, witness: Witness, *, knows_add_log: bool = True) -> None:
        self.asks = {"add-checkpoint": witness.add_checkpoint}
        if knows_add_log:
            self.asks["add-log"] = witness.add_log
        self.asked: list[str] = []

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        verb = url.removeprefix("http://w/")
        self.asked.append(f"{verb} {body[:5].decode()}" if verb == "add-checkpoint" else verb)
        ask = self.asks.get(verb)
        answer = ask(body) if ask is not None else None
        return Reply(404, b"no such page") if answer is None else Reply(answer.status, answer.body)


def at(reached: Callable[[str, bytes, Mapping[str, str]], Reply], key: VerifierKey | None = WITNESS) -> WitnessPlace:
    return WitnessPlace("http://w", key, post=reached)


def test_a_witness_that_knows_nobody_is_told_the_key_and_then_cosigns_as_the_log_grows(
    ledger: Ledger, log: AnchoredLog
) -> None:
    witness, records = memory_witness()
    reached = Reached(witness)
    place = at(reached)
    cosigned = place.hand(grown(ledger, 3), log)
    known = [Ed25519Verifier.of(VerifierKey.parse(log.vkey())), witness_verifier(WITNESS)]
    assert len(open_checkpoint(cosigned, known[:1], known[1:]).opened.signed_by) == 2
    place.hand(grown(ledger, 300), log)
    assert [each.checkpoint.size for each in records.checkpoints] == [3, 303]
    assert reached.asked == ["add-checkpoint old 0", "add-log", "add-checkpoint old 0", "add-checkpoint old 3"]


def test_a_process_that_does_not_remember_is_told_the_size_and_asks_again(ledger: Ledger, log: AnchoredLog) -> None:
    witness, records = memory_witness()
    at(Reached(witness)).hand(grown(ledger, 3), log)
    reached = Reached(witness)
    at(reached).hand(grown(ledger, 4), log)
    assert (reached.asked, records.alarms) == (["add-checkpoint old 0", "add-checkpoint old 3"], [])


def test_after_rotations_a_witness_follows_from_key_to_key(ledger: Ledger, log: AnchoredLog) -> None:
    witness, records = memory_witness()
    place = at(Reached(witness))
    place.hand(grown(ledger, 3), log)
    for why in ("a laptop was lost", "another was"):
        ledger.rotate_key(why=why)
    place.hand(grown(ledger, 1), log)
    assert [each.checkpoint.size for each in records.checkpoints] == [3, 6]
    assert records.keys == {desk.layout(Path()).origin: VerifierKey.parse(log.vkey())}
    assert records.alarms == []


def test_a_witness_that_has_seen_more_or_something_else_contradicts_the_log(
    ledger: Ledger, log: AnchoredLog, tmp_path: Path
) -> None:
    witness, _ = memory_witness()
    at(Reached(witness)).hand(grown(ledger, 5), log)
    shutil.copytree(log.layout.keys, desk.layout(tmp_path / "other").keys)
    other = desk.ledger(tmp_path / "other", start=1_000)
    try:
        other_log = AnchoredLog(desk.layout(tmp_path / "other"))
        other.append(desk.intent(asset="ETH"))
        with pytest.raises(NotAnchored, match="seen 5 entries of this log, which has 1: it was rolled back") as found:
            at(Reached(witness)).hand(other.checkpoint(), other_log)
        assert found.value.contradicts
        for entries in (4, 1):  # as many, and more
            note = grown(other, entries)
            with pytest.raises(NotAnchored, match="is not in it any more") as found:
                at(Reached(witness)).hand(note, other_log)
            assert found.value.contradicts
    finally:
        other.close()


@pytest.mark.parametrize(
    ("reply", "reason", "contradicts"),
    [
        (Reply(500, b"oh\nno \x1b[31m"), r"500 oh no \[31m", False),
        (Reply(200, b"hello"), "its cosignature is none", False),
        (Reply(200, "— other.example AAAAAGZvbw==\n".encode()), "its cosignature is none", False),
        (Reply(200, "— witness.example lK+HZGZvbw==\n".encode()), "its cosignature is none", False),
        (Reply(409, b"many\n"), "is not in it any more", True),
        (Reply(409, b"7\n"), "it was rolled back", True),
        (Reply(404, b"who?"), "404 who\\?", False),
        (Reply(401, b""), "401", False),
        (Reply(403, b'{"error": "no scope"}'), "403 .*no scope", False),
    ],
)
def test_whatever_a_witness_answers_it_is_said_in_one_line(
    ledger: Ledger, log: AnchoredLog, reply: Reply, reason: str, contradicts: bool
) -> None:
    with pytest.raises(NotAnchored, match=reason) as found:
        at(lambda *_: reply).hand(grown(ledger, 3), log)
    assert (found.value.contradicts, str(found.value).isprintable()) == (contradicts, True)


@settings(max_examples=30)
@given(
    st.lists(
        st.builds(
            Reply,
            st.sampled_from([200, 400, 403, 404, 409, 422, 500]),
            st.binary(max_size=60) | st.integers(0, 99).map(lambda size: b"%d\n" % size),
        ),
        min_size=1,
    )
)
def test_no_answers_of_a_witness_do_more_than_say_why_not(replies: list[Reply]) -> None:
    with TemporaryDirectory() as folder:
        ledger = desk.ledger(Path(folder))
        try:
            answers = cycle(replies)
            with pytest.raises(NotAnchored) as found:
                at(lambda *_: next(answers)).hand(grown(ledger, 3), AnchoredLog(desk.layout(Path(folder))))
        finally:
            ledger.close()
    assert str(found.value).isprintable()


def test_a_log_that_began_anew_under_its_old_name_is_not_accepted(
    ledger: Ledger, log: AnchoredLog, tmp_path: Path
) -> None:
    witness, records = memory_witness()
    at(Reached(witness)).hand(grown(ledger, 3), log)
    anew = desk.ledger(tmp_path / "anew", start=7_000)
    try:
        note = grown(anew, 4)
        with pytest.raises(NotAnchored, match="has another key here") as found:
            at(Reached(witness)).hand(note, AnchoredLog(desk.layout(tmp_path / "anew")))
    finally:
        anew.close()
    assert (found.value.contradicts, [each.kind for each in records.alarms]) == (True, ["other_key"])


def test_a_witness_that_forgot_is_asked_anew(ledger: Ledger, log: AnchoredLog) -> None:
    replies = iter([Reply(409, b"99\n"), Reply(409, b"0\n")])
    witness, _ = memory_witness()
    reached = Reached(witness)

    def post(url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        return next(replies, None) or reached(url, body, headers)

    place = at(post)
    with pytest.raises(NotAnchored, match="rolled back"):
        place.hand(grown(ledger, 3), log)
    with pytest.raises(NotAnchored, match="409"):
        place.hand(grown(ledger, 1), log)
    assert place.hand(grown(ledger, 1), log)


def test_a_witness_that_changes_its_mind_for_ever_is_left_alone(ledger: Ledger, log: AnchoredLog) -> None:
    sizes = iter(range(1, 100))
    note = grown(ledger, 50)
    with pytest.raises(NotAnchored, match="409"):
        at(lambda *_: Reply(409, f"{next(sizes)}\n".encode())).hand(note, log)
    assert next(sizes) == 5


def test_a_public_witness_that_takes_no_keys_says_why_itself(ledger: Ledger, log: AnchoredLog) -> None:
    with pytest.raises(NotAnchored, match="404 no key is known here for fleaglass"):
        at(Reached(memory_witness()[0], knows_add_log=False)).hand(grown(ledger, 3), log)


def test_a_file_gets_every_checkpoint_one_after_the_other(ledger: Ledger, log: AnchoredLog, tmp_path: Path) -> None:
    path = tmp_path / "anchors"
    first, second = (FilePlace(path).hand(grown(ledger, 2), log) for _ in range(2))
    assert list(notes_in(path.read_bytes())) == [first, second]
    with pytest.raises(NotAnchored, match="No such file"):
        FilePlace(tmp_path / "nowhere" / "x").hand(first, log)


def test_a_webhook_gets_json_and_its_address_is_not_shown(ledger: Ledger, log: AnchoredLog) -> None:
    posted: list[tuple[str, object]] = []
    note = grown(ledger, 2)

    def post(url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        posted.append((url, json.loads(body)))
        return Reply(204 if len(posted) == 1 else 410, b"")

    place = WebhookPlace("https://me:pw@hooks.example/T0/secret", post)
    place.hand(note, log)
    checkpoint = desk.checkpoint(note)
    said = {"origin": checkpoint.origin, "size": 2, "root": checkpoint.root.hex(), "checkpoint": note.decode()}
    assert posted == [("https://me:pw@hooks.example/T0/secret", said)]
    assert place.name == "webhook https://hooks.example"
    with pytest.raises(NotAnchored, match="it answered 410"):
        place.hand(note, log)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("hub", "hub http://127.0.0.1:4318/witness"),
        (f"witness https://w.example {WITNESS.text}", "witness https://w.example"),
        (f"witness https://me:pw@w.example/a?key=b {WITNESS.text}", "witness https://w.example/a"),
        ("webhook https://h.example/x", "webhook https://h.example"),
        ("file:/mnt/other/anchors", "file:/mnt/other/anchors"),
    ],
)
def test_a_line_of_settings_names_a_place(text: str, name: str) -> None:
    assert place_of(text, hub="http://127.0.0.1:4318/", hub_headers={}).name == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hub",
        "hubs",
        "file:",
        "webhook",
        "webhook ftp://x",
        "witness https://w.example",
        "witness https://w.example x",
        f"witness {desk.AGENT} {WITNESS.text}",
    ],
)
def test_a_line_that_names_none_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match=r"anchor|of the form"):
        place_of(text, hub="", hub_headers={})


@pytest.mark.parametrize(
    "text", ["https://hooks.example/s3cr3t", "webhook https://hooks.example/s3cr3t #ops", "s3cr3t"]
)
def test_a_line_that_names_none_is_not_shown_since_it_may_hold_a_secret(text: str) -> None:
    with pytest.raises(ValueError, match="it is no anchor") as error:
        place_of(text, hub="", hub_headers={})
    assert "s3cr3t" not in str(error.value)
