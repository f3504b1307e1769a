"""The hub witnesses ledgers over HTTP: it answers as tlog-witness says, remembers, and shows what does not fit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import count
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from fleaglass.hub.api.witness_routes import witness_routes
from fleaglass.hub.intake.queue import Queued
from fleaglass.hub.intake.reading import read
from fleaglass.hub.issues.event import Event
from fleaglass.hub.state import State, StateError
from fleaglass.hub.witness import records
from fleaglass.hub.witness.desk import Desk, Tell
from fleaglass.hub.witness.routes import witness_endpoints
from fleaglass.hub.witness.telling import envelope_of, notice_of
from fleaglass.ledger.tree.keys import Ed25519Signer
from fleaglass.ledger.witness import AddLog, Alarm, KnownLog
from tests.support.witnessed import COSIGNER, ORIGIN, History
from tests.unit.hub.api.state_api import StateApi

NOW_NS = 1_796_000_000_000_000_000
LOG = History.of("abcdefghijkl")
FORKED = History.of("abcXefghijkl")
STRANGER = History.of("abcdef", Ed25519Signer(ORIGIN, b"s" * 32))


async def nobody(_: Alarm, __: int) -> None:
    """Is told."""


def desk(state: State, tell: Tell = nobody) -> Desk:
    times = count(1_000)
    return Desk(state, COSIGNER, "", lambda: next(times), tell)


class Asked:
    """Posts to the witness of a hub."""

    def __init__(self, at: Desk) -> None:
        app = FastAPI()
        app.router.routes.extend(witness_endpoints(at))
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://hub/witness/")

    async def __call__(self, verb: str, body: bytes, **headers: str) -> httpx.Response:
        return await self._client.post(verb, content=body, headers=headers)

    async def grows(self, history: History, old: int, size: int) -> int:
        return (await self("add-checkpoint", history.request(old, size).encode())).status_code


async def test_a_log_is_trusted_on_its_first_word_and_what_is_cosigned_can_be_fetched_back(state: State) -> None:
    at = desk(state)
    asked, api = Asked(at), StateApi(witness_routes(at))
    assert await asked.grows(LOG, 0, 5) == 404
    assert at.known(ORIGIN) is None
    assert (await asked("add-log", AddLog(LOG.key.public).encode())).status_code == 200
    assert at.known(ORIGIN) == KnownLog(LOG.key.public)
    first = await asked("add-checkpoint", LOG.request(0, 5).encode())
    assert (first.status_code, first.text[:18]) == (200, "— witness.example ")
    wrong = await asked("add-checkpoint", LOG.request(0, 9).encode())
    assert (wrong.status_code, wrong.content, wrong.headers["content-type"]) == (409, b"5\n", "text/x.tlog.size")
    assert await asked.grows(LOG, 5, 9) == 200
    found = await api("GET", "witness/checkpoints", origin=ORIGIN)
    assert [(each["size"], each["root"]) for each in found["checkpoints"]] == [
        (9, LOG.checkpoint(9).root.hex()),
        (5, LOG.checkpoint(5).root.hex()),
    ]
    assert found["checkpoints"][1]["note"] == LOG.note(5).decode() + first.text
    about = await api("GET", "witness")
    assert (about["vkey"], about["why_not"]) == (COSIGNER.public.text, "")
    (log,) = about["logs"]
    assert (log["origin"], log["vkey"], log["newest"], log["alarms"]) == (
        ORIGIN,
        LOG.key.public.text,
        found["checkpoints"][0],
        0,
    )
    assert (await api("GET", "witness/checkpoints", origin=ORIGIN, limit=1))["checkpoints"] == found["checkpoints"][:1]


async def test_a_contradiction_is_shown_with_both_sides_and_counted(state: State) -> None:
    at = desk(state)
    asked, api = Asked(at), StateApi(witness_routes(at))
    await asked("add-log", AddLog(LOG.key.public).encode())
    await asked.grows(LOG, 0, 5)
    statuses = [await asked.grows(*each) for each in ((FORKED, 5, 5), (FORKED, 5, 5), (FORKED, 5, 9), (LOG, 2, 4))]
    assert statuses == [422, 422, 422, 409]
    assert (await asked("add-log", AddLog(STRANGER.key.public).encode())).status_code == 409
    alarms = (await api("GET", "witness/alarms", origin=ORIGIN))["alarms"]
    assert [(each["kind"], each["times"]) for each in alarms] == [
        ("other_key", 1),
        ("went_back", 1),
        ("unproved", 1),
        ("fork", 2),
    ]
    assert alarms[-1]["held"].startswith(LOG.note(5).decode())
    assert alarms[-1]["shown"] == FORKED.note(5).decode()
    assert (await api("GET", "witness"))["logs"][0]["alarms"] == 4
    assert (await api("GET", "witness/alarms", limit=1))["alarms"] == alarms[:1]
    assert (await api("GET", "witness/alarms", origin="nobody"))["alarms"] == []


async def test_an_alarm_becomes_an_issue_with_both_sides(state: State) -> None:
    told: list[Event] = []

    async def tell(alarm: Alarm, _: int) -> None:
        queued = Queued(1, 1, NOW_NS, envelope_of(notice_of(alarm), NOW_NS))
        told.extend(read([queued], {1: "agents"}).events)

    asked = Asked(desk(state, tell))
    await asked("add-log", AddLog(LOG.key.public).encode())
    for each in ((LOG, 0, 5), (LOG, 0, 9), (FORKED, 5, 5), (FORKED, 5, 6)):
        await asked.grows(*each)
    assert [(each.level, each.tags["ledger.alarm"], each.tags["ledger.origin"]) for each in told] == [
        ("fatal", "fork", ORIGIN),
        ("error", "unproved", ORIGIN),
    ]
    assert told[0].fingerprint == (f"witness fork {ORIGIN}",)
    assert told[0].message.startswith(f"The ledger {ORIGIN} has signed two different histories")


async def test_an_alarm_about_a_proof_is_over_when_the_proof_comes(state: State) -> None:
    at = desk(state)
    asked, api = Asked(at), StateApi(witness_routes(at))
    await asked("add-log", AddLog(LOG.key.public).encode())
    await asked.grows(LOG, 0, 5)
    unproved = LOG.request(5, 9).encode().replace(b"old 5\n", b"old 5\n" + b"A" * 43 + b"=\n")
    assert (await asked("add-checkpoint", unproved)).status_code == 422
    assert await asked.grows(LOG, 5, 9) == 200
    (alarm,) = (await api("GET", "witness/alarms"))["alarms"]
    assert int(alarm["explained_ns"]) > int(alarm["last_ns"])
    assert (await api("GET", "witness"))["logs"][0]["alarms"] == 0


async def test_of_many_at_once_one_history_is_cosigned(state: State) -> None:
    asked = Asked(desk(state))
    await asked("add-log", AddLog(LOG.key.public).encode())
    histories = [LOG, FORKED] * 6
    statuses = await asyncio.gather(*(asked.grows(each, 0, size) for size, each in enumerate(histories, 1)))
    assert sorted(statuses) == [200] + [409] * 11
    api = StateApi(witness_routes(desk(state)))
    assert len((await api("GET", "witness/checkpoints", origin=ORIGIN))["checkpoints"]) == 1


async def test_an_operator_may_pin_a_log_before_it_is_heard_of(state: State) -> None:
    at = desk(state)
    asked, api = Asked(at), StateApi(witness_routes(at))
    pin = {"vkey": LOG.key.public.text}
    for _ in range(2):
        assert await api("POST", "witness/logs", pin) == pin
    assert (await asked("add-log", AddLog(STRANGER.key.public).encode())).status_code == 409
    assert (await api.refused("POST", "witness/logs", {"vkey": STRANGER.key.public.text}))[:2] == (409, "other_key")
    assert (await api.refused("POST", "witness/logs", {"vkey": COSIGNER.public.text}))[:2] == (400, "bad_body")
    assert (await api.refused("GET", "witness/checkpoints"))[:2] == (400, "bad_filter")
    assert (await api.refused("GET", "witness/checkpoints", origin="nobody"))[:2] == (404, "unknown_origin")


async def test_without_its_key_nothing_is_cosigned_and_it_says_so(state: State) -> None:
    at = Desk(state, None, "the key is missing", lambda: 1, nobody)
    asked, api = Asked(at), StateApi(witness_routes(at))
    answer = await asked("add-log", AddLog(LOG.key.public).encode())
    assert (answer.status_code, answer.headers["retry-after"], "the key is missing" in answer.text) == (503, "5", True)
    assert await api("GET", "witness") == {"vkey": None, "why_not": "the key is missing", "logs": []}
    assert (await api.refused("POST", "witness/logs", {"vkey": LOG.key.public.text}))[:2] == (503, "no_key")


async def test_what_is_too_large_or_cannot_be_kept_is_refused(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked(desk(state))
    assert (await asked("add-checkpoint", b"x" * 70_000)).status_code == 413
    assert (await asked("add-checkpoint", b"x", **{"content-encoding": "lzma"})).status_code == 415
    monkeypatch.setattr(records, "MOST_LOGS", 0)
    assert (await asked("add-log", AddLog(LOG.key.public).encode())).status_code == 403

    class Down:
        async def writing(self, deed: Callable[..., Any]) -> Any:
            raise StateError("connection refused")

    down = Asked(Desk(Down(), COSIGNER, "", lambda: 1, nobody))  # type: ignore[arg-type]
    assert (await down("add-log", AddLog(LOG.key.public).encode())).status_code == 503
