"""A schedule is understood in both its forms; what is wrong with one is said in words, and nothing else happens."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.hub.monitors.check_in import Crontab, Interval, MonitorConfig
from fleaglass.hub.monitors.config import ConfigError, read_config
from fleaglass.hub.monitors.schedule import expected_after
from fleaglass.hub.monitors.words import schedule_words


@pytest.mark.parametrize(
    ("sent", "schedule"),
    [
        ({"schedule": {"type": "crontab", "value": " 0  0 * * * "}}, Crontab("0 0 * * *")),
        ({"schedule": {"type": "crontab", "value": "@daily"}}, Crontab("0 0 * * *")),
        ({"schedule": {"type": "interval", "value": 2, "unit": "week"}}, Interval(2, "week")),
        ({"schedule_type": "crontab", "schedule": "*/5 * * * *"}, Crontab("*/5 * * * *")),
        ({"schedule_type": "interval", "schedule": [1, "day"]}, Interval(1, "day")),
    ],
)
def test_every_form_of_a_schedule(sent: dict[str, Any], schedule: Crontab | Interval) -> None:
    assert read_config(sent) == MonitorConfig(schedule=schedule)


def test_what_is_not_said_has_the_documented_default() -> None:
    said = {"schedule": {"type": "interval", "value": 1, "unit": "day"}, "checkin_margin": None, "owner": "me"}
    config = read_config(said)
    assert (config.margin_min, config.max_runtime_min) == (1, 30)
    assert (config.failure_threshold, config.recovery_threshold, config.timezone) == (1, 1, "UTC")


LIMITS = {"checkin_margin": 40_320, "max_runtime": 40_320, "failure_issue_threshold": 720, "recovery_threshold": 720}
DAILY = {"schedule": {"type": "crontab", "value": "0 0 * * *"}}


@pytest.mark.parametrize(("name", "most"), LIMITS.items())
def test_limits_are_the_documented_ones(name: str, most: int) -> None:
    for good in (1, most):
        read_config(DAILY | {name: good})
    for bad in (0, -1, most + 1, 1.5, "1", True, [], {}):
        with pytest.raises(ConfigError, match=f"{name} must be a whole number from 1 to {most}, got "):
            read_config(DAILY | {name: bad})


def line(text: str) -> dict[str, Any]:
    return {"schedule": {"type": "crontab", "value": text}}


def every(count: Any, unit: Any) -> dict[str, Any]:
    return {"schedule_type": "interval", "schedule": [count, unit]}


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "the type of a schedule must be crontab or interval, got None"),
        ({"schedule": {"type": "rrule"}}, "the type of a schedule must be crontab or interval, got 'rrule'"),
        ({"schedule": {"type": "crontab"}}, "a crontab line must be text of at most 200 characters, got None"),
        (line("0 0 * *"), "a crontab line must have 5 fields"),
        (line("0 0 * * * *"), "a crontab line must have 5 fields"),
        (line("0 25 * * *"), "the crontab line '0 25 * * *' cannot be read: bad hour"),
        (line("0 0 30 2 *"), "the crontab line '0 0 30 2 *' cannot be read"),
        (line("0 " * 200), "a crontab line must be text of at most 200 characters"),
        (every(0, "day"), "an interval in days must be a whole number from 1 to"),
        (every(11, "year"), "an interval in years must be a whole number from 1 to 10"),
        (every(1, "second"), "the unit of an interval must be one of year, month"),
        (every(1, []), "the unit of an interval must be one of year, month"),
        (DAILY | {"timezone": "Mars/Olympus"}, "timezone must be an IANA name such as UTC or Europe/Berlin, got 'Mars"),
        (DAILY | {"timezone": "../../etc/passwd"}, "timezone must be an IANA name"),
        (DAILY | {"timezone": "Europe"}, "timezone must be an IANA name"),
        (DAILY | {"timezone": ""}, "timezone must be an IANA name"),
        (DAILY | {"timezone": "a\0b"}, "timezone must be an IANA name"),
        (DAILY | {"timezone": 7}, "timezone must be an IANA name"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(sent: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_config(sent)
    assert str(caught.value).startswith(words)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
LINES = st.lists(
    st.text("0123456789*/,-L#W@MONJAN²", min_size=1, max_size=7)
    | st.sampled_from(["*", "0", "*/5", "1-5", "L", "5#3"]),
    min_size=5,
    max_size=5,
).map(" ".join)
SENT = st.fixed_dictionaries(
    {},
    optional={
        "schedule": JSON
        | st.fixed_dictionaries({"type": st.sampled_from(["crontab", "interval"]), "value": JSON | LINES, "unit": JSON})
        | st.tuples(JSON, st.sampled_from(["day", "month"]) | JSON),
        "schedule_type": JSON | st.sampled_from(["crontab", "interval"]),
        "checkin_margin": JSON,
        "timezone": JSON | st.sampled_from(["Europe/Berlin", "Asia/", "UTC0"]),
    },
)


def understood(sent: dict[str, Any]) -> tuple[MonitorConfig | None, str]:
    try:
        return read_config(sent), ""
    except ConfigError as error:
        return None, str(error)


@given(SENT | st.builds(lambda line: {"schedule_type": "crontab", "schedule": line}, LINES))
def test_whatever_is_sent_is_a_schedule_that_comes_true_or_is_refused_in_words(sent: dict[str, Any]) -> None:
    config, words = understood(sent)
    if config is None:
        assert 20 < len(words) < 400
        return
    assert expected_after(config, 1_780_000_000_000_000_000) > 1_780_000_000_000_000_000
    assert schedule_words(config).endswith(f"({config.timezone})")


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        ({"type": "crontab", "value": "30 2 * * 1-5"}, "At 02:30 on Monday through Friday (Europe/Berlin)"),
        ({"type": "interval", "value": 1, "unit": "day"}, "Every day (Europe/Berlin)"),
        ({"type": "interval", "value": 5, "unit": "minute"}, "Every 5 minutes (Europe/Berlin)"),
    ],
)
def test_a_schedule_in_words(schedule: dict[str, Any], words: str) -> None:
    assert schedule_words(read_config({"schedule": schedule, "timezone": "Europe/Berlin"})) == words
