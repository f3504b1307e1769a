"""A note is believed when a known key signed it, and no known key falsely; C2SP's signed-note to the letter."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.ledger.tree.errors import NoteError
from fleaglass.ledger.tree.keys import Ed25519Signer, Ed25519Verifier
from fleaglass.ledger.tree.note import MOST_BYTES, MOST_SIGNATURES, Note, Signature, open_note, sign

ALICE = Ed25519Signer("alice.example/log", b"a" * 32)
BOB = Ed25519Signer("bob.example", b"b" * 32)
KNOWN_ALICE, KNOWN_BOB = (Ed25519Verifier.of(each.public) for each in (ALICE, BOB))
TEXT = "Wer zuletzt bucht,\nbucht am längsten.\n\nDas gilt.\n".encode()
NOTE = sign(TEXT, [ALICE])


@dataclass(frozen=True)
class Says:
    """A key whose every signature is true, or false."""

    name: str
    key_id: bytes
    answer: bool

    def verifies(self, text: bytes, signature: bytes) -> bool:
        return self.answer


def line(name: str = "x", data: bytes = b"idid-signature") -> str:
    return f"— {name} {b64encode(data).decode()}\n"


def test_a_worked_example() -> None:
    """Made here, byte for byte: the seed is 32 times the letter a."""
    text, _, below = NOTE.rpartition(b"\n\n")
    assert text + b"\n" == TEXT
    assert below.decode() == (
        "— alice.example/log nSeFAuR3x/jNMP1WhBr7Re8s7zR/cPBm+JXhMvc8mb+"
        "O3mcqhXrbASZ4F7JpZPcoASemUqzSZ+IjnuKuW6jfa1xbjg4=\n"
    )
    assert open_note(NOTE, [KNOWN_ALICE]).signed_by == (KNOWN_ALICE,)


def test_the_text_ends_at_the_last_empty_line() -> None:
    for text in (b"\n", b"a\n\n", b"\n\n\n", b"a\n\n\xe2\x80\x94 b YWJjZGVm\n\nc\n"):
        note = Note.parse(sign(text, [ALICE]))
        assert (note.text, len(note.signatures)) == (text, 1)


def test_a_note_is_written_as_it_was_read() -> None:
    note = Note.parse(sign(TEXT, [ALICE, BOB]))
    assert note.encode() == sign(TEXT, [ALICE, BOB])
    assert note.with_signatures(note.signatures) == note
    assert Note.parse(NOTE).with_signatures(note.signatures) == note


def test_signatures_of_keys_that_are_not_known_are_passed_over() -> None:
    both = sign(TEXT, [BOB, ALICE])
    assert open_note(both, [KNOWN_ALICE]).signed_by == (KNOWN_ALICE,)
    assert open_note(both, [KNOWN_ALICE, KNOWN_BOB]).signed_by == (KNOWN_BOB, KNOWN_ALICE)
    assert open_note(both + line().encode(), [KNOWN_ALICE]).signed_by == (KNOWN_ALICE,)


def test_a_note_that_no_known_key_signed_is_not_believed() -> None:
    with pytest.raises(NoteError, match=r"no known key.*alice\.example/log"):
        open_note(NOTE, [KNOWN_BOB])
    with pytest.raises(NoteError, match="no known key"):
        open_note(NOTE, [])


def test_a_known_key_that_fails_makes_the_note_false_whoever_else_signed_it() -> None:
    forged = Signature(BOB.name, BOB.key_id, bytes(64))
    data = Note.parse(NOTE).with_signatures([forged]).encode()
    assert open_note(data, [KNOWN_ALICE]).signed_by == (KNOWN_ALICE,)
    with pytest.raises(NoteError, match=r"the signature of bob\.example \([0-9a-f]{8}\) is false"):
        open_note(data, [KNOWN_ALICE, KNOWN_BOB])
    again = Note.parse(NOTE).with_signatures([Signature(ALICE.name, ALICE.key_id, bytes(64))]).encode()
    with pytest.raises(NoteError, match="is false"):
        open_note(again, [KNOWN_ALICE])


def test_a_name_or_an_id_alone_makes_no_known_key() -> None:
    (signature,) = Note.parse(NOTE).signatures
    for other in (
        Signature("alice.example/lag", signature.key_id, signature.data),
        Signature(signature.name, b"\0\0\0\0", signature.data),
    ):
        with pytest.raises(NoteError, match="no known key"):
            open_note(Note(TEXT, (other,)).encode(), [KNOWN_ALICE])


def test_two_known_keys_of_one_name_and_id_are_refused_for_nobody_could_tell_whose_signature_it_is() -> None:
    colliding = Says(ALICE.name, ALICE.key_id, True)
    with pytest.raises(NoteError, match="the same id"):
        open_note(NOTE, [KNOWN_ALICE, colliding])
    assert open_note(NOTE, [KNOWN_ALICE, KNOWN_ALICE]).signed_by == (KNOWN_ALICE,)


def test_an_id_that_collides_with_a_known_key_gains_a_signature_that_fails() -> None:
    data = Note(TEXT, (Signature(ALICE.name, ALICE.key_id, BOB.sign(TEXT)),)).encode()
    with pytest.raises(NoteError, match="is false"):
        open_note(data, [KNOWN_ALICE])


def test_a_note_has_many_signatures_but_not_any_number() -> None:
    lines = "".join(line(f"witness-{number}") for number in range(MOST_SIGNATURES - 1))
    assert len(Note.parse(NOTE + lines.encode()).signatures) == MOST_SIGNATURES
    assert open_note(NOTE + lines.encode(), [KNOWN_ALICE]).signed_by == (KNOWN_ALICE,)
    with pytest.raises(NoteError, match="101 signatures"):
        Note.parse(NOTE + (lines + line()).encode())
    with pytest.raises(NoteError, match=f"above the {MOST_BYTES}"):
        Note.parse(b"x" * MOST_BYTES + NOTE)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no empty line"),
        (b"text\n", "no empty line"),
        (b"\n" + line().encode(), "no empty line"),
        (b"text\n" + line().encode(), "no empty line"),
        (b"text\n\n", "does not end with a signature"),
        (b"text\n\n" + line()[:-1].encode(), "does not end with a signature"),
        (b"text\n\n" + line().encode() + b"\n", "does not end with a signature"),
        (b"text\n\nsig\n", "is not a signature"),
        (b"text\n\n- x aWRpZHNpZw==\n", "is not a signature"),
        ("text\n\n— x\n".encode(), "is not a signature"),
        ("text\n\n—x aWRpZHNpZw==\n".encode(), "is not a signature"),
        ("text\n\n—  aWRpZHNpZw==\n".encode(), "cannot be the name"),
        ("text\n\n— a+b aWRpZHNpZw==\n".encode(), "cannot be the name"),
        ("text\n\n— a\u00a0b aWRpZHNpZw==\n".encode(), "cannot be the name"),
        ("text\n\n— x  aWRpZHNpZw==\n".encode(), "not base64"),
        ("text\n\n— x aWRpZHNpZw== \n".encode(), "not base64"),
        ("text\n\n— x aWRpZHNpZw\n".encode(), "not base64"),
        ("text\n\n— x aWRpZHNpZx==\n".encode(), "not base64"),
        ("text\n\n— x aWRp-HNp_w==\n".encode(), "not base64"),
        ("text\n\n— x aWRpZA==\n".encode(), "not base64 of a key id and more"),
        ("text\n\n— x ä\n".encode(), "not base64"),
        (NOTE.replace(b"\n", b"\r\n"), "control character 0d"),
        (NOTE.replace(b"bucht", b"b\tcht", 1), "control character 09 at character 13"),
        (NOTE.replace(b"bucht", b"b\0cht", 1), "control character 00"),
        (NOTE.replace(b"bucht", b"b\xffcht", 1), "not UTF-8 at byte 13"),
        (NOTE.replace(b"bucht", b"b\xed\xa0\x80t", 1), "not UTF-8"),
    ],
)
def test_what_is_no_note_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(NoteError, match=reason):
        Note.parse(data)


@pytest.mark.parametrize("text", [b"", b"no line feed", b"a\r\n", b"\xff\n"])
def test_a_text_that_a_note_cannot_have_is_not_signed(text: bytes) -> None:
    with pytest.raises(NoteError):
        sign(text, [ALICE])


def test_every_changed_byte_of_a_note_is_found() -> None:
    for position in range(len(NOTE)):
        for bit in range(8):
            changed = bytearray(NOTE)
            changed[position] ^= 1 << bit
            with pytest.raises(NoteError):
                open_note(bytes(changed), [KNOWN_ALICE])


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n")))
def test_what_is_signed_is_opened(text: str) -> None:
    data = text.encode() + b"\n"
    opened = open_note(sign(data, [ALICE, BOB]), [KNOWN_BOB, KNOWN_ALICE])
    assert (opened.note.text, opened.signed_by) == (data, (KNOWN_ALICE, KNOWN_BOB))


@given(
    st.one_of(
        st.binary(max_size=400),
        st.text(max_size=200).map(lambda text: f"{text}\n\n— {text}\n".encode("utf-8", "replace")),
        st.builds(
            lambda cut, more, rest: NOTE[:cut] + more + NOTE[rest:],
            st.integers(0, len(NOTE)),
            st.binary(max_size=8),
            st.integers(0, len(NOTE)),
        ),
    )
)
def test_whatever_bytes_are_read_as_a_note_only_a_note_error_comes_of_it(data: bytes) -> None:
    try:
        assert Note.parse(data).encode() == data
        assert open_note(data, [KNOWN_ALICE]).note.text == TEXT
    except NoteError:
        pass
