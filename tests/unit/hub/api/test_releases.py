"""GET /releases and its neighbours: what runs since when, how it does, and whether the next one does better."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import update

from fleaglass.hub.api.release_routes import release_routes
from fleaglass.hub.issues.event import Event, Exc
from fleaglass.hub.issues.keeper import take_events
from fleaglass.hub.issues.kept import Resolved, kept
from fleaglass.hub.issues.resolution import Resolution
from fleaglass.hub.issues.stored import stored
from fleaglass.hub.issues.tables import issues
from fleaglass.hub.issues.title import title_of
from fleaglass.hub.releases.keeper import add_deploy, create_release, see_release, set_commits
from fleaglass.hub.releases.records import Change, Commit, NewDeploy
from fleaglass.hub.sessions.keeper import take_session
from fleaglass.hub.sessions.update import SessionStatus, SessionUpdate
from fleaglass.hub.state import State
from fleaglass.hub.store import Store
from fleaglass.hub.store.engine import Engine
from tests.support.otlp import T0, traces
from tests.unit.hub.api.conftest import MINUTE, NOW
from tests.unit.hub.api.promised import faults
from tests.unit.hub.api.test_performance import agent, close, cycle, order

HOUR = 60 * MINUTE
DAY = 24 * HOUR
OLD, NEW = "momentum@1.0.0", "momentum@1.1.0"

Put = Callable[..., None]


class Releases:
    """Asks the API; every answer is held against what OpenAPI promises."""

    def __init__(self, client: httpx.AsyncClient, document: dict[str, Any]) -> None:
        self._client = client
        self._document = document

    async def __call__(self, path: str = "releases", **query: Any) -> Any:
        return await self._asked("get", path, 200, params=_query(query))

    async def tell(self, method: str, path: str, body: Any, status: int = 200) -> Any:
        return await self._asked(method, path, status, json=body)

    async def refused(self, method: str, path: str, status: int, **request: Any) -> str:
        error = (await self._asked(method, path, status, **request))["error"]
        assert error["hint"]
        return str(error["message"])

    async def versions(self, **query: Any) -> list[str]:
        return [release["version"] for release in (await self(**query))["releases"]]

    async def _asked(self, method: str, path: str, status: int, **request: Any) -> Any:
        response = await self._client.request(method, path, **request)
        assert response.status_code == status, response.text
        promised = self._document["paths"][_template(path)][method.lower()]["responses"][str(status)]
        schema = promised["content"]["application/json"]["schema"]
        assert list(faults(response.json(), schema, self._document)) == []
        return response.json()


def _query(given: dict[str, Any]) -> dict[str, Any]:
    return {name.removesuffix("_"): value for name, value in given.items()}


def _template(path: str) -> str:
    match path.split("/"):
        case ["releases"] | ["releases", "compare"]:
            return f"/api/v1/{path}"
        case ["releases", _, *rest]:
            return "/".join(("/api/v1/releases/{version}", *rest))
    raise AssertionError(path)


@pytest.fixture
async def ask(store: Store, state: State) -> AsyncIterator[Releases]:
    app = FastAPI(openapi_url="/api/v1/openapi.json")
    app.include_router(release_routes(store, state, lambda: NOW))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:4318/api/v1/"
    ) as client:
        yield Releases(client, app.openapi())


@dataclass
class Hub:
    """What happens, as the hub's parts keep it."""

    state: State
    engine: Engine
    numbers: int = 0

    def begin(self, version: str, *, at: int = T0, environment: str | None = None, **said: Any) -> int:
        """A release is begun; in an environment, it is heard there as well."""
        with self.state.write() as connection:
            release, _ = create_release(connection, version, [1], Change(**said), at)
            if environment is not None:
                see_release(connection, 1, version, environment, at)
        return release

    def fail(self, version: str, kind: str, times: int = 1, *, at: int = T0, **told: Any) -> int:
        """So many errors of a kind, one a nanosecond; returns the issue."""
        events = [self._event(version, kind, at + count, **told) for count in range(times)]
        with self.state.write() as connection:
            taken = take_events(connection, events, NOW)
        for each in taken:
            self.engine.insert("events", stored(each.event, each.hash, title_of(each.event)))
        return taken[0].issue

    def run(
        self, version: str, statuses: Iterable[SessionStatus], *, at: int = T0, environment: str = "production"
    ) -> None:
        """Sessions that ended so."""
        with self.state.write() as connection:
            for status in statuses:
                self.numbers += 1
                update_ = SessionUpdate(
                    sid=f"{self.numbers:032x}",
                    init=True,
                    started_ns=at,
                    timestamp_ns=at,
                    release=version,
                    status=status,
                    did=f"agent-{self.numbers}",
                    environment=environment,
                )
                take_session(connection, 1, update_, NOW)

    def _event(self, version: str, kind: str, at: int, environment: str = "production", level: str = "error") -> Event:
        self.numbers += 1
        return Event(
            event_id=f"{self.numbers:032x}",
            project=1,
            time_ns=at,
            received_ns=at,
            release=version,
            environment=environment,
            level=level,  # type: ignore[arg-type]
            exceptions=(Exc(type=kind, value="it broke"),),
            tags={"agent_id": "a-1"},
        )


@pytest.fixture
def hub(state: State, engine: Engine) -> Hub:
    return Hub(state, engine)


async def test_a_hub_without_releases_says_so(ask: Releases) -> None:
    answer = await ask()
    assert (answer["releases"], answer["next_cursor"], answer["environments"], answer["total"]) == ([], None, [], 0)
    assert (answer["from_ns"], answer["to_ns"]) == (str(NOW - 14 * DAY), str(NOW))


async def test_a_release_on_one_line(ask: Releases, hub: Hub, put: Put) -> None:
    release = hub.begin(
        NEW, started_ns=T0 - 5, released_ns=T0 + 5, url="https://ci.example/7", environment="production"
    )
    with hub.state.write() as connection:
        add_deploy(connection, release, NewDeploy(environment="production", finished_ns=T0 + 7, name="blue"))
        set_commits(connection, release, [Commit(sha="b", repository="r"), Commit(sha="a", repository="r")])
    hub.fail(OLD, "Timeout")
    hub.fail(NEW, "Timeout", 2)
    hub.fail(NEW, "KeyError", 3)
    hub.fail(NEW, "Noise", 1, level="info")
    hub.run(NEW, ["exited", "exited", "crashed", "exited"])
    put(traces(cycle(1), close(1, 5.5, 0.25), order(1, slippage_bps=3.0), resource=agent("momentum-1", release=NEW)))

    [row] = (await ask())["releases"]
    assert {
        name: row[name] for name in ("version", "package", "short_version", "status", "projects", "deploy_count")
    } == {
        "version": NEW,
        "package": "momentum",
        "short_version": "1.1.0",
        "status": "open",
        "projects": ["agents"],
        "deploy_count": 1,
    }
    assert row["semver"] == {"major": 1, "minor": 1, "patch": 0, "revision": 0, "pre": None, "build": None}
    assert (row["added_ns"], row["started_ns"], row["released_ns"]) == (str(T0), str(T0 - 5), str(T0 + 5))
    assert (row["first_seen_ns"], row["last_seen_ns"], row["url"]) == (str(T0), str(T0), "https://ci.example/7")
    assert (row["last_deploy"]["name"], row["commit_count"]) == ("blue", 2)
    assert (row["new_issues"], row["events"], row["agents"]) == (2, 5, ["a-1", "momentum-1"])
    assert (row["health"]["sessions"], row["health"]["crash_free_sessions_percent"]) == (4, 75.0)
    assert (row["adoption_percent"], row["adoption"]) == (100.0, "adopted")
    assert row["money"] == {
        "net_usd": "5.25",
        "pnl_usd": "5.5",
        "fees_usd": "0.25",
        "cycles": 1,
        "orders": 1,
        "slipped": 1,
        "slippage_mean_bps": 3.0,
        "slippage_cost_usd": "0",
    }


async def test_figures_are_of_the_range_and_the_environment(ask: Releases, hub: Hub, put: Put) -> None:
    hub.begin(NEW, environment="production")
    hub.begin(NEW, environment="staging")
    hub.fail(NEW, "Timeout", 2)
    hub.fail(NEW, "Timeout", 1, environment="staging")
    hub.fail(NEW, "Timeout", 1, at=T0 - 20 * DAY)
    hub.run(NEW, ["exited"])
    hub.run(NEW, ["crashed"], environment="staging")
    for trace, place in enumerate(("production", "staging"), start=1):
        resource = agent("momentum-1", release=NEW) | {"deployment.environment.name": place}
        put(traces(cycle(1), close(1, trace * 10.0), resource=resource, trace=trace))

    async def told(**query: Any) -> tuple[Any, ...]:
        [row] = (await ask(**query))["releases"]
        return (row["events"], row["health"]["crashed"], row["money"]["net_usd"], row["money"]["cycles"])

    assert await told() == (3, 1, "30", 2)
    assert await told(environment="production") == (2, 0, "10", 1)
    assert await told(environment="staging") == (1, 1, "20", 1)
    assert await told(range="30d") == (4, 1, "30", 2)
    assert await told(from_=T0 - 30 * DAY, to=T0) == (1, 0, "0", 0)


async def test_lists_are_narrowed_and_sorted(ask: Releases, hub: Hub) -> None:
    hub.begin("a@1.10.0", at=T0 + 1, environment="production")
    hub.begin("a@1.9.0", at=T0 + 2, environment="staging")
    hub.begin("a@abc1234", at=T0 + 3)
    hub.begin("b@1.0.0", at=T0 + 4, status="archived")
    release = hub.begin("c@1.0.0", at=T0 + 5, released_ns=T0)
    with hub.state.write() as connection:
        add_deploy(connection, release, NewDeploy(environment="canary", finished_ns=T0))

    assert await ask.versions() == ["a@abc1234", "a@1.9.0", "a@1.10.0", "c@1.0.0"]
    assert await ask.versions(sort="version") == ["c@1.0.0", "a@1.10.0", "a@1.9.0", "a@abc1234"]
    assert (await ask.versions(sort="last_seen"))[:2] == ["a@1.9.0", "a@1.10.0"]
    assert await ask.versions(status="archived") == ["b@1.0.0"]
    assert len(await ask.versions(status="all")) == 5
    assert await ask.versions(package="a", q="1.") == ["a@1.9.0", "a@1.10.0"]
    assert await ask.versions(q="ABC") == ["a@abc1234"]
    assert await ask.versions(environment="production") == ["a@1.10.0"]
    assert await ask.versions(environment="canary") == ["c@1.0.0"]
    assert (await ask())["environments"] == ["canary", "production", "staging"]


async def test_pages_follow_each_other(ask: Releases, hub: Hub) -> None:
    for number in range(5):
        hub.begin(f"a@{number}.0.0", at=T0 + number)
    seen, cursor = [], ""
    while cursor is not None:
        page = await ask(limit=2, cursor=cursor)
        assert page["total"] == 5
        seen += [release["version"] for release in page["releases"]]
        cursor = page["next_cursor"]
    assert seen == ["a@4.0.0", "a@3.0.0", "a@2.0.0", "a@1.0.0", "a@0.0.0"]


async def test_everything_about_one(ask: Releases, hub: Hub, put: Put) -> None:
    hub.begin(OLD, at=T0 - DAY)
    release = hub.begin(NEW, environment="production")
    with hub.state.write() as connection:
        add_deploy(connection, release, NewDeploy(environment="staging", finished_ns=T0))
        add_deploy(connection, release, NewDeploy(environment="production", finished_ns=T0 + 1))
        change = Commit(sha="b", repository="r", author_name="Ada", message="Fix", at_ns=T0, files=(("a.py", "M"),))
        set_commits(connection, release, [change])
    back, fixed = hub.fail(OLD, "Timeout", at=T0 - DAY), hub.fail(OLD, "Refused", at=T0 - DAY)
    for issue, rule in (
        (back, Resolution(kind="now", at_ns=T0 - HOUR)),
        (fixed, Resolution(kind="in_release", release=NEW, at_ns=T0 - HOUR)),
    ):
        with hub.state.write() as connection:
            resolved = {"status": "resolved", "substatus": None, "resolution": kept(Resolved(rule=rule))}
            connection.execute(update(issues).where(issues.c.id == issue).values(**resolved))
    hub.fail(NEW, "Timeout", 2)
    new = hub.fail(NEW, "KeyError", 3)
    for number, millis in enumerate((1, 2, 3, 4), start=1):
        spans = {"name": "pf.trade.execute", "start_time_unix_nano": T0, "end_time_unix_nano": T0 + millis * 1_000_000}
        request = traces({**spans, "status": 2 if millis == 4 else 0}, resource=agent("m-1", release=NEW), trace=number)
        put(request, request)

    answer = await ask(f"releases/{NEW}")
    assert [(each["environment"], each["first_seen_ns"]) for each in answer["environments"]] == [
        ("production", str(T0))
    ]
    assert [deploy["environment"] for deploy in answer["deploys"]] == ["production", "staging"]
    [commit] = answer["commits"]
    assert (commit["sha"], commit["files"]) == ("b", [{"path": "a.py", "type": "M"}])

    def told(which: str) -> list[tuple[int, str, int, int]]:
        return [(each["id"], each["status"], each["events"], each["release_events"]) for each in answer[which]]

    assert told("new_issue_list") == [(new, "unresolved", 3, 3)]
    assert told("regressed_issues") == [(back, "unresolved", 3, 2)]
    assert told("resolved_issues") == [(fixed, "resolved", 1, 0)]
    assert answer["operations"] == [
        {"name": "pf.trade.execute", "count": 4, "errors": 1, "p50_ns": 3_000_000, "p95_ns": 4_000_000}
    ]
    assert (answer["previous"], answer["events"], answer["money"]["orders"]) == (OLD, 5, 4)


@pytest.mark.parametrize(
    ("version", "previous"),
    [
        ("a@1.10.0", "a@1.9.0"),
        ("a@1.9.0", "a@1.9.0-rc.1"),
        ("a@1.9.0-rc.1", None),
        ("a@second1", "a@first12"),
        ("a@first12", "a@1.9.0"),
        ("b@9.0.0", None),
        ("bare", None),
    ],
)
async def test_the_release_before_it(ask: Releases, hub: Hub, version: str, previous: str | None) -> None:
    for at, name in enumerate(
        ("bare", "a@1.9.0", "a@first12", "a@1.10.0", "a@second1", "a@1.9.0-rc.1", "b@9.0.0"), start=1
    ):
        hub.begin(name, at=T0 + at, released_ns=T0 + (0 if name == "a@1.10.0" else at))
    assert (await ask(f"releases/{version}"))["previous"] == previous


def _decisions(millis: int, pnls: tuple[float, float]) -> Iterator[dict[str, Any]]:
    """A hundred and twenty decisions that took about so long, each with a closing that was as fast as any."""
    for number in range(120):
        minute, trace = number / 20, 1 + number + 1000 * millis
        begun = cycle(minute)
        yield {
            **begun,
            "end_time_unix_nano": begun["start_time_unix_nano"] + millis * 1_000_000,
            "trace": trace,
            "id": 1,
        }
        yield {**close(minute, pnls[number % 2]), "trace": trace, "id": 2}


async def test_two_releases_side_by_side(ask: Releases, hub: Hub, put: Put) -> None:
    hub.begin(OLD, at=T0 - DAY)
    hub.begin(NEW)
    hub.fail(OLD, "Timeout", 2)
    hub.fail(NEW, "Timeout", 90)
    new = hub.fail(NEW, "KeyError", 10)
    hub.run(OLD, ["exited"] * 40)
    hub.run(NEW, ["exited"] * 20 + ["crashed"] * 20)
    put(
        *(
            traces(*_decisions(millis, pnl), resource=agent("m-1", release=version))
            for version, millis, pnl in ((OLD, 10, (2.0, 2.0)), (NEW, 30, (2.0, 2.1)))
        )
    )

    answer = await ask("releases/compare", a=OLD, b=NEW)
    assert [(side["version"], side["events"], side["active_hours"]) for side in (answer["a"], answer["b"])] == [
        (OLD, 2, 1),
        (NEW, 100, 1),
    ]
    assert {
        each["name"]: (each["a"], each["b"], each["a_sample"], each["b_sample"], each["verdict"])
        for each in answer["measures"]
    } == {
        "errors_per_hour": (2.0, 100.0, 1, 1, "too_few"),
        "errors_per_1000_cycles": (16.666667, 833.333333, 120, 120, "worse"),
        "net_per_cycle_usd": (2.0, 2.05, 120, 120, "better"),
        "slippage_mean_bps": (None, None, 0, 0, "too_few"),
        "crash_free_sessions_percent": (100.0, 50.0, 40, 40, "worse"),
    }
    assert {
        each["name"]: (each["a"]["count"], each["b"]["count"], each["verdict"]) for each in answer["operations"]
    } == {"agent.decision_cycle": (120, 120, "worse"), "pf.trade.close": (120, 120, "alike")}
    assert [issue["id"] for issue in answer["new_issues"]] == [new]


async def test_a_release_that_did_nothing_is_compared_without_a_verdict(ask: Releases, hub: Hub, put: Put) -> None:
    hub.begin(OLD)
    hub.begin(NEW)
    put(traces(cycle(1), resource=agent("m-1", release=OLD)))
    answer = await ask("releases/compare", a=OLD, b=NEW)
    assert {each["verdict"] for each in (*answer["measures"], *answer["operations"])} == {"too_few"}
    assert answer["operations"][0]["b"] is None
    assert answer["b"]["health"]["crash_free_sessions_percent"] is None


async def test_a_page_finalizes_archives_restores_and_deploys(ask: Releases, hub: Hub) -> None:
    hub.begin(NEW)
    path = f"releases/{NEW}"
    assert (await ask.tell("put", path, {"action": "finalize"}))["released_ns"] == str(NOW)
    assert (await ask.tell("put", path, {"action": "archive"}))["status"] == "archived"
    assert (await ask.tell("put", path, {"action": "restore"}))["status"] == "open"
    deploy = await ask.tell("post", f"{path}/deploys", {"environment": "production", "name": "blue"}, 201)
    assert (deploy["environment"], deploy["name"], deploy["finished_ns"]) == ("production", "blue", str(NOW))
    assert (await ask(path))["last_deploy"] == deploy


@pytest.mark.parametrize(
    ("method", "path", "status", "request_", "said"),
    [
        ("get", "releases/never@1", 404, {}, "there is no release 'never@1'"),
        ("get", "releases/latest", 404, {}, "there is no release 'latest'"),
        ("get", "releases/%00", 404, {}, "there is no release"),
        ("put", "releases/never@1", 404, {"json": {"action": "archive"}}, "there is no release 'never@1'"),
        ("post", "releases/never@1/deploys", 404, {"json": {"environment": "e"}}, "there is no release 'never@1'"),
        ("put", f"releases/{NEW}", 400, {"json": {"action": "forget"}}, "Invalid enum value 'forget' - at `$.action`"),
        ("put", f"releases/{NEW}", 400, {"content": b"{"}, "the body does not fit"),
        ("post", f"releases/{NEW}/deploys", 400, {"json": {"environment": ""}}, "at `$.environment`"),
        ("post", f"releases/{NEW}/deploys", 400, {"json": {"environment": "e", "url": "javascript:1"}}, "at `$.url`"),
        ("get", "releases", 400, {"params": {"sort": "luck"}}, "sort must be one of date, version, last_seen"),
        ("get", "releases", 400, {"params": {"status": "gone"}}, "status must be one of open, archived, all"),
        ("get", "releases", 400, {"params": {"cursor": "x"}}, "cursor must be a next_cursor of this hub"),
        ("get", "releases", 400, {"params": {"cursor": "99"}}, "cursor must be a next_cursor of this list"),
        ("get", "releases", 400, {"params": {"release": "x"}}, "there is no parameter 'release' here"),
        ("get", "releases/compare", 400, {"params": {"a": OLD}}, "a and b must be two releases"),
        ("get", "releases/compare", 400, {"params": {"a": OLD, "b": OLD}}, "a and b must be two releases"),
        ("get", "releases/compare", 404, {"params": {"a": NEW, "b": OLD}}, f"there is no release '{OLD}'"),
    ],
)
async def test_what_cannot_be_done_is_said(
    ask: Releases, hub: Hub, method: str, path: str, status: int, request_: dict[str, Any], said: str
) -> None:
    hub.begin(NEW)
    assert said in await ask.refused(method, path, status, **request_)
