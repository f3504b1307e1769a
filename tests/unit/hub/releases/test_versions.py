"""What a release's name says, and which of two is older."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from fleaglass.hub.releases.versions import InvalidRelease, Version, compare, compare_names, parse


@pytest.mark.parametrize(
    ("name", "package", "version"),
    [
        ("agent-vol-arb@2.1.0", "agent-vol-arb", Version(2, 1, 0)),
        ("agent@2", "agent", Version(2)),
        ("agent@2.1", "agent", Version(2, 1)),
        ("agent@1.2.3.4", "agent", Version(1, 2, 3, 4)),
        ("agent@01.2", "agent", Version(1, 2)),
        ("agent@1.0.0-rc.1+7", "agent", Version(1, pre="rc.1", build="7")),
        ("agent@1.0rc1", "agent", Version(1, pre="rc1")),
        ("agent@1.0-", "agent", Version(1)),
        ("agent@1.0+a.b", "agent", Version(1, build="a.b")),
        ("@team.agent@1.0", "@team.agent", Version(1)),
        (" agent@1.0\n", "agent", Version(1)),  # as a file or a variable may hold it
        ("agent@20261130", "agent", Version(20261130)),
        # a package, and a version that cannot be compared
        ("agent@abc1234", "agent", None),
        ("agent@v1.0", "agent", None),
        ("agent@1.2.3.4.5", "agent", None),
        ("agent@1.0-01", "agent", None),
        ("agent@1.0+", "agent", None),
        ("agent@1.0A", "agent", None),
        ("agent@1rc1", "agent", None),
        ("agent@0123456789abcdef0123456789abcdef01234567", "agent", None),
        ("agent@202611301200", "agent", None),
        ("agent@latest", "agent", None),
        ("a@b@1.0", "a", None),
        # no package
        ("1.0.0", "", None),
        ("@1.0", "", None),
        ("agent@", "", None),
        ("abc1234", "", None),
    ],
)
def test_a_name_says_its_package_and_its_version(name: str, package: str, version: Version | None) -> None:
    release = parse(name)
    assert (release.package, release.version) == (package, version)
    assert release.name == name.strip()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "is empty"),
        ("  ", "is empty"),
        (".", "reserved"),
        ("..", "reserved"),
        ("latest", "reserved"),
        ("Latest", "reserved"),
        ("team/agent@1.0", "may not hold '/' (at character 5)"),
        ("a\\b", r"may not hold '\\'"),
        ("a\nb", r"may not hold '\n'"),
        ("a\tb", r"may not hold '\t'"),
        ("x" * 201, "at most 200 characters, this one has 201"),
    ],
)
def test_a_name_that_no_release_may_have_is_refused_with_the_reason(name: str, why: str) -> None:
    with pytest.raises(InvalidRelease) as refused:
        parse(name)
    assert why in str(refused.value)


ASCENDING = [
    "0.9",
    "1.0.0-1",
    "1.0.0-2",
    "1.0.0-10",
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-alpha.2",
    "1.0.0-alpha.10",
    "1.0.0-alpha.beta",
    "1.0.0-beta",
    "1.0.0-rc1",
    "1.0",
    "1.0+2",
    "1.0+10",
    "1.0+a",
    "1.0.0.1",
    "1.0.1",
    "1.2",
    "1.10",
    "2",
]


@pytest.mark.parametrize(("older", "newer"), list(pairwise(ASCENDING)))
def test_versions_come_in_their_order(older: str, newer: str) -> None:
    assert compare_names(f"a@{older}", f"a@{newer}") == -1
    assert compare_names(f"a@{newer}", f"a@{older}") == 1


@pytest.mark.parametrize(("a", "b"), [("1", "1.0.0"), ("1.0.0.0", "1.0"), ("1.0rc1", "1.0-rc1"), ("1.0+01", "1.0+1")])
def test_two_ways_to_write_one_version_are_the_same(a: str, b: str) -> None:
    assert compare_names(f"a@{a}", f"a@{b}") == 0


@pytest.mark.parametrize(("a", "b"), [("1.0", "2.0"), ("a@1.0", "b@2.0"), ("a@1.0", "a@abc"), ("a@abc", "a@1.0")])
def test_names_that_do_not_say_which_is_older_are_not_compared(a: str, b: str) -> None:
    assert compare_names(a, b) is None


def some_versions() -> st.SearchStrategy[Version]:
    words = st.lists(st.sampled_from(["0", "1", "2", "10", "a", "rc1", "B", "-"]), max_size=3).map(".".join)
    number = st.integers(0, 3)
    return st.builds(Version, number, number, number, number, words, words)


@given(some_versions(), some_versions(), some_versions())
def test_the_order_is_one_order(a: Version, b: Version, c: Version) -> None:
    assert compare(a, b) == -compare(b, a)
    if compare(a, b) <= 0 and compare(b, c) <= 0:
        assert compare(a, c) <= 0


@given(st.text(max_size=300))
def test_any_text_is_a_release_or_refused(text: str) -> None:
    try:
        release = parse(text)
    except InvalidRelease:
        return
    assert parse(release.name) == release


# -- against Sentry's own parser. We differ, with reason, in:
#
#    an empty name          refused: nothing could be filed under it
#    U+001C to U+001F       at its ends these are space, for us
#    the longest name       200 characters, as its REST schema says; its parser counts bytes
#    1.0-.a                 a pre-release with an empty part is none, so the version cannot be compared
#    2**64 and more         a number stays what it is; its parser makes 0 of it
#    pre-releases           parts that are numbers compare as numbers, as semver says: rc.2 is before rc.10
#    builds                 numbers come before words, so that there is one order; its own has circles (9 < 10 < 1a < 9)


def oracle() -> Any:
    return pytest.importorskip("sentry_relay.processing")


def names() -> st.SearchStrategy[str]:
    pieces = st.sampled_from(
        ["a", "rc1", "B", "@", ".", "..", "-", "+", " ", "0", "1", "01", "12", "1.0", "latest", "_"]
    )
    free = st.lists(pieces, max_size=10).map("".join)
    near = st.tuples(
        st.sampled_from(["", "a@", "@a@", "é b@"]), st.from_regex(r"\A[0-9]{1,3}(\.[0-9]{1,2}){0,4}\Z"), free
    )
    return st.one_of(free, near.map("".join), st.from_regex(r"\Aa@[0-9a-f]{6,42}\Z"), st.text(max_size=12))


@given(names())
@example("a@" + "1" * 19)
def test_a_name_is_read_as_sentry_reads_it(name: str) -> None:
    assume(name.strip() and "-." not in name and not set(name) & set("\x1c\x1d\x1e\x1f"))
    relay = oracle()
    try:
        theirs = relay.parse_release(name)
    except Exception:
        with pytest.raises(InvalidRelease):
            parse(name)
        return
    ours = parse(name)
    assert (ours.package or None, ours.version_text) == (theirs["package"], theirs["version_raw"])
    if theirs["version_parsed"] is None:
        assert ours.version is None
        return
    theirs = theirs["version_parsed"]
    numbers = (theirs["major"], theirs["minor"], theirs["patch"], theirs["revision"])
    assert ours.version == Version(*numbers, pre=theirs["pre"] or "", build=theirs["build_code"] or "")


def written(version: Version) -> str:
    numbers = f"{version.major}.{version.minor}.{version.patch}.{version.revision}"
    return numbers + (f"-{version.pre}" if version.pre else "") + (f"+{version.build}" if version.build else "")


@given(some_versions(), some_versions())
def test_two_versions_compare_as_they_do_for_sentry(a: Version, b: Version) -> None:
    relay = oracle()
    if not (a.pre or b.pre) and a.build.isdecimal() == b.build.isdecimal():
        assert compare(a, b) == relay.compare_version(written(a), written(b))
    a, b = (Version(v.major, v.minor, v.patch, 0, v.pre) for v in (a, b))
    assert compare(a, b) == relay.compare_version(written(a), written(b), semver_precedence=True)
