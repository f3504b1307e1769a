"""What is drawn of a drawdown is what its rule reads, whatever was summed on the way."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from fleaglass.alerts.judge.earned import Earned, drawdowns
from fleaglass.alerts.judge.row import Row
from fleaglass.alerts.rules.model import Drawdown, Duration
from fleaglass.hub.api.alerting.course import Steps
from fleaglass.hub.api.alerting.fall import fallen

SECOND = 1_000_000_000
FROM = 1_000_000 * SECOND

AMOUNTS = st.lists(
    st.tuples(st.integers(-300_000, 100_000), st.integers(-500, 500), st.sampled_from("ab")), max_size=60
)


def told(at_ms: int, cents: int, agent: str) -> Earned:
    end_ns = FROM + at_ms * 1_000_000
    return Row(name="x", trace_id="t", span_id="", end_ns=end_ns, duration_ns=0, agent=agent), Decimal(cents) / 100


@given(AMOUNTS, st.sampled_from([3, 60, 200]), st.sampled_from([5, 7, 30]))
def test_each_moment_is_as_the_rule_reads_it(amounts: list[tuple[int, int, str]], window_s: int, step_s: int) -> None:
    rule = Drawdown(name="r", above_usd=Decimal(1), window=Duration(window_s))
    earned, steps = [told(*each) for each in amounts], Steps(FROM, step_s * SECOND, 12)
    expected = []
    for at_ns in steps.moments():
        read = {reading.group: reading.value for reading in drawdowns(rule, earned, at_ns)}
        expected.append(float(read.get((("agent", "a"),)) or 0))
    assert fallen(rule, earned, {"agent": "a", "severity": "error"}, steps) == expected
