"""Rules by their name."""

from __future__ import annotations

from fleaglass.alerts.rules.model import Rule, RuleBook
from fleaglass.hub.api.errors import Problem

__all__ = ["known_rule", "rule_named"]


def rule_named(book: RuleBook, name: str) -> Rule | None:
    """The rule of this name; None when the book has none."""
    return next((rule for rule in book.rules if rule.name == name), None)


def known_rule(book: RuleBook, name: str) -> Rule:
    """The rule of this name. Raises Problem when there is none in force."""
    rule = rule_named(book, name)
    if rule is None:
        hint = "GET /api/v1/alerts/rules lists those in force."
        raise Problem(404, "unknown_rule", f"there is no rule {name[:100]!r}", hint)
    return rule
