"""A checkpoint says one thing in one way, and only its own log can say it."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.ledger.tree.checkpoint import Checkpoint, open_checkpoint
from fleaglass.ledger.tree.cosignature import Cosigner, witness_verifier
from fleaglass.ledger.tree.errors import CheckpointError, NoteError
from fleaglass.ledger.tree.keys import Ed25519Signer, Ed25519Verifier
from fleaglass.ledger.tree.merkle import EMPTY_ROOT
from fleaglass.ledger.tree.note import Note, Signature, sign

LOG = Ed25519Signer("fleaglass.ledger/vol-arb-1", b"l" * 32)
KNOWN_LOG = Ed25519Verifier.of(LOG.public)
WITNESS = Cosigner("witness.example", b"w" * 32, lambda: 1_795_000_000)
KNOWN_WITNESS = witness_verifier(WITNESS.public)
CHECKPOINT = Checkpoint(LOG.name, 300, bytes(range(32)))
ROOT = b"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


def test_it_is_three_lines() -> None:
    assert CHECKPOINT.text == b"fleaglass.ledger/vol-arb-1\n300\n" + ROOT + b"\n"
    assert Checkpoint.parse(CHECKPOINT.text) == CHECKPOINT


@given(st.text(st.characters(exclude_characters="\n", codec="utf-8"), min_size=1), st.integers(0, 2**63 - 1))
def test_what_is_written_is_read(origin: str, size: int) -> None:
    checkpoint = Checkpoint(origin, size, EMPTY_ROOT)
    assert Checkpoint.parse(checkpoint.text) == checkpoint


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "three lines"),
        (b"a\n3\n" + ROOT, "three lines"),
        (b"a\n3\n" + ROOT + b"\nan extension\n", "three lines"),
        (b"a\n3\n" + ROOT + b"\n\n", "three lines"),
        (b"\n3\n" + ROOT + b"\n", "of which log"),
        (b"\xff\n3\n" + ROOT + b"\n", "not UTF-8"),
        *[
            (b"a\n" + size + b"\n" + ROOT + b"\n", "no plain number")
            for size in (b"", b"03", b"00", b"-1", b"+3", b"3 ", b" 3", b"3.0", b"0x3", b"3_0", b"1e3", b"9" * 5000)
        ],
        (f"a\n٣\n{ROOT.decode()}\n".encode(), "no plain number"),
        (b"a\n9223372036854775808\n" + ROOT + b"\n", "no plain number"),
        (b"a\n3\n" + ROOT[:-1] + b"\n", "base64 of 32 bytes"),
        (b"a\n3\n" + ROOT[4:] + b"\n", "base64 of 32 bytes"),
        (b"a\n3\n" + ROOT.replace(b"h8=", b"h9=") + b"\n", "base64 of 32 bytes"),
        (b"a\n3\n" + ROOT.replace(b"A", b"-") + b"\n", "base64 of 32 bytes"),
        (b"a\n3\n" + ROOT + b"\r\n", "base64 of 32 bytes"),
        (b"a\n3\n\n", "base64 of 32 bytes"),
    ],
)
def test_what_is_written_otherwise_is_none(text: bytes, reason: str) -> None:
    with pytest.raises(CheckpointError, match=reason):
        Checkpoint.parse(text)


@given(
    st.one_of(
        st.binary(max_size=200),
        st.builds(lambda a, b, c: f"{a}\n{b}\n{c}\n".encode("utf-8", "replace"), st.text(), st.text(), st.text()),
        st.builds(lambda b: b"a\n%s\n%s\n" % (b, ROOT), st.binary(max_size=30)),
    )
)
def test_whatever_bytes_are_read_only_a_checkpoint_error_comes_of_it(text: bytes) -> None:
    with contextlib.suppress(CheckpointError):
        assert Checkpoint.parse(text).text == text


def test_one_that_its_log_has_signed_is_opened_and_says_who_else_did() -> None:
    alone = open_checkpoint(sign(CHECKPOINT.text, [LOG]), [KNOWN_LOG], [KNOWN_WITNESS])
    assert (alone.checkpoint, alone.opened.signed_by) == (CHECKPOINT, (KNOWN_LOG,))
    both = open_checkpoint(sign(CHECKPOINT.text, [LOG, WITNESS]), [KNOWN_LOG], [KNOWN_WITNESS])
    assert both.opened.signed_by == (KNOWN_LOG, KNOWN_WITNESS)


def test_a_witness_alone_does_not_make_a_checkpoint() -> None:
    with pytest.raises(NoteError, match="the log itself has not signed"):
        open_checkpoint(sign(CHECKPOINT.text, [WITNESS]), [KNOWN_LOG], [KNOWN_WITNESS])


def test_a_false_signature_of_a_known_witness_makes_it_false() -> None:
    forged = Signature(WITNESS.name, WITNESS.key_id, bytes(72))
    data = Note.parse(sign(CHECKPOINT.text, [LOG])).with_signatures([forged]).encode()
    assert open_checkpoint(data, [KNOWN_LOG]).checkpoint == CHECKPOINT
    with pytest.raises(NoteError, match=r"witness\.example .* is false"):
        open_checkpoint(data, [KNOWN_LOG], [KNOWN_WITNESS])


def test_a_logs_key_speaks_only_for_its_own_log() -> None:
    with pytest.raises(CheckpointError, match=r"of the log 'fleaglass\.ledger/other'"):
        open_checkpoint(sign(Checkpoint("fleaglass.ledger/other", 3, EMPTY_ROOT).text, [LOG]), [KNOWN_LOG])
    with pytest.raises(CheckpointError, match="three lines"):
        open_checkpoint(sign(b"something else\n", [LOG]), [KNOWN_LOG])


def test_after_a_rotation_either_key_of_the_log_is_enough() -> None:
    new = Ed25519Signer(LOG.name, b"n" * 32)
    keys = [KNOWN_LOG, Ed25519Verifier.of(new.public)]
    for signers, known in [([LOG, new], keys), ([LOG, new], keys[:1]), ([LOG, new], keys[1:]), ([new], keys)]:
        assert open_checkpoint(sign(CHECKPOINT.text, signers), known).checkpoint == CHECKPOINT
    with pytest.raises(NoteError, match="no known key"):
        open_checkpoint(sign(CHECKPOINT.text, [new]), keys[:1])
