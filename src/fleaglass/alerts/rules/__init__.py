"""The rules file: its model, how it is read, and what of it an agent judges by itself."""

from fleaglass.alerts.rules.defaults import default_rules, default_text
from fleaglass.alerts.rules.hours import Hours
from fleaglass.alerts.rules.model import RuleBook
from fleaglass.alerts.rules.parse import FILE_NAME, Checked, check, parse
from fleaglass.alerts.rules.problem import Problem, RulesError
from fleaglass.alerts.rules.schema import schema
from fleaglass.alerts.rules.watches import RuleWatch, SlowSpanWatch, watches_of

__all__ = [
    "FILE_NAME",
    "Checked",
    "Hours",
    "Problem",
    "RuleBook",
    "RuleWatch",
    "RulesError",
    "SlowSpanWatch",
    "check",
    "default_rules",
    "default_text",
    "parse",
    "schema",
    "watches_of",
]
