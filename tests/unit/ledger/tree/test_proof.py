"""A proof is one file, written in one way; C2SP's tlog-proof."""

from __future__ import annotations

import contextlib
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.ledger.tree.errors import ProofError
from fleaglass.ledger.tree.proof import MOST_HASHES, TlogProof

HASHES = (b"\1" * 32, b"\2" * 32)
PROOF = TlogProof(5, HASHES, b"log\n7\nroot\n\nsignature\n", b'{"v":"1"}')
LINES = [b64encode(each).decode() for each in HASHES]
HEAD = f"c2sp.org/tlog-proof@v1\nextra eyJ2IjoiMSJ9\nindex 5\n{LINES[0]}\n{LINES[1]}\n"


def test_the_file_is_the_entry_its_place_its_path_and_the_checkpoint() -> None:
    assert PROOF.encode() == HEAD.encode() + b"\nlog\n7\nroot\n\nsignature\n"
    assert TlogProof.parse(PROOF.encode()) == PROOF


def test_the_only_entry_of_a_log_has_no_path_and_an_entry_need_not_be_there() -> None:
    proof = TlogProof(0, (), b"checkpoint\n")
    assert proof.encode() == b"c2sp.org/tlog-proof@v1\nindex 0\n\ncheckpoint\n"
    assert TlogProof.parse(proof.encode()) == proof


@given(
    st.builds(
        TlogProof,
        st.integers(0, 2**63 - 1),
        st.lists(st.binary(min_size=32, max_size=32), max_size=MOST_HASHES).map(tuple),
        st.binary(max_size=300),
        st.binary(max_size=300),
    )
)
def test_what_is_written_is_read(proof: TlogProof) -> None:
    assert TlogProof.parse(proof.encode()) == proof


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no empty line"),
        (HEAD, "no empty line"),
        (HEAD.replace("@v1", "@v2") + "\n", "does not begin with"),
        (" " + HEAD + "\n", "does not begin with"),
        (HEAD.replace("\n", "\r\n") + "\n\n", "does not begin with"),
        (HEAD.replace("index 5\n", "") + "\n", "of which index"),
        (HEAD.replace("extra eyJ2IjoiMSJ9\n", "").replace("index", "extra eyJ2\nextra eyJ2\nindex") + "\n", "index"),
        (HEAD.replace("index 5", "index 05") + "\n", "is not an index"),
        (HEAD.replace("index 5", "index -5") + "\n", "is not an index"),
        (HEAD.replace("index 5", "index  5") + "\n", "is not an index"),
        (HEAD.replace("index 5", "index " + "9" * 5000) + "\n", "is not an index"),
        (HEAD.replace("index 5", "index 5 ") + "\n", "is not an index"),
        (HEAD.replace("MSJ9", "MSJ") + "\n", "extra is not base64"),
        (HEAD.replace("extra eyJ2IjoiMSJ9", "extra ") + "\n", "extra is not base64"),
        (HEAD.replace(LINES[1], LINES[1][:-1]) + "\n", "a hash is not base64"),
        (HEAD.replace(LINES[1], LINES[1] + " ") + "\n", "a hash is not base64"),
        (HEAD.replace(LINES[1], "AAAA") + "\n", "not of 32 bytes"),
        (HEAD + f"{LINES[0]}\n" * 62 + "\n", "64 hashes"),
        (HEAD.replace("index", "ındex") + "\n", "not ASCII"),
    ],
)
def test_what_is_written_otherwise_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(ProofError, match=reason):
        TlogProof.parse(text.encode())


WHOLE = PROOF.encode()


@given(
    st.one_of(
        st.binary(max_size=300),
        st.builds(
            lambda cut, more, rest: WHOLE[:cut] + more + WHOLE[rest:],
            st.integers(0, len(WHOLE)),
            st.binary(max_size=8),
            st.integers(0, len(WHOLE)),
        ),
    )
)
def test_whatever_bytes_are_read_only_a_proof_error_comes_of_it(data: bytes) -> None:
    with contextlib.suppress(ProofError):
        assert TlogProof.parse(data).encode() == data
