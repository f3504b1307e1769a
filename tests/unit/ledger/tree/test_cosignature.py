"""A witness says that it saw a checkpoint, and when; neither can be changed afterwards."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.ledger.tree.checkpoint import Checkpoint
from fleaglass.ledger.tree.cosignature import Cosigner, cosigned_s, witness_verifier
from fleaglass.ledger.tree.errors import NoteError
from fleaglass.ledger.tree.keys import ML_DSA_44_COSIGNATURE, Ed25519Signer, VerifierKey, ed25519_verifies
from fleaglass.ledger.tree.note import open_note, sign

CHECKPOINT = Checkpoint("fleaglass.ledger/vol-arb-1", 300, bytes(range(32)))
TIME_S = 1_795_000_000
COSIGNER = Cosigner("witness.example", b"w" * 32, lambda: TIME_S)
WITNESS = witness_verifier(COSIGNER.public)


def test_a_cosignature_is_over_the_time_and_the_text() -> None:
    signature = COSIGNER.sign(CHECKPOINT.text)
    assert signature[:8] == TIME_S.to_bytes(8, "big")
    message = b"cosignature/v1\ntime 1795000000\n" + CHECKPOINT.text
    assert ed25519_verifies(COSIGNER.public.public, message, signature[8:])
    assert (WITNESS.verifies(CHECKPOINT.text, signature), cosigned_s(signature)) == (True, TIME_S)


def test_it_stands_below_the_note_as_any_signature() -> None:
    assert open_note(sign(CHECKPOINT.text, [COSIGNER]), [WITNESS]).signed_by == (WITNESS,)
    assert witness_verifier(VerifierKey.parse(COSIGNER.public.text)) == WITNESS


def test_another_time_text_or_bit_makes_it_false() -> None:
    signature = COSIGNER.sign(CHECKPOINT.text)
    assert not WITNESS.verifies(CHECKPOINT.text + b"more\n", signature)
    for position in range(len(signature)):
        changed = bytearray(signature)
        changed[position] ^= 1
        assert not WITNESS.verifies(CHECKPOINT.text, bytes(changed))


@pytest.mark.parametrize("time_s", [0, -1, 2**63])
def test_a_time_that_cannot_be_is_neither_signed_nor_believed(time_s: int) -> None:
    with pytest.raises(NoteError, match="nothing can be cosigned"):
        Cosigner("witness.example", b"w" * 32, lambda: time_s).sign(CHECKPOINT.text)
    assert cosigned_s((time_s % 2**64).to_bytes(8, "big") + bytes(64)) is None


def test_a_logs_key_is_not_a_witnesss() -> None:
    with pytest.raises(NoteError, match="a log's; a witness's is meant"):
        witness_verifier(Ed25519Signer("a", bytes(32)).public)


def test_the_private_key_is_in_no_repr() -> None:
    assert "www" not in repr(COSIGNER)


class TestMlDsa44:
    """Checked, never made by us: the tests sign as a witness would."""

    KEY = MLDSA44PrivateKey.from_seed_bytes(bytes(32))
    PUBLIC = VerifierKey("witness.example", ML_DSA_44_COSIGNATURE, KEY.public_key().public_bytes_raw())

    def signed(self, time_s: int = TIME_S, origin: bytes = b"fleaglass.ledger/vol-arb-1") -> bytes:
        time = time_s.to_bytes(8, "big")
        names = (bytes([15]) + b"witness.example", bytes([len(origin)]) + origin)
        place = bytes(8) + (300).to_bytes(8, "big") + bytes(range(32))
        return time + self.KEY.sign(b"subtree/v1\n\0" + names[0] + time + names[1] + place)

    def test_a_cosignature_is_over_both_names_the_time_and_the_tree(self) -> None:
        witness = witness_verifier(VerifierKey.parse(self.PUBLIC.text))
        signature = self.signed()
        assert witness.verifies(CHECKPOINT.text, signature)
        assert not witness.verifies(Checkpoint(CHECKPOINT.origin, 301, CHECKPOINT.root).text, signature)
        assert not witness.verifies(b"no checkpoint\n", signature)
        assert not witness.verifies(CHECKPOINT.text, signature[:-1])
        assert not witness.verifies(CHECKPOINT.text, b"")
        renamed = VerifierKey("another.example", ML_DSA_44_COSIGNATURE, self.PUBLIC.public)
        assert not witness_verifier(renamed).verifies(CHECKPOINT.text, signature)

    def test_a_time_of_zero_would_not_say_that_it_was_the_newest(self) -> None:
        assert not witness_verifier(self.PUBLIC).verifies(CHECKPOINT.text, self.signed(time_s=0))

    def test_a_name_that_is_too_long_is_false(self) -> None:
        text = Checkpoint("x" * 256, 300, bytes(range(32))).text
        assert not witness_verifier(self.PUBLIC).verifies(text, self.signed())


@given(st.binary(max_size=100), st.binary(max_size=100))
def test_whatever_is_checked_is_true_or_false(text: bytes, signature: bytes) -> None:
    assert not WITNESS.verifies(text, signature)
