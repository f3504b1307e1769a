"""The default rules are those of the integration guides, with their thresholds, and teach how to write one's own."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest
from msgspec import structs

from fleaglass import semconv
from fleaglass.alerts.duration import GUIDE_THRESHOLDS_MS
from fleaglass.alerts.rules import check, default_rules, default_text
from fleaglass.alerts.rules.model import Rule
from fleaglass.venue import InsufficientMarginError, OrderRejectedError
from scripts.markdown import Page

ROOT = Path(__file__).parents[4]
RULES = {rule.name: rule for rule in default_rules().rules}


@pytest.mark.parametrize(
    ("name", "figures"),
    [
        ("slow-trade", {"span": "pf.trade.execute", "above_ms": 2000}),
        ("slow-balance", {"span": "pf.wallet.balance_check", "above_ms": 500}),
        ("slow-escrow", {"span": "pf.escrow.create", "above_ms": 3000}),
        ("slow-signal", {"span": "pf.signal.analysis", "above_ms": 100}),
        ("operation-errors", {"above": 0.05, "last": 100, "group_by": ("agent", "span")}),
        ("agent-errors", {"above": 0.05, "window": 300}),
        ("p99-order", {"span": "order.pipeline", "quantile": 0.99, "above_ms": 2000, "resolve_below_ms": 1000}),
        ("risk-rejections", {"above": 0.2, "window": 3600}),
        ("critical-trade-failure", {"above": 0, "severity": "critical", "for_": 0}),
        ("session-crash", {"restart_within": 60}),
        ("new-issue", {"within": 600}),
        ("missed-schedule", {"monitors": ()}),
        ("orders-in-flight-at-death", {"severity": "critical"}),
        ("key-refused", {"length": 3}),
        ("no-order", {"within": 1800, "enabled": False}),
        ("no-cycle", {"enabled": False}),
        ("wallet-floor", {"below_usd": Decimal(100), "enabled": False}),
        ("drawdown", {"above_usd": Decimal(500), "enabled": False}),
        ("anomaly", {"times": 10, "enabled": False}),
    ],
)
def test_a_rule_has_its_thresholds(name: str, figures: dict[str, Any]) -> None:
    rule = RULES[name]
    assert {figure: getattr(rule, figure) for figure in figures} == figures
    assert rule.summary


def test_the_rules_are_these_and_no_others() -> None:
    assert len(RULES) == 19
    assert sum(rule.enabled for rule in RULES.values()) == 14


def test_slow_spans_are_the_ones_that_an_agent_watches_by_default() -> None:
    slow = {rule.span: rule.above_ms for rule in RULES.values() if rule.name.startswith("slow-")}  # type: ignore[union-attr]
    assert slow == GUIDE_THRESHOLDS_MS


def test_critical_failures_are_the_errors_that_the_venue_raises() -> None:
    of = RULES["critical-trade-failure"].of  # type: ignore[union-attr]
    assert set(of.error) == {OrderRejectedError.__qualname__, InsufficientMarginError.__qualname__}


def test_every_name_in_it_is_known() -> None:
    assert check(default_text()).warnings == ()
    attributes = re.findall(r'"(pf\.[a-z_.]+)" =', default_text())
    assert attributes
    assert [name for name in attributes if name not in semconv.ATTRIBUTES] == []


def test_everything_goes_to_the_log_until_a_receiver_is_set_up() -> None:
    book = default_rules()
    assert set(book.receivers) == {"log"}
    assert (book.route.receivers, book.route.routes) == (("log",), ())


def test_what_it_shows_in_comments_works_once_it_is_switched_on() -> None:
    checked = check(re.sub(r"^#(?! )", "", default_text(), flags=re.MULTILINE))
    assert (checked.problems, checked.warnings) == ((), ())
    assert checked.book is not None
    kinds = {type(receiver).__name__ for receiver in checked.book.receivers.values()}
    assert kinds == {"LogLine", "Slack", "PagerDuty", "Webhook", "Email", "Other"}
    assert len(checked.book.route.routes) == 2
    assert len(checked.book.mutes) == 1


def test_every_rules_file_that_the_docs_show_can_be_used() -> None:
    shown = [code.text for code in Page.read(ROOT / "docs/alerts.md").code() if code.language == "toml"]
    assert len(shown) == 4
    assert [(each.problems, each.warnings) for each in map(check, shown)] == [((), ())] * 4


def test_the_docs_name_every_kind_with_its_settings() -> None:
    kinds = {str(kind.__struct_config__.tag): kind for kind in get_args(Rule)}
    section = (ROOT / "docs/alerts.md").read_text().partition("\n## Kinds\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \|.*\| (.*) \|$", section, flags=re.MULTILINE)
    assert [name for name, _ in rows] == list(kinds)
    for name, settings in rows:
        named = set(re.findall(r"`(\w+)", settings))
        assert named <= set(kinds[name].__struct_encode_fields__)
        required = {field.encode_name for field in structs.fields(kinds[name]) if field.required} - {"name"}
        assert required <= named
