"""A verdict on two releases is there when the samples allow it, and not before."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.hub.api.release_shapes import Better, Verdict
from fleaglass.hub.api.release_verdicts import Sample, mean, rate, share, verdict


@pytest.mark.parametrize(
    ("a", "b", "better", "said"),
    [
        (rate(0, 24, 24), rate(0, 24, 24), "lower", "alike"),
        (rate(24, 24, 24), rate(30, 24, 24), "lower", "alike"),
        (rate(24, 24, 24), rate(72, 24, 24), "lower", "worse"),
        (rate(72, 24, 24), rate(24, 24, 24), "lower", "better"),
        (rate(0, 24, 24), rate(40, 24, 24), "lower", "worse"),
        (rate(0, 3, 3), rate(40, 3, 3), "lower", "too_few"),
        (rate(0, 0, 0), rate(40, 24, 24), "lower", "too_few"),
        (share(100, 100), share(99, 100), "higher", "alike"),
        (share(100, 100), share(80, 100), "higher", "worse"),
        (share(80, 100), share(100, 100), "higher", "better"),
        (share(0, 0), share(100, 100), "higher", "too_few"),
        (mean(10.0, 10.0, 10), mean(20.0, 40.0, 10), "higher", "better"),
        (mean(10.0, 1000.0, 10), mean(20.0, 1000.0, 10), "higher", "alike"),
        (mean(0.0, 0.0, 10), mean(-50.0, 251.0, 10), "higher", "worse"),
        (mean(0.0, 0.0, 0), mean(-50.0, 251.0, 10), "higher", "too_few"),
    ],
)
def test_verdicts(a: Sample | None, b: Sample | None, better: Better, said: Verdict) -> None:
    assert verdict(a, b, better, least=6) == said


samples = st.builds(Sample, st.floats(-1e6, 1e6), st.floats(0, 1e6), st.integers(0, 200))
OTHER: dict[Verdict, Verdict] = {"better": "worse", "worse": "better", "alike": "alike", "too_few": "too_few"}


@given(samples, samples)
def test_what_is_better_one_way_round_is_worse_the_other(a: Sample, b: Sample) -> None:
    assert verdict(a, b, "lower", 100) == OTHER[verdict(b, a, "lower", 100)] == OTHER[verdict(a, b, "higher", 100)]


def test_chance_alone_is_seldom_taken_for_a_difference() -> None:
    """Two samples of the same market: of a thousand comparisons about ten may be wrong."""
    chance = random.Random(7)

    def sample() -> Sample | None:
        drawn = [chance.gauss(1.0, 5.0) for _ in range(100)]
        return mean(math.fsum(drawn), math.fsum(value * value for value in drawn), len(drawn))

    wrong = sum(verdict(sample(), sample(), "higher", 100) != "alike" for _ in range(1000))
    assert 0 < wrong < 25
