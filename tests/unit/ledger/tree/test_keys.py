"""Keys are pinned, kept and named as C2SP's signed-note says."""

from __future__ import annotations

import contextlib
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.ledger.tree.errors import NoteError
from fleaglass.ledger.tree.keys import (
    ED25519,
    ED25519_COSIGNATURE,
    Ed25519Signer,
    Ed25519Verifier,
    VerifierKey,
    key_id,
)

SIGNER = Ed25519Signer("fleaglass.ledger/vol-arb-1", bytes(range(32)))
VKEY = SIGNER.public.text
PRIVATE = SIGNER.text


def test_a_key_is_the_one_that_rfc_8032_has_for_its_seed() -> None:
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    signature = (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b"
    )
    signer = Ed25519Signer("rfc8032", seed)
    assert signer.public.public.hex() == public
    assert signer.sign(b"").hex() == signature
    assert Ed25519Verifier.of(signer.public).verifies(b"", bytes.fromhex(signature))


def test_keys_as_text_come_back_and_fit_each_other() -> None:
    assert VerifierKey.parse(VKEY) == SIGNER.public
    assert Ed25519Signer.parse(PRIVATE) == SIGNER
    assert VKEY == "fleaglass.ledger/vol-arb-1+84f69e1a+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
    assert VKEY.split("+")[1] == SIGNER.key_id.hex()
    assert PRIVATE.startswith("PRIVATE+KEY+fleaglass.ledger/vol-arb-1+")


def test_a_private_key_is_in_no_repr_and_in_no_error() -> None:
    shown = b64encode(bytes([ED25519]) + SIGNER.seed).decode()
    assert PRIVATE.endswith(shown)
    assert repr(SIGNER) == "Ed25519Signer(name='fleaglass.ledger/vol-arb-1')"
    for wrong in [
        PRIVATE + "A",
        PRIVATE.replace("+KEY", ""),
        PRIVATE.replace("vol", "val"),
        PRIVATE[:-8],
        PRIVATE[:30],
    ]:
        with pytest.raises(NoteError) as error:
            Ed25519Signer.parse(wrong)
        assert shown[:8] not in str(error.value)
    with pytest.raises(NoteError, match="this is a private key") as error:
        VerifierKey.parse(PRIVATE)
    assert shown not in str(error.value)


def test_the_same_key_as_a_logs_and_as_a_witnesss_has_two_ids() -> None:
    public = SIGNER.public.public
    assert key_id("a", ED25519, public) != key_id("a", ED25519_COSIGNATURE, public) != key_id("b", ED25519, public)
    with pytest.raises(NoteError, match="a witness's; a log's is meant"):
        Ed25519Verifier.of(VerifierKey("a", ED25519_COSIGNATURE, public))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not of the form"),
        ("name", "not of the form"),
        ("name+00000000", "not of the form"),
        ("name+00000000+", "not of the form"),
        (VKEY[:-1], "not of the form"),
        (VKEY + "\n", "not of the form"),
        (VKEY + "=", "not of the form"),
        (VKEY[:-4], "bytes instead of 32"),
        (VKEY.replace("vol", "val"), "has the id"),
        (VKEY.replace("vol-arb", "vol arb"), "cannot be the name"),
        (VKEY.replace("vol-arb", "vol\u2003arb"), "cannot be the name"),
        (VKEY.replace("vol-arb", "vol\x01arb"), "cannot be the name"),
        (VKEY.replace("vol-arb", "vol\ud800arb"), "cannot be the name"),
        ("+" + VKEY.split("+", 1)[1], "cannot be the name"),
        (VKEY.replace(SIGNER.key_id.hex(), SIGNER.key_id.hex().upper()), "has the id"),
        ("a+00000000+" + b64encode(b"\x02" + bytes(32)).decode(), "the type 02"),
    ],
)
def test_a_vkey_that_is_not_one_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(NoteError, match=reason):
        VerifierKey.parse(text)


@given(st.one_of(st.text(), st.builds(lambda cut, more: VKEY[:cut] + more, st.integers(0, 80), st.text())))
def test_whatever_key_is_read_only_a_note_error_comes_of_it(text: str) -> None:
    for parse in (VerifierKey.parse, Ed25519Signer.parse):
        with contextlib.suppress(NoteError):
            assert parse(text).text == text


@given(st.binary(max_size=70), st.binary(max_size=100))
def test_whatever_signature_is_checked_it_is_true_or_false(public: bytes, signature: bytes) -> None:
    assert not Ed25519Verifier("a", public).verifies(b"text\n", signature)
