"""A release is known once, whoever speaks of it first, and in whatever order."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from fleaglass.hub.access.projects import add_project
from fleaglass.hub.releases.keeper import (
    add_deploy,
    change_release,
    create_release,
    delete_release,
    see_release,
    set_commits,
)
from fleaglass.hub.releases.records import Change, Commit, NewDeploy, Release
from fleaglass.hub.releases.shelf import (
    commits_of,
    deployed_in,
    deploys_of,
    find_release,
    find_releases,
    previous_with_commits,
)
from fleaglass.hub.releases.tables import commits, deploys, release_environments, release_projects, releases
from fleaglass.hub.releases.versions import InvalidRelease
from fleaglass.hub.state import State

AGENT = "agent-vol-arb@2.1.0"
NOTHING = Change()


def begun(state: State, version: str = AGENT, said: Change = NOTHING, at: int = 100) -> int:
    with state.write() as connection:
        return create_release(connection, version, [1], said, at)[0]


def kept(state: State, version: str = AGENT) -> Release:
    with state.read() as connection:
        found = find_release(connection, version)
    assert found is not None
    return found


def test_a_release_begun_twice_is_one_release(state: State) -> None:
    with state.write() as connection:
        first, is_new = create_release(connection, AGENT, [1], Change(started_ns=90), 100)
        again, is_new_again = create_release(connection, AGENT, [1], Change(started_ns=95), 200)
    assert (first == again, is_new, is_new_again) == (True, True, False)
    found = kept(state)
    assert (found.added_ns, found.started_ns, found.status) == (100, 90, "open")
    assert [project.slug for project in found.projects] == ["agents"]


def test_a_release_that_joins_another_project_is_news(state: State) -> None:
    begun(state)
    with state.write() as connection:
        other = add_project(connection, "casino", "Casino", 0).id
        assert create_release(connection, AGENT, [1, other], NOTHING, 200)[1] is True
        assert create_release(connection, AGENT, [1, other], NOTHING, 300)[1] is False
    assert [project.slug for project in kept(state).projects] == ["agents", "casino"]


def test_what_is_said_at_a_second_beginning_fills_in_what_was_not_known(state: State) -> None:
    begun(state, said=Change(url="https://one.example"))
    begun(state, said=Change(url="https://two.example", released_ns=500, status="archived"))
    found = kept(state)
    assert (found.url, found.released_ns, found.status) == ("https://one.example", 500, "archived")


def test_a_change_takes_what_is_said_last(state: State) -> None:
    release = begun(state, said=Change(released_ns=500, ref="main"))
    with state.write() as connection:
        change_release(connection, release, [], Change(released_ns=600, status="archived"))
    found = kept(state)
    assert (found.released_ns, found.date_ns, found.ref, found.status) == (600, 600, "main", "archived")


@pytest.mark.parametrize("name", ["", "  ", ".", "..", "latest", "a/b", "a\\b", "a\nb", "a\tb", "a\0b", "x" * 201])
def test_no_release_can_be_called_so(state: State, name: str) -> None:
    with pytest.raises(InvalidRelease), state.write() as connection:
        create_release(connection, name, [1], NOTHING, 100)
    with state.read() as connection:
        assert find_releases(connection) == []


def test_space_around_a_name_makes_no_other_release(state: State) -> None:
    assert begun(state, f" {AGENT} ") == begun(state)


def test_a_release_is_there_as_soon_as_something_of_it_arrives(state: State) -> None:
    with state.write() as connection:
        assert see_release(connection, 1, AGENT, "production", 50)
    found = kept(state)
    assert (found.added_ns, found.released_ns, found.status) == (50, None, "open")
    assert [project.id for project in found.projects] == [1]
    assert [(seen.name, seen.first_seen_ns, seen.last_seen_ns) for seen in found.environments] == [
        ("production", 50, 50)
    ]


@pytest.mark.parametrize(
    ("name", "is_one"), [("x" * 250, True), ("x" * 251, False), ("", False), ("latest", False), ("a\nb", False)]
)
def test_an_event_may_come_with_a_longer_name_than_a_person_may_give(state: State, name: str, is_one: bool) -> None:
    with state.write() as connection:
        assert see_release(connection, 1, name, "", 50) is is_one
        assert len(find_releases(connection)) == is_one


def test_a_release_is_seen_from_its_first_to_its_last_moment(state: State) -> None:
    with state.write() as connection:
        see_release(connection, 1, AGENT, "production", 50, 90)
        see_release(connection, 1, AGENT, "production", 40, 60)
    found = kept(state)
    assert (found.added_ns, found.first_seen_ns, found.last_seen_ns) == (40, 40, 90)


def test_a_long_environment_is_cut(state: State) -> None:
    with state.write() as connection:
        see_release(connection, 1, AGENT, "e" * 70, 50)
    assert [len(seen.name) for seen in kept(state).environments] == [64]


def test_the_order_of_arrival_changes_nothing(state: State) -> None:
    for number, order in enumerate(permutations(("begun", 70, 50, 90))):
        version = f"agent@{number}"
        with state.write() as connection:
            for told in order:
                if isinstance(told, int):
                    see_release(connection, 1, version, "production", told)
                else:
                    create_release(connection, version, [1], Change(started_ns=60), 80)
        found = kept(state, version)
        assert (found.added_ns, found.started_ns) == (50, 60), order
        assert [(seen.first_seen_ns, seen.last_seen_ns) for seen in found.environments] == [(50, 90)], order


@given(version=st.text(max_size=260), environment=st.text(max_size=80), at=st.integers(0, 2**63 - 1))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_arrives_is_a_release_or_is_none(state: State, version: str, environment: str, at: int) -> None:
    with state.write() as connection:
        taken = see_release(connection, 1, version, environment, at)
        assert (find_release(connection, version.strip()) is not None) is taken
        connection.rollback()


def test_deploys_are_told_newest_first(state: State) -> None:
    release = begun(state)
    with state.write() as connection:
        add_deploy(connection, release, NewDeploy(environment="staging", finished_ns=10, started_ns=5, name="one"))
        add_deploy(connection, release, NewDeploy(environment="production", finished_ns=20, url="https://d.example"))
    with state.read() as connection:
        assert [(each.environment, each.finished_ns) for each in deploys_of(connection, release)] == [
            ("production", 20),
            ("staging", 10),
        ]
        assert {name: set(places) for name, places in deployed_in(connection).items()} == {
            release: {"staging", "production"}
        }
    found = kept(state)
    assert found.deploy_count == 2
    assert found.last_deploy is not None
    assert (found.last_deploy.environment, found.last_deploy.url) == ("production", "https://d.example")


def commit(sha: str) -> Commit:
    return Commit(
        sha=sha,
        repository="acme/vol-arb",
        author_name="Ada",
        author_email="ada@example.org",
        message="begin",
        at_ns=7,
        files=(("agent.py", "A"), ("old.py", "D")),
    )


def test_the_commits_told_last_are_the_commits(state: State) -> None:
    release = begun(state)
    with state.write() as connection:
        set_commits(connection, release, [commit("c"), commit("b"), commit("a")])
        set_commits(connection, release, [commit("d"), commit("c")])
        assert commits_of(connection, release) == [commit("d"), commit("c")]
    found = kept(state)
    assert (found.commit_count, found.last_commit) == (2, commit("d"))


def test_a_deleted_release_leaves_nothing(state: State) -> None:
    release = begun(state)
    with state.write() as connection:
        see_release(connection, 1, AGENT, "production", 50)
        add_deploy(connection, release, NewDeploy(environment="production", finished_ns=10))
        set_commits(connection, release, [commit("a")])
        delete_release(connection, release)
        for table in (releases, release_projects, release_environments, deploys, commits):
            assert connection.execute(select(table)).all() == []


def test_the_release_before_is_the_latest_that_came_out_before_and_has_commits(state: State) -> None:
    for at, version in enumerate(("agent@1", "agent@2", "agent@3", "agent@4", "agent@5"), start=1):
        release = begun(state, version, at=at)
        if version != "agent@3":
            with state.write() as connection:
                set_commits(connection, release, [commit(version)])
    with state.write() as connection:
        casino = add_project(connection, "casino", "Casino", 0).id
        create_release(connection, "casino@1", [casino], NOTHING, 9)

    def before(version: str) -> str | None:
        with state.read() as connection:
            release = find_release(connection, version)
            assert release is not None
            found = previous_with_commits(connection, release)
        return None if found is None else found.version

    assert before("agent@4") == "agent@2"
    assert before("agent@1") is None
    assert before("casino@1") is None, "another project's commits are none of its own"
