"""Every byte of every file of a log is changed, one at a time, and each change is found where it is.

A sample of the same is in tests/unit/ledger/verify/test_tampering.py. The entries are short, since what counts is that
there is a full and a partial file of each kind, two levels, and partial files of earlier sizes.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fleaglass.ledger.reading import LogFiles
from fleaglass.ledger.verify import verify
from tests.support.ledger_flips import first_entries_of
from tests.support.ledger_logs import KNOWN, id_of, write_log

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]

SIZE = 300
FILES = [
    "checkpoint",
    "tile/0/000",
    "tile/0/000.p/7",
    "tile/0/001.p/14",
    "tile/0/001.p/44",
    "tile/1/000.p/1",
    "tile/entries/000",
    "tile/entries/000.p/7",
    "tile/entries/001.p/14",
    "tile/entries/001.p/44",
]


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("log")
    write_log(folder, [short(index) for index in range(SIZE)], sizes=(7, 270))
    return folder


def short(index: int) -> bytes:
    said = {"v": "1", "kind": "observe", "seq": str(index), "id": id_of(index), "t": "1", "mono": "1", "agent": "a"}
    return json.dumps(said, separators=(",", ":")).encode()


def test_the_log_has_these_files(log: Path) -> None:
    assert sorted(path.relative_to(log).as_posix() for path in log.rglob("*") if path.is_file()) == FILES
    assert verify(LogFiles(log), [KNOWN]).is_whole


@pytest.mark.parametrize("name", FILES)
def test_every_changed_byte_of_a_file_is_found_and_the_first_bad_entry_named(log: Path, name: str) -> None:
    files = LogFiles(log)
    bytes_of = list(first_entries_of(log, log / name))
    whole = (log / name).read_bytes()
    assert len(bytes_of) == len(whole)
    with (log / name).open("r+b", buffering=0) as file:
        for offset, expected in bytes_of:
            file.seek(offset)
            file.write(bytes([whole[offset] ^ 1 << offset % 8]))
            found = verify(files, [KNOWN])
            file.seek(offset)
            file.write(whole[offset : offset + 1])
            assert found.problems, f"byte {offset}"
            assert found.first_bad == expected, f"byte {offset}"
    assert verify(files, [KNOWN]).is_whole
