"""A worse limit is read from the file, must be worse, and belongs to no rule that is critical already."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fleaglass.alerts.rules import check, default_rules, parse
from fleaglass.alerts.rules.model import Rule
from fleaglass.alerts.rules.worse import at_critical, escalates, worse_limit

SPAN = 'span = "order.pipeline"'
ALREADY = "the severity is critical already, and nothing is worse"


def file(kind: str, *lines: str) -> str:
    """A file with one rule, whose further lines begin in line 5."""
    return "\n".join(["version = 1", "[[rule]]", 'name = "r"', f'kind = "{kind}"', *lines])


def the_rule(kind: str, *lines: str) -> Rule:
    (rule,) = parse(file(kind, *lines)).rules
    return rule


KINDS = [
    ("slow_span", [SPAN, "above_ms = 2000"], "above_ms", "critical_above_ms = 5000", 5000.0),
    ("percentile", [SPAN, "above_ms = 2000"], "above_ms", "critical_above_ms = 2000.1", 2000.1),
    ("error_rate", ["last = 100"], "above", "critical_above = 0.2", 0.2),
    ("ratio", ["of = {}", "among = {}", "above = 0.1"], "above", "critical_above = 0.2", 0.2),
    ("count", ["of = {}"], "above", "critical_above = 1", 1),
    ("anomaly", ["times = 10"], "times", "critical_times = 100", 100.0),
    ("absence", ["of = {}", 'within = "30m"'], "within", 'critical_within = "2h"', 7200.0),
    ("wallet_floor", ['below_usd = "100"'], "below_usd", 'critical_below_usd = "99.99"', Decimal("99.99")),
    ("drawdown", ['above_usd = "500"'], "above_usd", 'critical_above_usd = "500.01"', Decimal("500.01")),
]


@pytest.mark.parametrize(("kind", "lines", "limit", "worse", "value"), KINDS, ids=[each[0] for each in KINDS])
def test_each_kind_with_a_figure_has_a_worse_one(
    kind: str, lines: list[str], limit: str, worse: str, value: Decimal | float
) -> None:
    rule = the_rule(kind, *lines, worse)
    assert (worse_limit(rule), escalates(rule)) == ((limit, value), True)
    critical = at_critical(rule)
    assert critical is not None
    assert (critical.severity, getattr(critical, limit), escalates(critical)) == ("critical", value, False)
    plain = the_rule(kind, *lines)
    assert (worse_limit(plain), at_critical(plain), escalates(plain)) == (None, None, False)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            file("error_rate", "last = 100", "critical_above = 0.05"),
            "6: critical_above: expected a limit that is worse than above, which is 0.05, got 0.05",
        ),
        (
            file("slow_span", SPAN, "above_ms = 2000", "critical_above_ms = 1000"),
            "7: critical_above_ms: expected a limit that is worse than above_ms, which is 2000, got 1000",
        ),
        (
            file("wallet_floor", "below_usd = 100", "critical_below_usd = 100"),
            "6: critical_below_usd: expected a limit that is worse than below_usd, which is 100, got 100",
        ),
        (
            file("absence", "of = {}", 'within = "2m"', 'critical_within = "90s"'),
            "7: critical_within: expected a limit that is worse than within, which is 120, got 90",
        ),
        (
            file("error_rate", "last = 9", "minimum = 9", "critical_above = 2"),
            "7: critical_above: expected a number from",
        ),
        (file("session_crash", 'severity = "critical"', 'escalate_after = "5m"'), f"6: escalate_after: {ALREADY}"),
        (file("count", "of = {}", "critical_above = 5", 'severity = "critical"'), f"6: critical_above: {ALREADY}"),
        (file("session_crash", 'escalate_after = "soon"'), "5: escalate_after: expected a duration such as"),
        (file("session_crash", 'escalate_after = "0s"'), "5: escalate_after: expected a duration above 0s"),
        (
            file("streak", "of = {}", "among = {}", "critical_length = 9"),
            "7: critical_length: there is no such setting",
        ),
        (
            file("count", "of = {}", "critical_abov = 3"),
            "6: critical_abov: there is no such setting here; did you mean",
        ),
    ],
)
def test_what_is_wrong_with_it_is_told_with_its_line(text: str, says: str) -> None:
    problems = [str(each).replace('rule "r": ', "").removeprefix("alerts.toml:") for each in check(text).problems]
    assert [each[: len(says)] for each in problems] == [says]


def test_any_kind_may_escalate_by_time() -> None:
    rule = the_rule("session_crash", 'escalate_after = "15m"')
    assert (rule.escalate_after, escalates(rule)) == (900.0, True)


def test_no_rule_of_the_default_file_escalates() -> None:
    assert [rule.name for rule in default_rules().rules if escalates(rule)] == []
