"""An event that a server would refuse for its size goes out without what it can best do without."""

import json
from typing import Any

import pytest

from fleaglass.recorder.sentry.clean import clean
from fleaglass.recorder.sentry.fitting import fitted
from fleaglass.recorder.sentry.items import Event

FRAME = {"function": "decide", "lineno": 7, "context_line": "raise", "pre_context": ["a"], "post_context": ["b"]}
EVENT: Event = {
    "event_id": "a" * 32,
    "level": "error",
    "fingerprint": ["InsufficientMarginError", "BTC", "order_placement"],
    "tags": {"agent_id": "vol-arb-1"},
    "contexts": {"trace": {"trace_id": "b" * 32, "span_id": "c" * 16}, "agent_state": {"open_positions": 3}},
    "exception": {"values": [{"type": "ValueError", "stacktrace": {"frames": [{**FRAME, "vars": {"size": "3"}}]}}]},
    "breadcrumbs": {"values": [{"message": "signal"}]},
    "modules": {"httpx": "0.28"},
}
LARGE = ["x" * 8_000] * 130


def with_frame(**values: Any) -> Event:
    frame = {**EVENT["exception"]["values"][0]["stacktrace"]["frames"][0], **values}
    return {**EVENT, "exception": {"values": [{"type": "ValueError", "stacktrace": {"frames": [frame]}}]}}


def left_out(event: Event) -> str:
    assert len(json.dumps(event)) <= 1_000_000
    found: str = event["contexts"]["too_large"]["left_out"]
    return found


def frame_of(event: Event) -> Event:
    found: Event = event["exception"]["values"][0]["stacktrace"]["frames"][0]
    return found


def test_one_of_ordinary_size_stays_as_it_is() -> None:
    assert fitted(EVENT) is EVENT


def test_local_variables_go_first() -> None:
    event = fitted(with_frame(vars={"levels": LARGE}))
    assert left_out(event) == "local variables"
    assert frame_of(event) == FRAME
    assert (event["breadcrumbs"], event["contexts"]["agent_state"]) == (EVENT["breadcrumbs"], {"open_positions": 3})


def test_then_breadcrumbs_and_the_lines_around() -> None:
    event = fitted({**EVENT, "breadcrumbs": {"values": [{"message": text} for text in LARGE]}})
    assert left_out(event) == "local variables, breadcrumbs and source lines"
    assert frame_of(event) == {"function": "decide", "lineno": 7, "context_line": "raise"}
    assert event["modules"] == EVENT["modules"]


@pytest.mark.parametrize(
    "given",
    [
        {"contexts": {**EVENT["contexts"], "trade_context": {"book": LARGE}}},
        {"tags": {**EVENT["tags"], **{f"tag-{number}": "x" * 8_000 for number in range(200)}}},
        {"extra": {"dump": LARGE}},
    ],
)
def test_what_it_is_about_always_arrives(given: Event) -> None:
    event = fitted({**EVENT, **given})
    assert left_out(event).endswith("all that is not essential")
    assert event["contexts"]["trace"] == EVENT["contexts"]["trace"]
    assert (event["event_id"], event["fingerprint"]) == (EVENT["event_id"], EVENT["fingerprint"])
    assert event["tags"]["agent_id"] == "vol-arb-1"
    assert event["exception"]["values"][0]["type"] == "ValueError"


def test_odd_shapes_that_a_hook_left_are_no_error() -> None:
    odd = {"event_id": "a" * 32, "tags": [["a", "b"]], "contexts": None, "exception": ["x"], "extra": LARGE}
    assert left_out(fitted(odd)).endswith("all that is not essential")


def test_it_is_what_is_cleaned_that_counts() -> None:
    """Texts are bounded there, so a message of any length fits."""
    event: Event = clean({**EVENT, "logentry": {"formatted": "x" * 5_000_000}})
    assert fitted(event) is event
