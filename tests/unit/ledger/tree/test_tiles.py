"""A log's files are named and filled as C2SP's tlog-tiles says, so that any static server and any client serve them."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.ledger.tree.errors import TileError
from fleaglass.ledger.tree.tiles import Tile, bundle, hash_reader, tiles_for, unbundle

LEVELS = st.one_of(st.just("entries"), st.integers(0, 7))
SIZES = st.integers(0, 200_000)


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Tile("entries", 1000), "tile/entries/x001/000"),
        (Tile(2, 999, 17), "tile/2/999.p/17"),
    ],
)
def test_paths_are_written_in_groups_of_three(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert Tile.parse(path) == tile


@given(LEVELS, st.integers(0, 10**15), st.integers(1, 256))
def test_every_path_that_is_written_is_read(level: int, index: int, width: int) -> None:
    tile = Tile(level, index, width)
    assert Tile.parse(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "checkpoint",
        "tile/0/0",
        "tile/0/x000/001",
        "tile/0/001/002",
        "tile/00/001",
        "tile/64/001",
        "tile/-1/001",
        "tile/data/001",
        "tile/0/001.p/0",
        "tile/0/001.p/256",
        "tile/0/001.p/07",
        "tile/0/001.p/300",
        "tile/0/001.p",
        "tile/0/001/",
        "/tile/0/001",
        "tile/0/../0/001",
        "tile/0/٠٠١",
        "tile/0/001\n",
    ],
)
def test_a_path_that_is_written_otherwise_is_none(path: str) -> None:
    with pytest.raises(TileError, match="path of a tile"):
        Tile.parse(path)


@given(st.text())
def test_whatever_path_is_read_only_a_tile_error_comes_of_it(path: str) -> None:
    with contextlib.suppress(TileError):
        assert Tile.parse(path).path == path


def test_seventy_thousand_entries_are_the_files_of_the_specification() -> None:
    tiles = list(tiles_for(0, 70_000))
    assert [sum(tile.level == level for tile in tiles) for level in ("entries", 0, 1, 2, 3)] == [274, 274, 2, 1, 0]
    partial = [tile.path for tile in tiles if tile.width < 256]
    assert partial == ["tile/entries/273.p/112", "tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"]


def test_a_tile_just_full_has_one_hash_above_it_and_no_empty_file_beside_it() -> None:
    assert [tile.path for tile in tiles_for(0, 256)] == ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]
    assert [tile.path for tile in tiles_for(256, 257)] == ["tile/entries/001.p/1", "tile/0/001.p/1"]
    assert list(tiles_for(0, 0)) == list(tiles_for(300, 300)) == []


@given(SIZES, SIZES)
def test_what_is_written_when_a_log_grows_are_the_files_that_it_has_and_had_not(one: int, two: int) -> None:
    before, after = sorted((one, two))
    had, has = set(tiles_for(0, before)), set(tiles_for(0, after))
    assert set(tiles_for(before, after)) == has - had
    assert all(tile.width < 256 for tile in had - has), "a full file stays as it is"


@given(st.lists(st.binary(max_size=600), max_size=256))
def test_entries_come_out_of_a_file_as_they_went_in(entries: list[bytes]) -> None:
    assert unbundle(bundle(entries), len(entries)) == entries


def test_an_entry_has_its_length_before_it_in_two_bytes() -> None:
    assert bundle([b"ab", b"", b"c" * 259]) == b"\0\2ab" + b"\0\0" + b"\1\3" + b"c" * 259
    assert unbundle(bundle([b"x" * 65535]), 1) == [b"x" * 65535]
    with pytest.raises(TileError, match="65536 bytes"):
        bundle([b"x" * 65536])


@pytest.mark.parametrize(
    ("data", "width", "reason"),
    [
        (b"", 1, "ends at entry 0 of 1"),
        (b"\0", 1, "ends at entry 0 of 1"),
        (b"\0\2a", 1, "ends within entry 0 of 1"),
        (b"\0\1a", 2, "ends at entry 1 of 2"),
        (b"\0\1ab", 1, "1 bytes are left after the 1 entries"),
        (b"\0\0", 0, "2 bytes are left after the 0 entries"),
    ],
)
def test_a_file_of_entries_that_is_too_short_or_too_long_is_refused(data: bytes, width: int, reason: str) -> None:
    with pytest.raises(TileError, match=reason):
        unbundle(data, width)


@given(st.binary(max_size=2000), st.integers(0, 256))
def test_whatever_bytes_are_read_as_entries_only_a_tile_error_comes_of_it(data: bytes, width: int) -> None:
    with contextlib.suppress(TileError):
        assert bundle(unbundle(data, width)) == data


def test_a_file_of_hashes_that_has_not_its_bytes_is_named() -> None:
    read = hash_reader(300, lambda tile: b"\0" * 31)
    with pytest.raises(TileError, match=r"tile/0/001\.p/44 has 31 bytes instead of 1408"):
        read(0, 299, 1)
