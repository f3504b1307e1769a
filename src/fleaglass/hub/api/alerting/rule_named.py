"""Rules by their name."""

from __future__ import annotations

from fleaglass.alerts.rules.model import Rule, RuleBook

__all__ = ["rule_named"]


def rule_named(book: RuleBook, name: str) -> Rule | None:
    """The rule of this name; None when the book has none."""
    return next((rule for rule in book.rules if rule.name == name), None)
