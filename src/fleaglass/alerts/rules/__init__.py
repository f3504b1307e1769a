"""The rules file: its model, and how it is read."""

from fleaglass.alerts.rules.defaults import default_rules, default_text
from fleaglass.alerts.rules.hours import Hours
from fleaglass.alerts.rules.model import RuleBook
from fleaglass.alerts.rules.parse import FILE_NAME, Checked, check, parse
from fleaglass.alerts.rules.problem import Problem, RulesError
from fleaglass.alerts.rules.schema import schema

__all__ = [
    "FILE_NAME",
    "Checked",
    "Hours",
    "Problem",
    "RuleBook",
    "RulesError",
    "check",
    "default_rules",
    "default_text",
    "parse",
    "schema",
]
