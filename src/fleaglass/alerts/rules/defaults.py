"""The rules that hold until an owner writes others: those of the integration guides, and what else costs money."""

from __future__ import annotations

from importlib.resources import files

from fleaglass.alerts.rules.model import RuleBook
from fleaglass.alerts.rules.parse import parse

__all__ = ["default_rules", "default_text"]

_FILE = "default.toml"


def default_text() -> str:
    """The rules file as it is written for a new owner, comments included."""
    return files(__package__).joinpath(_FILE).read_text(encoding="utf-8")


def default_rules() -> RuleBook:
    """What that file says."""
    return parse(default_text(), _FILE)
