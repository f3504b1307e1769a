"""kill -9 between any two system calls by which a ledger changes the disk.

1. The system calls of a run are traced by strace: they are those that go through the ledger's seam, one for one, so
   that whoever counts at the seam misses none.
2. For each of them a process makes the same run and is killed right before it. What it was told, and what it signed,
   it has written to a pipe.
3. The log is opened again. No entry whose append returned is lost, and every checkpoint that was ever signed or shown
   is of a beginning of the log.

The run does one thing after the other. What happens while threads append, commit and fold at once, kills at random
moments find. In the middle of a call, and with a disk that fails: tests/unit/ledger/storage/test_faults.py.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.support.ledger_run import begin

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]
PROGRAM = [sys.executable, "-m", "tests.support.ledger_kills"]
SEAM = {
    "openat": "open",
    "pwrite64": "write",
    "ftruncate": "truncate",
    "flock": "lock",
    "fsync": "fsync",
    "fdatasync": "fdatasync",
    "rename": "rename",
    "renameat": "rename",
    "link": "link",
    "linkat": "link",
    "unlink": "unlink",
    "unlinkat": "unlink",
    "mkdir": "mkdir",
    "mkdirat": "mkdir",
    "rmdir": "rmdir",
}
# Ways to change a file that are not the ledger's; seen in the trace, they would be missing at the seam.
OTHERS = "open,openat2,creat,write,writev,pwritev,pwritev2,truncate,fallocate,sync_file_range,renameat2,msync,sendfile"


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    begin(tmp_path / "begun")
    return tmp_path / "begun"


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_the_seam_sees_every_system_call_that_changes_the_disk(begun: Path, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    calls = ",".join(f"?{name}" for name in (*SEAM, *OTHERS.split(",")))
    done = subprocess.run(
        ["strace", "-f", "-y", "-o", str(trace), "-e", f"trace={calls}", *PROGRAM, "trace", str(begun)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=110,
        check=True,
    )
    at_the_seam = Counter(done.stdout.split())
    assert sum(at_the_seam.values()) > 100
    assert traced(trace.read_text(), begun) == at_the_seam


def traced(text: str, home: Path) -> Counter[str]:
    """The calls that change something in this folder, by their name at the seam."""
    found: Counter[str] = Counter()
    for line in text.splitlines():
        match = re.match(r"\d+ +(\w+)\((.*)", line)
        if match is None or str(home) not in match[2]:
            continue
        name, arguments = match.groups()
        if name == "openat" and not re.search(r"O_WRONLY|O_RDWR", arguments):
            continue
        found[SEAM.get(name, name)] += 1
    return found


@pytest.mark.timeout(600)
def test_a_kill_between_any_two_system_calls_loses_nothing_and_signs_nothing_inconsistent(
    begun: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = subprocess.run(
        [*PROGRAM, "kill", str(begun), str(tmp_path / "work")], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr
    points = int(done.stdout)
    with capsys.disabled():
        print(f"\nkilled before each of {points} system calls")
    assert points > 100


@pytest.mark.timeout(300)
def test_kills_while_threads_append_and_fold_at_once_lose_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = subprocess.run(
        [*PROGRAM, "storm", str(tmp_path / "home")], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr
    kills, entries, notes = map(int, done.stdout.split())
    with capsys.disabled():
        print(f"\n{kills} kills, {entries} entries that were told, {notes} checkpoints that were signed or shown")
    assert entries > 10 * kills
    assert notes > kills
