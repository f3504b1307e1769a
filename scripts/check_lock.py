"""Fails when requirements/dev.txt does not lock what pyproject.toml and requirements/build.in ask for. Asks no index.

python -m scripts.check_lock
"""

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.verdict import verdict

__all__ = ["main", "missing"]

ROOT = Path(__file__).resolve().parent.parent


def asked(project: dict, build: str) -> Iterator[Requirement]:
    """Every requirement of the project, of its extras, and of the build."""
    lines = [*project["dependencies"], *(line for extra in project["optional-dependencies"].values() for line in extra)]
    lines += [line for line in build.splitlines() if line and not line.startswith("#")]
    return (Requirement(line) for line in lines)


def locked(lock: str) -> dict[str, list[str]]:
    """The versions of each package in a lock; a package may have several, told apart by markers."""
    versions: dict[str, list[str]] = {}
    for line in lock.splitlines():
        if "==" in line and not line.startswith((" ", "#")):
            requirement = Requirement(line.removesuffix("\\").strip())
            version = str(requirement.specifier).removeprefix("==")
            versions.setdefault(canonicalize_name(requirement.name), []).append(version)
    return versions


def missing(project: dict, build: str, lock: str) -> list[str]:
    """A line for each requirement that the lock does not meet."""
    versions = locked(lock)
    found = []
    for requirement in asked(project, build):
        here = versions.get(canonicalize_name(requirement.name), [])
        if not any(requirement.specifier.contains(version, prereleases=True) for version in here):
            found.append(f"{requirement} is not met by the lock, which has {', '.join(here) or 'none'}")
    return found


def main() -> int:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    found = missing(project, (ROOT / "requirements/build.in").read_text(), (ROOT / "requirements/dev.txt").read_text())
    return verdict(found, all_well="the lock meets pyproject.toml", remedy="run `make lock`")


if __name__ == "__main__":
    sys.exit(main())
