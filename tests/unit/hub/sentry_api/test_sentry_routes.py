"""Sentry's REST API for releases, as sentry-cli and the guides use it; answers fit Sentry's own document."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from fleaglass.hub.access.projects import all_projects
from fleaglass.hub.monitors.tables import monitors
from fleaglass.hub.releases.keeper import see_release
from fleaglass.hub.releases.shelf import find_releases
from fleaglass.hub.releases.tables import releases
from fleaglass.hub.sentry_api import sentry_api_routes
from fleaglass.hub.state import State
from tests.support.openapi import answer_faults, body_faults, sentry_document

NOW = 1_800_000_000_123_456_789
"""2027-01-15T08:00:00.123456789Z"""
VERSION = "agent-vol-arb@2.1.0"
ONE = f"releases/{VERSION}/"
BODY = {"version": VERSION, "projects": ["agents"]}


class Sentry:
    """A client of the API; every answer is checked."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def __call__(self, method: str, path: str, body: Any = None, *, raw: bytes | None = None) -> tuple[int, Any]:
        """Status and answer; a path that does not begin with a slash is the organisation's."""
        path = path if path.startswith("/") else f"/api/0/organizations/acme/{path}"
        sent = raw if raw is not None else None if body is None else json.dumps(body).encode()
        response = await self._http.request(method, path, content=sent)
        answer = response.json() if response.content else None
        document = sentry_document()
        asked = path.partition("?")[0]
        # Of a monitor only what clients read is told: Sentry's has forty settings of its project inside.
        if document is not None and response.status_code < 400 and not asked.endswith("/monitors/"):
            faults = answer_faults(document, method, asked, response.status_code, answer)
            assert faults == [], faults
        return response.status_code, answer

    async def refused(self, method: str, path: str, body: Any = None, *, raw: bytes | None = None) -> tuple[int, str]:
        """Status of the refusal, and what a client prints of it."""
        status, answer = await self(method, path, body, raw=raw)
        assert status >= 400
        assert set(answer) == {"detail"}
        return status, answer["detail"]


@pytest.fixture
async def sentry(state: State) -> AsyncIterator[Sentry]:
    app = FastAPI()
    app.include_router(sentry_api_routes(state, lambda: NOW))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:4318") as http:
        yield Sentry(http)


def picked(answer: Any, *names: str) -> tuple[Any, ...]:
    return tuple(answer[name] for name in names)


async def test_info_says_what_a_token_may(sentry: Sentry) -> None:
    status, answer = await sentry("GET", "/api/0/")
    assert (status, answer["auth"]["scopes"]) == (200, ["ingest", "read", "write", "admin"])


async def test_a_new_release_is_created_and_the_same_again_is_reported(sentry: Sentry) -> None:
    status, answer = await sentry("POST", "releases/", {**BODY, "dateStarted": "2027-01-15T07:59:59.5Z"})
    assert status == 201
    assert picked(answer, "version", "status", "dateCreated", "dateStarted", "dateReleased") == (
        VERSION,
        "open",
        "2027-01-15T08:00:00.123456789Z",
        "2027-01-15T07:59:59.500000000Z",
        None,
    )
    assert picked(answer["versionInfo"], "package", "description") == ("agent-vol-arb", "2.1.0")
    assert (await sentry("POST", "releases/", BODY))[0] == 208
    assert (await sentry("GET", ONE))[1] == answer


async def test_the_guides_mark_release_healthy_releases_it(sentry: Sentry) -> None:
    body = {"version": "agent-vol-arb@abc1234", "projects": ["purple-flea-agent"]}
    await sentry("POST", "releases/", body)
    status, answer = await sentry("POST", "releases/", {**body, "dateReleased": "2027-01-15T08:00:00.000001Z"})
    assert (status, answer["dateReleased"]) == (208, "2027-01-15T08:00:00.000001000Z")


async def test_a_time_without_a_zone_is_utc(sentry: Sentry) -> None:
    _, answer = await sentry("POST", "releases/", {**BODY, "dateReleased": "2027-01-15T08:00:00.25"})
    assert answer["dateReleased"] == "2027-01-15T08:00:00.250000000Z"


async def test_any_organisation_is_the_hubs_and_an_unknown_project_becomes_one(sentry: Sentry, state: State) -> None:
    body = {"version": VERSION, "projects": ["purple-flea-agent", 1]}
    status, answer = await sentry("POST", "/api/0/organizations/anyone/releases/", body)
    assert (status, [each["slug"] for each in answer["projects"]]) == (201, ["agents", "purple-flea-agent"])
    with state.read() as connection:
        assert [(each.id, each.slug) for each in all_projects(connection)] == [(1, "agents"), (2, "purple-flea-agent")]
    assert [each["slug"] for each in (await sentry("GET", "projects/"))[1]] == ["agents", "purple-flea-agent"]


@pytest.mark.parametrize("project", ["99", 99, "Agents", "a b", "", "-a", "x" * 101])
async def test_what_can_be_no_project_is_refused_and_nothing_is_kept(
    sentry: Sentry, state: State, project: str | int
) -> None:
    status, detail = await sentry.refused("POST", "releases/", {"version": VERSION, "projects": [project]})
    assert status == 400
    assert detail.startswith("projects: ")
    with state.read() as connection:
        assert find_releases(connection) == []
        assert len(all_projects(connection)) == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"version": "x" * 201}, "version: a release's name has at most 200 characters, this one has 201"),
        ({"version": ""}, "version: "),
        ({"version": "latest"}, "version: "),
        ({"version": "a/b"}, "version: "),
        ({"version": "a\nb"}, "version: "),
        ({"version": 7}, "the body does not fit: Expected `str`, got `int` - at `$.version`"),
        ({"version": None}, "the body does not fit: Expected `str`, got `null` - at `$.version`"),
        ({"projects": None}, "the body does not fit"),
        ({"dateReleased": "yesterday"}, "dateReleased must be an RFC 3339 time"),
        ({"dateReleased": "9999-01-01T00:00:00Z"}, "dateReleased must be a time between the years 1970 and 2262"),
        ({"dateStarted": 7}, "the body does not fit"),
        ({"url": "javascript:alert(1)"}, "the body does not fit"),
        ({"ref": "x" * 201}, "the body does not fit"),
        ({"status": "gone"}, "the body does not fit: Invalid enum value 'gone' - at `$.status`"),
        ({"commits": [{"id": "a" * 65}]}, "at `$.commits[0].id`"),
        ({"commits": [{"id": ""}]}, "at `$.commits[0].id`"),
        ({"commits": [{}]}, "the body does not fit"),
        ({"commits": [{"id": "a", "repository": "r" * 65}]}, "at `$.commits[0].repository`"),
        ({"commits": [{"id": "a", "timestamp": "now"}]}, "commits[0].timestamp must be"),
        ({"commits": [{"id": "a", "patch_set": [{"path": "p", "type": "X"}]}]}, "$.commits[0].patch_set[0].type"),
        ({"refs": [{"repository": "acme"}]}, "missing required field `commit`"),
    ],
)
async def test_a_body_that_does_not_fit_is_refused_with_what_and_where(
    sentry: Sentry, state: State, change: dict[str, Any], said: str
) -> None:
    status, detail = await sentry.refused("POST", "releases/", BODY | change)
    assert status == 400
    assert said in detail
    with state.read() as connection:
        assert connection.execute(select(releases)).all() == []


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"[" * 100_000, b'{"version": "\\u0000", "projects": []}']
)
async def test_what_is_no_release_is_refused(sentry: Sentry, raw: bytes) -> None:
    assert (await sentry.refused("POST", "releases/", raw=raw))[0] == 400


async def test_a_body_beyond_all_bounds_is_not_read(sentry: Sentry) -> None:
    assert (await sentry.refused("POST", "releases/", raw=b" " * (9 * 1024 * 1024)))[0] == 413


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.fixed_dictionaries(
        {},
        optional={
            name: st.recursive(
                st.none() | st.booleans() | st.integers() | st.text(max_size=20),
                lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
                max_leaves=6,
            )
            for name in ("version", "projects", "dateReleased", "url", "commits", "refs", "status")
        },
    )
)
async def test_nonsense_is_never_the_hubs_fault(sentry: Sentry, body: dict[str, Any]) -> None:
    assert (await sentry("POST", "releases/", body))[0] in (201, 208, 400)


async def test_finalizing_archiving_and_deleting(sentry: Sentry) -> None:
    await sentry("POST", "releases/", BODY)
    finalized = {"projects": ["agents"], "dateReleased": "2027-01-15T09:00:00Z"}
    assert (await sentry("PUT", ONE, finalized))[1]["dateReleased"] == "2027-01-15T09:00:00.000000000Z"
    archived = {"version": VERSION, "projects": [], "status": "archived"}
    assert (await sentry("POST", "releases/", archived))[1]["status"] == "archived"
    assert await sentry("DELETE", ONE) == (204, None)
    assert (await sentry("GET", ONE))[0] == 404


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("PUT", "", {}),
        ("DELETE", "", None),
        ("GET", "deploys/", None),
        ("POST", "deploys/", {"environment": "production"}),
        ("GET", "commits/", None),
        ("GET", "previous-with-commits/", None),
    ],
)
async def test_a_release_that_is_not_there_is_not_found(sentry: Sentry, method: str, path: str, body: Any) -> None:
    for version in ("never@1", "latest", "a%5Cb", "%00", "x" * 300):
        status, detail = await sentry.refused(method, f"releases/{version}/{path}", body)
        assert status == 404
        assert detail.startswith("There is no release ")


@pytest.mark.parametrize("version", ["agent vol+arb@2.1.0", "ä@1", "agent@1.0%2", "agent@1?#&=", "@scope@1"])
async def test_a_version_is_decoded_from_the_path(sentry: Sentry, version: str) -> None:
    await sentry("POST", "releases/", {**BODY, "version": version})
    escaped = str(httpx.URL("http://x/", params={"v": version}).query, "ascii")[2:].replace("+", "%20")
    assert (await sentry("GET", f"releases/{escaped}/"))[1]["version"] == version


async def test_commits_come_with_everything_that_git_knows(sentry: Sentry) -> None:
    await sentry("POST", "releases/", BODY)
    sent = [
        {
            "id": "b" * 40,
            "repository": "acme/vol-arb",
            "author_name": "Ada",
            "author_email": "ada@example.org",
            "timestamp": "2027-01-15T09:00:00+01:00",
            "message": "Change",
            "patch_set": [{"path": "agent.py", "type": "M"}],
        },
        {"id": "a" * 40},
    ]
    _, answer = await sentry(
        "PUT", ONE, {"commits": sent, "refs": [{"repository": "acme/vol-arb", "commit": "b" * 40}]}
    )
    assert (answer["commitCount"], answer["lastCommit"]["id"]) == (2, "b" * 40)
    _, told = await sentry("GET", f"{ONE}commits/")
    assert [commit["id"] for commit in told] == ["b" * 40, "a" * 40]
    assert told[0]["dateCreated"] == "2027-01-15T08:00:00.000000000Z"


async def test_the_release_before_is_found_for_set_commits(sentry: Sentry) -> None:
    await sentry("POST", "releases/", {"version": "a@1", "projects": ["agents"], "commits": [{"id": "c" * 40}]})
    assert await sentry("GET", "releases/a@1/previous-with-commits/") == (200, {})
    await sentry("POST", "releases/", BODY)
    assert (await sentry("GET", f"{ONE}previous-with-commits/"))[1]["lastCommit"]["id"] == "c" * 40


async def test_there_are_no_repositories_so_that_clients_send_their_commits(sentry: Sentry) -> None:
    assert await sentry("GET", "repos/?cursor=") == (200, [])


async def test_deploys(sentry: Sentry) -> None:
    await sentry("POST", "releases/", BODY)
    sent = {"environment": "production", "name": None, "url": None, "dateStarted": None, "dateFinished": None}
    assert await sentry("POST", f"{ONE}deploys/", sent) == (
        201,
        {
            "id": "1",
            "environment": "production",
            "name": None,
            "url": None,
            "dateStarted": None,
            "dateFinished": "2027-01-15T08:00:00.123456789Z",
        },
    )
    sent = {
        "environment": "staging",
        "name": "blue",
        "url": "https://d.example",
        "dateFinished": "2027-01-15T07:00:00Z",
    }
    await sentry("POST", f"{ONE}deploys/", sent)
    found = (await sentry("GET", f"{ONE}deploys/?cursor="))[1]
    assert [each["environment"] for each in found] == ["production", "staging"]
    _, release = await sentry("GET", ONE)
    assert (release["deployCount"], release["lastDeploy"]["environment"]) == (2, "production")


@pytest.mark.parametrize(
    "deploy",
    [
        {},
        {"environment": ""},
        {"environment": "e" * 65},
        {"environment": "a/b"},
        {"environment": "a\nb"},
        {"environment": "production", "name": "n" * 65},
        {"environment": "production", "url": "ftp://d.example"},
        {"environment": "production", "dateFinished": "soon"},
    ],
)
async def test_a_deploy_that_does_not_fit_is_refused(sentry: Sentry, deploy: dict[str, Any]) -> None:
    await sentry("POST", "releases/", BODY)
    assert (await sentry.refused("POST", f"{ONE}deploys/", deploy))[0] == 400
    assert (await sentry("GET", ONE))[1]["deployCount"] == 0


async def test_lists_have_the_newest_first(sentry: Sentry) -> None:
    for version, day in (("a@1", 10), ("a@2", 12), ("a@3", 11)):
        body = {"version": version, "projects": ["agents"], "dateReleased": f"2027-01-{day}T00:00:00Z"}
        await sentry("POST", "releases/", body)
    await sentry("POST", "releases/", {"version": "b@1", "projects": ["other"]})
    assert [each["version"] for each in (await sentry("GET", "releases/"))[1]] == ["b@1", "a@2", "a@3", "a@1"]
    for project in ("agents", "1"):
        found = (await sentry("GET", f"/api/0/projects/acme/{project}/releases/"))[1]
        assert [each["version"] for each in found] == ["a@2", "a@3", "a@1"]
    status, detail = await sentry.refused("GET", "/api/0/projects/acme/nobody/releases/")
    assert (status, detail) == (404, "There is no project 'nobody'. `releases new -p` makes one.")


async def test_a_release_that_only_events_named_is_listed_too(sentry: Sentry, state: State) -> None:
    with state.write() as connection:
        see_release(connection, 1, "x" * 250, "production", NOW)
    _, [found] = await sentry("GET", "releases/")
    assert picked(found, "version", "firstEvent") == ("x" * 250, "2027-01-15T08:00:00.123456789Z")


async def test_monitors_are_listed(sentry: Sentry, state: State) -> None:
    assert await sentry("GET", "monitors/?cursor=") == (200, [])
    with state.write() as connection:
        for slug, enabled in (("rebalance", True), ("sweep", False)):
            row = {"project": 1, "slug": slug, "name": slug.title(), "enabled": enabled, "muted": False, "added_ns": 1}
            connection.execute(monitors.insert().values(**row))
    found = (await sentry("GET", "monitors/?cursor="))[1]
    assert [picked(each, "id", "slug", "name", "status") for each in found] == [
        ("1", "rebalance", "Rebalance", "active"),
        ("2", "sweep", "Sweep", "disabled"),
    ]


async def test_what_sentry_documents_as_a_request_is_understood() -> None:
    document = sentry_document()
    if document is None:
        pytest.skip("Sentry's document is not here")
    path = "/api/0/organizations/acme/releases/"
    assert body_faults(document, "POST", path, {**BODY, "commits": [{"id": "a" * 40}], "refs": []}) == []
