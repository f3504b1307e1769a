"""A list that holds a secret in pieces, each of which looks harmless, is seen through wherever it is recorded."""

from __future__ import annotations

import json

import pytest

from fleaglass.recorder.attributes import attributes
from fleaglass.recorder.scrub import MARKER, without_pieces
from fleaglass.recorder.sentry.clean import clean

WORDS = "scatter velvet ginger orphan cruise maple dizzy tunnel fabric lizard quantum harvest".split()  # noqa: SIM905

LISTS = [
    (WORDS, [MARKER]),
    (["X-Api-Key", "odd value"], ["X-Api-Key", MARKER]),
    (["tool", "--db-password", "odd value", "-v"], ["tool", "--db-password", MARKER, "-v"]),
    (["'--token'", "'odd value'"], ["'--token'", MARKER]),
    (["tool", "--asset", "BTC", "-v"], ["tool", "--asset", "BTC", "-v"]),
    ([(7 * at) % 256 for at in range(64)], [MARKER]),
    ([(7 * at) % 256 for at in range(63)], [(7 * at) % 256 for at in range(63)]),
    (["casino", "token", "escrow"], ["casino", "token", "escrow"]),
]


@pytest.mark.parametrize(("items", "left"), LISTS)
def test_a_list_in_pieces(items: list[object], left: list[object]) -> None:
    assert without_pieces(items) == left
    assert without_pieces(left) == left
    assert clean({"held": items}) == {"held": left}
    told = attributes({"custom.held": items, "custom.body": {"held": items}})
    assert told["custom.held"] == left
    assert json.loads(str(told["custom.body"])) == {"held": left}


def test_sixty_four_small_counts_are_no_key() -> None:
    assert without_pieces(list(range(64))) == list(range(64))
