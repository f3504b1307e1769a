"""In a folder that others write nothing makes the hub wait or wander."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from fleaglass.hub.api.errors import json_answer
from fleaglass.hub.api.ledgers.view import report, summary
from fleaglass.hub.ledgers import Ledgers
from fleaglass.hub.ledgers.reports import reports_in
from fleaglass.ledger.foreign import files_below, regular
from tests.support.ledger_logs import entries, write_log


def _folder(path: Path) -> None:
    path.mkdir()


def _endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _nowhere(path: Path) -> None:
    path.symlink_to(path)


@pytest.mark.parametrize("make", [os.mkfifo, _folder, _endless], ids=["pipe", "folder", "device"])
def test_what_is_no_file_is_not_there(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "x")
    assert regular(tmp_path / "x", 10) is None
    assert regular(tmp_path / "x/y", 10) is None


def test_a_file_is_read_up_to_a_bound_and_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"0123456789")
    (tmp_path / "link").symlink_to("x")
    assert (regular(tmp_path / "x", 4), regular(tmp_path / "link", 99)) == (b"0123", b"0123456789")
    _nowhere(tmp_path / "loop")
    with pytest.raises(OSError, match="symbolic links"):
        regular(tmp_path / "loop", 1)


def test_folders_are_looked_through_to_a_depth_and_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a/b/c").mkdir(parents=True)
    (tmp_path / "a/one").touch()
    (tmp_path / "a/b/c/two").touch()
    (tmp_path / "a/up").symlink_to(tmp_path)
    found = {
        depth: {each.relative_to(tmp_path).as_posix() for each in files_below(tmp_path, depth)} for depth in (1, 9)
    }
    assert found == {1: {"a/b", "a/one", "a/up"}, 9: {"a/b/c/two", "a/one", "a/up"}}
    assert files_below(tmp_path / "gone", 1) == []


def _found(log: Path) -> tuple[bool | None, str]:
    (book,) = Ledgers((log,)).verify(lambda: 0)
    json_answer(summary(book))
    assert book.verified is not None
    verdict = book.verified.verdict
    if verdict is None:
        return None, book.verified.why
    return verdict.is_whole, "".join(each.what for each in verdict.problems)


@pytest.mark.parametrize(
    ("instead", "whole", "says"),
    [
        ("log/checkpoint", None, "is not there"),
        ("log/tile/0/000.p/20", False, "it is missing"),
        ("log/tile/entries/000.p/20", False, "it is missing"),
    ],
)
def test_a_pipe_instead_of_a_file_is_a_file_that_is_missing(
    tmp_path: Path, instead: str, whole: bool | None, says: str
) -> None:
    write_log(tmp_path / "log", entries(20))
    (tmp_path / instead).unlink()
    os.mkfifo(tmp_path / instead)
    found, why = _found(tmp_path)
    assert found is whole
    assert says in why


def test_a_write_ahead_log_among_the_served_files_is_not_looked_for(tmp_path: Path) -> None:
    write_log(tmp_path / "log", entries(20))
    (tmp_path / "log/state").mkdir()
    os.mkfifo(tmp_path / "log/state/wal-00000001")
    assert _found(tmp_path) == (True, "")


def test_folders_in_folders_are_a_finding(tmp_path: Path) -> None:
    write_log(tmp_path / "log", entries(2))
    (tmp_path / "log/tile" / "/".join("abcdefghijklmnop")).mkdir(parents=True)
    assert _found(tmp_path) == (False, "a log has no such file")


def test_a_folder_of_any_name_is_shown(tmp_path: Path) -> None:
    name = os.fsdecode(b"\xff\n")
    try:
        write_log(tmp_path / name / "log", entries(2))
    except OSError:
        pytest.skip("this file system has no such names")
    write_log(tmp_path / name / "log", entries(2))
    (book,) = Ledgers((tmp_path,)).verify(lambda: 0)
    assert summary(book)["ledger"] == "\ufffd\ufffd"
    (tmp_path / name / "log/tile" / name).touch()
    assert _found(tmp_path / name) == (False, "a log has no such file")


def test_a_report_that_is_a_pipe_says_so(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "9.json")
    assert [report(each)["problem"] for each in reports_in(tmp_path)] == ["it is no file"]
