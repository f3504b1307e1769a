"""A commitment tells a value only to who has its salt."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.ledger.commitments import commitment, is_opened_by

SALT = bytes(range(16))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def test_it_is_the_hash_that_the_documentation_says() -> None:
    content = b"fleaglass.ledger/commitment/v1" + SALT + b"\0\0\0\x04" + b"memo" + "für Max".encode()
    assert commitment("memo", "für Max", SALT) == hashlib.sha256(content).hexdigest()


def test_who_has_name_value_and_salt_can_check_it() -> None:
    committed = commitment("memo", "rent", SALT)
    assert is_opened_by(committed, "memo", "rent", SALT)
    assert not is_opened_by(committed, "memo", "Rent", SALT)
    assert not is_opened_by(committed, "note", "rent", SALT)
    assert not is_opened_by(committed, "memo", "rent", bytes(16))


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_no_two_names_and_values_look_the_same(name: str, value: str, other_name: str, other_value: str) -> None:
    is_same = (name, value) == (other_name, other_value)
    assert (commitment(name, value, SALT) == commitment(other_name, other_value, SALT)) is is_same


def test_a_dictionary_does_not_find_it_without_the_salt() -> None:
    committed = commitment("amount_usd", "250", SALT)
    guesses = (commitment("amount_usd", str(amount), bytes(16)) for amount in range(1000))
    assert committed not in guesses


def test_a_salt_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes, not 15"):
        commitment("memo", "rent", SALT[:15])
