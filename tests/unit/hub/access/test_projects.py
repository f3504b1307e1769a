"""Projects have a slug of their own, which can stand in an address."""

from __future__ import annotations

import pytest

from fleaglass.hub.access.keys import IngestKey, NoSuchProject, add_key, dsn
from fleaglass.hub.access.projects import BadSlug, SlugTaken, add_project, all_projects, rename
from fleaglass.hub.state import State


def test_each_gets_the_next_number(state: State) -> None:
    with state.write() as connection:
        assert [add_project(connection, slug, slug.upper(), 5).id for slug in ("web", "vol-arb")] == [2, 3]
        assert [(each.id, each.slug, each.name) for each in all_projects(connection)][1:] == [
            (2, "web", "WEB"),
            (3, "vol-arb", "VOL-ARB"),
        ]


@pytest.mark.parametrize("slug", ["", "A", "a b", "a/b", "-a", "7", "²", "a" * 101])
def test_a_slug_that_could_not_stand_in_an_address_is_refused(state: State, slug: str) -> None:
    with state.write() as connection, pytest.raises(BadSlug):
        add_project(connection, slug, "x", 5)


def test_a_slug_belongs_to_one(state: State) -> None:
    with state.write() as connection:
        add_project(connection, "web", "Web", 5)
        with pytest.raises(SlugTaken, match="project 2 has the slug 'web'"):
            add_project(connection, "web", "Web", 5)
        with pytest.raises(SlugTaken):
            rename(connection, 1, "web", "Web")
        renamed = rename(connection, 2, "web", "Pages")
        assert renamed is not None
        assert (renamed.slug, renamed.name) == ("web", "Pages")
        assert rename(connection, 9, "other", "Other") is None


def test_a_key_needs_its_project(state: State) -> None:
    with state.write() as connection, pytest.raises(NoSuchProject, match="there is no project 9"):
        add_key(connection, 9, "x", "k", 5)


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        ("http://127.0.0.1:4318", "http://k@127.0.0.1:4318/1"),
        ("https://hub.example/", "https://k@hub.example/1"),
        ("http://[::1]:4318", "http://k@[::1]:4318/1"),
    ],
)
def test_a_dsn_has_the_key_the_server_and_the_project(server: str, expected: str) -> None:
    assert dsn(server, IngestKey("k", 1, "first", 5)) == expected
