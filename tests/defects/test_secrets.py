"""Defect 42: a key in a local variable, in something nested, in a message."""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from typing import Any

import sentry_sdk

from fleaglass.testing import recording
from tests.defects.raw import raw_sentry

KEY = "_".join(["pf", "live", "0123456789abcdef0123456789abcdef"])  # not in one piece: lines of source are sent too


def place(key: str) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    request = {"session": {"headers": [("X-Api-Key", key)]}, "sizes": [1, 2]}
    raise ValueError(f"refused for {key}: {len(headers) + len(request)}")


def parts(event: dict[str, Any]) -> dict[str, str]:
    value = event["exception"]["values"][-1]
    variables = value["stacktrace"]["frames"][-1]["vars"]
    return {
        "message": value["value"],
        "headers": json.dumps(variables["headers"]),
        "nested": json.dumps(variables["request"]),
    }


def test_d42_raw_the_default_scrubber_leaves_a_key_in_locals_nested_values_and_messages() -> None:
    with raw_sentry() as sent:
        try:
            place(KEY)
        except ValueError as error:
            sentry_sdk.capture_exception(error)
    assert {name for name, text in parts(sent.event).items() if KEY in text} == {"message", "headers", "nested"}


def test_d42_ours_a_key_leaves_by_no_way() -> None:
    with recording(release="agent@1") as record:
        agent = record.agent
        with suppress(ValueError), agent.session(), agent.cycle() as cycle:
            cycle.set(note=f"my key is {KEY}")
            agent.breadcrumb("startup", f"key {KEY}", api_key=KEY, nested={"token": [KEY]})
            agent.state(session={"key": KEY})
            logging.getLogger("strategy").warning("using %s", KEY)
            place(KEY)
        agent.capture(ValueError(f"refused for {KEY}"), headers={"Authorization": KEY}, pairs=[("cookie", KEY)])
    assert len(record.events) == 2
    told = repr((record.spans, record.events, record.sessions, record.breadcrumbs))
    assert KEY.rpartition("_")[2] not in told
    assert '["1", "2"]' in parts(record.events[0])["nested"], "what is no secret is still told"
