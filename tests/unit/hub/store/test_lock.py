"""One process owns a store, and the next one is told which."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fleaglass.hub.store.lock import StoreHeld, hold


def test_a_second_holder_is_told_of_the_first(tmp_path: Path) -> None:
    store = tmp_path / "store"
    with (
        hold(store),
        pytest.raises(StoreHeld, match=rf"the store {store} is held by process {os.getpid()}; stop it"),
        hold(store),
    ):
        pass


def test_a_store_is_free_again_when_its_holder_leaves(tmp_path: Path) -> None:
    for _ in range(2):
        with hold(tmp_path / "new" / "store"):
            pass
    with hold(tmp_path / "new" / "other"):
        pass


@pytest.mark.parametrize("said", ["", "{", "[]", "{}"])
def test_an_owner_file_that_tells_nothing_does_not_hide_the_lock(tmp_path: Path, said: str) -> None:
    store = tmp_path / "store"
    with hold(store):
        (tmp_path / "store.owner.json").write_text(said)
        with pytest.raises(StoreHeld, match="held by another process"), hold(store):
            pass
