"""Whatever is in the files of a log, verifying it ends with a verdict."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleaglass.ledger.prove import find, prove
from fleaglass.ledger.reading import LogFiles, UnusableLog
from fleaglass.ledger.tree.errors import TreeError
from fleaglass.ledger.tree.tiles import bundle
from fleaglass.ledger.verify import verify
from tests.support.ledger_logs import KNOWN, entries, write_log

DATA = entries(300)
FILES = ["checkpoint", "tile/entries/000", "tile/entries/001.p/44", "tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1"]
PATHS = st.one_of(
    st.sampled_from(FILES),
    st.sampled_from(
        ["tile/0/000.p/9", "tile/entries/000.p/9", "tile/5/000", "tile/0/001.p/200", "tile/0/999", "tile/x"]
    ),
)
CONTENTS = st.one_of(
    st.binary(max_size=300),
    st.lists(st.binary(max_size=40), max_size=256).map(bundle),
    st.integers(0, 300).map(lambda count: b"\0" * 32 * count),
    st.lists(st.sampled_from(DATA), max_size=256).map(bundle),
)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("log")
    write_log(folder, DATA)
    return folder


@settings(max_examples=60)
@given(st.dictionaries(PATHS, st.one_of(st.none(), CONTENTS), max_size=3))
def test_files_that_were_changed_added_or_removed_give_a_verdict(log: Path, changed: dict[str, bytes | None]) -> None:
    was = {path: (log / path).read_bytes() if (log / path).is_file() else None for path in changed}
    changed = {path: content for path, content in changed.items() if path != "checkpoint" or content is not None}
    try:
        put(log, changed)
        found = verify(LogFiles(log), [KNOWN])
    finally:
        put(log, was)
    touched = [path for path, content in changed.items() if path in FILES and content != was[path]]
    assert found.is_whole <= (not touched)
    assert verify(LogFiles(log), [KNOWN]).is_whole


@settings(max_examples=60)
@given(st.dictionaries(PATHS, CONTENTS, max_size=3), st.integers(-1, 301))
def test_files_that_were_changed_or_added_give_a_true_proof_or_none(
    log: Path, changed: dict[str, bytes], index: int
) -> None:
    was = {path: (log / path).read_bytes() if (log / path).is_file() else None for path in changed}
    try:
        put(log, changed)
        with contextlib.suppress(TreeError):
            assert prove(LogFiles(log), index).extra == DATA[index]
        with contextlib.suppress(TreeError):
            assert set(find(LogFiles(log), "order", "o-3")) <= set(range(300))
    finally:
        put(log, was)


def put(log: Path, contents: Mapping[str, bytes | None]) -> None:
    for path, content in contents.items():
        (log / path).parent.mkdir(parents=True, exist_ok=True)
        if content is None:
            (log / path).unlink(missing_ok=True)
        else:
            (log / path).write_bytes(content)


@settings(max_examples=60)
@given(st.lists(st.one_of(st.binary(max_size=60), st.sampled_from(DATA)), max_size=20))
def test_whatever_a_log_has_signed_it_gives_a_verdict(
    tmp_path_factory: pytest.TempPathFactory, data: list[bytes]
) -> None:
    folder = tmp_path_factory.mktemp("log")
    write_log(folder, data)
    found = verify(LogFiles(folder), [KNOWN])
    assert found.size == len(data)
    assert found.is_whole <= all(each in DATA for each in data)


@pytest.mark.parametrize("path", ["tile/0/000", "tile/entries/000", "tile/1/000.p/1"])
def test_a_folder_where_a_file_should_be_is_a_missing_file(tmp_path: Path, path: str) -> None:
    write_log(tmp_path, DATA)
    (tmp_path / path).unlink()
    (tmp_path / path).mkdir()
    assert verify(LogFiles(tmp_path), [KNOWN]).first_bad == 0


def test_a_file_where_a_folder_should_be_is_all_that_is_missing(tmp_path: Path) -> None:
    write_log(tmp_path, DATA)
    shutil.rmtree(tmp_path / "tile")
    (tmp_path / "tile").write_bytes(b"")
    found = verify(LogFiles(tmp_path), [KNOWN])
    assert (found.first_bad, {each.what for each in found.problems}) == (0, {"it is missing"})


def test_a_folder_where_the_checkpoint_should_be_is_no_log(tmp_path: Path) -> None:
    (tmp_path / "checkpoint").mkdir()
    with pytest.raises(UnusableLog, match="is not there"):
        verify(LogFiles(tmp_path), [KNOWN])
