"""A monitor's slug is one that Sentry takes, and nobody else's."""

from __future__ import annotations

import re

import pytest

from fleaglass.monitor_slugs import slug_of


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("daily-recalibration", "daily-recalibration"),
        ("Daily Recalibration!", "daily-recalibration"),
        ("a_b", "a_b"),
        ("!", "monitor"),
        ("x" * 50, "x" * 50),
    ],
)
def test_a_slug_is_what_sentry_takes_for_one(name: str, slug: str) -> None:
    assert slug_of(name) == slug


@pytest.mark.parametrize(("one", "two"), [("агент-1", "бот-1"), ("alive-агент", "alive-бот"), ("日次", "月次")])
def test_names_whose_letters_a_slug_cannot_hold_stay_apart(one: str, two: str) -> None:
    """Or one agent's check-ins would hide that another has died."""
    assert slug_of(one) != slug_of(two)
    assert all(re.fullmatch("[a-z0-9][a-z0-9_-]{0,49}", slug_of(name)) for name in (one, two, one * 50))


def test_two_long_names_stay_apart() -> None:
    one, two = slug_of("x" * 60 + "1"), slug_of("x" * 60 + "2")
    assert one != two
    assert len(one) == len(two) == 50
