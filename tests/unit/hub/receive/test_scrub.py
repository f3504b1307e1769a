"""Secrets that other SDKs send are taken out on arrival, wherever they stand."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.hub.receive.scrub import scrub_text, scrubbed
from tests.unit.hub.receive.sentry_payloads import event, json_values

KEY = "pf_live_k3yk3yk3yk3y"
ODD = "correct-horse-7"


@pytest.mark.parametrize(
    "sent",
    [
        {"message": f"refused {KEY}"},
        {"logentry": {"message": "refused %s", "params": [KEY]}},
        {"exception": {"type": "E", "value": f"refused {KEY}"}},
        {"exception": {"stacktrace": {"frames": [{"vars": {"api_key": ODD}}]}}},
        {"exception": {"stacktrace": {"frames": [{"vars": {"headers": {"Authorization": ODD}}}]}}},
        {"exception": {"stacktrace": {"frames": [{"context_line": f'KEY = "{KEY}"'}]}}},
        {"exception": {"stacktrace": {"frames": [{"context_line": "x", "pre_context": [f"k = '{KEY}'"]}]}}},
        {"exception": {"stacktrace": {"frames": [{"pre_context": [f"k = '{KEY}'"]}]}}},
        {"breadcrumbs": [{"message": f"GET /v1?key={ODD}", "data": {"url": f"https://h/v1?token={ODD}"}}]},
        {"breadcrumbs": [{"data": {"password": ODD}}]},
        {"tags": {"token": ODD}},
        {"tags": [["who", KEY]]},
        {"user": {"id": KEY}},
        {"user": {"data": {"secret": ODD}}},
        {"request": {"headers": {"X-Api-Key": ODD}, "cookies": {"session": ODD}}},
        {"request": {"headers": [["Cookie", f"session={ODD}"]]}},
        {"request": {"url": f"https://user:{ODD}@h/", "query_string": f"api_key={ODD}"}},
        {"request": {"data": {"a": {"b": {"mnemonic": ODD}}}}},
        {"contexts": {"app": {"client_secret": ODD}}},
        {"extra": {"sys.argv": ["run", "--password", ODD]}},
        {"extra": {KEY: 1}},
        {"fingerprint": [KEY]},
        {"transaction": f"/pay/{KEY}"},
        {"server_name": KEY},
        {"whatever": {"nobody": {"knows": KEY}}},
        {"level": KEY},
        {"tags": {"api_key": [ODD]}},
    ],
)
def test_a_secret_is_nowhere_in_the_event(sent: dict[str, Any]) -> None:
    said = repr(event(sent))
    assert KEY not in said
    assert ODD not in said


def test_of_an_environment_only_what_is_harmless_stays() -> None:
    """sentry-cli's send-event sends all of it."""
    environ = {
        "HOME": "/home/a",
        "LC_ALL": "C",
        "PATH": "/bin",
        "X_ODD": ODD,
        "HOSTNAME": KEY,
        "DATABASE_URL": "pg://h",
    }
    told = event({"extra": {"environ": environ}}).body["extra"]["environ"]
    assert told == {
        "HOME": "/home/a",
        "LC_ALL": "C",
        "PATH": "/bin",
        "X_ODD": "[scrubbed]",
        "HOSTNAME": "[scrubbed]",
        "DATABASE_URL": "[scrubbed]",
    }


def test_a_key_that_is_wrapped_over_source_lines_goes() -> None:
    frame = {
        "pre_context": ['KEY = """-----BEGIN PRIVATE KEY-----', "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC"],
        "context_line": "Aas2e0Tq4bmBAECggEA",
        "post_context": ["-----END PRIVATE KEY-----", "after()"],
    }
    told = event({"exception": {"stacktrace": {"frames": [frame]}}}).body["exception"][0]["stacktrace"]["frames"][0]
    lines = [*told["pre_context"], told["context_line"], *told["post_context"]]
    assert len(lines) == 5
    assert lines[-1] == "after()"
    assert "MIIE" not in "".join(lines)
    assert "Aas2" not in "".join(lines)


def test_an_agents_id_stays_where_it_stands_alone() -> None:
    """The guides' ids are shaped like keys, and they put them into the user's name."""
    agent = "pf_live_agent_abc"
    sent = {
        "tags": {"agent_id": agent},
        "user": {"id": agent, "username": f"agent-{agent}"},
        "extra": {"api_key": agent, "said": f"Bearer {agent}", "other": KEY},
    }
    said = event(sent)
    assert (said.tags, said.user) == ({"agent_id": agent}, agent)
    assert said.body["user"]["username"] == f"agent-{agent}"
    assert agent not in repr(said.body["extra"])
    assert KEY not in repr(said)


def test_a_transactions_hash_stays_by_its_name() -> None:
    tx_hash = "0x" + "ab" * 32
    assert scrubbed({"tx_hash": tx_hash, "pf.tx_hash": tx_hash, "other": tx_hash}) == {
        "tx_hash": tx_hash,
        "pf.tx_hash": tx_hash,
        "other": "[scrubbed]",
    }


@pytest.mark.parametrize("text", ["", "ord_1", "agent/trade.py", "0af7651916cd43dd8448eb211c80319c", "size = 1"])
def test_what_holds_no_secret_stays(text: str) -> None:
    assert scrub_text(text) == text


@given(json_values())
def test_scrubbing_twice_changes_nothing_more(value: Any) -> None:
    once = scrubbed({"extra": value})
    assert json.dumps(scrubbed(once)) == json.dumps(once)


@given(json_values(), st.lists(st.sampled_from(["a", "values", "data"]), max_size=8))
def test_a_key_is_found_at_any_depth(beside: Any, path: list[str]) -> None:
    value: Any = KEY
    for name in path:
        value = {name: [value, beside]}
    assert KEY not in json.dumps(scrubbed({"extra": value}))
