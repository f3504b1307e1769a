"""Who comes in: a table of what is asked, what is shown, and what a hub that asks, or does not, says to that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from google.rpc.code_pb2 import UNAUTHENTICATED
from google.rpc.status_pb2 import Status

from fleaglass.hub.access.gate import REALM
from fleaglass.shipper.hubs_refusal import is_hubs_refusal
from tests.unit.hub.access.conftest import IN_ENVELOPE, SECRETS, Entrance, entrance_without_database

MakeEntrance = Callable[..., Entrance]
ENVELOPE = "/api/1/envelope/"
FOREIGN = {"origin": "https://shop.example"}


def bearer(scope: str) -> dict[str, str]:
    return {"authorization": f"Bearer {SECRETS[scope]}"}  # type: ignore[index]


def key(public: str) -> dict[str, str]:
    return {"x-sentry-auth": f"Sentry sentry_version=7, sentry_key={public}, sentry_client=x/1"}


NOTHING: dict[str, str] = {}
WRONG = {"authorization": "Bearer flea_guessed"}

# method, path, what is shown, the answer where the hub asks, the answer where it does not
TABLE = [
    ("GET", "/healthz", NOTHING, 200, 200),
    ("GET", "/readyz", WRONG, 200, 200),
    ("GET", "/", NOTHING, 200, 200),
    ("GET", "/assets/index.js", NOTHING, 200, 200),
    ("GET", "/issues/7", NOTHING, 200, 200),
    ("GET", "/login", NOTHING, 200, 200),
    ("GET", "/metrics", NOTHING, 401, 200),
    ("GET", "/metrics", bearer("ingest"), 403, 200),
    ("GET", "/metrics", bearer("read"), 200, 200),
    ("POST", "/login", NOTHING, 200, 200),
    #
    ("POST", "/v1/traces", NOTHING, 401, 200),
    ("POST", "/v1/traces", WRONG, 401, 200),
    ("POST", "/v1/traces", bearer("ingest"), 200, 200),
    ("POST", "/v1/traces", bearer("read"), 403, 200),
    ("POST", "/v1/traces", bearer("write"), 403, 200),
    ("POST", "/v1/traces", bearer("admin"), 200, 200),
    ("POST", "/v1/traces", key("key1"), 401, 200),
    ("POST", "/v1/anything", NOTHING, 401, 200),
    #
    ("POST", "/witness/add-checkpoint", NOTHING, 401, 200),
    ("POST", "/witness/add-checkpoint", bearer("ingest"), 200, 200),
    ("POST", "/witness/add-log", bearer("read"), 403, 200),
    ("GET", "/api/v1/witness/alarms", bearer("ingest"), 403, 200),
    ("GET", "/api/v1/witness/alarms", bearer("read"), 200, 200),
    ("POST", "/api/v1/witness/logs", bearer("read"), 403, 200),
    #
    ("POST", ENVELOPE, NOTHING, 401, 200),
    ("POST", ENVELOPE, key("key1"), 200, 200),
    ("POST", ENVELOPE, key("key2"), 403, 403),
    ("POST", ENVELOPE, key("guessed"), 403, 403),
    ("POST", ENVELOPE, bearer("ingest"), 200, 200),
    ("POST", ENVELOPE, bearer("read"), 403, 200),
    ("POST", ENVELOPE, WRONG, 401, 200),
    ("POST", ENVELOPE + "?sentry_key=key1", NOTHING, 200, 200),
    ("POST", ENVELOPE + "?sentry_key=key2", NOTHING, 403, 403),
    ("POST", "/api/1/store/", key("key1"), 200, 200),
    ("POST", ENVELOPE, {IN_ENVELOPE: "key1"}, 200, 200),
    ("POST", ENVELOPE, {IN_ENVELOPE: "key2"}, 403, 403),
    ("POST", ENVELOPE, FOREIGN | {IN_ENVELOPE: "key1"}, 200, 200),
    ("POST", ENVELOPE, WRONG | {IN_ENVELOPE: "key1"}, 401, 200),
    ("POST", "/api/2/envelope/", key("key2"), 200, 200),
    ("POST", "/api/9/envelope/", key("key1"), 404, 404),
    ("POST", "/api/0/envelope/", NOTHING, 404, 404),
    ("POST", "/api/0/store", key("key1"), 404, 404),
    ("POST", "/api/00/envelope/", NOTHING, 404, 404),
    ("POST", f"/api/{10**30}/envelope/", NOTHING, 404, 404),
    ("POST", ENVELOPE, FOREIGN, 401, 401),
    ("POST", ENVELOPE, FOREIGN | key("key1"), 200, 200),
    ("OPTIONS", ENVELOPE, FOREIGN, 204, 204),
    #
    ("GET", "/api/v1/traces", NOTHING, 401, 200),
    ("GET", "/api/v1/traces", bearer("ingest"), 403, 200),
    ("GET", "/api/v1/traces", bearer("read"), 200, 200),
    ("GET", "/api/v1/traces", bearer("write"), 200, 200),
    ("GET", "/api/v1/traces", key("key1"), 401, 200),
    ("GET", "/api/v1/openapi.json", NOTHING, 401, 200),
    ("GET", "/api/v1/live", NOTHING, 401, 200),
    ("POST", "/api/v1/issues/7", bearer("read"), 403, 200),
    ("POST", "/api/v1/issues/7", bearer("write"), 200, 200),
    ("POST", "/api/v1/issues/7", bearer("admin"), 200, 200),
    ("DELETE", "/api/v1/monitors/x", bearer("read"), 403, 200),
    ("GET", "/api/v1/tokens", bearer("write"), 403, 200),
    ("POST", "/api/v1/tokens", bearer("admin"), 200, 200),
    ("DELETE", "/api/v1/keys/x", bearer("write"), 403, 200),
    ("GET", "/api/v1/projects", bearer("admin"), 200, 200),
    ("POST", "/api/v1/backup", bearer("write"), 403, 200),
    ("GET", "/api/v1/me", NOTHING, 401, 200),
    ("GET", "/api/v1/me", bearer("ingest"), 200, 200),
    ("GET", "/api/unheard-of", NOTHING, 401, 200),
    #
    ("GET", "/api/0/", NOTHING, 401, 200),
    ("GET", "/api/0/", bearer("read"), 200, 200),
    ("GET", "/api/0/", {"authorization": "Bearer sntrys_any"}, 401, 200),
    ("POST", "/api/0/organizations/o/releases/", bearer("read"), 403, 200),
    ("POST", "/api/0/organizations/o/releases/", bearer("write"), 200, 200),
]


@pytest.mark.parametrize("asks", [True, False])
async def test_what_is_asked_and_shown_decides(entrance: MakeEntrance, asks: bool) -> None:
    hub = entrance(asks=asks)
    wrong = []
    async with hub.client() as http:
        for method, path, shown, where_asked, where_not in TABLE:
            hub.now_s += 60  # so that no failure counts for the next
            answer = await http.request(method, path, headers=shown)
            if answer.status_code != (where_asked if asks else where_not):
                wrong.append((method, path, list(shown), answer.status_code))
    assert wrong == []


async def refused(hub: Entrance, path: str, **headers: str) -> httpx.Response:
    async with hub.client() as http:
        return await http.post(path, headers=headers)


async def test_every_sender_reads_the_refusal_in_its_own_form(entrance: MakeEntrance) -> None:
    hub = entrance(asks=True)
    otlp = await refused(hub, "/v1/traces", **{"content-type": "application/x-protobuf"})
    said = Status.FromString(otlp.content)
    assert said.code == UNAUTHENTICATED
    assert "fleaglass hub token create NAME --scope ingest" in said.message
    as_json = await refused(hub, "/v1/traces", **{"content-type": "application/json"})
    assert as_json.json() == {"code": UNAUTHENTICATED, "message": said.message}
    sentry = await refused(hub, "/api/0/organizations/o/releases/")
    assert sentry.json() == {
        "detail": "this hub asks for a token. Send Authorization: Bearer flea_…, from: "
        "fleaglass hub token create NAME --scope write"
    }
    event = await refused(hub, ENVELOPE, **key("key2"))
    assert event.json() == {
        "detail": "this is no key of project 1, or it was revoked. Copy the DSN from: fleaglass hub key list"
    }
    error = (await refused(hub, "/api/v1/issues", **bearer("read"))).json()["error"]
    assert error == {
        "code": "missing_scope",
        "message": "the token 'flea_read' (flea_read…) has read, and this needs write",
        "hint": "Make another with: fleaglass hub token create NAME --scope write",
    }


@pytest.mark.parametrize(
    ("shown", "challenge"),
    [
        (NOTHING, f'Bearer realm="{REALM}"'),
        (WRONG, f'Bearer realm="{REALM}", error="invalid_token"'),
        (bearer("ingest"), f'Bearer realm="{REALM}", error="insufficient_scope"'),
    ],
)
async def test_a_hub_says_in_its_refusal_that_it_is_one(
    entrance: MakeEntrance, shown: dict[str, str], challenge: str
) -> None:
    answer = await refused(entrance(asks=True), "/api/v1/status", **shown)
    assert answer.headers["www-authenticate"] == challenge
    assert is_hubs_refusal(answer.status_code, answer.headers), "an agent knows it by this"
    assert answer.headers["cache-control"] == "no-store"


async def test_a_page_elsewhere_may_send_events_and_read_the_answer(entrance: MakeEntrance) -> None:
    async with entrance(asks=False).client() as http:
        preflight = await http.options(ENVELOPE, headers=FOREIGN | {"access-control-request-method": "POST"})
        sent = await http.post(ENVELOPE + "?sentry_key=key1", headers=FOREIGN)
        refused = await http.post(ENVELOPE, headers=FOREIGN)
        elsewhere = await http.post("/v1/traces", headers=FOREIGN)
    assert "content-encoding" in preflight.headers["access-control-allow-headers"]
    assert [each.headers["access-control-allow-origin"] for each in (preflight, sent, refused)] == ["*"] * 3
    assert elsewhere.status_code == 403, "nothing but events"


async def test_what_came_in_is_told_to_the_application(entrance: MakeEntrance) -> None:
    async with entrance(asks=True).client() as http:
        answer = await http.get("/api/v1/traces", headers=bearer("write"))
        sender = await http.post(ENVELOPE, headers=key("key1"))
    assert answer.json() == {"token": "flea_write", "scopes": ["read", "write"]}
    assert sender.json() == {"token": None, "scopes": ["ingest"]}


async def test_without_its_database_a_hub_that_asks_lets_nobody_in() -> None:
    answer = await refused(entrance_without_database(), "/api/v1/traces", **bearer("admin"))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert answer.json()["error"]["code"] == "state_unavailable"


async def test_who_guesses_is_slowed_down_and_who_knows_is_not(entrance: MakeEntrance) -> None:
    hub = entrance(asks=True)
    answers: list[Any] = [await refused(hub, "/v1/traces", authorization=f"Bearer {n}") for n in range(22)]
    assert [answer.status_code for answer in answers] == [401] * 20 + [429] * 2
    assert answers[-1].headers["retry-after"] == "3"
    assert (await refused(hub, "/v1/traces", **bearer("ingest"))).status_code == 200
    assert (await refused(hub, "/v1/traces")).status_code == 401, "who shows nothing guesses nothing"
    hub.now_s += 3
    assert (await refused(hub, "/v1/traces", **WRONG)).status_code == 401


async def test_telemetry_that_is_turned_away_is_counted_and_pages_are_not(entrance: MakeEntrance) -> None:
    door = entrance(asks=True)
    async with door.client() as client:
        for method, path in (("POST", "/v1/traces"), ("POST", ENVELOPE), ("GET", "/api/v1/traces"), ("POST", "/v1/x")):
            await client.request(method, path, headers=WRONG | {"x-sentry-auth": "Sentry sentry_key=guessed"})
    counted = {(row.kind, row.reason, row.requests) for row in door.refusals.rows()}
    assert counted == {("traces", "not_allowed", 1), ("envelopes", "not_allowed", 1)}


async def test_without_its_database_the_hub_counts_who_has_to_come_again() -> None:
    door = entrance_without_database()
    async with door.client() as client:
        answer = await client.post("/v1/logs", headers=WRONG)
    assert answer.headers["retry-after"] == "2"
    assert [(row.kind, row.reason) for row in door.refusals.rows()] == [("logs", "unavailable")]
