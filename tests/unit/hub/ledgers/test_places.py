"""Which logs a hub shows, and that it opens nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from fleaglass.hub.ledgers import Ledgers
from fleaglass.hub.ledgers.places import places_in
from tests.support.ledger_story import AGENT, tampered_copy, write_story


def _names(*folders: Path) -> list[str]:
    return list(places_in(folders))


def test_a_folder_may_be_a_home_or_its_ledgers_or_one_ledger_or_its_served_files(tmp_path: Path) -> None:
    write_story(tmp_path)
    ledgers = tmp_path / "ledger"
    for folder in (tmp_path, ledgers, ledgers / AGENT, ledgers / AGENT / "log"):
        assert _names(folder) == [AGENT]


def test_a_log_that_is_named_twice_is_shown_once(tmp_path: Path) -> None:
    write_story(tmp_path)
    (tmp_path / "link").symlink_to(tmp_path / "ledger" / AGENT)
    assert _names(tmp_path, tmp_path / "ledger", tmp_path / "link") == [AGENT]


def test_logs_of_one_name_are_told_apart(tmp_path: Path) -> None:
    for home in ("a", "b", "c"):
        write_story(tmp_path / home)
    assert _names(*(tmp_path / home for home in ("a", "b", "c"))) == [AGENT, f"{AGENT}@2", f"{AGENT}@3"]


def test_what_is_no_log_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "ledger/notes").mkdir(parents=True)
    (tmp_path / "ledger/file").write_text("")
    assert _names(tmp_path, tmp_path / "nowhere") == []


def test_a_log_that_an_agent_begins_later_is_found(tmp_path: Path) -> None:
    ledgers = Ledgers((tmp_path,))
    assert ledgers.books() == {}
    write_story(tmp_path)
    assert list(ledgers.books()) == [AGENT]


@pytest.mark.parametrize("private", ["state", "keys"])
def test_nothing_that_is_private_is_opened(tmp_path: Path, private: str) -> None:
    """What would be read there is no WAL and no key: whoever opened it would say so."""
    write_story(tmp_path).ledger.close()
    folder = tmp_path / "ledger" / AGENT / private
    for path in [each for each in folder.rglob("*") if each.is_file()]:
        path.write_bytes(b"\xff not to be read")
    ledgers = Ledgers((tmp_path,))
    (book,) = ledgers.verify(lambda: 0)
    assert book.verified is not None
    assert book.verified.verdict is not None
    assert book.verified.verdict.is_whole
    assert len(book.growth.standing().open) == 2


def test_a_copy_keeps_the_name_of_its_folder(tmp_path: Path) -> None:
    write_story(tmp_path)
    assert _names(tampered_copy(tmp_path, tmp_path / "copies")) == [f"{AGENT}-copy"]
