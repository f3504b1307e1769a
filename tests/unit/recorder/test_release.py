"""The release belongs to the build: it is looked up, by settled precedence, and never asked of git at runtime."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fleaglass.recorder.release import RELEASE_FILE, built_release, release_of_folders, with_release
from fleaglass.settings import Settings
from fleaglass.testing import lenient
from tests.support.programs import runs_program
from tests.support.sources import SOURCES

PROGRAM = """
import fleaglass
from fleaglass.recorder import Seams

spans = []
agent = fleaglass.init("a", seams=Seams(sinks=(spans.append,)))
with fleaglass.init("a").cycle():
    pass
print(spans[0].resource["pf.release"], spans[0].resource["service.version"])
"""
COMMIT = "3f2b8c0de1a94c77b1f0a2d94c5e6f70aaaabbbb"


def work_tree(folder: Path, head: str = "ref: refs/heads/main\n") -> Path:
    (folder / ".git" / "refs" / "heads").mkdir(parents=True)
    (folder / ".git" / "HEAD").write_text(head)
    (folder / ".git" / "refs" / "heads" / "main").write_text(f"{COMMIT}\n")
    return folder


def test_a_folder_that_is_gone_or_closed_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    built_release.cache_clear()
    assert built_release() is None
    built_release.cache_clear()
    assert release_of_folders([tmp_path / ("x" * 300)]) is None


def test_a_program_of_the_environment_says_nothing_also_where_that_is_a_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = work_tree(tmp_path / "server") / ".venv"
    environment.mkdir()
    (tmp_path / "agent").mkdir()
    (tmp_path / "agent" / ".venv").symlink_to(environment)
    monkeypatch.setattr(sys, "prefix", str(environment))
    runs_program(monkeypatch, tmp_path / "agent" / ".venv" / "serve")
    monkeypatch.chdir(tmp_path / "agent")
    built_release.cache_clear()
    assert built_release() is None
    built_release.cache_clear()


def test_argument_then_variables_then_file_then_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fleaglass.recorder.release.built_release", lambda: "built@1")
    every = {"FLEAGLASS_RELEASE": "ours@1", "SENTRY_RELEASE": "sentry@1", "AGENT_VERSION": "guide@1"}
    found = [with_release(Settings.load({"release": "argument@1"}, every, {"release": "file@1"})).release]
    while every:
        found.append(with_release(Settings.load({}, every, {"release": "file@1"})).release)
        del every[next(iter(every))]
    found.append(with_release(Settings.load({}, {}, {"release": "file@1"})).release)
    found.append(with_release(Settings.load()).release)
    assert found == ["argument@1", "ours@1", "sentry@1", "guide@1", "file@1", "built@1"]


def test_a_program_finds_the_stamp_of_its_build_and_every_span_carries_it(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / RELEASE_FILE).write_text("agent-vol-arb@2.1.0\n")
    (tmp_path / "app" / "agent.py").write_text(PROGRAM)
    environ = {"OTEL_TRACES_EXPORTER": "none", "PYTHONPATH": SOURCES, "PATH": os.environ["PATH"]}
    command = [sys.executable, str(tmp_path / "app" / "agent.py")]
    said = subprocess.check_output(command, cwd=tmp_path, env=environ, text=True, stderr=subprocess.STDOUT)
    assert said == "agent-vol-arb@2.1.0 agent-vol-arb@2.1.0\n"


def test_a_stamp_beats_a_work_tree(tmp_path: Path) -> None:
    tree = work_tree(tmp_path / "vol-arb")
    assert release_of_folders([tree]) == "vol-arb@3f2b8c0de1a9+worktree"
    (tmp_path / RELEASE_FILE).write_text("agent-vol-arb@2.1.0\n")
    assert release_of_folders([tree, tmp_path]) == "agent-vol-arb@2.1.0"


def test_without_a_stamp_or_a_work_tree_there_is_none(tmp_path: Path) -> None:
    assert release_of_folders([tmp_path / "nowhere"]) is None


@pytest.mark.parametrize("stamp", [b"", b"latest", b"a/b", b"x" * 300, b"two\nlines"])
def test_a_stamp_that_is_no_release_is_named_and_not_used(
    tmp_path: Path, stamp: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / RELEASE_FILE).write_bytes(stamp)
    with lenient():
        assert release_of_folders([tmp_path]) is None
    assert RELEASE_FILE in caplog.text


def test_a_stamp_that_is_no_text_is_none(tmp_path: Path) -> None:
    (tmp_path / RELEASE_FILE).write_bytes(b"\xff\xfe")
    assert release_of_folders([tmp_path]) is None


def test_the_program_may_be_deep_in_the_work_tree(tmp_path: Path) -> None:
    tree = work_tree(tmp_path / "my agent")
    deep = tree / "src" / "agent"
    deep.mkdir(parents=True)
    assert release_of_folders([deep]) == "my-agent@3f2b8c0de1a9+worktree"


@pytest.mark.parametrize("head", [COMMIT, "ref: refs/heads/packed"])
def test_a_detached_head_and_a_packed_branch(tmp_path: Path, head: str) -> None:
    tree = work_tree(tmp_path / "a", head)
    (tree / ".git" / "packed-refs").write_text(f"# pack-refs with: peeled\n{COMMIT} refs/heads/packed\n^{'0' * 40}\n")
    assert release_of_folders([tree]) == "a@3f2b8c0de1a9+worktree"


@pytest.mark.parametrize("head", ["", "ref: refs/heads/none", "ref: ../../../etc/passwd", "nonsense", "\x00"])
def test_a_repository_that_says_nothing_gives_none(tmp_path: Path, head: str) -> None:
    assert release_of_folders([work_tree(tmp_path / "a", head)]) is None


def test_it_agrees_with_git_also_in_a_linked_work_tree(tmp_path: Path) -> None:
    def git(*arguments: str) -> str:
        base = ["git", "-C", str(tmp_path / "a"), "-c", "user.name=A", "-c", "user.email=a@example.org"]
        return subprocess.run([*base, *arguments], check=True, capture_output=True, text=True).stdout.strip()

    (tmp_path / "a").mkdir()
    git("init", "--quiet")
    git("commit", "--quiet", "--allow-empty", "-m", "one")
    git("worktree", "add", "--quiet", "-b", "side", str(tmp_path / "b"))
    commit = git("rev-parse", "HEAD")[:12]
    assert release_of_folders([tmp_path / "a"]) == f"a@{commit}+worktree"
    assert release_of_folders([tmp_path / "b"]) == f"b@{commit}+worktree"
    git("pack-refs", "--all")
    assert release_of_folders([tmp_path / "b"]) == f"b@{commit}+worktree"
