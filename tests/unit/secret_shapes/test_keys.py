"""Keys that tell by how they begin, and private keys that tell by their length or their file."""

from __future__ import annotations

import pytest

from fleaglass.recorder.scrub import MARKER, scrub


# In pieces: a file that holds one whole is refused by the scanners of code hosts.
@pytest.mark.parametrize(
    "key",
    [
        "xox" + "b-123456789012-1234567890123-AbCdEfGhIjKlMnOpQrStUvWx",
        "AKI" + "AIOSFODNN7EXAMPLE",
        "github_" + "pat_11ABCDEFG0abcdefghijkl_MNOPQRSTUVWXYZ",
        "glpat" + "-abcdefghij0123456789",
        "flea" + "_abcdefghij0123456789ABCDEFGHIJ-abcdefghij_01",
        "npm" + "_abcdefghijklmnopqrstuvwxyz0123456789",
    ],
)
def test_keys_of_other_services_are_known_by_their_shape(key: str) -> None:
    assert scrub(f"it is {key}.") == f"it is {MARKER}."
    assert scrub(repr(f"x\n{key}")) == repr(f"x\n{MARKER}")


def test_a_key_file_of_solana_is_a_private_key() -> None:
    numbers = [number * 7 % 256 for number in range(64)]
    for text in (str(numbers), f"[{','.join(map(str, numbers))},]"):
        assert scrub(f"it holds {text}.") == f"it holds {MARKER}."
    assert scrub(str(numbers[:63])) == str(numbers[:63])


@pytest.mark.parametrize("head", ["", "\\n", "\\u0026", "x"])
def test_a_long_key_is_gone_whatever_escape_stands_before_it(head: str) -> None:
    for key in ("0x" + "8b4ec0ff" * 8, "Kw" + "TqYbR8vZp3mXnL7dJcHs2GfUeWa9QkNr5VtEy4BxPuMo6DjSzC", "4NwJt7kQxP" * 9):
        assert key[10:] not in scrub(f"({head}{key})")
