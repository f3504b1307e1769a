"""The real sentry-cli against a running hub: every command that the second guide uses, and its neighbours."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.processes import Hub, running_hub

CLI = Path(sys.executable).with_name("sentry-cli")
VERSION = "agent-vol-arb@2.1.0"
PROJECT = "purple-flea-agent"
PREFIX = "/api/0/organizations/purple-flea"

pytestmark = pytest.mark.skipif(not CLI.is_file(), reason="sentry-cli is not installed here")


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    with running_hub(tmp_path_factory.mktemp("hub")) as found:
        yield found


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A work tree with two commits."""
    folder = tmp_path / "vol-arb"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    for name in ("agent.py", "limits.py"):
        (folder / name).write_text("1\n")
        git(folder, "add", ".")
        git(folder, "commit", "--quiet", "-m", f"Add {name}")
    return folder


def git(folder: Path, *arguments: str) -> str:
    base = ["git", "-C", str(folder), "-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    return subprocess.run([*base, *arguments], check=True, capture_output=True, text=True).stdout.strip()


def sentry_cli(hub: Hub, *arguments: str, folder: Path | None = None, **environment: str) -> str:
    """What the command prints; it ends with exit code 0."""
    settings = {
        "PATH": os.environ["PATH"],
        "HOME": str(hub.data),
        "SENTRY_URL": hub.url,
        "SENTRY_AUTH_TOKEN": "any-text-on-loopback",
        "SENTRY_ORG": "purple-flea",
        "SENTRY_NO_UPDATE_CHECK": "1",
    }
    done = subprocess.run(
        [str(CLI), *arguments],
        cwd=folder or hub.data,
        env=settings | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, f"{arguments}: {done.stdout}\n{done.stderr}"
    return done.stdout


def of(release: dict[str, Any], *names: str) -> list[Any]:
    return [release[name] for name in names]


def test_the_guides_four_commands_make_a_release_with_its_commits_and_its_deploy(hub: Hub, tree: Path) -> None:
    sentry_cli(hub, "releases", "new", VERSION, "--project", PROJECT)
    sentry_cli(hub, "releases", "set-commits", VERSION, "--auto", folder=tree)
    sentry_cli(hub, "releases", "deploys", VERSION, "new", "-e", "production")
    sentry_cli(hub, "releases", "finalize", VERSION)

    release = httpx.get(f"{hub.url}{PREFIX}/releases/{VERSION}/").json()
    print(release)
    assert 0
