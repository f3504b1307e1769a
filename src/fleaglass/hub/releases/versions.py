"""What a release's name says: `package@version`, and which of two versions is the older one.

::

    agent@2.1.0-rc.1+7      package `agent`, a version that can be compared: 2.1.0, pre-release rc.1, build 7
    agent@abc1234           package `agent`, a version that cannot
    2.1.0                   no package, so not taken for a version that can be compared

A version is one to four numbers, then a pre-release (after a hyphen; after two numbers or more also at once, with a
lower-case letter: `1.0rc1`), then a build. Missing numbers are 0. A version of 12, 16, 20, 32, 40 or 64 hex digits is a
commit, even when all are decimal.

The order is semantic versioning's: numbers, then no pre-release after any, pre-releases part by part. Where that calls
two equal, the fourth number and the build still decide, because a build that is shipped later is a later release.

Source: Sentry's naming of releases; semver.org §11. A test compares this with Sentry's own parser and says where we
differ.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

__all__ = ["MAX_NAME", "InvalidRelease", "Release", "Version", "compare", "compare_names", "parse"]

MAX_NAME: Final = 200
"""Characters in a release's name."""

_RESERVED: Final = frozenset({".", "..", "latest"})
_BAD_CHARACTER: Final = re.compile(r"[\x00-\x1f\x7f/\\]")
_NAME: Final = re.compile(r"(@?[^@]+)@(.+)", re.DOTALL)
_COMMIT_DIGITS: Final = frozenset({12, 16, 20, 32, 40, 64})
_HEX: Final = re.compile(r"[0-9A-Fa-f]+")
_PART: Final = r"(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"  # a number has no leading zero
_PRE: Final = rf"{_PART}(?:\.{_PART})*"
_VERSION: Final = re.compile(
    r"([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?(?:\.([0-9]+))?"
    rf"(?:-({_PRE})?|(?(2)((?=[a-z]){_PRE})|(?!)))?"
    r"(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?"
)


class InvalidRelease(ValueError):
    """A name that no release may have. Its text says why."""


@dataclass(frozen=True, slots=True)
class Version:
    """A version that can be compared. `pre` and `build` are empty when there is none."""

    major: int
    minor: int = 0
    patch: int = 0
    revision: int = 0
    pre: str = ""
    build: str = ""

    @property
    def rank(self) -> tuple[Any, ...]:
        """Sorts as the versions do."""
        pre = tuple(map(_rank, self.pre.split("."))) if self.pre else ()
        return (self.major, self.minor, self.patch, self.revision, not pre, pre, bool(self.build), _rank(self.build))


@dataclass(frozen=True, slots=True)
class Release:
    """A release's name, taken apart. `package` is empty when it has none, `version` None when it cannot be compared."""

    name: str
    package: str
    version_text: str
    version: Version | None


def parse(name: str, most: int = MAX_NAME) -> Release:
    """The release of that name, of at most so many characters; space around it does not count.

    Raises:
        InvalidRelease: the name is empty, too long, reserved, or holds `/`, a backslash, or a control character such as
            a newline or a tab.
    """
    name = name.strip()
    if not name:
        raise InvalidRelease("a release's name is empty")
    if bad := _BAD_CHARACTER.search(name):
        raise InvalidRelease(f"a release's name may not hold {bad.group()!r} (at character {bad.start() + 1})")
    if len(name) > most:
        raise InvalidRelease(f"a release's name has at most {most} characters, this one has {len(name)}")
    if name.lower() in _RESERVED:
        raise InvalidRelease(f"{name!r} is no name for a release: it is reserved")
    parts = _NAME.fullmatch(name)
    if parts is None:
        return Release(name, "", name, None)
    package, text = parts.groups()
    return Release(name, package, text, _version(text))


def compare(a: Version, b: Version) -> int:
    """-1 when `a` is older than `b`, 1 when it is newer, 0 when they are the same."""
    return (a.rank > b.rank) - (a.rank < b.rank)


def compare_names(a: str, b: str) -> int | None:
    """The same for two names of releases; None when their names do not say which is older.

    They say it when both hold a version that can be compared, of the same package.

    Raises:
        InvalidRelease: as `parse`.
    """
    this, that = parse(a), parse(b)
    if this.version is None or that.version is None or this.package != that.package:
        return None
    return compare(this.version, that.version)


def _version(text: str) -> Version | None:
    if len(text) in _COMMIT_DIGITS and _HEX.fullmatch(text):
        return None
    found = _VERSION.fullmatch(text)
    if found is None:
        return None
    major, minor, patch, revision, after_hyphen, set_on, build = found.groups()
    numbers = [int(number or 0) for number in (major, minor, patch, revision)]
    return Version(numbers[0], numbers[1], numbers[2], numbers[3], after_hyphen or set_on or "", build or "")


def _rank(part: str) -> tuple[bool, int, str]:
    """Numbers come before words and sort as numbers."""
    return (False, int(part), "") if part.isdecimal() else (True, 0, part)
