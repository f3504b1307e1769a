"""Fails when a file names the address of a package registry, or an npm lock says where a package came from.

A lock without addresses works through any index or mirror, and a reader's machine decides where packages come from.

    python -m scripts.check_addresses              every file that git tracks or would track
    python -m scripts.check_addresses PATH ...     these files and folders
"""

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from scripts.verdict import verdict

__all__ = ["addresses_in", "main", "resolved_in"]

ROOT = Path(__file__).resolve().parent.parent
# Written apart, so that this file does not name what it looks for.
HOSTS = re.compile(r"py" r"pi\.org|python" r"hosted|registry\.np" r"mjs|registry\.yarn" r"pkg|deb\.deb" r"ian")


def addresses_in(text: str) -> list[tuple[int, str]]:
    """The lines (number from 1, text) that name a registry's address."""
    return [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if HOSTS.search(line)]


def resolved_in(lock: str) -> list[str]:
    """The packages of a package-lock.json that carry `resolved`, an address to fetch from."""
    packages = json.loads(lock).get("packages", {})
    return [name for name, package in packages.items() if not package.get("link") and "resolved" in package]


def files(arguments: list[Path]) -> Iterator[Path]:
    if not arguments:
        listing = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        )
        yield from (ROOT / name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file())
    for argument in arguments:
        yield from (path for path in argument.rglob("*") if path.is_file()) if argument.is_dir() else (argument,)


def complaints(path: Path) -> Iterator[str]:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:  # a picture, a font: no place for an address that a tool would read
        return
    for number, line in addresses_in(text):
        yield f"{path}:{number}: names a package registry's address: {line[:100]}"
    if path.name == "package-lock.json":
        for name in resolved_in(text):
            yield f"{path}: {name} has `resolved`; set omit-lockfile-registry-resolved and lock again"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", type=Path)
    found = (complaint for path in files(parser.parse_args().paths) for complaint in complaints(path))
    return verdict(found, all_well="no file names a package registry's address")


if __name__ == "__main__":
    sys.exit(main())
