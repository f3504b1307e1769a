"""`fleaglass alerts`: what can be done with a rules file. One command per file in `_alerts/`, loaded when called."""

from __future__ import annotations

import click

from fleaglass.cli._lazy import LazyGroup

__all__ = ["command"]

_COMMANDS = {
    "apply": "Make Sentry, Grafana or Prometheus say what a rules file says.",
    "check": "Say what is wrong with a rules file, and in which line.",
    "export": "Write the rules as files of Prometheus, Alertmanager, Grafana or Sentry.",
    "init": "Write the default rules into a file, for you to change.",
    "schema": "Print the JSON schema of rules files, for editors.",
}


@click.group("alerts", cls=LazyGroup, package="fleaglass.cli._alerts", table=_COMMANDS)
def command() -> None:
    """Begin a file of alert rules, and check it."""
