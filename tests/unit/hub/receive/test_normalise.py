"""An event is read field by field: each as what it ought to be, or left out with a note."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.hub.issues.event import Exc, Frame
from fleaglass.hub.receive.payload import Malformed
from tests.unit.hub.receive.sentry_payloads import (
    ID,
    MADE_ID,
    RECEIVED_NS,
    SPAN_ID,
    TRACE_ID,
    event,
    json_objects,
    reasons,
)

try:
    from sentry_relay import processing as sentry
except ImportError:
    sentry = None

SECOND_NS = 1_000_000_000
DAY_NS = 86_400 * SECOND_NS
FRAME = {
    "function": "execute",
    "module": "agent.trade",
    "filename": "agent/trade.py",
    "abs_path": "/app/agent/trade.py",
    "lineno": 42,
    "in_app": True,
    "pre_context": ["    if ready:"],
    "context_line": "        raise ValueError(size)",
    "post_context": ["", "    return"],
    "vars": {"size": "-1"},
}


def test_an_event_of_the_sdk_is_read() -> None:
    said = event(
        {
            "event_id": ID,
            "timestamp": "2026-11-30T09:59:59.250000Z",
            "level": "fatal",
            "platform": "python",
            "logger": "agent",
            "transaction": "agent.decision_cycle",
            "release": "agent@2.1.0",
            "dist": "7",
            "environment": "production",
            "server_name": "host",
            "fingerprint": ["{{ default }}", "BTC"],
            "tags": {"asset": "BTC"},
            "user": {"id": "u_1", "email": "a@b.c"},
            "sdk": {"name": "sentry.python", "version": "2.75.0"},
            "contexts": {"trace": {"trace_id": TRACE_ID, "span_id": SPAN_ID}, "runtime": {"name": "CPython"}},
            "exception": {
                "values": [
                    {"type": "KeyError", "value": "'size'"},
                    {
                        "type": "ValueError",
                        "value": "-1",
                        "module": "builtins",
                        "mechanism": {"type": "generic", "handled": False},
                        "stacktrace": {"frames": [FRAME]},
                    },
                ]
            },
            "extra": {"n": 1},
        }
    )
    assert (said.event_id, said.project, said.time_ns) == (ID, 7, RECEIVED_NS - 750_000_000)
    assert (said.level, said.platform, said.logger, said.dist) == ("fatal", "python", "agent", "7")
    assert (said.release, said.environment, said.server_name) == ("agent@2.1.0", "production", "host")
    assert (said.transaction, said.fingerprint) == ("agent.decision_cycle", ("{{ default }}", "BTC"))
    assert (said.tags, said.user, said.sdk) == ({"asset": "BTC"}, "u_1", "sentry.python/2.75.0")
    assert (said.trace_id, said.span_id) == (TRACE_ID, SPAN_ID)
    assert said.exceptions == (
        Exc(type="KeyError", value="'size'"),
        Exc(
            type="ValueError",
            value="-1",
            module="builtins",
            handled=False,
            frames=(
                Frame(
                    function="execute",
                    module="agent.trade",
                    filename="agent/trade.py",
                    abs_path="/app/agent/trade.py",
                    line=42,
                    context_line="        raise ValueError(size)",
                    in_app=True,
                ),
            ),
        ),
    )
    assert said.body["exception"][1]["stacktrace"]["frames"] == [FRAME]
    assert said.body["extra"] == {"n": 1}
    assert reasons(said) == []


def test_an_empty_event_is_an_error_that_happened_now() -> None:
    said = event({})
    assert (said.event_id, said.level, said.time_ns, said.message) == (MADE_ID, "error", RECEIVED_NS, "")
    assert said.body == {}


def test_the_envelopes_id_is_that_of_an_event_without_one() -> None:
    assert event({}, envelope_id=ID).event_id == ID
    assert event({"event_id": "9EC79C33-ec99-42ab-8353-589fcb2e04dc"}, envelope_id=MADE_ID).event_id == ID
    said = event({"event_id": "nonsense"}, envelope_id=ID)
    assert (said.event_id, reasons(said)) == (ID, [("invalid_data", "event_id")])


@pytest.mark.parametrize(
    ("sent", "level"),
    [("warning", "warning"), ("critical", "fatal"), ("log", "info"), (30, "warning"), (None, "error")],
)
def test_a_level_is_read_by_name_or_number(sent: object, level: str) -> None:
    said = event({"level": sent})
    assert (said.level, reasons(said)) == (level, [])


@pytest.mark.parametrize("sent", ["WARNING", "40", True, {"a": 1}, 31, ["error"]])
def test_any_other_level_is_an_error_with_a_note(sent: object) -> None:
    said = event({"level": sent})
    assert (said.level, reasons(said)) == ("error", [("invalid_data", "level")])


@pytest.mark.parametrize(
    ("sent", "off_ns"),
    [
        (1_796_032_799.5, -SECOND_NS // 2),
        ("2026-11-30T09:00:00", -3600 * SECOND_NS),
        ("2026-11-30T11:00:00+02:00", -3600 * SECOND_NS),
        ("2026-11-30T10:00:59.123456789Z", 59_123_456_000),
        (1_796_032_860, 60 * SECOND_NS),
    ],
)
def test_a_time_is_seconds_or_iso(sent: object, off_ns: int) -> None:
    said = event({"timestamp": sent})
    assert (said.time_ns - RECEIVED_NS, reasons(said)) == (off_ns, [])


@pytest.mark.parametrize(
    ("sent", "note"),
    [
        (1_796_032_861, "future_timestamp"),
        (1_796_032_800 - 31 * 86_400, "past_timestamp"),
        (-5, "past_timestamp"),
        ("yesterday", "invalid_data"),
        ("1796032800", "invalid_data"),
        ("2026-11-29", "invalid_data"),
        (True, "invalid_data"),
        (1e30, "invalid_data"),
        ("9999-11-30T10:00:00Z", "invalid_data"),
    ],
)
def test_a_time_that_cannot_be_is_now_with_a_note(sent: object, note: str) -> None:
    said = event({"timestamp": sent})
    assert (said.time_ns, reasons(said)) == (RECEIVED_NS, [(note, "timestamp")])


def test_a_clock_an_hour_off_is_put_right_by_when_it_was_sent() -> None:
    hour = 3_600 * SECOND_NS
    sent = {
        "timestamp": "2026-11-30T11:00:00Z",
        "breadcrumbs": [{"timestamp": "2026-11-30T10:59:00Z", "message": "m"}],
    }
    said = event(sent, sent_ns=RECEIVED_NS + hour + 2 * SECOND_NS)
    assert said.time_ns == RECEIVED_NS - 2 * SECOND_NS
    assert said.body["breadcrumbs"][0]["timestamp"] == RECEIVED_NS / 1e9 - 62
    assert reasons(said) == [("clock_drift", "timestamp")]
    assert event({"timestamp": "2026-11-30T09:30:00Z"}, sent_ns=RECEIVED_NS - hour // 2).time_ns == (
        RECEIVED_NS - hour // 2
    )


@pytest.mark.parametrize(
    ("sent", "tags"),
    [
        ({"a": "x", "b c": 1, "d": True, "e": None}, {"a": "x", "b-c": "1", "d": "True"}),
        ([["a", "x"], ["a", "y"], ["b", 2]], {"a": "x", "b": "2"}),
        ({"a": "  x "}, {"a": "x"}),
    ],
)
def test_tags_are_pairs_of_text_however_they_are_sent(sent: object, tags: dict[str, str]) -> None:
    said = event({"tags": sent})
    assert (said.tags, reasons(said)) == (tags, [])


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ({"ü": "x"}, "tags"),
        ({"": "x"}, "tags"),
        ({"a": [1]}, "tags.a"),
        ({"a": "two\nlines"}, "tags.a"),
        ({"a": ""}, "tags.a"),
        ([["a"]], "tags.0"),
        (["a"], "tags.0"),
        ("a=b", "tags"),
    ],
)
def test_what_is_no_tag_is_noted(sent: object, name: str) -> None:
    said = event({"tags": sent})
    assert (said.tags, reasons(said)) == ({}, [("invalid_data", name)])


def test_an_environment_may_be_a_tag() -> None:
    assert event({"tags": {"environment": "staging"}}).environment == "staging"
    assert event({"tags": {"environment": "staging"}, "environment": "production"}).environment == "production"


@pytest.mark.parametrize(
    ("sent", "message", "raw_message"),
    [
        ({"message": "plain"}, "plain", "plain"),
        ({"message": {"message": "order %s", "params": ["o_1"]}}, "order o_1", "order %s"),
        ({"message": {"formatted": "order o_1"}}, "order o_1", "order o_1"),
        ({"logentry": {"message": "a %d of %5.2f %%", "params": [1, 2.5]}}, "a 1 of 2.5 %", "a %d of %5.2f %%"),
        ({"logentry": {"message": "{} is {}", "params": ["a", "b"]}}, "a is b", "{} is {}"),
        ({"logentry": {"message": "%(a)s {b}", "params": {"a": 1, "b": 2}}}, "1 2", "%(a)s {b}"),
        ({"logentry": {"message": "%s %s", "params": ["a"]}}, "a %s", "%s %s"),
        ({"logentry": {"message": "%999999999d", "params": [1]}}, "1", "%999999999d"),
        ({"logentry": {"message": "{x.__class__}", "params": {"x": 1}}}, "{x.__class__}", "{x.__class__}"),
        ({"message": 5}, "5", "5"),
    ],
)
def test_a_message_is_filled_in(sent: dict[str, Any], message: str, raw_message: str) -> None:
    said = event(sent)
    assert (said.message, said.raw_message) == (message, raw_message)


@pytest.mark.parametrize(
    "sent",
    [
        [{"type": "ValueError", "value": "x"}],
        {"values": [{"type": "ValueError", "value": "x"}]},
        {"values": {"type": "ValueError", "value": "x"}},
        {"type": "ValueError", "value": "x"},
        {"values": [None, {"type": "ValueError", "value": "x", "stacktrace": None}]},
    ],
)
def test_an_exception_is_read_in_every_form(sent: object) -> None:
    assert event({"exception": sent}).exceptions == (Exc(type="ValueError", value="x"),)


def test_of_a_deep_stack_both_ends_are_kept() -> None:
    frames = [{"function": f"f{at}"} for at in range(100_000)]
    said = event({"exception": {"type": "RecursionError", "stacktrace": {"frames": frames}}})
    kept = [frame.function for frame in said.exceptions[0].frames]
    assert kept == [f"f{at}" for at in (*range(125), *range(99_875, 100_000))]
    assert said.body["exception"][0]["stacktrace"]["frames_omitted"] == 99_750


def test_of_many_stacks_all_together_are_bounded() -> None:
    link = {"type": "E", "stacktrace": {"frames": [{"function": "f"}] * 300}}
    said = event({"exception": [link] * 60})
    assert [len(exception.frames) for exception in said.exceptions] == [20] * 50


def test_the_stack_of_a_message_is_that_of_its_thread() -> None:
    def thread(name: str, **more: object) -> dict[str, object]:
        return {"name": name, "stacktrace": {"frames": [{"function": name}]}, **more}

    said = event({"threads": {"values": [thread("a"), thread("b", current=True), thread("c", crashed=True)]}})
    assert said.stack == (Frame(function="c"),)
    assert event({"threads": [thread("a"), thread("b", current=True)]}).stack == (Frame(function="b"),)
    assert event({"stacktrace": {"frames": [{"function": "own"}]}, "threads": [thread("a")]}).stack == (
        Frame(function="own"),
    )


def test_the_newest_breadcrumbs_are_kept_in_their_order() -> None:
    sent = [{"message": f"m{at}", "timestamp": RECEIVED_NS / 1e9 + at} for at in range(300)]
    for trail in (sent, {"values": sent}):
        kept = event({"breadcrumbs": trail}).body["breadcrumbs"]
        assert [crumb["message"] for crumb in kept] == [f"m{at}" for at in range(100, 300)]


def test_long_texts_are_cut_and_never_in_the_middle_of_a_secret() -> None:
    key = "0x" + "a1" * 32
    said = event({"message": "1 " * 5_000_000, "extra": {"long": "x " * 4_080 + key + " y" * 100}})
    assert (len(said.message), said.message[-1]) == (8_192, "…")
    assert "a1a1" not in said.body["extra"]["long"]
    assert len(said.body["extra"]["long"]) <= 8_192


def test_deep_values_end_in_an_ellipsis() -> None:
    deep: Any = "bottom"
    for _ in range(200):
        deep = {"a": [deep]}
    told = json.dumps(event({"extra": deep}).body)
    assert "bottom" not in told
    assert told.count('"a"') < 12


@pytest.mark.parametrize(
    "payload",
    [
        b"[" * 100_000 + b"]" * 100_000,
        b'{"extra":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001,
        b"",
        b"[]",
        b'"text"',
        b"{",
        b'{"a":1}trailing',
        b"\xff\xfe",
        b'{"n":' + b"9" * 5_000_000,
    ],
)
def test_what_is_no_object_is_refused(payload: bytes) -> None:
    with pytest.raises(Malformed, match=r"^the event "):
        event(payload)


def test_a_body_of_empty_lists_is_refused_before_it_fills_the_memory() -> None:
    with pytest.raises(Malformed, match="the event has more than 1000000 lists and objects"):
        event(b'{"extra":[' + b"[]," * 1_000_000 + b"[]]}")


@pytest.mark.parametrize(
    ("payload", "extra"),
    [
        (b'{"extra":{"a":NaN,"b":-Infinity,"c":1e999}}', {"a": None, "b": None, "c": None}),
        (b'{"extra":{"a":"\\ud800x"}}', {"a": "?x"}),
        (b'{"extra":{"a":"\xff"}}', {"a": "�"}),
        (b'{"extra":{"a":1,"a":2}}', {"a": 2}),
        (b'{"extra":{"a":123456789012345678901234567890}}', {"a": 1.2345678901234568e29}),
        (b'{"extra":{"a":NaN,"b":123456789012345678901234567890}}', {"a": None, "b": 1.2345678901234568e29}),
    ],
)
def test_what_json_does_not_have_is_read_all_the_same(payload: bytes, extra: object) -> None:
    assert event(payload).body["extra"] == extra


def test_scripts_stay_text() -> None:
    script = "<script>alert(1)</script>"
    said = event({"message": script, "tags": {"a": script}, "exception": {"type": script}, "release": script})
    assert (said.message, said.tags, said.exceptions[0].type, said.release) == (script, {"a": script}, script, script)


def test_a_large_event_leaves_out_what_tells_least() -> None:
    sent = {
        "exception": {"type": "E", "value": "v", "stacktrace": {"frames": [FRAME]}},
        "extra": {f"n{at}": "1 " * 4_000 for at in range(400)},
        "modules": {"a": "1"},
    }
    said = event(sent)
    assert "extra" not in said.body
    assert said.body["exception"][0]["type"] == "E"
    assert reasons(said) == [("too_large", "modules"), ("too_large", "extra")]


@given(json_objects())
def test_any_object_becomes_an_event_that_can_be_written(payload: bytes) -> None:
    said = event(payload)
    json.dumps(said.body, allow_nan=False).encode()
    assert abs(said.time_ns - RECEIVED_NS) <= 30 * DAY_NS
    assert len(said.event_id) == 32


@given(st.binary(max_size=100))
def test_any_bytes_become_an_event_or_are_refused(payload: bytes) -> None:
    with contextlib.suppress(Malformed):
        assert len(event(payload).event_id) == 32


_TAGS = st.dictionaries(
    st.text("ab .:_é", min_size=1, max_size=4),
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("ab \n", max_size=4),
)
_TIMES = (
    st.none()
    | st.booleans()
    | st.sampled_from(["nonsense", "2026-11-30T09:00:00Z", "2026-11-29"])
    | st.integers(1_796_032_800 - 40 * 86_400, 1_796_032_800 + 3_600)
)
_LEVELS = st.sampled_from(
    ["fatal", "error", "warning", "info", "debug", "critical", "log", "WARNING", "", None, 10, 40, "40", True, [1]]
)


@pytest.mark.skipif(sentry is None, reason="sentry-relay is not installed")
@given(tags=_TAGS, timestamp=_TIMES, level=_LEVELS)
def test_tags_times_and_levels_are_what_sentry_makes_of_them(
    tags: dict[str, object], timestamp: object, level: object
) -> None:
    """Where both define the result. Sentry takes `environment` and `release` out of the tags, and cuts 1.5 to 1; it
    keeps a tag that is none as a pair of nulls, before another of its name."""
    oracle = sentry.StoreNormalizer(
        project_id=7, received_at="2026-11-30T10:00:00Z", max_secs_in_future=60, max_secs_in_past=30 * 86_400
    )
    theirs = oracle.normalize_event({"tags": tags, "timestamp": timestamp, "level": level})
    ours = event({"tags": tags, "timestamp": timestamp, "level": level})
    pairs = [pair for pair in theirs.get("tags") or [] if pair and None not in pair]
    assert sorted(ours.tags.items()) == sorted((name, value) for name, value in pairs)
    assert ours.level == theirs["level"]
    assert ours.time_ns == round(theirs["timestamp"] * 1e6) * 1_000
