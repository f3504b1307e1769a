"""A mnemonic is one in capitals and with numbers as well; a list of assets is none."""

from __future__ import annotations

import pytest

from fleaglass.recorder.scrub import MARKER, scrub, scrub_lines
from fleaglass.secret_shapes.phrases import is_phrase

MNEMONIC = "scatter velvet ginger orphan cruise maple dizzy tunnel fabric lizard quantum harvest"
ASSETS = "BTC ETH SOL AVAX DOGE LINK ADA XRP DOT LTC BCH UNI ATOM MATIC NEAR"


@pytest.mark.parametrize(
    "text",
    [
        MNEMONIC,
        MNEMONIC.capitalize(),
        MNEMONIC.title(),
        MNEMONIC.upper(),
        " | ".join(MNEMONIC.split()),
        MNEMONIC.upper().replace(" ", ", "),
        MNEMONIC.replace(" ", "\\n"),
    ],
)
def test_a_mnemonic_is_one_however_it_is_written(text: str) -> None:
    assert scrub(f"it is: {text}.") == f"it is: {MARKER}."


def test_a_mnemonic_in_capitals_begins_after_small_letters_too() -> None:
    assert scrub(f"({MNEMONIC.upper()}/x{MNEMONIC.upper()})") == f"({MARKER}/x{MARKER})"


def test_a_mnemonic_that_is_numbered() -> None:
    rows = [f"{number}. {word}" for number, word in enumerate(MNEMONIC.split(), 1)]
    for between in ("\n", " ", ", "):
        assert scrub(between.join(rows)) == f"1. {MARKER}"


@pytest.mark.parametrize(
    "text", [ASSETS, ASSETS.replace(" ", ", "), f"assets {ASSETS}", f"{ASSETS.replace(' ', '-PERP ')}"]
)
def test_a_row_of_assets_is_none(text: str) -> None:
    assert scrub(text) == text


def test_a_list_is_one_in_capitals_too() -> None:
    assert is_phrase(MNEMONIC.upper().split())
    assert is_phrase([repr(word) for word in MNEMONIC.title().split()])
    assert not is_phrase(ASSETS.split())
    assert not is_phrase([*MNEMONIC.split(), 7])


def test_a_mnemonic_over_several_lines_is_found_and_the_lines_stay_where_they_are() -> None:
    first, last = MNEMONIC[:41], MNEMONIC[42:]
    assert scrub_lines(["PHRASE = (", f'    "{first} "', f'    "{last}"', ")", "api_key = 'x y'"]) == [
        "PHRASE = (",
        f'    "{MARKER}',
        '"',
        ")",
        f"api_key = '{MARKER}'",
    ]


def test_a_key_over_several_lines_leaves_as_many() -> None:
    lines = ["a", "-----BEGIN PRIVATE KEY-----", "MIIE", "-----END PRIVATE KEY-----", "b"]
    assert scrub_lines(lines) == ["a", MARKER, "", "", "b"]
    assert scrub_lines([]) == []
    assert scrub_lines(["x" * 70_000, "b"])[1] == "", "beyond what is looked at"
