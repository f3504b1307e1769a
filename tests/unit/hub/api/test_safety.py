"""GET /safety over a real store and a real state: per agent alive, open, today, changed; and the answer to it all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI
from sqlalchemy import Table

from fleaglass.hub.api.safety_routes import safety_routes
from fleaglass.hub.issues.tables import activity, groups, issues
from fleaglass.hub.ledgers import Ledgers
from fleaglass.hub.monitors.tables import monitor_environments, monitors
from fleaglass.hub.releases.tables import deploys, releases
from fleaglass.hub.sessions.tables import sessions
from fleaglass.hub.state import State
from fleaglass.hub.store import Store
from fleaglass.hub.store.engine import Engine
from fleaglass.hub.witness.records import SqlRecords
from fleaglass.ledger.witness import Alarm
from tests.support.ledger_story import AGENT, tampered_copy, write_story
from tests.support.otlp import traces
from tests.support.witnessed import History
from tests.unit.hub.api.conftest import MINUTE, NOW
from tests.unit.hub.api.promised import faults

Put = Callable[..., None]
Ask = Callable[..., Any]
SECOND = MINUTE // 60
DAY = 1440 * MINUTE
RESOURCE = {"pf.agent_id": "a", "pf.strategy": "momentum", "pf.release": "a@2.0.0", "pf.environment": "live"}


@pytest.fixture
def ledgers() -> Ledgers:
    """None, until a test puts some there."""
    return Ledgers()


@pytest.fixture
def ask(store: Store, state: State, ledgers: Ledgers) -> Ask:
    present = [NOW]
    app = FastAPI(openapi_url="/api/v1/openapi.json")
    app.include_router(safety_routes(store, state, ledgers, lambda: present[0]))
    document = app.openapi()

    async def asked(expected: int = 200, now_ns: int = NOW, **query: Any) -> Any:
        present[0] = now_ns
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://hub/api/v1/") as client:
            response = await client.get("safety", params=query)
        assert response.status_code == expected, response.text
        promised = document["paths"]["/api/v1/safety"]["get"]["responses"][str(expected)]
        schema = promised["content"]["application/json"]["schema"]
        assert list(faults(response.json(), schema, document)) == []
        return response.json()

    return asked


def span(name: str, ago: int = 0, lasts: int = SECOND, **fields: Any) -> dict[str, Any]:
    """A span that ended `ago` nanoseconds before NOW; attributes are written with underscores, without pf."""
    own = {key: fields.pop(key) for key in ("id", "trace", "parent", "status", "links") if key in fields}
    told = {"pf." + key.replace("order_state", "order.state"): value for key, value in fields.items()}
    end = NOW - ago
    return {"name": name, "start_time_unix_nano": end - lasts, "end_time_unix_nano": end, "attributes": told, **own}


def cycles(*ages: int, outcome: str = "skipped", **fields: Any) -> list[dict[str, Any]]:
    """Cycles that ended so long before NOW, each in a trace of its own."""
    return [
        span("agent.decision_cycle", ago, trace=1000 + n, cycle_outcome=outcome, **fields) for n, ago in enumerate(ages)
    ]


def send(put: Put, *spans: dict[str, Any], **resource: str) -> None:
    put(traces(*spans, resource=RESOURCE | {f"pf.{key}": value for key, value in resource.items()}))


MINUTELY = cycles(*(n * MINUTE + 10 * SECOND for n in range(5)))


async def test_an_agent_is_described_with_its_last_cycle_and_usual_interval(ask: Ask, put: Put) -> None:
    send(put, *MINUTELY)
    answer = await ask()
    (agent,) = answer["agents"]
    assert agent | {"open": ..., "today": ...} == {
        "agent": "a",
        "strategy": "momentum",
        "release": "a@2.0.0",
        "environment": "live",
        "alive": "alive",
        "reason": "a cycle completed 10 s ago, usually every 1 min",
        "last_cycle_ns": str(NOW - 10 * SECOND),
        "usual_interval_ns": MINUTE,
        "last_heard_ns": str(NOW - 10 * SECOND),
        "session": None,
        "check_ins": [],
        "open": ...,
        "today": ...,
        "changed": [],
    }
    assert answer["verdict"] == {
        "answer": "yes",
        "says": "Yes, as far as is known: 1 agent alive, nothing in flight.",
        "reasons": [],
    }


async def test_a_cycle_that_was_cut_short_is_no_sign_of_life_and_one_sent_twice_is_one(ask: Ask, put: Put) -> None:
    send(put, *cycles(200 * SECOND, 300 * SECOND, 400 * SECOND))
    send(put, *cycles(200 * SECOND, 300 * SECOND, 400 * SECOND))
    send(put, span("agent.decision_cycle", 5 * SECOND, trace=1, cycle_outcome="interrupted"))
    (agent,) = (await ask())["agents"]
    assert (agent["last_cycle_ns"], agent["usual_interval_ns"]) == (str(NOW - 200 * SECOND), 100 * SECOND)
    assert agent["last_heard_ns"] == str(NOW - 5 * SECOND)
    assert agent["today"]["cycles"] == 4


async def test_a_hub_that_heard_nobody_says_so(ask: Ask) -> None:
    answer = await ask()
    assert (answer["agents"], answer["verdict"]["answer"]) == ([], "unknown")


async def test_a_ledger_that_was_tampered_with_is_said_with_its_name_even_when_nobody_was_heard(
    ask: Ask, put: Put, ledgers: Ledgers, tmp_path: Path
) -> None:
    write_story(tmp_path)
    ledgers.folders = (tampered_copy(tmp_path, tmp_path / "copies"),)
    list(ledgers.verify(lambda: NOW))
    says = f"{AGENT}-copy's ledger was tampered with: entry 2 is the first that cannot be believed"
    expected = {
        "answer": "no",
        "says": f"No: {says}.",
        "reasons": [
            {
                "severity": "danger",
                "kind": "ledger",
                "agent": f"{AGENT}-copy",
                "says": says,
                "at_risk_usd": "0",
                "since_ns": str(NOW),
                "ledger": f"{AGENT}-copy",
            }
        ],
    }
    assert (await ask())["verdict"] == expected
    send(put, *MINUTELY)
    assert (await ask())["verdict"] == expected


async def test_an_alarm_of_the_hub_as_a_witness_is_a_doubt_and_a_fork_is_none(ask: Ask, state: State) -> None:
    log = History.of("abcd")
    origin = log.key.name
    for kind, answer in (("went_back", "unsure"), ("fork", "no")):
        with state.write() as connection:
            records = SqlRecords(connection, lambda: NOW)
            records.trust(log.key.public, None)
            records.alarm(Alarm(kind, origin, "held", "shown", log.checkpoint(2)))  # type: ignore[arg-type]
        verdict = (await ask())["verdict"]
        assert (verdict["answer"], verdict["reasons"][0]["kind"], verdict["reasons"][0]["ledger"]) == (
            answer,
            "ledger",
            None,
        )


LOST: dict[str, Any] = {
    "asset": "BTC",
    "side": "buy",
    "quantity": 0.5,
    "expected_price": 2408.2,
    "order_state": "unknown",
}


async def test_money_that_is_out_is_counted_exactly_each_thing_with_its_trace(ask: Ask, put: Put) -> None:
    send(
        put,
        *MINUTELY,
        span("pf.trade.execute", 4 * MINUTE, trace=21, order_id="ord_1", status=2, **LOST),
        span("pf.trade.execute", 3 * MINUTE, trace=22, order_state="unknown", asset="ETH", side="sell"),
        span("pf.trade.execute", 2 * MINUTE, trace=23, order_id="ord_3", **(LOST | {"order_state": "open"})),
        span("pf.escrow.create", MINUTE, trace=24, escrow_id="esc_1", amount_usd=0.1, escrow_status="funded"),
    )
    answer = await ask()
    opened = answer["agents"][0]["open"]
    begun = str(NOW - 4 * MINUTE - SECOND)
    assert opened["unknown"] == {"count": 2, "usd": "1204.1", "unpriced": 1, "oldest_ns": begun}
    assert (opened["waiting"]["count"], opened["waiting"]["usd"]) == (1, "1204.1")
    assert (opened["held"]["count"], opened["held"]["usd"]) == (1, "0.1")
    assert [(thing["kind"], thing["fate"], thing["id"], int(thing["trace_id"], 16)) for thing in opened["things"]] == [
        ("order", "unknown", "ord_1", 0x15),
        ("order", "waiting", "ord_3", 0x17),
        ("escrow", "held", "esc_1", 0x18),
        ("order", "unknown", None, 0x16),
    ]
    assert answer["verdict"]["says"] == "Not sure: a has 2 orders unknown ($1,204.10), the oldest for 4 min."


async def test_a_request_without_an_answer_is_in_flight_until_its_span_ends(ask: Ask, put: Put, engine: Engine) -> None:
    send(put, *MINUTELY)
    under_way = traces(
        span("agent.decision_cycle", trace=31, id=1),
        span("pf.trade.execute", trace=31, id=2, parent=1, **(LOST | {"order_state": "open"})),
        span("pf.trade.execute", trace=31, id=3, parent=2, **(LOST | {"order_state": "open"})),
        resource=RESOURCE,
    )
    for each in under_way.resource_spans[0].scope_spans[0].spans:
        each.ClearField("end_time_unix_nano")
    engine.insert("open", under_way.SerializeToString())
    flying = (await ask())["agents"][0]["open"]["in_flight"]
    assert (flying["count"], flying["usd"]) == (1, "1204.1")
    send(put, *(span("pf.trade.execute", trace=31, id=n, order_state="filled") for n in (2, 3)))
    assert (await ask())["agents"][0]["open"]["in_flight"]["count"] == 0


def fill(side: str, quantity: float, trace: int, ago: int = MINUTE, **told: Any) -> dict[str, Any]:
    sent: dict[str, Any] = {"asset": "BTC", "side": side, "quantity": quantity, "order_id": f"ord_{trace}"}
    filled: dict[str, Any] = {"order_state": "filled", "fill_quantity": quantity, "fill_price": 100.5}
    return span("pf.trade.execute", ago, trace=trace, **sent | filled | told)


async def test_a_position_is_what_fills_leave(ask: Ask, put: Put) -> None:
    send(
        put,
        fill("buy", 0.3, 1, 5 * MINUTE),
        fill("buy", 0.3, 1, 5 * MINUTE),  # the same span again
        fill("sell", 0.1, 2, 4 * MINUTE),
        fill("buy", 1.0, 3, 3 * MINUTE, fill_quantity=0.25, order_state="partially_filled"),
        fill("buy", 9.0, 4, 2 * MINUTE, fill_quantity=0.0, order_state="cancelled"),
        span("pf.trade.close", MINUTE, trace=5, asset="BTC", side="sell", quantity=0.05, order_state="filled"),
        fill("sell", 2.0, 6, asset="ETH"),
        fill("buy", 2.0, 7, asset="ETH"),
    )
    (position,) = (await ask())["agents"][0]["open"]["positions"]
    assert (position["asset"], position["quantity"]) == ("BTC", "0.4")
    assert (position["price_usd"], position["value_usd"], int(position["trace_id"], 16)) == ("100.5", "40.2", 5)


async def test_a_fill_that_is_read_later_counts_for_whoever_sent_the_order_and_once(ask: Ask, put: Put) -> None:
    send(put, fill("sell", 1.0, 1, 5 * MINUTE, fill_quantity=0.4, order_state="partially_filled"))
    read: dict[str, Any] = {
        "order_id": "ord_1",
        "order_state": "filled",
        "side": "sell",
        "asset": "BTC",
        "fill_quantity": 1.0,
    }
    send(put, span("pf.trade.read", 2 * MINUTE, trace=2, **read), agent_id="reader")
    send(put, span("pf.trade.read", MINUTE, trace=3, **read), agent_id="reader")
    found = {agent["agent"]: agent["open"]["positions"] for agent in (await ask())["agents"]}
    assert [position["quantity"] for position in found["a"]] == ["-1"]
    assert found["reader"] == []


async def test_two_venues_that_give_the_same_order_id_are_two_orders(ask: Ask, put: Put) -> None:
    send(put, fill("buy", 1.0, 1, order_id="ord_1"))
    send(put, fill("sell", 2.0, 2, order_id="ord_1"), agent_id="b")
    found = {agent["agent"]: agent["open"]["positions"][0]["quantity"] for agent in (await ask())["agents"]}
    assert found == {"a": "1", "b": "-2"}


async def test_today_is_what_was_done_since_midnight_in_the_zone_that_was_asked_for(ask: Ask, put: Put) -> None:
    """NOW is 22:23 in UTC, and in Tokyo 07:23 of the next day."""
    traded = cycles(MINUTE, 2 * MINUTE, outcome="order_placed")
    closing = span("pf.trade.close", 3 * MINUTE, trace=41, parent=9, pnl_usd=0.3, fee_usd=0.1)
    earlier = span("pf.trade.close", 10 * 60 * MINUTE, trace=42, parent=9, pnl_usd=5.0, fee_usd=0.05, status=2)
    send(put, *traded, closing, earlier)
    today = (await ask())["agents"][0]["today"]
    assert today == {
        "net_usd": "5.15",
        "pnl_usd": "5.3",
        "fees_usd": "0.15",
        "cycles": 2,
        "traded": 2,
        "errors": 1,
        "new_issues": [],
        "regressed_issues": [],
    }
    tokyo = await ask(tz="Asia/Tokyo")
    assert int(tokyo["today_from_ns"]) == NOW - NOW % DAY - 9 * 60 * MINUTE + DAY
    assert (tokyo["agents"][0]["today"]["net_usd"], tokyo["agents"][0]["today"]["errors"]) == ("0.2", 0)


@pytest.mark.parametrize("tz", ["Nowhere/Else", "America", "../etc/passwd", "Zürich", "\x00"])
async def test_a_zone_that_is_none_is_refused_in_words(ask: Ask, tz: str) -> None:
    error = (await ask(400, tz=tz))["error"]
    assert error["message"].startswith("tz must be the IANA name of a time zone")


async def test_what_changed_in_a_day_newest_first(ask: Ask, put: Put, state: State) -> None:
    send(put, span("agent.decision_cycle", 30 * 60 * MINUTE, trace=51), release="a@1.9.0")
    send(put, span("agent.decision_cycle", 60 * MINUTE, trace=52), release="a@2.0.0")
    send(put, span("agent.decision_cycle", 50 * MINUTE, trace=53), release="a@1.9.0", environment="paper")
    send(put, span("agent.decision_cycle", 40 * MINUTE, trace=54), release="a@2.0.0", environment="paper")
    marked: dict[str, Any] = {"marker.kind": "parameters", "marker.change": "iv_window 20 → 30"}
    send(put, span("pf.agent.marker", 20 * MINUTE, trace=55, **marked), environment="paper")
    with state.write() as connection:
        connection.execute(releases.insert().values(id=1, version="a@2.0.0", status="open", added_ns=0))
        told = {"release": 1, "environment": "paper", "name": "second try", "finished_ns": NOW - 45 * MINUTE}
        connection.execute(deploys.insert().values(**told))
        connection.execute(deploys.insert().values(**told | {"environment": "live"}))
        connection.execute(deploys.insert().values(**told | {"finished_ns": NOW - 2 * DAY}))
    changed = (await ask())["agents"][0]["changed"]
    assert [(each["kind"], each["says"]) for each in changed] == [
        ("parameters", "iv_window 20 → 30"),
        ("release", "a@1.9.0 → a@2.0.0"),
        ("deploy", "a@2.0.0 to paper (second try)"),
        ("release", "a@2.0.0 → a@1.9.0"),
        ("environment", "live → paper"),
        ("release", "a@1.9.0 → a@2.0.0"),
    ]
    assert int(changed[0]["trace_id"], 16) == 55


async def test_the_first_release_of_an_agent_is_no_change(ask: Ask, put: Put) -> None:
    send(put, *MINUTELY)
    assert (await ask())["agents"][0]["changed"] == []


def add_session(state: State, sid: str, ago: int, **told: Any) -> None:
    known: dict[str, Any] = {
        "project": 1,
        "sid": sid,
        "release": "a@2.0.0",
        "environment": "live",
        "user": "a",
        "status": "ok",
        "inferred": False,
        "errors": 0,
        "started_ns": NOW - ago,
        "seen_ns": NOW - ago + SECOND,
    }
    with state.write() as connection:
        connection.execute(sessions.insert().values(**known | told))


async def test_its_latest_session_is_the_one_under_its_own_id(ask: Ask, put: Put, state: State) -> None:
    send(put, *cycles(60 * MINUTE, 61 * MINUTE, 62 * MINUTE))
    add_session(state, "old", 90 * MINUTE, status="exited")
    add_session(state, "new", 80 * MINUTE, status="crashed", seen_ns=NOW - 59 * MINUTE, errors=2, release="a@1.0.0")
    add_session(state, "other", MINUTE, user="b")
    answer = await ask()
    (agent,) = answer["agents"]
    assert (agent["session"]["status"], agent["session"]["errors"]) == ("crashed", 2)
    assert (agent["alive"], agent["reason"]) == ("ended", "its session crashed 59 min ago")
    assert answer["verdict"]["answer"] == "no"


async def test_a_program_that_names_nobody_is_known_by_release_and_environment(
    ask: Ask, put: Put, state: State
) -> None:
    send(put, *MINUTELY)
    add_session(state, "elsewhere", 5 * MINUTE, user="", environment="paper", status="crashed")
    add_session(state, "here", 9 * MINUTE, user="")
    assert (await ask())["agents"][0]["session"]["status"] == "ok"


def add_monitor(state: State, number: int, slug: str, **statuses: str) -> None:
    """With its status in each environment, by that name."""
    with state.write() as connection:
        told = {"project": 1, "slug": slug, "name": slug, "enabled": True, "muted": False, "added_ns": 0}
        connection.execute(monitors.insert().values(id=number, **told))
        times = {"last_ns": NOW - MINUTE, "next_latest_ns": NOW + MINUTE, "changed_ns": 0}
        for environment, status in statuses.items():
            where = {"monitor": number, "environment": environment, "muted": False}
            connection.execute(monitor_environments.insert().values(status=status, **where, **times))


async def test_its_monitors_are_its_own_sign_of_life_and_the_jobs_it_ran(ask: Ask, put: Put, state: State) -> None:
    slug: dict[str, Any] = {"monitor.slug": "nightly"}
    send(put, *MINUTELY, span("pf.monitor.run", 9 * MINUTE, trace=61, **slug))
    add_monitor(state, 1, "alive-a", live="ok")
    add_monitor(state, 2, "nightly", live="error", paper="ok")
    add_monitor(state, 3, "alive-b", live="error")
    answer = await ask()
    assert [(each["slug"], each["status"], each["alive"]) for each in answer["agents"][0]["check_ins"]] == [
        ("alive-a", "ok", True),
        ("nightly", "error", False),
    ]
    assert answer["verdict"]["says"] == "Not sure: a: monitor nightly failed or was missed."


def add_issue(state: State, number: int, first_ns: int, status: str = "unresolved", regressed_ns: int = 0) -> None:
    """An issue of two groups, with the hashes x and y and its number."""
    texts = ("title", "culprit", "type", "value", "level", "platform", "first_release", "last_release", "kind", "about")
    figures: dict[str, Any] = dict.fromkeys(texts, "") | {
        "title": f"issue {number}",
        "project": 1,
        "events": 1,
        "users": 0,
    }
    figures |= {"first_seen_ns": first_ns, "last_seen_ns": NOW, "active_at_ns": first_ns, "changed_ns": first_ns}
    figures |= {"status": status, "issue": number, "home": number}

    def row(table: Table, **own: Any) -> Any:
        return table.insert().values({name: figures[name] for name in table.c.keys() & figures.keys()} | own)

    with state.write() as connection:
        connection.execute(row(issues, id=number))
        for part in ("x", "y"):
            connection.execute(row(groups, hash=f"{part}{number}"))
        if regressed_ns:
            connection.execute(row(activity, at_ns=regressed_ns, kind="regressed", detail={}))


LATER = 60 * 365 * DAY
"""So far after NOW that the engine does not yet drop events for their age."""


def add_event(engine: Engine, hash_: str, agent: str) -> None:
    at_s = (NOW + LATER - MINUTE) // SECOND
    told = {"hash": hash_, "time": f"{at_s}.0", "received": f"{at_s}.0", "event_id": hash_ + agent, "agent": agent}
    engine.insert("events", orjson.dumps(told))


async def test_issues_of_the_day_are_those_of_the_agents_whose_events_they_are(
    ask: Ask, put: Put, state: State, engine: Engine
) -> None:
    now = NOW + LATER
    send(put, *cycles(*(n * MINUTE - LATER for n in range(5))))
    add_issue(state, 1, now - MINUTE)  # new
    add_issue(state, 2, now - 9 * DAY, regressed_ns=now - MINUTE)
    add_issue(state, 3, now - 9 * DAY)  # old
    add_issue(state, 4, now - MINUTE, status="resolved")
    add_issue(state, 5, now - MINUTE)  # new, and somebody else's
    for hash_, agent in (("x1", "a"), ("y1", "a"), ("y2", "a"), ("x3", "a"), ("x4", "a"), ("x5", "b"), ("x5", "")):
        add_event(engine, hash_, agent)
    answer = await ask(now_ns=now)
    today = answer["agents"][0]["today"]
    assert (today["new_issues"], today["regressed_issues"]) == ([1], [2])
    assert answer["verdict"]["says"] == "Not sure: a: issue 2 came back."


async def test_a_parameter_that_is_unknown_is_refused(ask: Ask) -> None:
    assert (await ask(400, agent="a"))["error"]["code"] == "unknown_parameter"


async def test_a_state_that_does_not_answer_is_said(ask: Ask, put: Put, state: State) -> None:
    send(put, *MINUTELY)
    with state.write() as connection:
        sessions.drop(connection)
    assert (await ask(503))["error"]["code"] == "state_unavailable"
    with state.write() as connection:  # a database of a server's is used by the next test
        sessions.create(connection)
