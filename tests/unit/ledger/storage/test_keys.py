"""A key that others may have is not used, and one that is missing is not made anew."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from fleaglass.ledger.canonical import decode
from fleaglass.ledger.errors import LedgerDamaged, LedgerKeyError
from fleaglass.ledger.log import Ledger
from fleaglass.ledger.succession import begin_anew
from fleaglass.ledger.tree.checkpoint import Checkpoint
from tests.support.ledgers import AGENT, checkpoint, intent, layout, ledger, seams, shown, stored


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Of a log that has signed something."""
    log = ledger(tmp_path)
    log.append(intent())
    log.close()
    return tmp_path


def _widen_file(key: Path) -> None:
    key.chmod(0o640)


def _widen_folder(key: Path) -> None:
    key.parent.chmod(0o750)


def _link(key: Path) -> None:
    shutil.move(key, key.with_name("elsewhere"))
    key.symlink_to(key.with_name("elsewhere"))


REFUSED: dict[str, tuple[Callable[[Path], object], str]] = {
    "a group may read it": (_widen_file, "mode 0640.*chmod 600"),
    "a group may enter its folder": (_widen_folder, "mode 0750.*chmod 700"),
    "a link leads to it": (_link, "a link"),
    "it is gone": (Path.unlink, "is missing"),
}


@pytest.mark.parametrize(("change", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_it_is_refused_when(home: Path, change: Callable[[Path], object], said: str) -> None:
    key = layout(home).keys / "key"
    change(key)
    with pytest.raises(LedgerKeyError, match=said):
        ledger(home)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to somebody else")
def test_a_key_of_somebody_else_is_refused(home: Path) -> None:
    os.chown(layout(home).keys / "key", 12345, -1)
    with pytest.raises(LedgerKeyError, match="belongs to user 12345"):
        ledger(home)


@pytest.mark.parametrize("content", [b"", b"PRIVATE+KEY+x", b"\xff\xfe"])
def test_a_file_that_is_no_key_is_said_to_be_none_and_never_shown(home: Path, content: bytes) -> None:
    (layout(home).keys / "key").write_bytes(content)
    log = ledger(home, start=50)
    log.append(intent())
    with pytest.raises(LedgerKeyError, match="is no key"):
        log.checkpoint()
    log.close()


def test_a_key_that_disappears_under_way_is_missed_and_signs_when_it_is_back(home: Path) -> None:
    key, said = layout(home).keys / "key", []
    log = ledger(home, start=50, said=said)
    log.append(intent())
    log.checkpoint()
    key.rename(key.with_name("away"))
    log.append(intent())
    for _ in range(2):
        with pytest.raises(LedgerKeyError, match="is missing"):
            log.checkpoint()
    assert log.append(intent()).index == 3  # the WAL needs no key
    key.with_name("away").rename(key)
    assert checkpoint(log.checkpoint()).size == 4
    log.close()
    assert [sentence.partition(":")[0] for sentence in said] == [
        "the ledger has no new checkpoint",
        "the ledger has a new checkpoint again",
    ]


def test_another_key_does_not_sign_on(home: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    log = ledger(other, start=900)
    log.append(intent())
    log.close()
    shutil.copy(layout(other).keys / "key", layout(home).keys / "key")
    before = shown(home)
    log = ledger(home, start=50)
    receipt = log.append(intent())
    with pytest.raises(LedgerDamaged, match="was not signed with the key of this log"):
        log.checkpoint()
    assert shown(home) == before
    with pytest.raises(LedgerDamaged):
        log.append(intent())
    log.close()
    assert receipt.durable.done()


def test_when_it_is_lost_a_new_log_commits_to_the_last_checkpoint_that_is_trusted(home: Path) -> None:
    old, trusted = layout(home), shown(home)
    (old.keys / "key").unlink()
    begin_anew(home, AGENT, trusted, why="the disk of the key died", seams=seams(start=700))
    new = layout(home)
    assert new.folder != old.folder
    assert old.checkpoint.exists()
    log = ledger(home, start=800)
    log.append(intent())
    log.close()
    assert shown(home).origin == f"fleaglass.ledger/{AGENT}~2"
    entry = decode(stored(home)[0], "it")
    assert (entry.kind, entry.attributes["why"]) == ("key", "the disk of the key died")
    assert Checkpoint.parse(entry.attributes["after"].encode()) == trusted
    with pytest.raises(LedgerDamaged, match=f"was replaced by {new.folder}"):
        Ledger.open_at(old, AGENT, seams=seams())  # who had looked where it is before
    begin_anew(home, AGENT, None, why="again", seams=seams(start=900))
    assert shown(home).origin == f"fleaglass.ledger/{AGENT}~3"
